#include "nodtrack/assess/ledger.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "../support/case_table.hpp"

namespace nodtrack::assess {
namespace {

using cases::day_of;
using cases::record_of;
using policy::Action;

const Judge& released()
{
    static const Judge judge = Judge::released();
    return judge;
}

Proposal proposal_on(const PatientRecord& record, Date day)
{
    return proposal_of(released().assess(record, day, Detail::none), record, released().policy());
}

TEST(Answers, AreWhatTheActionAsksForAndNothingElse)
{
    using H = Happening;
    const std::set<H> ct = {H::diagnostic_ct};
    const std::map<Action, std::set<H>> table = {
        {Action::continue_surveillance, ct},
        {Action::short_interval_ct, ct},
        {Action::data_required, ct},
        {Action::pet_ct, {H::pet_ct}},
        {Action::tumour_board, {H::board_baseline, H::board_decision}},
        {Action::urgent_escalation, {H::board_baseline, H::board_decision, H::decision}},
        {Action::out_of_scope, {H::board_decision, H::decision}},
    };
    ASSERT_EQ(table.size(), std::size(policy::action_words));
    ASSERT_EQ(std::size(happening_words), static_cast<std::size_t>(H::count));
    for (const auto& [action, answering] : table) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(H::count); ++i) {
            EXPECT_EQ(answers(static_cast<H>(i), action), answering.contains(static_cast<H>(i)))
                << word_of(action) << " by " << happening_words[i];
        }
    }
}

TEST(Actions, AreFoundByTheirWordsAndByNothingElse)
{
    for (const std::string_view word : policy::action_words)
        EXPECT_EQ(word_of(action_of_word(word).value()), word);
    for (const std::string_view word : {"", "WAIT", "pet_ct", "PET", "PET_CT "})
        EXPECT_FALSE(action_of_word(word)) << word;
}

/// A decision, as a test writes it.
struct Made {
    std::string on;
    LedgerKind kind = LedgerKind::accept;
    Action action = Action::tumour_board;
    std::string due = {};
    bool board = false;
};

struct Case {
    std::string claim;
    std::string timeline;
    std::string events;
    std::vector<Made> decisions;
    std::string kept_on;  ///< the recommendation looked at; empty: that of the day itself
    std::string as_of;
    std::string expected;
};

std::vector<LedgerDecision> decisions_of(const Case& of, const PatientRecord& record)
{
    std::vector<LedgerDecision> decisions;
    for (const Made& made : of.decisions) {
        LedgerDecision& decision = decisions.emplace_back();
        decision.decided_on = day_of(made.on);
        decision.kind = made.kind;
        decision.proposal = proposal_on(record, decision.decided_on);
        const bool own = made.kind == LedgerKind::supersede;
        decision.action = own ? made.action : decision.proposal.action;
        if (!own) decision.due_date = decision.proposal.due_date;
        if (own && !made.due.empty()) decision.due_date = day_of(made.due);
        decision.board = made.board;
        decision.decided_by = made.board ? "board" : "one";
        decision.delivery_no = static_cast<std::int64_t>(decisions.size());
    }
    return decisions;
}

std::string text_of(const Standing& standing)
{
    std::string text =
        fmt::format("{} {} {} {}", stance_words[static_cast<std::size_t>(standing.stance)],
                    word_of(standing.task.action), standing.task.due_date ? standing.task.due_date->iso() : "no date",
                    progress_words[static_cast<std::size_t>(standing.progress)]);
    if (standing.days_late > 0) text += fmt::format(" {} late", standing.days_late);
    if (standing.answer) {
        text += fmt::format(" by {} {}", happening_words[static_cast<std::size_t>(standing.answer->happening)],
                            standing.answer->on.iso());
    }
    if (standing.is_safety_net) text += " safety net";
    if (standing.next_step_missing) text += " next missing";
    return text;
}

constexpr LedgerKind accept = LedgerKind::accept;
constexpr LedgerKind overrides = LedgerKind::supersede;
constexpr LedgerKind of_nodule = LedgerKind::nodule_event;

/// Day zero is 2026-06-15. `quiet` has its next CT on 2026-09-15; `suspicious` is due at the board on 2026-06-29;
/// `pet` has a PET/CT due on 2026-07-13 with a safety-net CT on 2026-09-15; `urgent` is due on 2026-06-17.
const std::string quiet = "0: ";
const std::string suspicious = "0: N1 7.0x6.0";
const std::string pet = "-4m: N1 8.4x7.0 / 0: N1 8.4x7.0";
const std::string urgent = "0 [cough]: N1 4.0x4.0";

