#include "nodtrack/tracker/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <random>
#include <thread>

#include "../support/released_judge.hpp"
#include "nodtrack/tracker/amend.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/ledger.hpp"
#include "nodtrack/tracker/worklist.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using assess::LedgerKind;
using assess::Progress;
using assess::Stance;
using cases::judge;
using policy::Action;
using test::day;
using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// P1 has a suspicious nodule on a CT of 2025-03-01 (board due 2025-03-15), P2 is quiet, P3 has moved.
Delivery first_delivery()
{
    return test::delivery_of(
        {{RowKind::patient,
          "patient_id,birth_date,histology,grade,primary_site,curative_treatment,resection_date,known_lung_metastases,"
          "follow_up_status\n"
          "P1,1980-02-28,leiomyosarcoma,high,extremity,completed,2024-01-10,none,active\n"
          "P2,1980-02-28,leiomyosarcoma,high,extremity,completed,2024-01-10,none,active\n"
          "P3,1980-02-28,leiomyosarcoma,high,extremity,completed,2024-01-10,none,moved\n"},
         {RowKind::scan,
          "patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm,reading\n"
          "P1,A,2025-03-01,ct,diagnostic,1.0,complete\nP2,A,2025-03-01,ct,diagnostic,1.0,complete\n"
          "P3,A,2025-03-01,ct,diagnostic,1.0,complete\n"},
         {RowKind::measurement,
          "patient_id,scan_id,nodule_id,status,long_axis_mm,short_axis_mm\nP1,A,N1,present,7.2,6.0\n"}});
}

DecideRequest accepting(const std::string& patient_id = "P1", std::string_view on = "2025-03-05")
{
    DecideRequest request;
    request.patient_id = patient_id;
    request.decided_by = "Dr A";
    request.reason = "agreed";
    request.decided_on = day(on);
    return request;
}

DecideRequest overriding(Action action, std::optional<Date> due)
{
    DecideRequest request = accepting();
    request.kind = LedgerKind::supersede;
    request.confirm = true;
    request.action = action;
    request.due_date = due;
    return request;
}

DecideRequest of_nodule(EventKind kind, std::string_view on, const std::string& nodule_id = "N1")
{
    DecideRequest request = accepting();
    request.kind = LedgerKind::nodule_event;
    request.event = NoduleEvent{nodule_id, kind, day(on), "seen"};
    return request;
}

class Decide : public ::testing::Test {
  protected:
    Decide() { value_of(ingest(registry_, first_delivery(), provenance_on("2025-03-02"))); }

    DecideReport decided(const DecideRequest& request, std::string_view today = "2025-03-05")
    {
        return value_of(decide(registry_, judge(), request, provenance_on(today)));
    }
    /// The problems; also checks that nothing was stored.
    std::vector<std::string> refusal(const DecideRequest& request, ErrorCode code = ErrorCode::bad_input)
    {
        const auto before = value_of(registry_.row_counts());
        const auto report = decide(registry_, judge(), request, provenance_on("2025-03-05"));
        const auto after = value_of(registry_.row_counts());
        EXPECT_EQ(before.deliveries, after.deliveries);
        EXPECT_EQ(before.decisions, after.decisions);
        EXPECT_EQ(before.assessments, after.assessments);
        EXPECT_EQ(before.events, after.events);
        if (report) return {"stored"};
        EXPECT_EQ(report.error().code, code) << report.error().message;
        return report.error().context.empty() ? std::vector{report.error().message} : report.error().context;
    }
    std::vector<LedgerEntry> ledger(std::string_view as_of)
    {
        return value_of(ledger_of(registry_, judge(), "P1", day(as_of)));
    }
    void add_ct(const std::string& scan_id, const std::string& date)
    {
        value_of(ingest(registry_,
                        test::delivery_of({{RowKind::scan,
                                            "patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm,"
                                            "reading\nP1," +
                                                scan_id + "," + date + ",ct,diagnostic,1.0,complete\n"},
                                           {RowKind::measurement,
                                            "patient_id,scan_id,nodule_id,status,long_axis_mm,short_axis_mm\nP1," +
                                                scan_id + ",N1,present,7.2,6.0\n"}}),
                        provenance_on(date)));
    }

