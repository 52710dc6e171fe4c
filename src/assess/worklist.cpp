#include "nodtrack/assess/worklist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "unseen_alarm.hpp"

namespace nodtrack::assess {
namespace {

using policy::Action;

bool is_lost(const Standing& standing, const Proposal& present, std::optional<Date> last_heard, Date as_of,
             const WorklistTerms& terms)
{
    std::optional<Date> quiet_since = last_heard;
    // Without an index scan the due date moves with the as-of day: only silence tells.
    if (!present.index_scan_id.empty()) {
        const std::optional<Date> due = standing.task.due_date ? standing.task.due_date : present.due_date;
        const std::optional<Date> net = standing.safety_net_ct_date ? standing.safety_net_ct_date : due;
        if (net && (!quiet_since || *net > *quiet_since)) quiet_since = net;
    }
    return quiet_since && days_between(*quiet_since, as_of) > terms.lost_after_days;
}

/// The newest decision by the as-of day.
const Decision* newest_decision(const PatientRecord& record, Date as_of)
{
    const Decision* newest = nullptr;
    for (const Decision& decision : record.decisions) {
        if (decision.decided_on <= as_of && (newest == nullptr || decision.decided_on > newest->decided_on))
            newest = &decision;
    }
    return newest;
}

/// Whether anything recorded after the decision shows that its next step was taken.
bool is_taken(NextStep step, const PatientRecord& record, Date decided_on, Date as_of)
{
    const auto is_since = [&](Date date) { return date > decided_on && date <= as_of; };
    const auto began = [&](TherapyKind kind) {
        return std::ranges::any_of(record.therapies, [&](const Therapy& therapy) {
            return therapy.kind == kind && therapy.start_date >= decided_on && therapy.start_date <= as_of;
        });
    };
    switch (step) {
        case NextStep::biopsy:
            return std::ranges::any_of(record.events, [&](const NoduleEvent& event) {
                return is_since(event.date) &&
                       (event.kind == EventKind::pathology_benign || event.kind == EventKind::pathology_malignant);
            });
        case NextStep::surgery:
            return began(TherapyKind::metastasectomy);
        case NextStep::sbrt:
            return began(TherapyKind::sbrt);
        case NextStep::ablation:
            return began(TherapyKind::ablation);
        case NextStep::systemic_therapy:
            return began(TherapyKind::systemic);
        case NextStep::clinic_visit:
            return std::ranges::any_of(record.visits, [&](const Visit& visit) { return is_since(visit.visit_date); }) ||
                   std::ranges::any_of(record.scans, [&](const Scan& scan) { return is_since(scan.scan_date); });
        case NextStep::other:
            break;
    }
    return false;
}

/// Whether the board itself decided on or after the day, by what is kept beside the record.
bool was_said_by_board(std::span<const LedgerDecision> decisions, Date day, Date as_of)
{
    return std::ranges::any_of(decisions, [&](const LedgerDecision& decision) {
        return decision.board && decision.decided_on >= day && decision.decided_on <= as_of;
    });
}

}  // namespace

bool closes_history(const Decision& decision)
{
    return decision.kind == DecisionKind::before_registry && !decision.decided_by.empty();
}

bool is_of_board(const Decision& decision)
{
    return decision.board == nodtrack::Answer::yes || closes_history(decision);
}

OpenItems open_items_of(const Standing& standing, const Assessment& assessment, const PatientRecord& record,
                        std::span<const LedgerDecision> decisions, const policy::Policy& policy)
{
    OpenItems open;
    const Date as_of = assessment.timeline.as_of;
    const Task& task = standing.task;
    const bool overridden = standing.stance == Stance::overridden;
    const bool answered = !overridden && assessment.answered && is_answered_by_people_or_pet(task.action);
    // Section 4b alone says what answers an alarm: an earlier decision does not answer a sign that was told since.
    const bool by_section_4b = !overridden && is_answered_by_people_or_pet(task.action) &&
                               task.action != Action::pet_ct && assessment.timeline.index_rank.has_value();
    // What somebody else accepted or closed for the board still waits for it.
    const bool left_to_board = answered && task.action == Action::tumour_board &&
                               is_left_to_board(record, alarm_since(assessment, record, policy), as_of);
    const bool done = (by_section_4b ? answered : standing.progress == Progress::done || answered) && !left_to_board;
    open.answer_is_open = !done && task.due_date.has_value();
    if (open.answer_is_open)
        open.items.push_back({task.action, task.due_date, standing.is_safety_net, false, left_to_board});
    if (standing.safety_net_ct_date && !standing.is_safety_net)
        open.items.push_back({Action::short_interval_ct, standing.safety_net_ct_date, true, false});
    for (const AlsoAsked& asked : assessment.also)
        open.items.push_back({asked.action, asked.due_date, false, true});

    const Decision* const decision = newest_decision(record, as_of);
    const bool lies_before = decision != nullptr && closes_history(*decision);
    if (decision != nullptr && decision->next_step) {
        open.next_step_open = !is_taken(*decision->next_step, record, decision->decided_on, as_of);
        if (open.next_step_open && decision->due_date)
            open.items.push_back({Action::continue_surveillance, decision->due_date, false, false});
    } else if (answered || standing.next_step_missing) {
        open.next_step_open = !lies_before && !overridden && (!open.answer_is_open || left_to_board);
    }
    const auto unseen = std::ranges::find_if(assessment.unanswered, [&](const UnansweredAlarm& alarm) {
        return !alarm.said_on || !was_said_by_board(decisions, *alarm.said_on, as_of);
    });
    if (unseen != assessment.unanswered.end()) open.unanswered = *unseen;
    for (const OpenItem& item : open.items) {
        if (!item.due_date) continue;
        if (!open.earliest_due || *item.due_date < *open.earliest_due) open.earliest_due = item.due_date;
        // A hand-over waits to be confirmed; it has no CT that could be late.
        if (*item.due_date >= as_of || item.action == Action::out_of_scope || item.is_left_to_board) continue;
        if (!open.late || *item.due_date < *open.late->due_date) open.late = item;
    }
    return open;
}

WorklistGroups groups_of(const OpenItems& open, const Standing& standing, const Proposal& present,
                         std::optional<Date> last_heard, Date as_of, const WorklistTerms& terms)
{
    std::array<bool, static_cast<std::size_t>(WorklistGroup::count)> in{};
    const auto put = [&](WorklistGroup group) { in[static_cast<std::size_t>(group)] = true; };
    const bool not_followed = present.action == Action::out_of_scope && !present.due_date;
    if (not_followed) return {};
    for (const OpenItem& item : open.items) {
        const bool late = item.due_date && *item.due_date < as_of;
        switch (item.action) {
            case Action::urgent_escalation:
                if (open.answer_is_open) put(WorklistGroup::urgent);
                break;
            case Action::tumour_board:
                if (open.answer_is_open) put(WorklistGroup::board);
                break;
            case Action::data_required:
                put(WorklistGroup::data_required);
                break;
            case Action::out_of_scope:
                put(WorklistGroup::hand_over);
                break;
            default:
                if (!late && item.due_date && *item.due_date <= add_days(as_of, terms.within_days))
                    put(WorklistGroup::due);
                break;
        }
    }
    if (open.late) put(WorklistGroup::overdue);
    if (open.next_step_open) put(WorklistGroup::next_step);
    if (open.unanswered) put(WorklistGroup::unanswered);
    const bool handed_over = standing.task.action == Action::out_of_scope;
    if (!handed_over && is_lost(standing, present, last_heard, as_of, terms)) put(WorklistGroup::lost);
    WorklistGroups groups;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (in[i]) groups.push_back(static_cast<WorklistGroup>(i));
    }
    return groups;
}

