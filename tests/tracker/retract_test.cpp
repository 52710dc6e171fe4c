#include "nodtrack/tracker/retract.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/decide.hpp"
#include "nodtrack/tracker/history.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/row_version.hpp"
#include "nodtrack/tracker/worklist.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::provenance_on;
using test::value_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// P1 has a nodule that grew from 5.4 to 12 mm; P2 a CT without one.
class Retract : public test::RegistryTest {
  protected:
    Retract()
    {
        value_of(ingest({"P1,1980-02-29,female,,2024-01-10\nP2,1970-01-01,male,low,\n",
                         "P1,A,2024-06-01,ct,diagnostic,1,\nP1,B,2024-12-01,ct,diagnostic,1,\n"
                         "P2,A,2025-01-01,ct,diagnostic,1,\n",
                         "P1,A,N1,present,left,5.4,5.0,,round,r1\nP1,B,N1,present,left,12.0,11.0,,round,r1\n"
                         "P1,B,N2,new,right,3.0,3.0,,round,r1\n",
                         {},
                         {},
                         "P1,V1,2024-09-05,phone,,called\n"},
                        "2025-01-05"));
    }

    Result<RetractReport> retract(RetractRequest request, std::string_view on = "2025-02-01",
                                  const std::string& actor = "ab", const std::string& reason = "of another patient")
    {
        store::Provenance provenance = provenance_on(on, reason);
        provenance.actor = actor;
        return tracker::retract(registry_, judge_, request, provenance);
    }
    static RetractRequest of_row(const RowKey& row, bool confirm = false)
    {
        return {.patient_id = std::string(row.value("patient_id")), .row = row, .confirm = confirm};
    }
    static RowKey scan(const std::string& patient, const std::string& id) { return {RowKind::scan, {patient, id}}; }
    /// `A/N1` of each measurement.
    std::vector<std::string> rows_of(const std::string& id, std::optional<Date> known_on = std::nullopt)
    {
        const PatientRecord record = patient(id, known_on);
        std::vector<std::string> rows;
        for (const Measurement& row : record.measurements)
            rows.push_back(record.scans[row.scan].scan_id + "/" + record.nodule_ids[row.nodule]);
        return rows;
    }

    const assess::Judge judge_ = assess::Judge::released();
    const RowKey grown_ = measurement_key("P1", "B", "N1");
    const RowKey visit_{RowKind::visit, {"P1", "V1"}};
};

TEST_F(Retract, OfAGrowthMeasurementIsNeverStoredSilently)
{
    const auto refused = retract(of_row(grown_));
    ASSERT_FALSE(refused) << "the growth is gone with it";
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_THAT(refused.error().message, HasSubstr("would be answered more quietly; nothing was stored"));
    ASSERT_THAT(refused.error().questions, SizeIs(1));
    EXPECT_THAT(refused.error().questions[0], HasSubstr("P1 would be answered more quietly: "));
    EXPECT_THAT(refused.error().questions[0], HasSubstr(" -> "));
    EXPECT_EQ(deliveries(), 1);

    const RetractReport report = value_of(retract(of_row(grown_, true)));
    ASSERT_THAT(report.answers, SizeIs(1));
    EXPECT_TRUE(report.answers[0].reassures());
    EXPECT_GT(report.answers[0].before->action, report.answers[0].after->action);
    EXPECT_THAT(answer_change_text(report.answers[0]), HasSubstr("! QUIETER, P1:\n  before  "));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1", "B/N2"));
    EXPECT_THAT(rows_of("P1", day("2025-01-31")), ElementsAre("A/N1", "B/N1", "B/N2")) << "as known on the day before";
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
    EXPECT_TRUE(value_of(check(registry_)).sound());
}