    TemporaryFolder folder_;
    store::Registry registry_ = value_of(store::Registry::open(folder_ / "r.db"));
};

TEST_F(Decide, AcceptingKeepsTheRecommendationWithAllItRestsOn)
{
    const DecideReport report = decided(accepting());
    const auto decisions = value_of(store::decisions_of(registry_, "P1"));
    ASSERT_EQ(decisions.size(), 1U);
    const assess::LedgerDecision& kept = decisions[0];
    EXPECT_EQ(kept.action, Action::tumour_board);
    EXPECT_EQ(kept.due_date, day("2025-03-15"));
    EXPECT_EQ(kept.decided_by, "Dr A");
    EXPECT_EQ(kept.actor, "ab");
    EXPECT_EQ(kept.proposal.as_of, day("2025-03-05"));
    EXPECT_EQ(kept.proposal.policy_sha256, judge().policy().sha256);
    EXPECT_EQ(kept.proposal.policy_version, judge().policy().version);
    EXPECT_EQ(kept.proposal.index_scan_id, "A");
    EXPECT_EQ(kept.proposal.nodules, "N1 SUSPICIOUS NO_PRIOR 7.2 mm");
    EXPECT_EQ(kept.proposal, report.decision.proposal);
    const auto assessments = value_of(store::assessments_of(registry_, "P1"));
    ASSERT_EQ(assessments.size(), 1U);
    EXPECT_EQ(assessments[0].delivery_no, kept.delivery_no);
    EXPECT_EQ(assessments[0].proposal, kept.proposal);
    EXPECT_THAT(assessments[0].json, HasSubstr("\"action\":\"TUMOUR_BOARD\""));
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
    EXPECT_THAT(value_of(check(registry_)).problems, IsEmpty());
    EXPECT_EQ(value_of(store::deliveries(registry_)).back().reason, "agreed");
}

TEST_F(Decide, AnOverrideStandsBesideThePolicysAnswerAndNeverReplacesIt)
{
    DecideRequest request = overriding(Action::short_interval_ct, day("2025-05-01"));
    request.board = true;
    request.present = {"Dr B", "Dr C"};
    decided(request);
    const assess::LedgerDecision kept = value_of(store::decisions_of(registry_, "P1")).at(0);
    EXPECT_EQ(kept.action, Action::short_interval_ct);
    EXPECT_EQ(kept.due_date, day("2025-05-01"));
    EXPECT_EQ(kept.proposal.action, Action::tumour_board);
    EXPECT_EQ(kept.proposal.due_date, day("2025-03-15"));
    EXPECT_THAT(kept.present, ElementsAre("Dr B", "Dr C"));
    AssessRequest asked;
    asked.patient_ids = {"P1"};
    asked.as_of = day("2025-03-20");
    std::vector<std::string_view> flags;
    value_of(assess_patients(registry_, judge(), asked,
                             [&](const assess::Assessment& assessment, const PatientRecord&) -> Result<void> {
                                 EXPECT_EQ(assessment.recommendation.action, Action::tumour_board);
                                 for (const assess::Flag& flag : assessment.flags)
                                     flags.push_back(assess::flag_code_words[static_cast<std::size_t>(flag.code)]);
                                 return {};
                             }));
    EXPECT_THAT(flags, testing::Not(testing::Contains("overdue"))) << "the board answered in time";
}

