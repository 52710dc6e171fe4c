#include <fmt/core.h>
#include <gtest/gtest.h>

#include "connection.hpp"
#include "nodtrack/store/audit.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using namespace nodtrack::test;

class Groups : public testing::Test {
  protected:
    /// One patient in a change of its own.
    Result<DeliveryNumber> store_patient(const std::string& id)
    {
        const PatientRow row = patient(id);
        Result<Change> change = Change::begin(registry_, provenance_on("2025-02-01"));
        if (!change) return tl::unexpected(change.error());
        NewVersions rows;
        rows.patients.push_back({&row, 1});
        if (const auto stored = change->store_rows(rows); !stored) return tl::unexpected(stored.error());
        return change->commit();
    }
    static PatientRow patient(const std::string& id)
    {
        PatientRow row;
        row.patient.patient_id = id;
        return row;
    }
    std::int64_t patients() const { return value_of(registry_.row_counts()).patients; }
    std::int64_t seen_by_others() const
    {
        return value_of(value_of(Registry::open(folder_ / "registry.db")).row_counts()).patients;
    }
    bool is_sound() { return value_of(audit_verify(registry_)).intact(); }

    TemporaryFolder folder_;
    Registry registry_ = value_of(Registry::open(folder_ / "registry.db"));
};

TEST_F(Groups, AreSeenByOthersWhenTheyAreCommittedAndNotBefore)
{
    ChangeGroup group = value_of(ChangeGroup::begin(registry_));
    EXPECT_EQ(value_of(store_patient("P1")), 1);
    EXPECT_EQ(value_of(store_patient("P2")), 2);
    EXPECT_EQ(seen_by_others(), 0);
    value_of(group.commit());
    EXPECT_EQ(seen_by_others(), 2);
    EXPECT_TRUE(is_sound()) << "the chain goes from change to change within a group";
    EXPECT_EQ(value_of(store_patient("P3")), 3) << "afterwards each change is its own transaction again";
    EXPECT_EQ(seen_by_others(), 3);
}

TEST_F(Groups, LoseTheChangeThatIsDroppedAlone)
{
    ChangeGroup group = value_of(ChangeGroup::begin(registry_));
    EXPECT_EQ(value_of(store_patient("P1")), 1);
    {
        const PatientRow row = patient("P2");
        Change dropped = value_of(Change::begin(registry_, provenance_on("2025-02-01")));
        NewVersions rows;
        rows.patients.push_back({&row, 1});
        value_of(dropped.store_rows(rows));
    }
    EXPECT_EQ(value_of(store_patient("P3")), 2);
    value_of(group.commit());
    EXPECT_EQ(patients(), 2);
    EXPECT_TRUE(is_sound());
}

TEST_F(Groups, StoreNothingWhereTheyAreNotCommitted)
{
    {
        const ChangeGroup group = value_of(ChangeGroup::begin(registry_));
        value_of(store_patient("P1"));
    }
    EXPECT_EQ(patients(), 0);
    EXPECT_EQ(value_of(store_patient("P1")), 1);
}

TEST_F(Groups, StoreNothingWhereTheDiskIsFull)
{
    registry_.connection().database.exec("PRAGMA max_page_count = 60");
    ChangeGroup group = value_of(ChangeGroup::begin(registry_));
    std::size_t stored = 0;
    while (stored < 100'000 && store_patient(fmt::format("P{:06}", stored)))
        ++stored;
    ASSERT_GT(stored, 0U);
    ASSERT_LT(stored, 100'000U) << "the disk was never full";
    // SQLite may have ended the transaction with the failure; then nothing may go in as if there were none.
    const Result<DeliveryNumber> next = store_patient("Q");
    const Result<void> committed = group.commit();
    registry_.connection().database.exec("PRAGMA max_page_count = 1000000");
    if (!committed) {
        EXPECT_EQ(seen_by_others(), 0);
    } else {
        EXPECT_EQ(seen_by_others(), static_cast<std::int64_t>(stored + (next ? 1 : 0)));
    }
    EXPECT_TRUE(is_sound());
}

TEST_F(Groups, WhoseTransactionIsGoneTakeNothingMore)
{
    {
        ChangeGroup group = value_of(ChangeGroup::begin(registry_));
        value_of(store_patient("P1"));
        registry_.connection().database.exec("ROLLBACK");  // as SQLite does by itself after some failures
        const Result<DeliveryNumber> refused = store_patient("P2");
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().message.find("nothing was stored"), std::string::npos) << refused.error().message;
        EXPECT_FALSE(group.commit());
    }
    EXPECT_EQ(seen_by_others(), 0);
    EXPECT_EQ(value_of(store_patient("P1")), 1);
    EXPECT_EQ(seen_by_others(), 1);
}

}  // namespace
}  // namespace nodtrack::store
