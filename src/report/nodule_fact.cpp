#include "nodule_fact.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "comparison_text.hpp"
#include "nodtrack/policy/describe.hpp"
#include "nodtrack/report/trend.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::GrowthState;
using assess::NoduleFact;
using policy::Condition;
using policy::Truth;

bool has_comparable_prior(const assess::NoduleTimeline& nodule)
{
    return std::any_of(nodule.comparisons.begin(), nodule.comparisons.end(),
                       [](const assess::PriorComparison& prior) { return prior.comparable; });
}

std::string after_response(const assess::NoduleTimeline& nodule)
{
    return nodule.responded_to_therapy ? ", after a response to systemic therapy" : "";
}

}  // namespace

std::string index_day(const assess::Assessment& assessment, const PatientRecord& record)
{
    return record.scans[assessment.timeline.scans[*assessment.timeline.index_rank]].scan_date.iso();
}

const NoduleEvent* newest_event(const assess::Assessment& assessment, const PatientRecord& record,
                                std::string_view nodule_id, EventKind kind)
{
    const NoduleEvent* newest = nullptr;
    for (const NoduleEvent& event : record.events) {
        const bool counts =
            event.kind == kind && event.nodule_id == nodule_id && event.date <= assessment.timeline.as_of;
        if (counts && (newest == nullptr || event.date > newest->date)) newest = &event;
    }
    return newest;
}

NoduleFactWords::NoduleFactWords(const assess::Assessment& assessment, const PatientRecord& record,
                                 const assess::Judge& judge)
    : assessment_(assessment),
      record_(record),
      judge_(judge),
      policy_(judge.policy()),
      table_{assessment.patient_facts, assessment.nodule_facts, assess::nodule_fact_count, assessment.nodules.size()}
{}

std::string NoduleFactWords::of(std::size_t i, const std::optional<Limit>& asked) const
{
    const assess::NoduleAssessment& judged = assessment_.nodules[i];
    const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
    const std::string& id = record_.nodule_ids[judged.nodule];
    if (nodule.pathology_malignant && nodule.pathology_malignant_on)
        return id + " is malignant by pathology of " + nodule.pathology_malignant_on->iso();
    const std::string uptake = uptake_of(i);
    if (!uptake.empty()) return id + " " + uptake;
    const std::string benign = benign_pathology_of(i);
    if (!benign.empty()) return id + " " + benign + "; it " + state_of(i, asked);
    return id + " " + state_of(i, asked);
}

std::optional<NoduleFactWords::Limit> NoduleFactWords::limit_in(policy::ConditionIndex when, std::size_t i,
                                                                NoduleFact fact) const
{
    std::optional<Limit> found;
    for (const policy::DecidingPart& part : policy::deciding_conditions(policy_, when, {&table_, i})) {
        const Condition& condition = policy_.conditions[part.condition];
        const bool about = condition.kind == Condition::Kind::compare && condition.scope == policy::Scope::nodule &&
                           condition.fact == static_cast<std::uint16_t>(fact) && part.truth == Truth::yes;
        if (!about) continue;
        const auto operand = static_cast<std::int64_t>(condition.operand);
        if (condition.comparator == Condition::Comparator::at_least) return Limit{"of at least", operand};
        if (condition.comparator == Condition::Comparator::above) return Limit{"above", operand};
        if (condition.comparator == Condition::Comparator::below && !found) found = Limit{"below", operand};
        if (condition.comparator == Condition::Comparator::at_most && !found) found = Limit{"of at most", operand};
    }
    return found;
}

std::string NoduleFactWords::doubling_below(policy::ConditionIndex when, std::size_t i) const
{
    const auto limit = limit_in(when, i, NoduleFact::vdt_days);
    const auto& days = assessment_.timeline.nodules[i].doubling_time_days;
    if (!limit || !days) return {};
    constexpr std::int64_t thousand = 1000;
    return fmt::format(", doubling time {:.0f} days, limit {}", *days, limit->thousandths / thousand);
}

const Scan& NoduleFactWords::scan_of(const assess::NoduleRow& row) const
{
    return record_.scans[assessment_.timeline.scans[row.rank]];
}

