#include "due_dates.hpp"

#include <algorithm>

#include "build_timeline.hpp"
#include "facts.hpp"
#include "nodtrack/policy/evaluate.hpp"

namespace nodtrack::assess {
namespace {

using policy::NoduleClass;

}  // namespace

bool DueDates::holds(policy::ConditionIndex condition) const
{
    const policy::FactTable facts{assessment_.patient_facts, assessment_.nodule_facts, nodule_fact_count,
                                  assessment_.nodules.size()};
    return policy::evaluate(policy_, condition, policy::Subject{&facts, std::nullopt}) == policy::Truth::yes;
}

std::optional<Date> DueDates::due(const std::vector<policy::DueFormula>& formulas) const
{
    const auto formula = std::find_if(formulas.begin(), formulas.end(), [&](const policy::DueFormula& entry) {
        return !entry.when || holds(*entry.when);
    });
    if (formula == formulas.end()) return std::nullopt;
    return formula->routine ? routine(*formula) : counted_from_day(*formula);
}

std::optional<Date> DueDates::day_of(policy::Anchor anchor) const
{
    using policy::Anchor;
    const Timeline& timeline = assessment_.timeline;
    switch (anchor) {
        case Anchor::none:
            break;
        case Anchor::as_of:
            return timeline.as_of;
        case Anchor::index_scan:
            if (timeline.index_rank) return index_date_of(record_, timeline);
            break;
        case Anchor::newest_urgent_symptom_scan:
            return urgent_symptom_days(record_, timeline, parameters_).newest;
        case Anchor::newest_pleural_event_scan:
            return pleural_event_days(record_, timeline, parameters_).newest;
        case Anchor::oldest_urgent_symptom:
            return urgent_symptom_days(record_, timeline, parameters_).oldest;
        case Anchor::oldest_pleural_event:
            return pleural_event_days(record_, timeline, parameters_).oldest;
        case Anchor::oldest_board_finding:
            return board_finding_days(record_, timeline, parameters_).oldest;
        case Anchor::oldest_open_local_sign:
            return open_local_sign_days(record_, timeline, parameters_).oldest;
        case Anchor::suspicious_fact:
            return suspicious_fact_day();
        case Anchor::newest_scan_after_index:
            return newest_scan_after_index();
    }
    return std::nullopt;
}

std::optional<Date> DueDates::fact_day(std::size_t i) const
{
    const NoduleAssessment& nodule = assessment_.nodules[i];
    const NoduleTimeline& timeline = assessment_.timeline.nodules[i];
    policy::FactDay day = policy_.nodule_rules[nodule.rule].dated_by;
    if (nodule.adjustment && policy_.adjustments[*nodule.adjustment].raise_to)
        day = policy_.adjustments[*nodule.adjustment].dated_by;
    switch (day) {
        case policy::FactDay::suv_scan:
            if (timeline.suv_row) return scan_at(record_, assessment_.timeline, timeline.suv_row->rank).scan_date;
            break;
        case policy::FactDay::pathology:
            return timeline.pathology_malignant_on;
        case policy::FactDay::index_scan:
            break;
    }
    return index_date_of(record_, assessment_.timeline);
}

std::optional<Date> DueDates::suspicious_fact_day() const
{
    std::optional<Date> earliest;
    for (std::size_t i = 0; i < assessment_.nodules.size(); ++i) {
        if (assessment_.nodules[i].nodule_class != NoduleClass::suspicious) continue;
        const auto day = fact_day(i);
        if (day) earliest = std::min(earliest.value_or(*day), *day);
    }
    if (!earliest) return std::nullopt;
    return std::max(*earliest, index_date_of(record_, assessment_.timeline));
}

std::optional<Date> DueDates::newest_scan_after_index() const
{
    std::optional<Date> newest;
    for (std::size_t i = 0; i < assessment_.nodules.size(); ++i) {
        const NoduleTimeline& nodule = assessment_.timeline.nodules[i];
        const bool unread = assessment_.nodules[i].nodule_class == NoduleClass::unclassifiable;
        if (!nodule.only_rows_after_index || !unread) continue;
        const Date day = scan_at(record_, assessment_.timeline, nodule.rows.back().rank).scan_date;
        newest = std::max(newest.value_or(day), day);
    }
    return newest;
}

std::optional<Date> DueDates::counted_from_day(const policy::DueFormula& formula) const
{
    auto from = day_of(formula.from);
    if (!from) from = day_of(formula.otherwise_from);
    if (!from) return std::nullopt;
    const int months = formula.months_at_most_routine ? std::min(formula.months, assessment_.schedule.interval_months)
                                                      : formula.months;
    const Date day = add_days(add_months(*from, months), formula.days);
    if (!formula.days_at_most_routine) return day;
    return std::min(day, add_months(*from, assessment_.schedule.interval_months));
}

std::optional<Date> DueDates::routine(const policy::DueFormula& formula) const
{
    auto from = day_of(policy::Anchor::index_scan);
    if (!from) return std::nullopt;
    int months = assessment_.schedule.interval_months;
    const bool capped =
        formula.routine_at_most_months && (!formula.routine_at_most_when || holds(*formula.routine_at_most_when));
    if (capped) months = std::min(months, *formula.routine_at_most_months);
    if (assessment_.schedule.surveillance_start) from = std::max(*from, *assessment_.schedule.surveillance_start);
    return add_months(*from, months);
}

}  // namespace nodtrack::assess
