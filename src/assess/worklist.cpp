#include "nodtrack/assess/worklist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

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

/// The nodule that weighs most: by class, then by size. Absent below INDETERMINATE.
const NoduleAssessment* leading_nodule(const Assessment& assessment)
{
    const NoduleAssessment* leading = nullptr;
    for (const NoduleAssessment& nodule : assessment.nodules) {
        if (nodule.nodule_class < policy::NoduleClass::indeterminate) continue;
        const auto weight = [](const NoduleAssessment& of) { return std::tuple(of.nodule_class, of.long_axis); };
        if (leading == nullptr || weight(nodule) > weight(*leading)) leading = &nodule;
    }
    return leading;
}

/// Where class decides, the class and the rules that raised it; else what the rule says.
bool is_by_class(Action action)
{
    return action != Action::urgent_escalation && action != Action::data_required && action != Action::out_of_scope;
}

std::string reason_of(const Assessment& assessment, const PatientRecord& record, const policy::Policy& policy)
{
    const policy::RecommendationRule& rule = policy.recommendations[assessment.recommendation.rule];
    std::string reason = rule.says;
    if (is_by_class(rule.action)) {
        reason = policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)];
        for (const std::uint32_t raised : assessment.patient_rules)
            reason += " " + policy.patient_rules[raised].id;
    }
    if (const NoduleAssessment* nodule = leading_nodule(assessment)) {
        reason += fmt::format(": {} {}", record.nodule_ids[nodule->nodule], word_of(nodule->growth_state));
        if (nodule->long_axis) reason += fmt::format(" {} mm", decimal_text(nodule->long_axis->thousandths()));
        reason += " " + policy.nodule_rules[nodule->rule].id;
        if (nodule->adjustment) reason += " " + policy.adjustments[*nodule->adjustment].id;
    }
    return reason;
}

}  // namespace

std::optional<WorklistGroup> group_of(const Standing& standing, const Proposal& present, std::optional<Date> last_heard,
                                      Date as_of, const WorklistTerms& terms)
{
    const bool done = standing.progress == Progress::done;
    const Task& task = standing.task;
    if (task.action == Action::out_of_scope) {
        if (done || !task.due_date) return std::nullopt;
        return WorklistGroup::hand_over;
    }
    if (task.action == Action::urgent_escalation && !done) return WorklistGroup::urgent;
    if (is_lost(standing, present, last_heard, as_of, terms)) return WorklistGroup::lost;
    if (done) return standing.next_step_missing ? std::optional(WorklistGroup::data_required) : std::nullopt;
    if (standing.progress == Progress::overdue) return WorklistGroup::overdue;
    if (task.action == Action::tumour_board) return WorklistGroup::board;
    if (task.action == Action::data_required) return WorklistGroup::data_required;
    if (task.due_date && *task.due_date <= add_days(as_of, terms.within_days)) return WorklistGroup::due;
    return std::nullopt;
}

std::optional<Date> last_heard_of(const PatientRecord& record, std::span<const LedgerDecision> decisions, Date as_of)
{
    std::optional<Date> last;
    const auto heard = [&](Date on) {
        if (on <= as_of && (!last || on > *last)) last = on;
    };
    for (const Scan& scan : record.scans)
        heard(scan.scan_date);
    for (const Therapy& therapy : record.therapies) {
        heard(therapy.start_date);
        if (therapy.end_date) heard(*therapy.end_date);
    }
    for (const NoduleEvent& event : record.events)
        heard(event.date);
    for (const LedgerDecision& decision : decisions)
        heard(decision.decided_on);
    return last;
}

WorklistEntry worklist_entry(WorklistGroup group, const Standing& standing, const Proposal& present,
                             const Assessment& assessment, const PatientRecord& record, const policy::Policy& policy,
                             std::optional<Date> last_heard)
{
    const Timeline& timeline = assessment.timeline;
    WorklistEntry entry;
    entry.group = group;
    entry.patient_id = record.patient.patient_id;
    entry.action = standing.task.action;
    entry.due_date = standing.task.due_date;
    entry.safety_net_ct_date = standing.safety_net_ct_date;
    entry.days_late = standing.days_late;
    entry.last_heard = last_heard;
    entry.is_safety_net = standing.is_safety_net;
    entry.next_step_missing = standing.next_step_missing;
    entry.reason = reason_of(assessment, record, policy);
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
