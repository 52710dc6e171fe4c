#include "nodtrack/store/retractions.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connection.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using test::day;
using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Retractions : public ::testing::Test {
  protected:
    DeliveryNumber record(const std::vector<Retraction>& retractions, std::string_view on = "2025-03-01")
    {
        Change change = value_of(Change::begin(registry_, provenance_on(on, "in error")));
        value_of(change.store_retractions(retractions));
        return value_of(change.commit());
    }
    static Retraction of_scan(const std::string& patient, const std::string& scan)
    {
        return {.patient_id = patient, .scope = RetractionScope::scan, .scan_id = scan};
    }
    static Retraction of_measurement(const std::string& patient, const std::string& scan, const std::string& nodule)
    {
        return {.patient_id = patient, .kind = RowKind::measurement, .row_key = scan + "\n" + nodule};
    }
    static Retraction of_delivery(const std::string& patient, DeliveryNumber number)
    {
        return {.patient_id = patient, .scope = RetractionScope::delivery, .retracted_delivery_no = number};
    }
    /// Stores one measurement of P1's nodule N1 on scan B as that version.
    DeliveryNumber store_version(const std::string& long_axis, Version version, std::string_view on = "2025-02-10")
    {
        const Delivery delivery = test::delivery_of(
            {{RowKind::measurement,
              "patient_id,scan_id,nodule_id,status,long_axis_mm\nP1,B,N1,present," + long_axis + "\n"}});
        NewVersions rows;
        rows.measurements.push_back({&delivery.measurements.front(), version});
        Change change = value_of(Change::begin(registry_, provenance_on(on)));
        value_of(change.store_rows(rows));
        return value_of(change.commit());
    }
    /// `A/N1=5400` of each measurement of P1, micrometres.
    std::vector<std::string> sizes(std::optional<Date> known_on = std::nullopt)
    {
        const PatientRecord record = value_of(read_patient(registry_, "P1", known_on));
        std::vector<std::string> found;
        for (const Measurement& row : record.measurements) {
            found.push_back(record.scans[row.scan].scan_id + "/" + record.nodule_ids[row.nodule] + "=" +
                            (row.findings.long_axis ? std::to_string(row.findings.long_axis->thousandths()) : "-"));
        }
        return found;
    }
    std::vector<std::string> ids()
    {
        PatientReader reader = value_of(PatientReader::open(registry_));
        std::vector<std::string> found;
        PatientRecord record;
        while (value_of(reader.next(record)))
            found.push_back(record.patient.patient_id);
        return found;
    }

    TemporaryFolder folder_;
    Registry registry_ = test::sample_registry(folder_ / "r.db");
};

TEST_F(Retractions, LeaveOutOneRowWithAllItsVersions)
{
    store_version("7.0", 2);
    ASSERT_THAT(sizes(), ElementsAre("A/N1=5400", "A/N2=3000", "B/N1=7000", "B/N2=-"));
    record({of_measurement("P1", "B", "N1")});
    EXPECT_THAT(sizes(), ElementsAre("A/N1=5400", "A/N2=3000", "B/N2=-"))
        << "a value that was corrected was no better before the correction";
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
    EXPECT_THAT(value_of(check(registry_)).problems, IsEmpty());
}

TEST_F(Retractions, OfADeliveryBringBackWhatStoodBeforeIt)
{
    const DeliveryNumber wrong = store_version("7.0", 2);
    record({of_delivery("P1", wrong)});
    EXPECT_THAT(sizes(), ElementsAre("A/N1=5400", "A/N2=3000", "B/N1=5900", "B/N2=-"));
}

