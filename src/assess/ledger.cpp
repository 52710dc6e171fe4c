#include "nodtrack/assess/ledger.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace nodtrack::assess {
namespace {

using policy::Action;

/// The same item for people: policy's action, date and index scan, whatever became of class and nodules since.
bool same_item(const Proposal& left, const Proposal& right)
{
    if (left.index_scan_id != right.index_scan_id || left.action != right.action) return false;
    const bool date_moves = left.index_scan_id.empty() && left.action != Action::urgent_escalation;
    return date_moves || left.due_date == right.due_date;
}

/// An event of a nodule changes what is said of it, and is about the item all the same.
bool is_on(const LedgerDecision& decision, const Proposal& proposal)
{
    if (decision.kind == LedgerKind::nodule_event) return same_item(decision.proposal, proposal);
    return same_ground(decision.proposal, proposal);
}

std::vector<const LedgerDecision*> decisions_on(const Proposal& proposal, std::span<const LedgerDecision> decisions,
                                                Date as_of)
{
    std::vector<const LedgerDecision*> found;
    for (const LedgerDecision& decision : decisions) {
        if (decision.decided_on <= as_of && is_on(decision, proposal)) found.push_back(&decision);
    }
    std::ranges::sort(found, {}, [](const LedgerDecision* decision) {
        return std::tuple(decision->decided_on, decision->delivery_no);
    });
    return found;
}

Happening happening_of(const Scan& scan)
{
    if (scan.is_diagnostic_ct()) return Happening::diagnostic_ct;
    return scan.modality == Modality::pet_ct ? Happening::pet_ct : Happening::other_imaging;
}

Happening happening_of(EventKind kind)
{
    switch (kind) {
        case EventKind::not_a_nodule:
            return Happening::not_a_nodule;
        case EventKind::pathology_benign:
            return Happening::pathology_benign;
        case EventKind::pathology_malignant:
            return Happening::pathology_malignant;
        case EventKind::board_baseline:
            break;
    }
    return Happening::board_baseline;
}

/// What the policy proposes, as a task.
Task proposed_task(const Proposal& proposal, const PatientRecord& record)
{
    Task task{proposal.action, proposal.due_date, std::nullopt, std::nullopt};
    for (const Scan& scan : record.scans) {
        if (scan.scan_id == proposal.index_scan_id) task.scans_after = scan.scan_date;
    }
    task.events_from = task.scans_after;
    if (proposal.action != Action::urgent_escalation) return task;
    // An event before the finding was made cannot answer it.
    for (const Date day : sign_days(record, proposal.as_of)) {
        if (!task.events_from || day > *task.events_from) task.events_from = day;
    }
    return task;
}

void set_lateness(Standing& standing, Date as_of)
{
    if (standing.answer) {
        standing.progress = Progress::done;
    } else if (standing.task.due_date && *standing.task.due_date < as_of) {
        standing.progress = Progress::overdue;
        standing.days_late = days_between(*standing.task.due_date, as_of);
    }
}

std::string nodules_text(const Assessment& assessment, const PatientRecord& record)
{
    std::string text;
    for (const NoduleAssessment& nodule : assessment.nodules) {
        if (!text.empty()) text += "; ";
        text += record.nodule_ids[nodule.nodule];
        text += ' ';
        text += policy::nodule_class_words[static_cast<std::size_t>(nodule.nodule_class)];
        text += ' ';
        text += word_of(nodule.growth_state);
        if (nodule.long_axis) text += ' ' + decimal_text(nodule.long_axis->thousandths()) + " mm";
    }
    return text;
}

LedgerKind ledger_kind_of(const Decision& row)
{
    switch (row.kind) {
        case DecisionKind::supersede:
            return is_whole_override(row) ? LedgerKind::supersede : LedgerKind::accept;
        case DecisionKind::close:
            return LedgerKind::close;
        case DecisionKind::before_registry:
            return LedgerKind::before_registry;
        case DecisionKind::accept:
            break;
    }
    return LedgerKind::accept;
}

}  // namespace

