#include "write_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <thread>

#include "../../src/store/connection.hpp"
#include "../store/support.hpp"
#include "nodtrack/store/audit.hpp"

namespace nodtrack::service {
namespace {

using namespace nodtrack::test;
using store::DeliveryNumber;

/// Stores one patient in a change of its own.
Result<DeliveryNumber> store_patient(store::Registry& registry, const std::string& id)
{
    PatientRow row;
    row.patient.patient_id = id;
    store::NewVersions rows;
    rows.patients.push_back({&row, 1});
    Result<store::Change> change = store::Change::begin(registry, provenance_on("2025-02-01"));
    if (!change) return tl::unexpected(change.error());
    if (const auto stored = change->store_rows(rows); !stored) return tl::unexpected(stored.error());
    return change->commit();
}

class WriteQueues : public testing::Test {
  protected:
    /// Lets `count` callers gather behind one that is at work, then lets it go.
    template <class Call>
    void gather(std::size_t count, const Call& call)
    {
        std::vector<std::thread> callers;
        callers.emplace_back([&] {
            const std::vector<std::string> patients{"first"};
            const WriteQueue::Storing slow = [&](store::Registry& registry) {
                while (!let_go_)
                    std::this_thread::yield();
                return store_patient(registry, "first");
            };
            EXPECT_TRUE(queue_.store(patients, slow));
        });
        while (groups_begun_ == 0)
            std::this_thread::yield();
        for (std::size_t i = 0; i < count; ++i)
            callers.emplace_back([&call, i] { call(i); });
        // They are at their places well before; where one is late, it comes in a group of its own.
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        let_go_ = true;
        for (std::thread& caller : callers)
            caller.join();
    }