TEST_F(Retract, OfAnUnrelatedRowChangesNoAnswer)
{
    const RetractReport report = value_of(retract(of_row(visit_)));
    ASSERT_THAT(report.rows, SizeIs(1));
    EXPECT_EQ(report.rows[0].row, visit_);
    EXPECT_EQ(report.rows[0].before, 1U);
    EXPECT_EQ(report.rows[0].after, std::nullopt);
    ASSERT_THAT(report.answers, SizeIs(1));
    EXPECT_FALSE(report.answers[0].changes());
    EXPECT_THAT(patient("P1").visits, IsEmpty());
}

TEST_F(Retract, TellsEverythingAndStoresNothingOnADryRun)
{
    RetractRequest request = of_row(scan("P1", "B"));
    request.dry_run = true;
    const RetractReport report = value_of(retract(request));
    EXPECT_THAT(report.rows, SizeIs(3)) << "the scan and its two measurements";
    EXPECT_THAT(report.questions, SizeIs(1));
    EXPECT_EQ(report.delivery_no, 0);
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Retract, OfAScanTakesItsRowsAndTheListNamesWhatRestsOnIt)
{
    DecideRequest decision;
    decision.patient_id = "P1";
    decision.kind = assess::LedgerKind::accept;
    decision.decided_on = day("2025-01-10");
    decision.decided_by = "Dr A";
    decision.reason = "seen";
    decision.board = true;
    value_of(decide(registry_, judge_, decision, provenance_on("2025-01-10")));
    const IdentityProposal link_of_b{{"P1", "B", "N2"}, "N2", LinkMethod::typed, {}, NoduleState::is_new};
    value_of(link(registry_, {&link_of_b, 1}, provenance_on("2025-01-11")));

    const RetractReport report = value_of(retract(of_row(scan("P1", "B"), true)));
    EXPECT_THAT(report.rests, Contains(HasSubstr("P1: recommendation of 2025-01-10: ")));
    EXPECT_THAT(report.rests, Contains(HasSubstr("P1: decision of 2025-01-10 (board): accept on ")));
    EXPECT_THAT(report.rests, Contains(HasSubstr("P1: link B/N2#1")));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1"));
    EXPECT_THAT(value_of(identities_of(registry_, "P1")), SizeIs(1)) << "the link goes with its row";
    EXPECT_THAT(value_of(store::decisions_of(registry_, "P1")), SizeIs(1)) << "what was decided stays decided";
}

TEST_F(Retract, NamesWhatTheRecordThenContradicts)
{
    value_of(ingest({{}, {}, {}, {}, "P1,N2,not_a_nodule,2025-01-06,\n"}, "2025-01-07"));
    const RetractReport report = value_of(retract(of_row(measurement_key("P1", "B", "N2"), true)));
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("the record then says: patient P1: events: nodule_id: ")));
}

TEST_F(Retract, StaysInTheHistoryWithWhoWhenAndWhy)
{
    value_of(retract(of_row(grown_, true)));
    const auto past = value_of(history(registry_, grown_, "long_axis_mm"));
    ASSERT_THAT(past, SizeIs(1));
    EXPECT_EQ(past[0].text, "12.0");
    ASSERT_TRUE(past[0].in_error);
    EXPECT_EQ(past[0].in_error->reason, "of another patient");
    EXPECT_EQ(past[0].in_error->recorded_on, day("2025-02-01"));
    EXPECT_EQ(current_version(registry_, grown_).error().code, ErrorCode::not_found);
    const auto amended =
        tracker::amend(registry_, grown_, std::vector<Correction>{{"side", "right"}}, provenance_on("2025-02-02", "x"));
    EXPECT_THAT(amended.error().message, HasSubstr("was entered in error (delivery 2, by ab at 2025-02-01"));
}