Proposal proposal_of(const Assessment& assessment, const PatientRecord& record, const policy::Policy& policy)
{
    const Recommendation& recommendation = assessment.recommendation;
    const Timeline& timeline = assessment.timeline;
    return {
        .as_of = timeline.as_of,
        .policy_id = policy.id,
        .policy_version = policy.version,
        .policy_sha256 = policy.sha256,
        .index_scan_id =
            timeline.index_rank ? record.scans[timeline.scans[*timeline.index_rank]].scan_id : std::string(),
        .action = recommendation.action,
        .due_date = recommendation.due_date,
        .safety_net_ct_date = recommendation.safety_net_ct_date,
        .rule = policy.recommendations[recommendation.rule].id,
        .patient_class = std::string(policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)]),
        .nodules = nodules_text(assessment, record)};
}

bool same_ground(const Proposal& left, const Proposal& right)
{
    return same_item(left, right) && left.patient_class == right.patient_class && left.nodules == right.nodules;
}

bool answers(Happening happening, Action action)
{
    const bool by_board = happening == Happening::board_decision || happening == Happening::board_baseline;
    switch (action) {
        case Action::continue_surveillance:
        case Action::short_interval_ct:
        case Action::data_required:
            return happening == Happening::diagnostic_ct;
        case Action::pet_ct:
            return happening == Happening::pet_ct;
        case Action::tumour_board:
            return by_board;
        case Action::urgent_escalation:
            return by_board || happening == Happening::decision;
        case Action::out_of_scope:
            return happening == Happening::board_decision || happening == Happening::decision;
    }
    return false;
}

bool closes(LedgerKind kind)
{
    return kind == LedgerKind::close || kind == LedgerKind::before_registry;
}

bool is_alarm(Action action)
{
    return action == Action::tumour_board || action == Action::urgent_escalation;
}

bool is_answered_by_people_or_pet(Action action)
{
    return is_alarm(action) || action == Action::pet_ct;
}

std::vector<Date> sign_days(const PatientRecord& record, Date until)
{
    std::vector<Date> days;
    for (const Scan& scan : record.scans) {
        const bool has_sign = !scan.symptoms.empty() || scan.new_pneumothorax == nodtrack::Answer::yes ||
                              scan.new_pleural_effusion == nodtrack::Answer::yes;
        if (has_sign && scan.scan_date <= until) days.push_back(scan.scan_date);
    }
    for (const Visit& visit : record.visits) {
        if (!visit.symptoms.empty() && visit.visit_date <= until) days.push_back(visit.visit_date);
    }
    return days;
}

Task decided_task(Action action, std::optional<Date> due_date, Date decided_on)
{
    return {action, due_date, decided_on, add_days(decided_on, 1)};
}

bool is_whole_override(const Decision& decision)
{
    return decision.kind == DecisionKind::supersede && decision.action &&
           (decision.due_date || *decision.action == Action::out_of_scope);
}

std::optional<Answer> answer_to(const Task& task, const PatientRecord& record,
                                std::span<const LedgerDecision* const> decisions, Date as_of)
{
    std::optional<Answer> first;
    const auto offer = [&](Happening happening, Date on, const std::string& what) {
        if (on > as_of || !answers(happening, task.action)) return;
        if (!first || std::tie(on, what) < std::tie(first->on, first->what)) first = Answer{happening, on, what};
    };
    for (const Scan& scan : record.scans) {
        if (!task.scans_after || scan.scan_date > *task.scans_after) {
            offer(happening_of(scan), scan.scan_date, scan.scan_id);
        }
    }
    for (const NoduleEvent& event : record.events) {
        if (!task.events_from || event.date >= *task.events_from) {
            offer(happening_of(event.kind), event.date, event.nodule_id);
        }
    }
    for (const LedgerDecision* decision : decisions) {
        // A sign that was told since is not answered by what was decided before it.
        const bool is_too_early =
            task.action == Action::urgent_escalation && task.events_from && decision->decided_on < *task.events_from;
        if (is_too_early) continue;
        offer(decision->board ? Happening::board_decision : Happening::decision, decision->decided_on,
              decision->decided_by);
    }
    return first;
}