TEST_F(Decide, AnyPersonsDecisionAnswersTheBoardsItemAndTheNextStepStaysOpen)
{
    decided(accepting());
    AssessRequest asked;
    asked.patient_ids = {"P1"};
    asked.as_of = day("2025-03-16");
    bool overdue = false;
    value_of(assess_patients(registry_, judge(), asked,
                             [&](const assess::Assessment& assessment, const PatientRecord&) -> Result<void> {
                                 for (const assess::Flag& flag : assessment.flags)
                                     overdue = overdue || flag.code == assess::FlagCode::overdue;
                                 return {};
                             }));
    EXPECT_FALSE(overdue) << "a decision of the patient answers it (decision table, section 4b)";
}

TEST_F(Decide, ADecisionLastsUntilTheAssessmentChanges)
{
    decided(overriding(Action::short_interval_ct, day("2025-05-01")));
    EXPECT_EQ(ledger("2025-05-01").at(0).progress, Progress::open);
    EXPECT_EQ(ledger("2025-05-02").at(0).progress, Progress::overdue);
    add_ct("B", "2025-06-01");
    const LedgerEntry entry = ledger("2025-06-01").at(0);
    EXPECT_EQ(entry.stance, Stance::overridden);
    EXPECT_EQ(entry.progress, Progress::done);
    EXPECT_EQ(entry.answer->what, "B");
    const Worklist list = value_of(worklist(registry_, judge(), {day("2025-08-20"), {}, {}, {}}));
    const auto line = std::ranges::find_if(list.entries, [](const auto& one) { return one->patient_id == "P1"; });
    ASSERT_NE(line, list.entries.end());
    EXPECT_EQ((*line)->stance, Stance::proposed) << "nobody decided on the new CT yet";
}

TEST_F(Decide, ACorrectedSizeReplacesWhatWasDecidedOn)
{
    decided(overriding(Action::short_interval_ct, day("2025-05-01")));
    const RowKey row = measurement_key("P1", "A", "N1");
    const std::vector<Correction> corrections = {{"long_axis_mm", "4.2"}, {"short_axis_mm", "3.0"}};
    value_of(amend(registry_, row, corrections, provenance_on("2025-03-06", "typed wrong")));
    EXPECT_EQ(ledger("2025-03-06").at(0).progress, Progress::replaced);
}

TEST_F(Decide, AnEventChangesTheAssessmentAtOnce)
{
    DecideRequest request = of_nodule(EventKind::board_baseline, "2025-03-04");
    request.board = true;
    const DecideReport report = decided(request);
    EXPECT_EQ(report.before.recommendation.action, Action::tumour_board);
    ASSERT_TRUE(report.after);
    EXPECT_EQ(report.after->recommendation.action, Action::continue_surveillance);
    EXPECT_EQ(report.decision.action, Action::continue_surveillance);
    const PatientRecord record = value_of(read_patient(registry_, "P1"));
    ASSERT_EQ(record.events.size(), 1U);
    EXPECT_EQ(record.events[0].note, "seen");
    EXPECT_EQ(ledger("2025-03-05").at(0).progress, Progress::done);
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
    EXPECT_EQ(value_of(registry_.row_counts()).deliveries, 2) << "event, assessment and decision are one entry";
}

TEST_F(Decide, EveryEventCanBeRecorded)
{
    for (const EventKind kind : {EventKind::board_baseline, EventKind::not_a_nodule, EventKind::pathology_benign,
                                 EventKind::pathology_malignant}) {
        EXPECT_EQ(decided(of_nodule(kind, "2025-03-04")).decision.event->kind, kind);
    }
    EXPECT_EQ(value_of(read_patient(registry_, "P1")).events.size(), 4U);
}

TEST_F(Decide, WhatIsMissingOrWrongIsToldTogetherAndNothingIsStored)
{
    DecideRequest request = overriding(Action::pet_ct, day("2025-03-04"));
    request.decided_by = " ";
    request.reason = "";
    request.present = {"Dr B"};
    EXPECT_THAT(refusal(request),
                ElementsAre(HasSubstr("by: missing"), HasSubstr("reason: missing"), HasSubstr("present: who was there"),
                            "due: 2025-03-04 is before the decision, 2025-03-05"));
}