TEST_F(Retractions, OfAScanTakeEverythingOnItAlong)
{
    IdentityLink link;
    link.observation = {"P1", "A", "N2"};
    link.link_no = 1;
    link.nodule_id = "N9";
    link.state = LinkState::confirmed;
    link.made_by = "ab";
    const NoduleImage image = test::sample_image();
    Change change = value_of(Change::begin(registry_, provenance_on("2025-02-02")));
    value_of(change.store_links({&link, 1}));
    value_of(change.store_images({&image, 1}));
    value_of(change.commit());
    record({of_scan("P1", "A")});
    EXPECT_THAT(sizes(), ElementsAre("B/N1=5900", "B/N2=-"));
    EXPECT_THAT(value_of(images_of(registry_, "P1")), IsEmpty());
    EXPECT_THAT(value_of(images_like(registry_, image.series_uid, {})), IsEmpty());
    const auto links = value_of(links_of(registry_, "P1"));
    ASSERT_THAT(links, SizeIs(1)) << "links are numbered on, so that all of them are told";
    EXPECT_TRUE(links[0].in_error);
    EXPECT_EQ(standing_link(links), nullptr);
}

TEST_F(Retractions, ArePassedOverByWhatWasKnownOnAnEarlierDay)
{
    const auto before = sizes();
    record({of_scan("P1", "B")}, "2025-03-01");
    EXPECT_EQ(sizes(day("2025-02-28")), before);
    EXPECT_THAT(sizes(day("2025-03-01")), ElementsAre("A/N1=5400", "A/N2=3000"));
    PatientReader of_release = value_of(PatientReader::open_upto(registry_, 1));
    PatientRecord record;
    ASSERT_TRUE(value_of(of_release.find("P1", record)));
    EXPECT_THAT(record.scans, SizeIs(2)) << "a release of exports stays as it is";
}

TEST_F(Retractions, CanBeTakenBackAndThenNothingOfThemIsLeft)
{
    const auto before = sizes();
    const DeliveryNumber retracted = record({of_scan("P1", "B")});
    record({of_delivery("P1", retracted)}, "2025-03-02");
    EXPECT_EQ(sizes(), before);
    EXPECT_THAT(sizes(day("2025-03-01")), ElementsAre("A/N1=5400", "A/N2=3000"));
    const auto told = value_of(retractions_of(registry_, "P1"));
    ASSERT_THAT(told, SizeIs(2));
    EXPECT_EQ(told[0].what.scan_id, "B");
    EXPECT_EQ(told[0].delivery.reason, "in error");
    ASSERT_TRUE(told[0].taken_back);
    EXPECT_EQ(told[0].taken_back->delivery_no, retracted + 1);
    EXPECT_FALSE(told[1].taken_back);
}

TEST_F(Retractions, LetARowHoldThatIsEnteredAgain)
{
    record({of_measurement("P1", "B", "N1")});
    PatientReader reader = value_of(PatientReader::open(registry_));
    PatientRecord found;
    ASSERT_TRUE(value_of(reader.find("P1", found)));
    EXPECT_TRUE(reader.versions().is_covered(RowKind::measurement, "B\nN1"));
    EXPECT_EQ(reader.versions().next(RowKind::measurement, "B\nN1", 0), 2U);
    store_version("6.1", 2, "2025-03-02");
    EXPECT_THAT(sizes(), ElementsAre("A/N1=5400", "A/N2=3000", "B/N1=6100", "B/N2=-"));
    const std::vector<std::string> key = {"P1", "B", "N1"};
    const auto versions = value_of(versions_of<RowKind::measurement>(registry_, key));
    ASSERT_THAT(versions, SizeIs(2));
    ASSERT_TRUE(versions[0].in_error);
    EXPECT_EQ(versions[0].in_error->actor, "ab");
    EXPECT_FALSE(versions[1].in_error);
}

TEST_F(Retractions, OfAWholePatientLeaveNobodyThere)
{
    record({{.patient_id = "P2", .scope = RetractionScope::patient}});
    EXPECT_THAT(ids(), ElementsAre("P1", "P3"));
    EXPECT_EQ(read_patient(registry_, "P2").error().code, ErrorCode::not_found);
    EXPECT_EQ(value_of(registry_.patient_count()), 2U);
    EXPECT_EQ(value_of(registry_.patient_count(1)), 3U) << "as of the release before it";
    HistoryReader history = value_of(HistoryReader::open(registry_));
    const PatientVersions* versions = value_of(history.versions_of("P2"));
    ASSERT_THAT(versions->patients, SizeIs(1));
    ASSERT_NE(versions->patients[0].in_error, nullptr);
    EXPECT_EQ(versions->patients[0].in_error->reason, "in error");
    EXPECT_EQ(value_of(registry_.row_counts()).patients, 3) << "the file still holds him";
}