const std::vector<Case> standings = {
    {"On the due day nothing is late", "0", "", {}, "", "2026-09-15", "proposed CONTINUE_SURVEILLANCE 2026-09-15 open"},
    {"The day after, it is late by one day",
     "0",
     "",
     {},
     "",
     "2026-09-16",
     "proposed CONTINUE_SURVEILLANCE 2026-09-15 overdue 1 late"},
    {"A radiograph answers no CT",
     "0 / +2m [radiograph]",
     "",
     {},
     "0",
     "2026-09-16",
     "proposed CONTINUE_SURVEILLANCE 2026-09-15 overdue 1 late"},
    {"Nor does the CT part of a PET/CT",
     "0 / +2m [attenuation_ct]",
     "",
     {},
     "0",
     "2026-09-16",
     "proposed CONTINUE_SURVEILLANCE 2026-09-15 overdue 1 late"},
    {"Nor does the PET/CT",
     "0 / +2m [pet_ct]",
     "",
     {},
     "0",
     "2026-09-16",
     "proposed CONTINUE_SURVEILLANCE 2026-09-15 overdue 1 late"},
    {"The next CT does",
     "0 / +2m",
     "",
     {},
     "0",
     "2026-09-16",
     "proposed CONTINUE_SURVEILLANCE 2026-09-15 done by ct 2026-08-15"},
    {"A CT dated after the as-of day is not seen",
     "0 / +2m",
     "",
     {},
     "0",
     "+1m",
     "proposed CONTINUE_SURVEILLANCE 2026-09-15 open"},
    {"Accepting a CT does not make it",
     "0",
     "",
     {{"+1d", accept}},
     "",
     "2026-09-16",
     "accepted CONTINUE_SURVEILLANCE 2026-09-15 overdue 1 late"},
    {"A decision ahead of the as-of day is not seen",
     suspicious,
     "",
     {{"+3d", accept}},
     "",
     "+2d",
     "proposed TUMOUR_BOARD 2026-06-29 open"},

    {"A clinician who accepts the board's item has not held the board",
     suspicious,
     "",
     {{"+1d", accept}},
     "",
     "+15d",
     "accepted TUMOUR_BOARD 2026-06-29 overdue 1 late"},
    {"The board that accepts has seen the patient, and must say what comes next",
     suspicious,
     "",
     {{"+1d", accept, {}, {}, true}},
     "",
     "+15d",
     "accepted TUMOUR_BOARD 2026-06-29 done by board_decision 2026-06-16 next missing"},
    {"An override sets action and date",
     suspicious,
     "",
     {{"+1d", overrides, Action::short_interval_ct, "+2m", true}},
     "",
     "+2m",
     "overridden SHORT_INTERVAL_CT 2026-08-15 open"},
    {"and is late after its own date",
     suspicious,
     "",
     {{"+1d", overrides, Action::short_interval_ct, "+2m", true}},
     "",
     "2026-08-16",
     "overridden SHORT_INTERVAL_CT 2026-08-15 overdue 1 late"},
    {"Its CT answers the kept recommendation",
     suspicious + " / +2m: N1 7.0x6.0",
     "",
     {{"+1d", overrides, Action::short_interval_ct, "+2m", true}},
     "0",
     "+3m",
     "overridden SHORT_INTERVAL_CT 2026-08-15 done by ct 2026-08-15"},
    {"and leaves a new one that nobody decided on",
     suspicious + " / +2m: N1 7.0x6.0",
     "",
     {{"+1d", overrides, Action::short_interval_ct, "+2m", true}},
     "",
     "+2m",
     "proposed TUMOUR_BOARD 2026-08-29 open"},
    {"The newest decision stands",
     suspicious,
     "",
     {{"+1d", overrides, Action::short_interval_ct, "+2m", true}, {"+2d", accept}},
     "",
     "+3d",
     "accepted TUMOUR_BOARD 2026-06-29 open"},
    {"Of one day, the one recorded last",
     suspicious,
     "",
     {{"+1d", accept}, {"+1d", overrides, Action::short_interval_ct, "+2m", true}},
     "",
     "+3d",
     "overridden SHORT_INTERVAL_CT 2026-08-15 open"},
    {"To be shown again is not seen by the decision that says so",
     suspicious,
     "",
     {{"+1d", overrides, Action::tumour_board, "+1m", true}},
     "",
     "+2d",
     "overridden TUMOUR_BOARD 2026-07-15 open"},
    {"To hand over elsewhere is done by saying so",
     suspicious,
     "",
     {{"+1d", overrides, Action::out_of_scope, "", true}},
     "",
     "+1m",
     "overridden OUT_OF_SCOPE no date done by board_decision 2026-06-16"},
    {"A baseline of the board answers the board's item",
     suspicious,
     "board_baseline +3d N1",
     {},
     "0",
     "+15d",
     "proposed TUMOUR_BOARD 2026-06-29 done by board_baseline 2026-06-18"},
    {"Malignant pathology does not: the board has yet to meet",
     suspicious,
     "pathology_malignant +3d N1",
     {},
     "",
     "+18d",
     "proposed TUMOUR_BOARD 2026-07-02 overdue 1 late"},
    {"A baseline before the scan answers nothing after it",
     "-4m: N1 4.0x4.0 / 0: N1 7.0x6.0",
     "board_baseline -1m N1",
     {},
     "",
     "+1d",
     "proposed TUMOUR_BOARD 2026-06-29 open"},
    {"A board's event about the nodule, with the board's item standing, answers it",
     suspicious,
     "pathology_malignant +3d N1",
     {{"+3d", of_nodule, {}, {}, true}},
     "",
     "+15d",
     "proposed TUMOUR_BOARD 2026-07-02 done by board_decision 2026-06-18 next missing"},
    {"Benign pathology replaces what was recommended",
     suspicious,
     "pathology_benign +3d N1",
     {},
     "0",
     "+4d",
     "proposed TUMOUR_BOARD 2026-06-29 replaced"},

    {"Nobody has taken on an urgent item",
     urgent,
     "",
     {},
     "",
     "+3d",
     "proposed URGENT_ESCALATION 2026-06-17 overdue 1 late"},
    {"Anyone who accepts it has, and must say what comes next",
     urgent,
     "",
     {{"+1d", accept}},
     "",
     "+3d",
     "accepted URGENT_ESCALATION 2026-06-17 done by decision 2026-06-16 next missing"},
    {"An override says it at once",
     urgent,
     "",
     {{"+1d", overrides, Action::short_interval_ct, "+1m"}},
     "",
     "+3d",
     "overridden SHORT_INTERVAL_CT 2026-07-15 open"},
    {"A symptom told after a decision is not answered by it, and told again it does not postpone",
     urgent + " / +5d [radiograph haemoptysis]",
     "",
     {{"+1d", accept}},
     "",
     "+6d",
     "accepted URGENT_ESCALATION 2026-06-17 overdue 4 late"},
    {"A baseline before the symptom does not answer it",
     "0: N1 7.0x6.0 / +5d [radiograph haemoptysis]",
     "board_baseline +3d N1",
     {},
     "",
     "+8d",
     "proposed URGENT_ESCALATION 2026-06-22 overdue 1 late"},

    {"A PET/CT is to be made", pet, "", {}, "", "+1m", "proposed PET_CT 2026-07-13 overdue 2 late"},
    {"One that settled nothing leaves the safety-net CT",
     pet + " / +20d [pet_ct]",
     "",
     {},
     "",
     "+1m",
     "proposed SHORT_INTERVAL_CT 2026-09-15 open safety net"},
    {"which becomes late as well",
     pet + " / +20d [pet_ct]",
     "",
     {},
     "",
     "2026-09-16",
     "proposed SHORT_INTERVAL_CT 2026-09-15 overdue 1 late safety net"},
    {"A PET/CT before the index scan answers nothing",
     "-4m: N1 8.4x7.0 / -1m [pet_ct] / 0: N1 8.4x7.0",
     "",
     {},
     "",
     "+1m",
     "proposed PET_CT 2026-07-13 overdue 2 late"},
    {"A CT in place of the PET/CT replaces the recommendation",
     pet + " / +1m: N1 8.4x7.0",
     "",
     {},
     "0",
     "+1m",
     "proposed PET_CT 2026-07-13 replaced"},
    {"An override to PET/CT keeps the safety-net CT of the board",
     suspicious + " / +5d [pet_ct]",
     "",
     {{"+1d", overrides, Action::pet_ct, "+10d", true}},
     "",
     "+6d",
     "overridden SHORT_INTERVAL_CT 2026-09-15 open safety net"},

    {"Without any scan the date moves with the day, and the decision stays",
     "",
     "",
     {{"0", accept}},
     "",
     "+5d",
     "accepted DATA_REQUIRED 2026-06-20 open"},
};