TEST_F(Decide, TheDayOfTheNextStepIsKeptAndAskedAboutWhereItIsLate)
{
    DecideRequest request = accepting();
    request.board = true;
    request.next_step = NextStep::biopsy;
    request.due_date = day("2025-06-02");  // the safety-net CT is due on 2025-06-01
    EXPECT_THAT(refusal(request), ElementsAre(HasSubstr("confirm: the next step on 2025-06-02 comes after the")));
    request.due_date = day("2025-06-01");
    decided(request);
    const assess::LedgerDecision kept = value_of(store::decisions_of(registry_, "P1")).at(0);
    EXPECT_EQ(kept.due_date, day("2025-06-01"));
    EXPECT_EQ(kept.next_step, NextStep::biopsy);
    EXPECT_FALSE(ledger("2025-03-06").at(0).next_step_missing);
    EXPECT_EQ(value_of(read_to_judge(registry_, "P1")).decisions.at(0).due_date, day("2025-06-01"));
}

TEST_F(Decide, ClosingAnAlarmWithoutANextStepIsAskedAbout)
{
    for (const LedgerKind kind : {LedgerKind::close, LedgerKind::before_registry}) {
        DecideRequest request = accepting();
        request.kind = kind;
        EXPECT_THAT(refusal(request),
                    ElementsAre(HasSubstr("TUMOUR_BOARD due 2025-03-15 is closed, and what comes next is not said")));
        request.confirm = true;
        decided(request);
        request = accepting("P2");
        request.kind = kind;
        decided(request);  // nothing but the next CT stands open
    }
}

TEST_F(Decide, AHistoryIsClosedWithItsNearAlarmsOnlyWhereThatIsConfirmed)
{
    const auto closed = [&](std::string_view until, bool confirm) {
        return close_history(registry_, judge(), {day(until), {}, "Dr A", "before the start", confirm},
                             provenance_on("2025-03-05"));
    };
    const auto asked = closed("2025-03-01", false);
    ASSERT_FALSE(asked);
    EXPECT_THAT(asked.error().message, HasSubstr("1 alarm of the last 365 days"));
    EXPECT_THAT(asked.error().context, ElementsAre("P1: TUMOUR_BOARD due 2025-03-15, since 2025-03-01"));
    EXPECT_EQ(value_of(closed("2025-02-28", false)), 0U) << "nothing lies before";
    EXPECT_EQ(value_of(closed("2025-03-01", true)), 3U);
}

TEST_F(Decide, RefusesWhatCannotBeMeant)
{
    struct Row {
        std::string claim;
        DecideRequest request;
        std::string message;
        ErrorCode code = ErrorCode::bad_input;
    };
    DecideRequest dated = accepting();
    dated.due_date = day("2025-04-01");
    DecideRequest eventless = accepting();
    eventless.kind = LedgerKind::nodule_event;
    DecideRequest event_after = of_nodule(EventKind::not_a_nodule, "2025-03-05");
    event_after.decided_on = day("2025-03-04");
    DecideRequest stale = accepting();
    stale.seen = test::sample_proposal();
    DecideRequest unnamed = accepting();
    unnamed.board = true;
    unnamed.present = {"Dr B", ""};
    DecideRequest coloured = accepting();
    coloured.reason = "agreed\x1b[2J";
    const std::vector<Row> rows = {
        {"a reason that clears a screen", coloured, "hold a control character"},
        {"a patient of nowhere", accepting("P9"), "patient P9 is not recorded", ErrorCode::not_found},
        {"a nodule of nowhere", of_nodule(EventKind::not_a_nodule, "2025-03-04", "N9"), "has no nodule 'N9'",
         ErrorCode::not_found},
        {"a decision of tomorrow", accepting("P1", "2025-03-06"), "2025-03-06 is after today"},
        {"an acceptance at another date", dated, "is an override"},
        {"an override without an action", overriding(Action::pet_ct, std::nullopt), "due: missing"},
        {"an override to the policy's own answer", overriding(Action::tumour_board, day("2025-03-15")), "accept it"},
        {"an event that is none", eventless, "event: goes with"},
        {"an event after its decision", event_after, "is after the decision"},
        {"a baseline before any CT", of_nodule(EventKind::board_baseline, "2025-02-28"), "no diagnostic CT before"},
        {"an event before birth", of_nodule(EventKind::not_a_nodule, "1979-01-01"), "birth"},
        {"a patient who moved", accepting("P3"), "not followed here any more"},
        {"a recommendation that is not there any more", stale, "look at it again"},
        {"a nameless member of the board", unnamed, "a name is empty"},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.claim);
        EXPECT_THAT(refusal(row.request, row.code), testing::Contains(HasSubstr(row.message)));
    }
    EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
}