Standing standing_of(const Proposal& proposal, const Proposal& present, const PatientRecord& record,
                     std::span<const LedgerDecision> decisions, Date as_of)
{
    Standing standing;
    standing.task = proposed_task(proposal, record);
    standing.safety_net_ct_date = proposal.safety_net_ct_date;
    std::vector<const LedgerDecision*> made = decisions_on(proposal, decisions, as_of);
    std::span<const LedgerDecision* const> answering = made;
    for (std::size_t i = 0; i < made.size(); ++i) {
        standing.newest = made[i];
        if (made[i]->kind == LedgerKind::nodule_event) continue;
        standing.decision = made[i];
        const bool overridden = made[i]->kind == LedgerKind::supersede;
        standing.stance = overridden ? Stance::overridden : Stance::accepted;
        // What was decided before does not answer what is decided now; taking an item on may be its answer.
        answering = std::span<const LedgerDecision* const>(made).subspan(overridden ? i + 1 : i);
    }
    if (standing.stance == Stance::overridden) {
        standing.task =
            decided_task(standing.decision->action, standing.decision->due_date, standing.decision->decided_on);
        // Handing over elsewhere is done with the decision.
        if (standing.task.action == Action::out_of_scope) answering = {&standing.decision, 1};
    }
    const bool stands = same_ground(proposal, present);
    standing.answer = answer_to(standing.task, record, answering, as_of);
    if (standing.answer && stands && standing.task.action == Action::pet_ct && standing.safety_net_ct_date) {
        standing.is_safety_net = true;
        standing.task.action = Action::short_interval_ct;
        standing.task.due_date = standing.safety_net_ct_date;
        standing.answer = answer_to(standing.task, record, {}, as_of);
    }
    set_lateness(standing, as_of);
    if (standing.progress == Progress::done) {
        const bool is_said = standing.decision != nullptr && standing.decision->next_step.has_value();
        standing.next_step_missing = stands && !is_said && is_answered_by_people_or_pet(standing.task.action);
    } else if (!stands) {
        standing.progress = Progress::replaced;
        standing.days_late = 0;
    }
    return standing;
}

std::vector<LedgerDecision> with_recorded_decisions(std::vector<LedgerDecision> decisions, const PatientRecord& record,
                                                    const Judge& judge)
{
    const auto is_kept = [&](const Decision& row) {
        return std::ranges::any_of(decisions, [&](const LedgerDecision& kept) {
            return kept.decided_on == row.decided_on && kept.decided_by == row.decided_by &&
                   ledger_kind_words[static_cast<std::size_t>(kept.kind)] == word(row.kind);
        });
    };
    std::vector<LedgerDecision> added;
    for (const Decision& row : record.decisions) {
        if (is_kept(row)) continue;
        PatientRecord before = record;
        std::erase_if(before.decisions, [&](const Decision& other) { return other.decided_on >= row.decided_on; });
        LedgerDecision decision;
        decision.patient_id = record.patient.patient_id;
        decision.decided_on = row.decided_on;
        decision.proposal = proposal_of(judge.assess(before, row.decided_on, Detail::none), before, judge.policy());
        decision.kind = ledger_kind_of(row);
        decision.action = row.action.value_or(decision.proposal.action);
        decision.due_date = row.due_date;
        decision.next_step = row.next_step;
        decision.decided_by = row.decided_by;
        decision.reason = row.reason;
        decision.board = row.board == nodtrack::Answer::yes;
        added.push_back(std::move(decision));
    }
    decisions.insert(decisions.end(), std::make_move_iterator(added.begin()), std::make_move_iterator(added.end()));
    return decisions;
}

std::string_view word_of(Action action)
{
    return policy::action_words[static_cast<std::size_t>(action)];
}

std::optional<Action> action_of_word(std::string_view word)
{
    const auto* const found = std::ranges::find(policy::action_words, word);
    if (found == std::ranges::end(policy::action_words)) return std::nullopt;
    return static_cast<Action>(found - std::ranges::begin(policy::action_words));
}

}  // namespace nodtrack::assess