std::optional<Date> last_heard_of(const PatientRecord& record, std::span<const LedgerDecision> decisions, Date as_of)
{
    std::optional<Date> last;
    const auto heard = [&](Date on) {
        if (on <= as_of && (!last || on > *last)) last = on;
    };
    if (record.patient.last_contact_on) heard(*record.patient.last_contact_on);
    if (record.patient.follow_up_status_on) heard(*record.patient.follow_up_status_on);
    for (const Scan& scan : record.scans)
        heard(scan.scan_date);
    for (const Therapy& therapy : record.therapies) {
        heard(therapy.start_date);
        if (therapy.end_date) heard(*therapy.end_date);
    }
    for (const NoduleEvent& event : record.events)
        heard(event.date);
    for (const Visit& visit : record.visits)
        heard(visit.visit_date);
    for (const Decision& decision : record.decisions)
        heard(decision.decided_on);
    for (const LedgerDecision& decision : decisions)
        heard(decision.decided_on);
    return last;
}

std::string also_text(std::span<const AskedBeside> also)
{
    std::string text;
    for (const AskedBeside& asked : also) {
        if (!text.empty()) text += "; ";
        text += asked.rule + " " + std::string(word_of(asked.action));
        if (asked.due_date) text += " " + asked.due_date->iso();
    }
    return text;
}