TEST_F(Retract, CanBeTakenBackAndTheRecordIsAsBefore)
{
    const auto before = patient("P1").measurements.size();
    const RetractReport gone = value_of(retract(of_row(scan("P1", "B"), true)));
    const RetractReport back = value_of(retract({.undo = gone.delivery_no}, "2025-02-02"));
    EXPECT_THAT(back.rows, SizeIs(3));
    EXPECT_EQ(patient("P1").measurements.size(), before);
    EXPECT_FALSE(back.answers[0].reassures());
    EXPECT_THAT(retract({.undo = gone.delivery_no}).error().context, ElementsAre(HasSubstr("taken back already")));
    EXPECT_THAT(retract({.undo = back.delivery_no}).error().context,
                ElementsAre(HasSubstr("it took a retraction back; retract the rows again")));
    EXPECT_THAT(retract({.undo = 1}).error().message, HasSubstr("delivery 1 retracted nothing"));
    value_of(retract(of_row(scan("P1", "B"), true), "2025-02-03"));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1"));
    EXPECT_THAT(rows_of("P1", day("2025-02-02")), ElementsAre("A/N1", "B/N1", "B/N2"));
    EXPECT_THAT(rows_of("P1", day("2025-02-01")), ElementsAre("A/N1"));
}

TEST_F(Retract, OfWhatIsEnteredAgainHoldsAnew)
{
    value_of(retract(of_row(grown_, true)));
    value_of(ingest({{}, {}, "P1,B,N1,present,left,6.0,5.0,,round,r1\n"}, "2025-02-02"));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1", "B/N1", "B/N2"));
    EXPECT_EQ(value_of(current_version(registry_, grown_)).version, 2U);
    value_of(amend(registry_, grown_, std::vector<Correction>{{"long_axis_mm", "6.1"}},
                   provenance_on("2025-02-03", "read again")));
    EXPECT_EQ(value_of(current_version(registry_, grown_)).version, 3U);
    EXPECT_TRUE(value_of(check(registry_)).sound());
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(Retract, OfADeliveryBringsBackWhatStoodBefore)
{
    value_of(ingest({{}, {}, "P1,B,N1,present,left,6.0,5.0,,round,r1\nP1,A,N2,present,,4.0,,,,\n"}, "2025-01-20",
                    {.amend_reason = "list of June"}));
    ASSERT_EQ(patient("P1").measurements.size(), 4U);
    const RetractReport report = value_of(retract({.delivery = 2, .confirm = true}));
    EXPECT_THAT(report.rows, SizeIs(2));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1", "B/N1", "B/N2"));
    EXPECT_EQ(patient("P1").measurements[1].findings.long_axis, Length::from_thousandths(12000));
    EXPECT_THAT(retract({.delivery = 2}).error().context, ElementsAre(HasSubstr("entered in error already")));
    EXPECT_THAT(retract({.delivery = report.delivery_no}).error().context,
                ElementsAre(HasSubstr("it retracts rows itself")));
    EXPECT_EQ(retract({.delivery = 77}).error().code, ErrorCode::not_found);
}

TEST_F(Retract, LeavesNoRowWithoutItsScanOrPatient)
{
    value_of(ingest({{}, {}, "P2,A,N1,present,left,4.0,,,,\n"}, "2025-01-20"));
    const auto refused = retract({.patient_id = "P2", .delivery = 1, .confirm = true});
    ASSERT_FALSE(refused) << "the measurement came later, and would stand on no scan";
    EXPECT_THAT(refused.error().context, Contains(HasSubstr("patient P2: nodule N1 on scan A")));
    value_of(retract(of_row({RowKind::patient, {"P2"}}, true)));
    EXPECT_EQ(tracker::read_patient(registry_, "P2").error().code, ErrorCode::not_found);
    EXPECT_EQ(patient("P2", day("2025-01-31")).measurements.size(), 1U);
}

TEST_F(Retract, OfAWholePatientIsAskedAbout)
{
    const auto refused = retract(of_row({RowKind::patient, {"P2"}}));
    ASSERT_FALSE(refused) << "nobody would follow him any more";
    EXPECT_THAT(refused.error().questions, ElementsAre(HasSubstr("-> not followed")));
}

TEST_F(Retract, OfRowsThatOthersRecordedIsNotForEverybody)
{
    RetractRequest request = of_row(grown_, true);
    request.own_rows_alone = true;
    EXPECT_EQ(retract(request, "2025-02-01", "cd").error().code, ErrorCode::not_allowed);
    EXPECT_TRUE(retract(request, "2025-02-01", "ab"));
    const RetractRequest undo{.undo = 2, .own_rows_alone = true};
    EXPECT_EQ(retract(undo, "2025-02-01", "cd").error().code, ErrorCode::not_allowed);
    EXPECT_TRUE(retract(undo, "2025-02-01", "ab"));
}

TEST_F(Retract, OfADecisionIsForThoseWhoDecide)
{
    value_of(ingest({{}, {}, {}, {}, {}, {}, "P1,2025-01-10,close,,,,,Dr A,,\n"}, "2025-01-10"));
    RetractRequest request = of_row({RowKind::decision, {"P1", "2025-01-10", "close", "Dr A"}}, true);
    request.may_decide = false;
    EXPECT_EQ(retract(request).error().code, ErrorCode::not_allowed);
    request.may_decide = true;
    EXPECT_TRUE(retract(request));
}

TEST_F(Retract, NeedsAReasonAndARowThatIsThere)
{
    EXPECT_THAT(retract(of_row(grown_), "2025-02-01", "ab", " ").error().message, HasSubstr("reason: missing"));
    EXPECT_EQ(retract(of_row(scan("P1", "Z"))).error().code, ErrorCode::not_found);
    EXPECT_EQ(retract(of_row(scan("P9", "A"))).error().code, ErrorCode::not_found);
    value_of(retract(of_row(visit_)));
    EXPECT_THAT(retract(of_row(visit_)).error().message, HasSubstr("was entered in error already"));
}

TEST_F(Retract, TakesAPatientOffTheWorklistThatIsBroughtUpToDate)
{
    const WorklistRequest request{.as_of = day("2025-06-01"), .known_on = {}, .terms = {}, .groups = {}};
    const Worklist before = value_of(worklist(registry_, judge_, request));
    value_of(retract(of_row({RowKind::patient, {"P1"}}, true)));
    store::PatientReader reader = value_of(store::PatientReader::open(registry_));
    const std::vector<std::string> looked_at = {"P1"};
    const Worklist after = value_of(look_again(before, reader, judge_, request, looked_at));
    const auto lists = [](const Worklist& list) {
        return std::ranges::any_of(list.entries, [](const auto& entry) { return entry->patient_id == "P1"; });
    };
    EXPECT_TRUE(lists(before));
    EXPECT_FALSE(lists(after));
}

/// A list of the hospital that is sent every month.
class RepeatedList : public Retract {
  protected:
    Result<IngestReport> send(const test::Rows& rows, std::string amend = {}, std::string_view on = "2025-02-10")
    {
        return ingest(rows, on, {.amend_reason = std::move(amend), .is_list = true});
    }
    const test::Rows grown_again_{{}, {}, "P1,B,N1,present,left,12.0,11.0,,round,r1\n"};
};

TEST_F(RepeatedList, ChangesNothingOfAValueThatWasCorrectedAndSaysSo)
{
    value_of(amend(registry_, grown_, std::vector<Correction>{{"long_axis_mm", "11.5"}},
                   provenance_on("2025-02-01", "read again")));
    for (const char* const amend_reason : {"", "list of June"}) {
        const IngestReport report = value_of(send(grown_again_, amend_reason));
        EXPECT_EQ(report.delivery_no, std::nullopt);
        EXPECT_EQ(report.of(RowKind::measurement).unchanged, 1U);
        EXPECT_THAT(report.warnings,
                    ElementsAre(HasSubstr("measurements.csv:2:long_axis_mm: repeats 12.0, which was corrected to 11.5 "
                                          "(delivery 2, by ab at 2025-02-01T08:30:00Z: read again); it stays so")));
    }
    EXPECT_EQ(patient("P1").measurements[1].findings.long_axis, Length::from_thousandths(11500));
}

TEST_F(RepeatedList, DoesNotFillInWhatWasTakenAway)
{
    value_of(amend(registry_, grown_, std::vector<Correction>{{"shape", ""}}, provenance_on("2025-02-01", "not said")));
    const IngestReport report = value_of(send(grown_again_));
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("repeats round, which was corrected to not known")));
    EXPECT_EQ(patient("P1").measurements[1].findings.shape, std::nullopt);
}

