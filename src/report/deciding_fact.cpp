#include "deciding_fact.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/policy/describe.hpp"
#include "words.hpp"
#include "worst_nodule.hpp"

namespace nodtrack::report {
namespace {

using assess::GrowthState;
using assess::NoduleFact;
using assess::PatientFact;
using policy::Condition;
using policy::NoduleClass;
using policy::PatientClass;
using policy::Truth;

PatientClass as_patient_class(NoduleClass nodule_class)
{
    switch (nodule_class) {
        case NoduleClass::suspicious:
            return PatientClass::suspicious;
        case NoduleClass::indeterminate:
            return PatientClass::indeterminate;
        case NoduleClass::low_suspicion:
            return PatientClass::low_suspicion;
        case NoduleClass::benign_appearing:
            return PatientClass::benign_appearing;
        case NoduleClass::unclassifiable:
            return PatientClass::unclassifiable;
        case NoduleClass::resolved:
            break;
    }
    return PatientClass::no_nodule;
}

}  // namespace

DecidingFactWords::DecidingFactWords(const assess::Assessment& assessment, const PatientRecord& record,
                                     const assess::Judge& judge)
    : assessment_(assessment),
      record_(record),
      policy_(judge.policy()),
      table_{assessment.patient_facts, assessment.nodule_facts, assess::nodule_fact_count, assessment.nodules.size()},
      nodules_(assessment, record, judge),
      patient_(assessment, record, judge)
{}

std::string DecidingFactWords::of_recommendation(std::uint32_t rule, PatientClass patient_class,
                                                 const std::vector<std::uint32_t>& patient_rules) const
{
    const policy::RecommendationRule& decided = policy_.recommendations[rule];
    for (const policy::DecidingPart& part :
         policy::deciding_conditions(policy_, decided.when, {&table_, std::nullopt})) {
        if (part.truth != Truth::yes) continue;
        const Condition& condition = policy_.conditions[part.condition];
        if (condition.kind != Condition::Kind::compare) {
            const std::string text = of_count(condition);
            if (!text.empty()) return text;
            continue;
        }
        if (condition.scope != policy::Scope::patient) continue;
        const auto fact = static_cast<PatientFact>(condition.fact);
        if (fact == PatientFact::ungated_class) return of_class(patient_class, patient_rules);
        const std::string text = patient_.of(fact);
        if (!text.empty()) return text;
    }
    return of_class(patient_class, patient_rules);
}

std::string DecidingFactWords::of_class(PatientClass patient_class,
                                        const std::vector<std::uint32_t>& patient_rules) const
{
    const std::optional<std::size_t> worst = worst_nodule(assessment_, record_);
    const auto by_nodule = worst ? as_patient_class(assessment_.nodules[*worst].nodule_class) : PatientClass::no_nodule;
    if (patient_class > by_nodule) {
        for (const std::uint32_t position : patient_rules) {
            const std::string text = of_patient_rule(position);
            if (!text.empty()) return text;
        }
    }
    return worst ? nodules_.of(*worst) + others_like(*worst) : patient_.nothing_found();
}

std::string DecidingFactWords::others_like(std::size_t worst) const
{
    const NoduleClass nodule_class = assessment_.nodules[worst].nodule_class;
    if (nodule_class < NoduleClass::indeterminate) return {};
    const auto alike = std::count_if(assessment_.nodules.begin(), assessment_.nodules.end(),
                                     [&](const auto& nodule) { return nodule.nodule_class == nodule_class; });
    if (alike < 2) return {};
    return fmt::format("; {} more nodule{} {}", alike - 1, alike == 2 ? " is" : "s are",
                       nodule_class == NoduleClass::suspicious ? "suspicious" : "indeterminate");
}

std::vector<std::size_t> DecidingFactWords::counted(const Condition& condition) const
{
    std::vector<std::size_t> nodules;
    if (condition.of >= 0) {
        nodules = policy::nodules_that_meet(policy_, static_cast<std::uint32_t>(condition.of), table_);
    } else {
        for (std::size_t i = 0; i < assessment_.nodules.size(); ++i)
            nodules.push_back(i);
    }
    std::erase_if(nodules, [&](std::size_t i) {
        return std::any_of(condition.parts.begin(), condition.parts.end(), [&](policy::ConditionIndex part) {
            return policy::evaluate(policy_, part, {&table_, i}) != Truth::yes;
        });
    });
    std::sort(nodules.begin(), nodules.end(),
              [&](std::size_t a, std::size_t b) { return is_worse(assessment_, record_, a, b); });
    return nodules;
}

std::string DecidingFactWords::of_count(const Condition& condition) const
{
    const std::vector<std::size_t> nodules = counted(condition);
    if (nodules.empty()) return {};
    if (condition.kind == Condition::Kind::count && condition.at_least_count <= 1) {
        std::optional<NoduleFactWords::Limit> asked;
        for (const policy::ConditionIndex part : condition.parts)
            asked = nodules_.limit_in(part, nodules.front(), NoduleFact::long_axis_mm);
        std::string text = nodules_.of(nodules.front(), asked);
        if (condition.of >= 0) {
            const auto& definition = policy_.definitions[static_cast<std::size_t>(condition.of)];
            text += nodules_.doubling_below(definition.when, nodules.front());
        }
        if (nodules.size() > 1) {
            text += fmt::format("; {} more nodule{} likewise", nodules.size() - 1, nodules.size() == 2 ? "" : "s");
        }
        return text;
    }
    std::vector<std::string> ids;
    for (const std::size_t i : nodules)
        ids.push_back(nodules_.id_of(i));
    std::sort(ids.begin(), ids.end(), in_natural_order);
    std::string text = fmt::format("{} nodules", nodules.size());
    for (const policy::ConditionIndex part : condition.parts) {
        const auto limit = nodules_.limit_in(part, nodules.front(), NoduleFact::long_axis_mm);
        if (limit) text += fmt::format(" {} {} mm", limit->words, decimal_text(limit->thousandths));
    }
    text += state_shared(nodules);
    if (condition.kind == Condition::Kind::bilateral) text += " on both sides";
    text += ": " + listed_names(ids);
    if (condition.kind == Condition::Kind::count) text += fmt::format(" (limit {})", condition.at_least_count);
    return text;
}

std::string DecidingFactWords::state_shared(const std::vector<std::size_t>& nodules) const
{
    const auto all = [&](auto&& holds) {
        return std::all_of(nodules.begin(), nodules.end(),
                           [&](std::size_t i) { return holds(assessment_.timeline.nodules[i]); });
    };
    const auto is_or_would_be = [](GrowthState state) {
        return [state](const assess::NoduleTimeline& nodule) {
            return nodule.state == state || nodule.state_without_growth == state;
        };
    };
    if (all(is_or_would_be(GrowthState::newly_seen))) return " that are new";
    if (all(is_or_would_be(GrowthState::possible_growth))) return " that may have grown";
    if (all(is_or_would_be(GrowthState::unequivocal_growth))) return " that grew";
    if (all(is_or_would_be(GrowthState::no_prior))) return " without a prior to compare with";
    if (all([](const assess::NoduleTimeline& nodule) {
            return nodule.state == GrowthState::newly_seen || nodule.state_without_growth ||
                   nodule.state == GrowthState::unequivocal_growth;
        }))
        return " that are new or grew";
    return {};
}

std::string DecidingFactWords::of_patient_rule(std::uint32_t position) const
{
    const policy::PatientRule& rule = policy_.patient_rules[position];
    for (const policy::DecidingPart& part : policy::deciding_conditions(policy_, rule.when, {&table_, std::nullopt})) {
        const Condition& condition = policy_.conditions[part.condition];
        if (part.truth != Truth::yes || condition.kind == Condition::Kind::compare) continue;
        const std::string text = of_count(condition);
        if (!text.empty()) return text;
    }
    return rule.says;
}

}  // namespace nodtrack::report