TEST_F(Retractions, CoverDecisionsOfTheRecordAndOfTheLedger)
{
    const LedgerDecision decision = test::sample_decision();
    Change change = value_of(Change::begin(registry_, provenance_on("2025-03-01")));
    value_of(change.store_decisions({&decision, 1}));
    value_of(change.commit());
    ASSERT_THAT(value_of(decisions_of(registry_, "P1")), SizeIs(1));
    record({{.patient_id = "P1", .kind = RowKind::decision, .row_key = "2025-03-01\noverride\nDr A"}}, "2025-03-02");
    EXPECT_THAT(value_of(decisions_of(registry_, "P1")), IsEmpty());
    EXPECT_THAT(value_of(read_patient(registry_, "P1")).decisions, SizeIs(2));
    PatientReader reader = value_of(PatientReader::open(registry_, day("2025-03-01")));
    PatientRecord found;
    ASSERT_TRUE(value_of(reader.find("P1", found)));
    EXPECT_THAT(reader.ledger(), SizeIs(1));
}

TEST_F(Retractions, CanBeSupposed)
{
    PatientReader reader = value_of(PatientReader::open_supposing(registry_, {of_scan("P1", "B")}));
    PatientRecord found;
    ASSERT_TRUE(value_of(reader.find("P1", found)));
    EXPECT_THAT(found.scans, SizeIs(1));
    EXPECT_THAT(sizes(), SizeIs(4)) << "nothing was stored";
}

TEST_F(Retractions, AreTheSameInTheViewForOtherPrograms)
{
    const DeliveryNumber wrong = store_version("7.0", 2);
    record({of_measurement("P1", "A", "N2"), of_delivery("P1", wrong)});
    const DeliveryNumber again = record({of_scan("P1", "B")});
    const auto seen = [&] {
        SQLite::Database database((folder_ / "r.db").string(), SQLite::OPEN_READONLY);
        SQLite::Statement select(database,
                                 "SELECT scan_id || '/' || nodule_id || '=' || coalesce(long_axis_mm_thousandths, '-') "
                                 "FROM current_observation WHERE patient_id = 'P1' ORDER BY scan_id, observation_id");
        std::vector<std::string> rows;
        while (select.executeStep())
            rows.push_back(select.getColumn(0).getString());
        return rows;
    };
    EXPECT_EQ(seen(), sizes());
    record({of_delivery("P1", again)});
    EXPECT_EQ(seen(), sizes());
    EXPECT_THAT(sizes(), ElementsAre("A/N1=5400", "B/N1=5900", "B/N2=-"));
}

TEST_F(Retractions, AreAppendOnlyAndInTheChain)
{
    record({of_scan("P1", "B")});
    SQLite::Database& database = registry_.connection().database;
    for (const char* const statement : {"UPDATE retraction SET scan_id = 'A'", "DELETE FROM retraction",
                                        "REPLACE INTO retraction SELECT * FROM retraction"}) {
        try {
            database.exec(statement);
            ADD_FAILURE() << statement << " went through";
        } catch (const SQLite::Exception& exception) {
            EXPECT_THAT(exception.what(), HasSubstr("retraction is append-only"));
        }
    }
    database.exec("DROP TRIGGER retraction_refuses_delete");
    database.exec("DELETE FROM retraction");
    EXPECT_THAT(value_of(audit_verify(registry_)).problems,
                ::testing::Contains(HasSubstr("retraction: delivery 2 has 0 rows, 1 were recorded")));
}

TEST_F(Retractions, KnowWhomADeliveryConcerned)
{
    EXPECT_THAT(value_of(patients_of_delivery(registry_, 1)), ElementsAre("P1", "P2", "P3"));
    EXPECT_THAT(value_of(patients_of_delivery(registry_, 9)), IsEmpty());
    EXPECT_FALSE(value_of(delivery_entry(registry_, 9)));
}

}  // namespace
}  // namespace nodtrack::store