    TemporaryFolder folder_;
    store::Registry registry_ = value_of(store::Registry::open(folder_ / "registry.db"));
    std::atomic<bool> let_go_ = false;
    std::atomic<std::size_t> groups_begun_ = 0;
    std::vector<std::size_t> sizes_;
    WriteQueue queue_{[this](WriteQueue::Group group) {
        ++groups_begun_;
        sizes_.push_back(group.size());
        std::set<std::string> patients;
        for (const WriteQueue::Write* write : group) {
            EXPECT_TRUE(!write->patients.empty() || group.size() == 1) << "what may change anybody's record goes alone";
            for (const std::string& patient : write->patients)
                EXPECT_TRUE(patients.insert(patient).second) << patient << " is twice in one group";
        }
        store_together(registry_, group);
    }};
};

TEST_F(WriteQueues, StoreTogetherWhatGathered)
{
    constexpr std::size_t count = 12;
    std::vector<DeliveryNumber> deliveries(count);
    gather(count, [&](std::size_t i) {
        const std::vector<std::string> patients{"P" + std::to_string(i)};
        const WriteQueue::Storing work = [&](store::Registry& registry) {
            return store_patient(registry, patients[0]);
        };
        const auto stored = queue_.store(patients, work);
        ASSERT_TRUE(stored);
        deliveries[i] = *stored;
    });
    std::ranges::sort(deliveries);
    for (std::size_t i = 0; i < count; ++i)
        EXPECT_EQ(deliveries[i], static_cast<DeliveryNumber>(i + 2)) << "each has a delivery of its own";
    EXPECT_GT(std::ranges::max(sizes_), 1U) << "nothing was ever stored together";
    EXPECT_EQ(value_of(registry_.row_counts()).patients, static_cast<std::int64_t>(count + 1));
    EXPECT_TRUE(value_of(store::audit_verify(registry_)).intact());
}

TEST_F(WriteQueues, KeepWritesOfOnePatientApartAndInOrder)
{
    // The group's own test above looks at patients; here each work asks what the one before it has stored.
    constexpr std::size_t count = 8;
    std::atomic<int> inside = 0;
    gather(count, [&](std::size_t) {
        const std::vector<std::string> patients{"same"};
        const WriteQueue::Storing work = [&](store::Registry& registry) -> Result<DeliveryNumber> {
            EXPECT_EQ(++inside, 1);
            auto reader = value_of(store::PatientReader::open(registry));
            PatientRecord record;
            const bool is_there = value_of(reader.find("same", record));
            --inside;
            if (is_there) return 0;
            return store_patient(registry, "same");
        };
        EXPECT_TRUE(queue_.store(patients, work));
    });
    EXPECT_EQ(value_of(registry_.row_counts()).deliveries, 2);
}

TEST_F(WriteQueues, GiveEachItsOwnFailure)
{
    constexpr std::size_t count = 9;
    std::atomic<std::size_t> stored = 0;
    std::atomic<std::size_t> refused = 0;
    std::atomic<std::size_t> thrown = 0;
    gather(count, [&](std::size_t i) {
        const std::vector<std::string> patients{"P" + std::to_string(i)};
        const WriteQueue::Storing work = [&](store::Registry& registry) -> Result<DeliveryNumber> {
            if (i % 3 == 1) return failure(ErrorCode::conflict, "refused " + patients[0]);
            if (i % 3 == 2) throw std::runtime_error("thrown " + patients[0]);
            return store_patient(registry, patients[0]);
        };
        try {
            const auto outcome = queue_.store(patients, work);
            if (outcome) {
                ++stored;
            } else {
                EXPECT_EQ(outcome.error().message, "refused " + patients[0]);
                ++refused;
            }
        } catch (const std::runtime_error& error) {
            EXPECT_EQ(error.what(), "thrown " + patients[0]);
            ++thrown;
        }
    });
    EXPECT_EQ(stored, 3U);
    EXPECT_EQ(refused, 3U);
    EXPECT_EQ(thrown, 3U);
    EXPECT_EQ(value_of(registry_.row_counts()).patients, 4);
}

TEST_F(WriteQueues, LetWhatMayChangeAnybodyGoAlone)
{
    gather(6, [&](std::size_t i) {
        const std::vector<std::string> patients =
            i % 2 == 0 ? std::vector<std::string>{} : std::vector{"P" + std::to_string(i)};
        const WriteQueue::Storing work = [&](store::Registry& registry) {
            return store_patient(registry, "P" + std::to_string(i));
        };
        EXPECT_TRUE(queue_.store(patients, work));
    });
    EXPECT_EQ(value_of(registry_.row_counts()).patients, 7);
}

TEST(WriteQueueThatFails, FailsAllOfTheGroupAndGoesOn)
{
    bool fails = true;
    WriteQueue queue([&](WriteQueue::Group group) {
        if (fails) throw std::runtime_error("no memory");
        for (WriteQueue::Write* write : group)
            write->outcome = 7;
    });
    const std::vector<std::string> patients{"P"};
    const WriteQueue::Storing work = [](store::Registry&) -> Result<DeliveryNumber> { return 1; };
    EXPECT_THROW((void)queue.store(patients, work), std::runtime_error);
    fails = false;
    EXPECT_EQ(value_of(queue.store(patients, work)), 7);
}

TEST_F(WriteQueues, SayThatNothingWasStoredWhereTheGroupIsLost)
{
    const std::vector<std::string> patients[] = {{"P1"}, {"P2"}, {"P3"}};
    const WriteQueue::Storing stores = [](store::Registry& registry) { return store_patient(registry, "P1"); };
    const WriteQueue::Storing ends = [](store::Registry& registry) -> Result<DeliveryNumber> {
        registry.connection().database.exec("ROLLBACK");  // as SQLite does by itself when a disk is full
        return failure(ErrorCode::registry_unusable, "full");
    };
    const WriteQueue::Storing stores_later = [](store::Registry& registry) { return store_patient(registry, "P3"); };
    WriteQueue::Write first{patients[0], stores};
    WriteQueue::Write second{patients[1], ends};
    WriteQueue::Write third{patients[2], stores_later};
    const std::vector<WriteQueue::Write*> group{&first, &second, &third};
    store_together(registry_, group);
    EXPECT_FALSE(first.outcome) << "it was told to be stored, and was not";
    EXPECT_FALSE(second.outcome);
    EXPECT_FALSE(third.outcome);
    EXPECT_EQ(value_of(registry_.row_counts()).deliveries, 0);
    EXPECT_EQ(value_of(store_patient(registry_, "P1")), 1);
}

}  // namespace
}  // namespace nodtrack::service