std::string NoduleFactWords::benign_pathology_of(std::size_t i) const
{
    const policy::NoduleRule& rule = policy_.nodule_rules[assessment_.nodules[i].rule];
    const auto parts = policy::deciding_conditions(policy_, rule.when, {&table_, i});
    const bool decides = std::any_of(parts.begin(), parts.end(), [&](const policy::DecidingPart& part) {
        const Condition& condition = policy_.conditions[part.condition];
        return part.truth == Truth::yes && condition.kind == Condition::Kind::compare &&
               condition.scope == policy::Scope::nodule &&
               condition.fact == static_cast<std::uint16_t>(NoduleFact::pathology_benign);
    });
    const NoduleEvent* event = newest_event(assessment_, record_, id_of(i), EventKind::pathology_benign);
    return decides && event != nullptr ? "is benign by pathology of " + event->date.iso() : std::string();
}

std::string NoduleFactWords::uptake_of(std::size_t i) const
{
    const assess::NoduleAssessment& judged = assessment_.nodules[i];
    const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
    if (!nodule.suv_row) return {};
    std::optional<Limit> limit;
    if (judged.adjustment && policy_.adjustments[*judged.adjustment].raise_to) {
        limit = limit_in(policy_.adjustments[*judged.adjustment].when, i, NoduleFact::suv_max);
    } else {
        limit = limit_in(policy_.nodule_rules[judged.rule].when, i, NoduleFact::suv_max);
    }
    if (!limit || limit->words != "above") return {};
    const auto& suv = record_.measurements[nodule.suv_row->measurement].findings.suv_max;
    std::string text = fmt::format("has SUVmax {} on {}, limit {}", decimal_text(suv->thousandths()),
                                   scan_of(*nodule.suv_row).scan_date.iso(), decimal_text(limit->thousandths));
    const bool is_unseen = nodule.state == GrowthState::not_reported || nodule.state == GrowthState::unmeasured;
    if (is_unseen) text += ", and no size on the CT of " + index_day(assessment_, record_);
    return text;
}

std::string NoduleFactWords::look_of(std::size_t i) const
{
    constexpr NoduleFact looks[] = {NoduleFact::attenuation,   NoduleFact::last_said_attenuation,
                                    NoduleFact::shape,         NoduleFact::last_said_shape,
                                    NoduleFact::calcification, NoduleFact::last_said_calcification,
                                    NoduleFact::location};
    std::vector<std::string> words;
    const policy::NoduleRule& rule = policy_.nodule_rules[assessment_.nodules[i].rule];
    for (const policy::DecidingPart& part : policy::deciding_conditions(policy_, rule.when, {&table_, i})) {
        const Condition& condition = policy_.conditions[part.condition];
        const bool about =
            condition.kind == Condition::Kind::compare && condition.scope == policy::Scope::nodule &&
            part.truth == Truth::yes &&
            std::find(std::begin(looks), std::end(looks), static_cast<NoduleFact>(condition.fact)) != std::end(looks);
        const policy::FactValue value = table_.nodule(i)[condition.fact];
        if (!about || !value.known) continue;
        // Only what is asked for by its word; what a rule excludes says nothing of this nodule.
        const bool asked_for =
            (condition.comparator == Condition::Comparator::is || condition.comparator == Condition::Comparator::in) &&
            ((condition.word_set >> value.index()) & 1U) != 0;
        const policy::FactDeclaration& fact = policy_.catalogue.nodule[condition.fact];
        std::string text = in_words(policy::value_text(fact, value, policy_));
        if (!asked_for || text == "none") continue;
        if (fact.name.find("calcification") != std::string_view::npos) text += " calcification";
        if (std::find(words.begin(), words.end(), text) == words.end()) words.push_back(std::move(text));
    }
    return words.empty() ? std::string() : " (" + listed_names(words) + ")";
}

std::string NoduleFactWords::size_of(std::size_t i) const
{
    const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
    if (!nodule.size) return "not measured";
    const bool measured =
        nodule.index_measurement && record_.measurements[*nodule.index_measurement].findings.long_axis;
    return (measured ? "" : "at least ") + shown_size(*nodule.size) + " mm" + look_of(i);
}

std::optional<NoduleFactWords::Limit> NoduleFactWords::limit_passed(std::size_t i, std::uint32_t rule) const
{
    std::optional<Limit> largest;
    for (std::uint32_t before = 0; before < rule; ++before) {
        std::optional<Limit> here;
        bool by_size_alone = true;
        for (const policy::DecidingPart& part :
             policy::deciding_conditions(policy_, policy_.nodule_rules[before].when, {&table_, i})) {
            const Condition& condition = policy_.conditions[part.condition];
            const bool is_upper = condition.kind == Condition::Kind::compare &&
                                  condition.scope == policy::Scope::nodule &&
                                  condition.fact == static_cast<std::uint16_t>(NoduleFact::long_axis_mm) &&
                                  condition.comparator == Condition::Comparator::below;
            by_size_alone = by_size_alone && is_upper && part.truth == Truth::no;
            if (is_upper) here = Limit{"of at least", static_cast<std::int64_t>(condition.operand)};
        }
        if (by_size_alone && here && (!largest || here->thousandths > largest->thousandths)) largest = here;
    }
    return largest;
}