TEST_F(Decide, TheDayBeforeOnAndAfterTheDecisionAsDueDate)
{
    EXPECT_THAT(refusal(overriding(Action::pet_ct, day("2025-03-04"))), ElementsAre(HasSubstr("before the decision")));
    decided(overriding(Action::pet_ct, day("2025-03-05")));
    decided(overriding(Action::pet_ct, day("2025-03-06")));
}

TEST_F(Decide, TheSameDecisionTwiceIsOne)
{
    decided(accepting());
    EXPECT_THAT(refusal(accepting()), ElementsAre("decision: recorded already, delivery 2"));
    DecideRequest of_another = accepting();
    of_another.decided_by = "Dr Z";
    decided(of_another);
    decided(accepting());  // Dr A says it anew, after Dr Z
    DecideRequest with_step = accepting();
    with_step.next_step = NextStep::biopsy;
    decided(with_step);  // says more than the one before
}

TEST_F(Decide, ADecisionOfAnEarlierDayIsSaidNotToStandWhereANewerScanIsRecorded)
{
    add_ct("B", "2025-06-01");
    const DecideReport report = decided(accepting("P1", "2025-03-05"), "2025-06-02");
    EXPECT_EQ(report.decision.proposal.index_scan_id, "A");
    EXPECT_FALSE(report.stands_today);
    EXPECT_EQ(report.today.index_scan_id, "B");
    EXPECT_TRUE(decided(accepting("P1", "2025-06-02"), "2025-06-02").stands_today);
}

TEST_F(Decide, TheSameRecommendationKeptTwiceIsOneEntryOfTheLedger)
{
    decided(accepting());
    DecideRequest later = accepting("P1", "2025-03-07");
    decided(later, "2025-03-07");
    const auto entries = ledger("2025-03-07");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].decisions.size(), 2U);
    EXPECT_EQ(entries[0].proposal.as_of, day("2025-03-05"));
    EXPECT_EQ(ledger("2025-03-06").at(0).decisions.size(), 1U) << "what is decided later is not seen";
    EXPECT_THAT(ledger("2025-03-04"), IsEmpty());
}

TEST_F(Decide, TheWorklistKnowsOnlyWhatWasRecordedByTheDayAskedFor)
{
    DecideRequest request = overriding(Action::continue_surveillance, day("2025-09-01"));
    request.board = true;
    decided(request);
    WorklistRequest asked{day("2025-03-05"), {}, {}, {}};
    EXPECT_THAT(value_of(worklist(registry_, judge(), asked)).entries, IsEmpty());
    asked.known_on = day("2025-03-04");
    const Worklist list = value_of(worklist(registry_, judge(), asked));
    ASSERT_EQ(list.entries.size(), 1U);
    EXPECT_EQ(list.entries[0]->group, assess::WorklistGroup::board);
    EXPECT_EQ(list.patients, 3U);
    asked.groups = {assess::WorklistGroup::due};
    const Worklist other = value_of(worklist(registry_, judge(), asked));
    EXPECT_THAT(other.entries, IsEmpty());
    EXPECT_EQ(other.counts[static_cast<std::size_t>(assess::WorklistGroup::board)], 1U);
}

