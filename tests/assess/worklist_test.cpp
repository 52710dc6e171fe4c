#include "nodtrack/assess/worklist.hpp"

#include <gtest/gtest.h>

#include "../support/case_table.hpp"

namespace nodtrack::assess {
namespace {

using cases::day_of;
using cases::record_of;

const Judge& released()
{
    static const Judge judge = Judge::released();
    return judge;
}

/// The line of a patient; absent where there is none.
std::optional<WorklistEntry> entry_of(const PatientRecord& record, Date as_of,
                                      const std::vector<LedgerDecision>& decisions, const WorklistTerms& terms = {})
{
    const Assessment assessment = released().assess(record, as_of, Detail::none);
    const Proposal present = proposal_of(assessment, record, released().policy());
    const Standing standing = standing_of(present, present, record, decisions, as_of);
    const auto last_heard = last_heard_of(record, decisions, as_of);
    const OpenItems open = open_items_of(standing, assessment, record, decisions, released().policy());
    WorklistGroups in = groups_of(open, standing, present, last_heard, as_of, terms);
    if (in.empty()) return std::nullopt;
    return worklist_entry(std::move(in), open, standing, present, assessment, record, released().policy(), last_heard);
}

/// What the board decided instead of what the policy says on that day.
LedgerDecision override_of(const PatientRecord& record, Date decided_on, policy::Action action, Date due_date)
{
    LedgerDecision decision;
    decision.decided_on = decided_on;
    decision.kind = LedgerKind::supersede;
    decision.action = action;
    decision.due_date = due_date;
    decision.board = true;
    decision.proposal = proposal_of(released().assess(record, decided_on, Detail::none), record, released().policy());
    return decision;
}

struct Case {
    std::string claim;
    std::string patient;
    std::string timeline;
    std::string as_of;
    std::string group;  ///< empty: not listed
};

/// Day zero is 2026-06-15; a quiet CT of that day is followed by one due on 2026-09-15.
const std::vector<Case> groups = {
    {"A CT due in 31 days is not listed", "", "0", "2026-08-15", ""},
    {"A CT due in 30 days is", "", "0", "2026-08-16", "due"},
    {"A CT due today is", "", "0", "2026-09-15", "due"},
    {"The day after it is overdue", "", "0", "2026-09-16", "overdue"},
    {"180 days after the date it is overdue still", "", "0", "2027-03-14", "overdue"},
    {"181 days after it the patient is lost", "", "0", "2027-03-15", "lost"},
    {"unless something was heard since: 180 days after a radiograph not lost", "", "0 / 2026-10-01 [radiograph]",
     "2027-03-30", "overdue"},
    {"181 days after the radiograph lost", "", "0 / 2026-10-01 [radiograph]", "2027-03-31", "lost"},
    {"A scan dated after the as-of day was not heard of", "", "0 / 2027-04-01 [radiograph]", "2027-03-15", "lost"},
    {"A suspicious nodule waits for the board, however near the date", "", "0: N1 7.0x6.0", "0", "board"},
    {"and is overdue after it", "", "0: N1 7.0x6.0", "+15d", "overdue"},
    {"and lost at last, counted from the safety-net CT", "", "0: N1 7.0x6.0", "2027-03-15", "lost"},
    {"the day before not yet", "", "0: N1 7.0x6.0", "2027-03-14", "overdue"},
    {"An urgent item stays urgent, however late", "", "0 [cough]: N1 4.0x4.0", "+2y", "urgent"},
    {"A limited reading is data required", "", "0 [limited]", "0", "data_required"},
    {"and overdue after 14 days", "", "0 [limited]", "+15d", "overdue"},
    {"Lost counts from the safety-net CT where there is one: 180 days after it not yet", "", "0 [limited]",
     "2027-03-14", "overdue"},
    {"181 days after the safety-net CT", "", "0 [limited]", "2027-03-15", "lost"},
    {"Without any scan the first CT is required", "", "", "0", "data_required"},
    {"and nobody is lost who was never seen", "", "", "+2y", "data_required"},
    {"but a patient of whom there is a radiograph is", "", "0 [radiograph]", "2026-12-13", "lost"},
    {"the day before not yet", "", "0 [radiograph]", "2026-12-12", "data_required"},
    {"The deceased are on no list", "follow_up_status=deceased", "0: N1 7.0x6.0", "+15d", ""},
    {"Those who moved neither", "follow_up_status=moved", "0: N1 7.0x6.0", "+15d", ""},
    {"Those who declined neither", "follow_up_status=declined", "0: N1 7.0x6.0", "+2y", ""},
    {"A hand-over waits to be confirmed, and is never overdue or lost", "known_lung_metastases=present",
     "0: N1 7.0x6.0", "+2y", "hand_over"},
};

TEST(WorklistGroup, IsTheMostPressingOneThatFits)
{
    for (const Case& row : groups) {
        SCOPED_TRACE(row.claim);
        const PatientRecord record = record_of(row.patient, row.timeline);
        const auto entry = entry_of(record, day_of(row.as_of), {});
        EXPECT_EQ(entry ? worklist_group_words[static_cast<std::size_t>(entry->group)] : "", row.group);
    }
}

TEST(WorklistGroup, GoesByTheTermsAskedFor)
{
    const PatientRecord record = record_of("", "0");
    EXPECT_TRUE(entry_of(record, day_of("2026-08-15"), {}, {31, 180}));
    EXPECT_FALSE(entry_of(record, day_of("2026-09-14"), {}, {0, 180}));
    EXPECT_EQ(entry_of(record, day_of("2026-09-15"), {}, {0, 180})->group, WorklistGroup::due);
    EXPECT_EQ(entry_of(record, day_of("2026-10-16"), {}, {30, 30})->group, WorklistGroup::lost);
    EXPECT_EQ(entry_of(record, day_of("2026-10-15"), {}, {30, 30})->group, WorklistGroup::overdue);
}

TEST(WorklistEntry, SaysWhatStandsOpenBesideWhatThePolicySaid)
{
    const PatientRecord record = record_of("", "0: N1 7.0x6.0; N2 3.0x3.0 / +3d [pet_ct]");
    LedgerDecision decision = override_of(record, day_of("+4d"), policy::Action::short_interval_ct, day_of("+1m"));
    decision.decided_by = "Dr A";
    decision.reason = "as agreed";
    const auto entry = entry_of(record, day_of("2026-07-20"), {decision});
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->group, WorklistGroup::overdue);
    EXPECT_EQ(entry->action, policy::Action::short_interval_ct);
    EXPECT_EQ(entry->days_late, 5);
    EXPECT_EQ(entry->proposed_action, policy::Action::tumour_board);
    EXPECT_EQ(entry->proposed_due_date, day_of("+14d"));
    EXPECT_EQ(entry->stance, Stance::overridden);
    EXPECT_EQ(entry->decided_by, "Dr A");
    EXPECT_TRUE(entry->board);
    EXPECT_EQ(entry->last_modality, Modality::pet_ct);
    EXPECT_EQ(entry->last_scan_date, day_of("+3d"));
    EXPECT_EQ(entry->last_heard, day_of("+4d"));
    // A safety-net CT is never dropped: silence counts from it, whatever was decided.
    EXPECT_EQ(entry->safety_net_ct_date, day_of("2026-09-15"));
    EXPECT_EQ(entry_of(record, day_of("2027-03-14"), {decision})->group, WorklistGroup::overdue);
    EXPECT_EQ(entry_of(record, day_of("2027-03-15"), {decision})->group, WorklistGroup::lost);
}

std::string groups_text(const std::optional<WorklistEntry>& entry)
{
    std::string text;
    if (!entry) return text;
    for (const WorklistGroup group : entry->groups)
        text += (text.empty() ? "" : " ") + std::string(worklist_group_words[static_cast<std::size_t>(group)]);
    return text;
}

TEST(WorklistGroups, AreAllThatFitSoThatNobodyIsHiddenByAnother)
{
    const PatientRecord late = record_of("", "0: N1 7.0x6.0");
    EXPECT_EQ(groups_text(entry_of(late, day_of("+15d"), {})), "overdue board");
    const PatientRecord unread = record_of("", "0 [limited]: N1 7.0x6.0");
    EXPECT_EQ(groups_text(entry_of(unread, day_of("+1d"), {})), "board data_required");
    EXPECT_EQ(also_text(entry_of(unread, day_of("+1d"), {})->also), "R0 DATA_REQUIRED 2026-06-29");
    EXPECT_EQ(entry_of(unread, day_of("+1d"), {})->earliest_due, day_of("+14d"));
}

TEST(WorklistGroups, KeepAnAlarmThatAQuieterCtFollowedAndNobodyAnswered)
{
    PatientRecord record = record_of("", "-3m: N1 6.5x6.0 / 0: N1 4.0x3.8");
    const auto entry = entry_of(record, day_of("0"), {});
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->group, WorklistGroup::unanswered);
    EXPECT_EQ(entry->unanswered_alarm, policy::Action::tumour_board);
    EXPECT_EQ(entry->unanswered_since, day_of("-3m"));
    nodtrack::Decision decision;
    decision.decided_on = day_of("0");
    decision.kind = DecisionKind::close;
    record.decisions.push_back(decision);
    const auto closed = entry_of(record, day_of("0"), {});
    EXPECT_TRUE(!closed || closed->group != WorklistGroup::unanswered);
}