std::string NoduleFactWords::size_limit(std::size_t i, const std::optional<Limit>& asked) const
{
    auto limit = asked;
    const std::uint32_t rule = assessment_.nodules[i].rule;
    if (!limit) limit = limit_in(policy_.nodule_rules[rule].when, i, NoduleFact::long_axis_mm);
    if (!limit) limit = limit_passed(i, rule);
    if (!limit) return {};
    const bool is_upper = limit->words == "below" || limit->words == "of at most";
    return fmt::format(", {}{}", is_upper ? "below " : "limit ", decimal_text(limit->thousandths));
}

std::string NoduleFactWords::state_of(std::size_t i, const std::optional<Limit>& asked) const
{
    const assess::NoduleAssessment& judged = assessment_.nodules[i];
    const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
    const std::string limit = size_limit(i, asked);
    switch (judged.growth_state) {
        case GrowthState::unequivocal_growth:
        case GrowthState::possible_growth: {
            const bool size_decides = asked || (nodule.state_without_growth && !limit.empty());
            return growth_since(i) + (size_decides ? "; it is " + size_of(i) + limit : std::string()) +
                   after_response(nodule);
        }
        case GrowthState::newly_seen:
            return "is new and " + size_of(i) + limit;
        case GrowthState::no_prior:
            return "is " + size_of(i) + limit +
                   (has_comparable_prior(nodule) ? ", its prior too recent to call it stable"
                                                 : ", without a prior to compare with");
        case GrowthState::stable:
            return "is " + size_of(i) + limit + stable_text(i) + after_response(nodule);
        case GrowthState::decreased:
            return growth_since(i) + " to " + size_of(i) + (asked ? limit : std::string()) + after_response(nodule);
        case GrowthState::treated:
            return treated_text(i) + (asked ? "; it is " + size_of(i) + limit : std::string());
        case GrowthState::resolved:
            return "is no longer seen on the CT of " + index_day(assessment_, record_) +
                   (nodule.systemic_therapy_since_first_measurement ? ", after systemic therapy" : "");
        case GrowthState::not_reported:
            if (nodule.only_rows_after_index) return "is on no diagnostic chest CT yet";
            return std::string(nodule.index_measurement ? "was not assessed" : "was not reported") + " on the CT of " +
                   index_day(assessment_, record_);
        case GrowthState::unmeasured:
            break;
    }
    return "was not measured on the CT of " + index_day(assessment_, record_);
}

std::string NoduleFactWords::stable_text(std::size_t i) const
{
    const assess::NoduleAssessment& judged = assessment_.nodules[i];
    std::string text = ", stable";
    if (judged.stable_months > 0) {
        text += fmt::format(" for {} month{}", judged.stable_months, judged.stable_months == 1 ? "" : "s");
    }
    return text + (assessment_.timeline.nodules[i].accepted ? ", accepted by the board" : "");
}

std::string NoduleFactWords::growth_since(std::size_t i) const
{
    const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
    const assess::PriorComparison* prior = deciding_comparison(nodule, assessment_.timeline, record_);
    if (prior == nullptr) return "is " + size_of(i);
    return comparison_words(*prior, nodule, assessment_.timeline, record_, judge_.limits());
}

std::string NoduleFactWords::treated_text(std::size_t i) const
{
    const assess::NoduleTimeline& nodule = assessment_.timeline.nodules[i];
    const Therapy* newest = newest_local_therapy(nodule, assessment_.timeline, record_);
    std::string text = "was treated";
    if (newest != nullptr) text += " by " + in_words(word(newest->kind)) + " from " + newest->start_date.iso();
    const bool grew =
        nodule.history_state == GrowthState::unequivocal_growth || nodule.history_state == GrowthState::possible_growth;
    if (grew && nodule.index_measurement) return text + " and " + growth_since(i);
    if (nodule.history_state == GrowthState::stable) return text + " and is " + size_of(i) + stable_text(i);
    if (nodule.history_state == GrowthState::decreased) return text + " and " + growth_since(i);
    return text + (nodule.size ? " and is " + size_of(i) : std::string()) + ", not proven quiet";
}

}  // namespace nodtrack::report