TEST(Standing, FollowsFromWhatIsRecorded)
{
    for (const Case& row : standings) {
        SCOPED_TRACE(row.claim);
        PatientRecord record = record_of("", row.timeline, "", row.events);
        const std::vector<LedgerDecision> decisions = decisions_of(row, record);
        // A decision is a row of the record, but for what was said of one nodule.
        for (const LedgerDecision& made : decisions) {
            if (made.kind == LedgerKind::nodule_event) continue;
            nodtrack::Decision& decision = record.decisions.emplace_back();
            decision.decided_on = made.decided_on;
        }
        const Date as_of = day_of(row.as_of);
        const Proposal present = proposal_on(record, as_of);
        const Proposal proposal = row.kept_on.empty() ? present : proposal_on(record, day_of(row.kept_on));
        EXPECT_EQ(text_of(standing_of(proposal, present, record, decisions, as_of)), row.expected);
    }
}

TEST(Ground, ChangesWithWhateverMattersToADecision)
{
    const Date later = day_of("+1m");
    const Proposal first = proposal_on(record_of("", suspicious), day_of("0"));
    EXPECT_TRUE(same_ground(first, proposal_on(record_of("", suspicious), later))) << "time alone changes nothing";
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"a new CT", suspicious + " / +1m: N1 7.0x6.0"},
        {"another size", "0: N1 7.1x6.0"},
        {"another nodule", "0: N1 7.0x6.0; N2 3.0x3.0"},
        {"another class", "0: N1 4.0x4.0"},
        {"another index scan of that day", "0 [id=X]: N1 7.0x6.0"},
    };
    for (const auto& [what, timeline] : changes) {
        const PatientRecord record = record_of("", timeline);
        EXPECT_FALSE(same_ground(first, proposal_on(record, later))) << what;
    }
}

}  // namespace
}  // namespace nodtrack::assess