WorklistEntry worklist_entry(WorklistGroups groups, const OpenItems& open, const Standing& standing,
                             const Proposal& present, const Assessment& assessment, const PatientRecord& record,
                             const policy::Policy& policy, std::optional<Date> last_heard)
{
    const Timeline& timeline = assessment.timeline;
    WorklistEntry entry;
    entry.group = groups.front();
    entry.groups = std::move(groups);
    entry.earliest_due = open.earliest_due;
    if (assessment.standing) entry.stands_since = assessment.standing->since;
    if (open.answer_is_open && is_alarm(standing.task.action)) {
        entry.unanswered_since = alarm_since(assessment, record, policy);
    } else if (open.unanswered) {
        entry.unanswered_since = open.unanswered->since;
    }
    if (open.unanswered) entry.unanswered_alarm = open.unanswered->action;
    if (open.unanswered && open.unanswered->not_a_nodule)
        entry.unanswered_nodule = record.nodule_ids[*open.unanswered->not_a_nodule];
    for (const AlsoAsked& asked : assessment.also)
        entry.also.push_back({policy.recommendations[asked.rule].id, asked.action, asked.due_date});
    entry.patient_id = record.patient.patient_id;
    entry.action = standing.task.action;
    entry.due_date = standing.task.due_date;
    if (const Decision* const newest = newest_decision(record, timeline.as_of)) {
        entry.next_step = newest->next_step;
        // The answer is given: the day is that of what comes next.
        const bool is_next = newest->next_step && !open.answer_is_open && standing.stance != Stance::overridden;
        if (is_next && newest->due_date) entry.due_date = newest->due_date;
        entry.decided_on = newest->decided_on;
        entry.decided_by = newest->decided_by;
        entry.board = newest->board == nodtrack::Answer::yes;
        entry.decision_reason = newest->reason;
    }
    entry.safety_net_ct_date = standing.safety_net_ct_date;
    if (open.late) {
        entry.days_late = days_between(*open.late->due_date, timeline.as_of);
        if (open.late->is_safety_net) entry.late_safety_net = open.late->due_date;
    }
    entry.last_heard = last_heard;
    entry.is_safety_net = standing.is_safety_net;
    entry.next_step_missing = standing.next_step_missing;
    entry.rule = present.rule;
    entry.patient_class = present.patient_class;
    entry.proposed_action = present.action;
    entry.proposed_due_date = present.due_date;
    entry.stance = standing.stance;
    if (const LedgerDecision* decision = standing.decision != nullptr ? standing.decision : standing.newest) {
        entry.decided_on = decision->decided_on;
        entry.decided_by = decision->decided_by;
        entry.board = decision->board;
        entry.decision_reason = decision->reason;
    }
    if (!timeline.scans.empty()) {
        const Scan& scan = record.scans[timeline.scans.back()];
        entry.last_scan_id = scan.scan_id;
        entry.last_scan_date = scan.scan_date;
        entry.last_modality = scan.modality;
    }
    return entry;
}

}  // namespace nodtrack::assess
