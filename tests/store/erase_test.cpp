#include "nodtrack/store/erase.hpp"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "connection.hpp"
#include "nodtrack/store/access.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using test::day;
using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* erased_id = "SECRET-4711";

/// Everything that stands in the file and beside it.
std::string bytes_of(const std::filesystem::path& file)
{
    std::string all;
    for (const char* const ending : {"", "-wal", "-shm"}) {
        std::ifstream in(file.string() + ending, std::ios::binary);
        all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
}

class Erasing : public ::testing::Test {
  protected:
    /// Beside three other patients one with everything that can be said of one.
    Erasing()
    {
        const std::string id = erased_id;
        test::store_as_delivered(
            registry_,
            test::delivery_of(
                {{RowKind::patient, "patient_id,birth_date\nQ1,1950-01-01\n" + id + ",1931-07-13\n"},
                 {RowKind::scan, "patient_id,scan_id,scan_date,modality,purpose\nQ1,A,2024-01-01,ct,diagnostic\n" + id +
                                     ",CT-SECRET,2024-01-01,ct,diagnostic\n"},
                 {RowKind::measurement,
                  "patient_id,scan_id,nodule_id,status,long_axis_mm,reader\nQ1,A,N1,present,5.0,r1\n" + id +
                      ",CT-SECRET,N1,present,6.789,secretreader\n"},
                 {RowKind::visit, "patient_id,visit_id,visit_date,note\n" + id + ",V1,2024-02-01,a secret told\n"}}),
            provenance_on("2025-02-02", "list with " + id));
        Change change = value_of(Change::begin(registry_, provenance_on("2025-02-03", "secretly why")));
        IdentityLink link;
        link.observation = {id, "CT-SECRET", "N1"};
        link.link_no = 1;
        link.nodule_id = "N9";
        link.state = LinkState::confirmed;
        link.made_by = "secretlinker";
        value_of(change.store_links({&link, 1}));
        NoduleImage image = test::sample_image();
        image.observation = {id, "CT-SECRET", "N1"};
        image.folder = "/data/secretfolder";
        value_of(change.store_images({&image, 1}));
        const SavedAssessment saved{id, std::nullopt, test::sample_proposal(), R"({"secret":"json"})", 0, {}};
        value_of(change.store_assessments({&saved, 1}));
        LedgerDecision decision = test::sample_decision();
        decision.patient_id = id;
        decision.reason = "secretdecision";
        value_of(change.store_decisions({&decision, 1}));
        value_of(change.commit());
        const Instant now = *instant_of("2025-02-04T08:00:00Z");
        const std::vector<PatientRead> reads = {
            {.read_at = now, .account = "a", .patient_id = id, .route = "/patients"},
            {.read_at = now,
             .account = "a",
             .patient_id = "*",
             .route = "/worklist",
             .detail = "patients: [\"" + id + "\",\"Q1\"]"},
            {.read_at = now, .account = "a", .patient_id = "Q1", .route = "/patients"}};
        value_of(log_reads(registry_, reads));
    }

    Result<ErasureReport> erase(const std::string& id = erased_id)
    {
        auto erased = erase_patient(registry_, id, provenance_on("2025-03-01", "request 2026/118"));
        if (erased) {
            EXPECT_TRUE(value_of(wipe_free_space(registry_)));
        }
        return erased;
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "r.db";
    Registry registry_ = test::sample_registry(file_);
};

TEST_F(Erasing, LeavesNoByteOfThePatientInTheFile)
{
    const std::vector<std::string> told = {erased_id,        "CT-SECRET",    "secretreader", "a secret told",
                                           "secretly why",   "secretlinker", "secretfolder", "\"secret\":\"json\"",
                                           "secretdecision", "1931-07-13"};
    const std::string before = bytes_of(file_);
    for (const std::string& text : told)
        ASSERT_THAT(before, HasSubstr(text));
    const ErasureReport report = value_of(erase());
    EXPECT_EQ(report.rows, 8);
    EXPECT_EQ(report.deliveries, 2);
    EXPECT_EQ(report.reads, 2);
    EXPECT_EQ(report.reasons, 2);
    EXPECT_THAT(report.named_elsewhere, IsEmpty());
    const std::string after = bytes_of(file_);
    for (const std::string& text : told)
        EXPECT_THAT(after, Not(HasSubstr(text)));
}

TEST_F(Erasing, LeavesATombstoneThatTheAuditUnderstandsAndAllElseAsItWas)
{
    const AuditHead head = value_of(audit_head(registry_));
    ASSERT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
    value_of(erase());
    const AuditReport report = value_of(audit_verify(registry_, head));
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_THAT(report.notices, ElementsAre(HasSubstr("delivery 4 erased 8 rows of 2 deliveries, by ab at "
                                                      "2025-03-01T08:30:00Z: request 2026/118")));
    EXPECT_THAT(value_of(check(registry_)).problems, IsEmpty());
    EXPECT_EQ(read_patient(registry_, erased_id).error().code, ErrorCode::not_found);
    EXPECT_EQ(value_of(read_patient(registry_, "Q1")).measurements.size(), 1U);
    EXPECT_EQ(value_of(read_patient(registry_, "P1")).measurements.size(), 4U);
    EXPECT_EQ(value_of(read_patient(registry_, "Q1", day("2025-02-02"))).scans.size(), 1U);
}

TEST_F(Erasing, LeavesWhatIsLeftAsHardToChangeAsBefore)
{
    value_of(erase());
    SQLite::Database& database = registry_.connection().database;
    EXPECT_ANY_THROW(database.exec("DELETE FROM scan")) << "the triggers are back";
    EXPECT_ANY_THROW(database.exec("UPDATE erasure SET rows_left = 9"));
    for (const std::string change :
         {"UPDATE patient SET birth_date = '1950-01-02' WHERE patient_id = 'Q1'",
          "DELETE FROM scan WHERE patient_id = "
          "'Q1'",
          "UPDATE patient_read SET account = 'b' WHERE patient_id = 'Q1'", "UPDATE erasure SET rows_erased = 5",
          "UPDATE delivery SET actor = 'zz' WHERE delivery_no = 2"}) {
        const std::filesystem::path copy = folder_ / "changed.db";
        std::filesystem::remove(copy);
        value_of(back_up(registry_, copy));
        {
            SQLite::Database changed(copy.string(), SQLite::OPEN_READWRITE);
            for (const char* const trigger :
                 {"patient_refuses_update", "scan_refuses_delete", "patient_read_refuses_update",
                  "erasure_refuses_update", "delivery_refuses_update"})
                changed.exec(std::string("DROP TRIGGER ") + trigger);
            ASSERT_GT(changed.exec(change), 0);
        }
        const auto problems = value_of(audit_verify(value_of(Registry::open(copy)))).problems;
        EXPECT_THAT(problems, Contains(Not(HasSubstr("schema: trigger")))) << change;
    }
}

TEST_F(Erasing, IsRefusedWhereSomethingWasChangedBefore)
{
    SQLite::Database& database = registry_.connection().database;
    database.exec("DROP TRIGGER scan_refuses_update");
    database.exec("UPDATE scan SET scan_date = '2024-01-02' WHERE patient_id = 'Q1'");
    EXPECT_EQ(erase().error().code, ErrorCode::conflict);
    EXPECT_EQ(value_of(read_patient(registry_, erased_id)).scans.size(), 1U);
}

TEST_F(Erasing, TakesEarlierNumbersAndWhatWasMovedToThePatientAlong)
{
    // As `move_rows` stores it: the patient was OLD-1 before, and a scan of his stood at Q1.
    test::store_as_delivered(registry_, test::delivery_of({{RowKind::patient, "patient_id\nOLD-1\n"}}),
                             provenance_on("2025-02-05"));
    Change change = value_of(Change::begin(registry_, provenance_on("2025-02-06", "moved to SECRET-4711: why")));
    const std::vector<Retraction> moved = {
        {.patient_id = "OLD-1", .scope = RetractionScope::patient, .moved_to = erased_id},
        {.patient_id = "Q1", .scope = RetractionScope::scan, .scan_id = "A", .moved_to = erased_id}};
    value_of(change.store_retractions(moved));
    value_of(change.commit());
    EXPECT_THAT(erase("OLD-1").error().message, HasSubstr("patient OLD-1 is patient SECRET-4711 now"));
    const ErasureReport report = value_of(erase());
    EXPECT_THAT(report.earlier_ids, ElementsAre("OLD-1"));
    EXPECT_THAT(bytes_of(file_), Not(HasSubstr("OLD-1")));
    EXPECT_THAT(bytes_of(file_), Not(HasSubstr(erased_id)));
    EXPECT_THAT(value_of(read_patient(registry_, "Q1")).scans, IsEmpty());
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
    EXPECT_THAT(value_of(check(registry_)).problems, IsEmpty());
}

TEST_F(Erasing, TakesTheCopiesOfAMoveThatWasTakenBackAlong)
{
    // As `move_rows` stores a rename to OTHER-5 and a merge into Q1, both taken back by a later retraction of the
    // delivery.
    const std::string id = erased_id;
    for (const std::string number : {"OTHER-5", "Q1"}) {
        Change change = value_of(Change::begin(registry_, provenance_on("2025-02-06", "moved")));
        const std::vector<Retraction> moved = {
            {.patient_id = id, .scope = RetractionScope::patient, .moved_to = number}};
        value_of(change.store_retractions(moved));
        const SavedAssessment copy{number, std::nullopt, test::sample_proposal(), R"({"a secret told":1})", 0, {}};
        value_of(change.store_assessments({&copy, 1}));
        const DeliveryNumber of_move = value_of(change.commit());
        Change back = value_of(Change::begin(registry_, provenance_on("2025-02-07", "taken back")));
        const std::vector<Retraction> undone = {
            {.patient_id = id, .scope = RetractionScope::delivery, .retracted_delivery_no = of_move},
            {.patient_id = number, .scope = RetractionScope::delivery, .retracted_delivery_no = of_move}};
        value_of(back.store_retractions(undone));
        value_of(back.commit());
    }
    value_of(erase());
    EXPECT_THAT(bytes_of(file_), Not(HasSubstr(erased_id)));
    EXPECT_THAT(bytes_of(file_), Not(HasSubstr("a secret told"))) << "the copies stood under the other numbers";
    EXPECT_THAT(value_of(read_patient(registry_, "Q1")).scans, SizeIs(1)) << "what is the other patient's stays";
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
}

TEST_F(Erasing, CanBeDoneAgainForAnotherPatientOfTheSameDelivery)
{
    value_of(erase());
    value_of(erase("Q1"));
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
    EXPECT_THAT(value_of(audit_verify(registry_)).notices, SizeIs(2));
    test::store_as_delivered(registry_,
                             test::delivery_of({{RowKind::patient, std::string("patient_id\n") + erased_id + "\n"}}),
                             provenance_on("2025-03-02"));
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty()) << "and somebody of that number may come";
}

TEST_F(Erasing, NamesWhereTheIdStillStands)
{
    test::store_as_delivered(
        registry_,
        test::delivery_of(
            {{RowKind::visit, "patient_id,visit_id,visit_date,note\nQ1,V9,2024-02-01,sister of SECRET-4711\n"}}),
        provenance_on("2025-02-05"));
    EXPECT_THAT(value_of(erase()).named_elsewhere, ElementsAre("visit.note"));
    EXPECT_THAT(erase("nobody").error().code, ErrorCode::not_found);
    const auto refused = erase_patient(registry_, "Q1", provenance_on("2025-03-01", "Q1 wants it"));
    EXPECT_THAT(refused.error().message, HasSubstr("reason: names the patient"));
}

}  // namespace
}  // namespace nodtrack::store