TEST(WorklistGroups, KeepAnAlarmThatRestsOnWhatWasSaidToBeNoNoduleUntilTheBoardHasSeenIt)
{
    PatientRecord record = record_of("", "0: N1 7.0x6.0");
    record.events.push_back({"N1", EventKind::not_a_nodule, day_of("+2d"), ""});
    const auto entry = entry_of(record, day_of("+3d"), {});
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->group, WorklistGroup::unanswered);
    EXPECT_EQ(entry->unanswered_nodule, "N1");
    EXPECT_EQ(entry->unanswered_alarm, policy::Action::tumour_board);
    LedgerDecision seen;
    seen.decided_on = day_of("+3d");
    seen.board = true;
    EXPECT_FALSE(entry_of(record, day_of("+3d"), {seen}));
}

TEST(WorklistGroups, TellAnAlarmBesideNoNoduleByItsCtForEverUntilTheBoardDecides)
{
    PatientRecord record = record_of("", "0: N1 7.0x6.0");
    record.events.push_back({"N1", EventKind::not_a_nodule, day_of("+2d"), ""});
    const auto is_unanswered = [&](const std::string& as_of) {
        return groups_text(entry_of(record, day_of(as_of), {})).find("unanswered") != std::string::npos;
    };
    EXPECT_EQ(entry_of(record, day_of("+3d"), {})->unanswered_since, day_of("0"));
    EXPECT_TRUE(is_unanswered("+2y")) << "however long ago";
    nodtrack::Decision decision;
    decision.decided_on = day_of("+3d");
    record.decisions = {decision};
    EXPECT_TRUE(is_unanswered("+3d")) << "a clinician is not the board";
    record.decisions[0].board = nodtrack::Answer::yes;
    EXPECT_FALSE(is_unanswered("+3d"));
    record.decisions[0].decided_on = day_of("-1d");
    EXPECT_TRUE(is_unanswered("+3d")) << "decided before the CT";
}