TEST_F(RepeatedList, ListsOldAndNewOfWhatItSupersedes)
{
    const test::Rows other{{}, {}, "P1,B,N1,present,left,11.8,11.0,,oval,r1\n"};
    EXPECT_FALSE(send(other)) << "a value that was never stored contradicts";
    const IngestReport report = value_of(send(other, "second reading"));
    ASSERT_THAT(report.superseded, SizeIs(2));
    EXPECT_EQ(report.superseded[0].row, grown_);
    EXPECT_EQ(report.superseded[0].value.column, "long_axis_mm");
    EXPECT_EQ(report.superseded[0].value.before, "12.0");
    EXPECT_EQ(report.superseded[0].value.after, "11.8");
    EXPECT_EQ(report.superseded[1].value.column, "shape");
}

TEST_F(RepeatedList, DoesNotBringBackWhatWasEnteredInError)
{
    value_of(retract(of_row(scan("P1", "B"), true)));
    const test::Rows whole{"P1,1980-02-29,female,,2024-01-10\n", "P1,B,2024-12-01,ct,diagnostic,1,\n",
                           "P1,B,N1,present,left,12.0,11.0,,round,r1\nP1,B,N2,new,right,3.0,3.0,,round,r1\n"};
    const IngestReport report = value_of(send(whole));
    EXPECT_EQ(report.delivery_no, std::nullopt);
    EXPECT_THAT(report.warnings, SizeIs(3));
    EXPECT_THAT(report.warnings, Contains(HasSubstr("scans.csv:2:scan_id: repeats what was entered in error (delivery "
                                                    "2, by ab at 2025-02-01T08:30:00Z: of another patient)")));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1"));
    const auto refused = send({{}, {}, "P1,B,N3,new,right,4.0,4.0,,round,r1\n"});
    EXPECT_THAT(refused.error().context, ElementsAre(HasSubstr("this scan was entered in error")));
}