int decide_status(const std::filesystem::path& file, const DecideRequest& request)
{
    store::Registry registry = value_of(store::Registry::open(file));
    return decide(registry, judge(), request, provenance_on("2025-03-05")) ? 0 : 3;
}

pid_t start_deciding(const std::filesystem::path& file, const DecideRequest& request)
{
    const pid_t child = fork();
    if (child == 0) _exit(decide_status(file, request));
    return child;
}

int status_of(pid_t child)
{
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void make_registry(const std::filesystem::path& file)
{
    ASSERT_EQ(test::exit_status_of_child([&] {
                  store::Registry registry = value_of(store::Registry::open(file));
                  return ingest(registry, first_delivery(), provenance_on("2025-03-02")) ? 0 : 1;
              }),
              0);
}

TEST(TwoDoors, DecidingAtOnceAreOneAfterTheOther)
{
    judge();
    for (int tries = 0; tries < 10; ++tries) {
        const TemporaryFolder folder;
        make_registry(folder / "r.db");
        // The same decision: one is stored, the other one told so. Different ones: both are.
        const pid_t one = start_deciding(folder / "r.db", accepting());
        const pid_t two = start_deciding(folder / "r.db", accepting());
        const int sum = status_of(one) + status_of(two);
        EXPECT_EQ(sum, 3);
        const pid_t three = start_deciding(folder / "r.db", of_nodule(EventKind::board_baseline, "2025-03-04"));
        const pid_t four = start_deciding(folder / "r.db", of_nodule(EventKind::board_baseline, "2025-03-04"));
        const int other_sum = status_of(three) + status_of(four);
        EXPECT_EQ(other_sum, 3);
        const store::Registry registry = value_of(store::Registry::open(folder / "r.db"));
        const store::RowCounts counts = value_of(registry.row_counts());
        EXPECT_EQ(counts.decisions, 2);
        EXPECT_EQ(counts.assessments, 2);
        EXPECT_EQ(counts.events, 1);
        EXPECT_EQ(counts.deliveries, 3);
        EXPECT_TRUE(value_of(audit_verify(registry)).intact());
    }
}

TEST(Killed, InTheMiddleOfADecisionLeavesAllOfItOrNothing)
{
    using Clock = std::chrono::steady_clock;
    constexpr int kills = 100;
    judge();
    const TemporaryFolder folder;
    make_registry(folder / "first.db");
    const DecideRequest request = of_nodule(EventKind::board_baseline, "2025-03-04");
    const auto copy = [&] {
        for (const char* ending : {"-wal", "-shm"})
            std::filesystem::remove((folder / "r.db").string() + ending);
        std::filesystem::copy_file(folder / "first.db", folder / "r.db",
                                   std::filesystem::copy_options::overwrite_existing);
    };
    copy();
    const auto begin = Clock::now();
    ASSERT_EQ(status_of(start_deciding(folder / "r.db", request)), 0);
    const auto whole_run = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    std::mt19937 random(7);
    std::uniform_int_distribution<std::int64_t> moments(0, whole_run.count() * 3 / 2);
    int nothing = 0;
    int all = 0;
    for (int i = 0; i < kills; ++i) {
        copy();
        const pid_t child = start_deciding(folder / "r.db", request);
        std::this_thread::sleep_for(std::chrono::microseconds(moments(random)));
        kill(child, SIGKILL);
        status_of(child);
        const store::Registry registry = value_of(store::Registry::open(folder / "r.db"));
        const store::RowCounts counts = value_of(registry.row_counts());
        EXPECT_EQ(counts.decisions, counts.events);
        EXPECT_EQ(counts.assessments, counts.events);
        EXPECT_EQ(counts.deliveries, 1 + counts.events);
        ++(counts.events == 0 ? nothing : all);
        ASSERT_THAT(value_of(audit_verify(registry)).problems, IsEmpty());
    }
    EXPECT_GT(nothing, 0);
    EXPECT_GT(all, 0);
}

}  // namespace
}  // namespace nodtrack::tracker