TEST(WorklistGroups, KeepABoardsItemThatSomebodyElseAcceptedOrClosed)
{
    for (const DecisionKind kind : {DecisionKind::accept, DecisionKind::close}) {
        PatientRecord record = record_of("", "0: N1 7.0x6.0");
        nodtrack::Decision decision;
        decision.decided_on = day_of("+4d");
        decision.kind = kind;
        record.decisions = {decision};
        EXPECT_EQ(groups_text(entry_of(record, day_of("+5d"), {})), "board next_step");
        EXPECT_EQ(groups_text(entry_of(record, day_of("+15d"), {})), "board next_step") << "decided in time";
        record.decisions[0].board = nodtrack::Answer::yes;
        EXPECT_EQ(groups_text(entry_of(record, day_of("+15d"), {})), "next_step");
    }
}

TEST(WorklistGroups, KeepAnUrgentItemThatWasClosedUntilSomebodySaysWhatComesNext)
{
    PatientRecord record = record_of("", "0 [cough]: N1 4.0x4.0");
    nodtrack::Decision decision;
    decision.decided_on = day_of("+1d");
    decision.kind = DecisionKind::close;
    record.decisions = {decision};
    EXPECT_EQ(groups_text(entry_of(record, day_of("+2d"), {})), "next_step");
    record.decisions[0].kind = DecisionKind::before_registry;
    EXPECT_EQ(groups_text(entry_of(record, day_of("+2d"), {})), "next_step") << "nobody answers for it";
    record.decisions[0].decided_by = "Dr A";
    EXPECT_EQ(groups_text(entry_of(record, day_of("+2d"), {})), "");
}