TEST_F(RepeatedList, BringsInWhatSaysSomethingElseNowAndSaysThatToo)
{
    value_of(retract(of_row(scan("P1", "B"), true)));
    const test::Rows other{{}, "P1,B,2024-12-02,ct,diagnostic,1,\n", "P1,B,N1,present,left,12.0,11.0,,round,r1\n"};
    const IngestReport report = value_of(send(other));
    EXPECT_TRUE(report.delivery_no);
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("scans.csv:2:scan_id: was entered in error before")));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1", "B/N1")) << "its measurements come with it";
    EXPECT_TRUE(value_of(check(registry_)).sound());
}

TEST_F(RepeatedList, LeavesAPatientOutOfWhomAllWasEnteredInError)
{
    value_of(retract(of_row({RowKind::patient, {"P2"}}, true)));
    const IngestReport report = value_of(send({"P2,1970-01-01,male,low,\n", "P2,A,2025-01-01,ct,diagnostic,1,\n"}));
    EXPECT_EQ(report.delivery_no, std::nullopt);
    EXPECT_THAT(report.warnings, SizeIs(2));
    EXPECT_THAT(send({{}, "P2,B,2025-01-02,ct,diagnostic,1,\n"}).error().context,
                ElementsAre(HasSubstr("this patient was entered in error")));
    value_of(ingest({"P2,1970-01-01,male,low,\n"}, "2025-02-11"));
    EXPECT_EQ(patient("P2").patient.sex, Sex::male) << "said by a person, it holds anew";
    EXPECT_TRUE(value_of(check(registry_)).sound());
}

}  // namespace
}  // namespace nodtrack::tracker