TEST(WorklistEntry, SaysSinceWhenAnAlarmByASignIsOpenByTheSign)
{
    PatientRecord record = record_of("", "-3m: N1 4.0x4.0");
    Visit visit;
    visit.visit_id = "V1";
    visit.visit_date = day_of("-2d");
    visit.symptoms.insert(Symptom::cough);
    record.visits = {visit};
    const auto entry = entry_of(record, day_of("0"), {});
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->group, WorklistGroup::urgent);
    EXPECT_EQ(entry->unanswered_since, day_of("-2d"));
}

TEST(WorklistEntry, NamesTheSafetyNetCtThatIsLateBehindALaterDecision)
{
    const PatientRecord record = record_of("", "0: N1 7.0x6.0");
    const LedgerDecision decision =
        override_of(record, day_of("+4d"), policy::Action::continue_surveillance, day_of("+6m"));
    EXPECT_FALSE(entry_of(record, day_of("2026-09-15"), {decision})->late_safety_net);
    const auto entry = entry_of(record, day_of("2026-09-16"), {decision});
    EXPECT_EQ(entry->late_safety_net, day_of("2026-09-15"));
    EXPECT_EQ(entry->days_late, 1);
    EXPECT_EQ(groups_text(entry), "overdue");
}

TEST(RecordedDecisions, StandOnTheListAsIfTheyHadBeenTypedHere)
{
    PatientRecord record = record_of("", "0: N1 7.0x6.0");
    nodtrack::Decision decision;
    decision.decided_on = day_of("+4d");
    decision.kind = DecisionKind::supersede;
    decision.action = policy::Action::short_interval_ct;
    decision.due_date = day_of("+42d");
    decision.decided_by = "Dr A";
    record.decisions = {decision};
    const auto decisions = with_recorded_decisions({}, record, released());
    ASSERT_EQ(decisions.size(), 1U);
    EXPECT_EQ(decisions[0].proposal.action, policy::Action::tumour_board);
    EXPECT_EQ(with_recorded_decisions(decisions, record, released()).size(), 1U) << "kept ones once";
    const auto entry = entry_of(record, day_of("+20d"), decisions);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->stance, Stance::overridden);
    EXPECT_EQ(entry->due_date, day_of("+42d"));
    record.decisions[0].due_date.reset();
    const auto half = with_recorded_decisions({}, record, released());
    EXPECT_EQ(half.at(0).kind, LedgerKind::accept) << "without a day it takes no date away";
}

TEST(WorklistGroups, AskForTheNextStepOfADecisionUntilItIsTaken)
{
    PatientRecord record = record_of("", "0: N1 7.0x6.0");
    nodtrack::Decision decision;
    decision.decided_on = day_of("+4d");
    decision.kind = DecisionKind::accept;
    decision.board = nodtrack::Answer::yes;
    decision.next_step = NextStep::surgery;
    decision.due_date = day_of("+20d");
    record.decisions.push_back(decision);
    EXPECT_EQ(groups_text(entry_of(record, day_of("+5d"), {})), "next_step due");
    EXPECT_EQ(entry_of(record, day_of("+5d"), {})->due_date, day_of("+20d")) << "of the next step";
    record.therapies.push_back({TherapyKind::systemic, day_of("+10d"), std::nullopt, ""});
    EXPECT_EQ(groups_text(entry_of(record, day_of("+11d"), {})), "next_step due");
    record.therapies.push_back({TherapyKind::metastasectomy, day_of("+12d"), std::nullopt, "N1"});
    EXPECT_EQ(groups_text(entry_of(record, day_of("+13d"), {})), "");
}

}  // namespace
}  // namespace nodtrack::assess
