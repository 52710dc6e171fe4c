#include <algorithm>

#include "check_policy_parts.hpp"
#include "judged_parts.hpp"
#include "nodtrack/policy/evaluate.hpp"

namespace nodtrack::assess {
namespace {

using policy::ConditionIndex;
using policy::FactTable;
using policy::FactValue;
using policy::NoduleClass;
using policy::PatientClass;
using policy::Policy;
using policy::Subject;
using policy::Truth;

FactValue& fact(std::span<FactValue> facts, NoduleFact which)
{
    return facts[static_cast<std::size_t>(which)];
}

bool holds(const Policy& policy, ConditionIndex condition, const MadeUpPatient& patient,
           std::optional<std::size_t> nodule = std::nullopt)
{
    const FactTable facts = patient.table();
    return policy::evaluate(policy, condition, Subject{&facts, nodule}) == Truth::yes;
}

NoduleClass outcome(const Policy& policy, const policy::NoduleRule& rule, const MadeUpPatient& patient, std::size_t i)
{
    for (const policy::ClassOutcome& entry : rule.then) {
        if (!entry.when || holds(policy, *entry.when, patient, i)) return entry.nodule_class;
    }
    return NoduleClass::unclassifiable;
}

void take_the_worse(const Policy& policy, MadeUpPatient& patient, std::size_t i, NoduleVerdict& verdict)
{
    const policy::NoduleRule& rule = policy.nodule_rules[*verdict.rule];
    const auto facts = patient.nodule(i);
    const FactValue other_state = fact(facts, NoduleFact::state_without_growth);
    if (!rule.worse_of_when || !other_state.known || !holds(policy, *rule.worse_of_when, patient, i)) return;
    const FactValue own_state = fact(facts, NoduleFact::growth_state);
    fact(facts, NoduleFact::growth_state) = other_state;
    for (const std::uint32_t other : rule.worse_of_rules) {
        if (!holds(policy, policy.nodule_rules[other].when, patient, i)) continue;
        const NoduleClass other_class = outcome(policy, policy.nodule_rules[other], patient, i);
        if (other_class > verdict.nodule_class) {
            verdict.nodule_class = other_class;
            verdict.rule = other;
        }
        break;
    }
    fact(facts, NoduleFact::growth_state) = own_state;
}

void adjust(const Policy& policy, const MadeUpPatient& patient, std::size_t i, NoduleVerdict& verdict)
{
    for (std::size_t k = 0; k < policy.adjustments.size(); ++k) {
        const policy::Adjustment& adjustment = policy.adjustments[k];
        if (!holds(policy, adjustment.when, patient, i)) continue;
        const bool raises = adjustment.raise_to && *adjustment.raise_to > verdict.nodule_class;
        if (raises) verdict.nodule_class = *adjustment.raise_to;
        if (raises || !adjustment.raise_to) verdict.adjustment = k;
        return;
    }
}

void classify(const Policy& policy, MadeUpPatient& patient, FactJudgement& judgement)
{
    PatientClass worst = PatientClass::no_nodule;
    for (const NoduleVerdict& nodule : judgement.nodules)
        worst = std::max(worst, patient_class_of(nodule.nodule_class));
    for (const policy::PatientRule& rule : policy.patient_rules) {
        judgement.patient_rules.push_back(holds(policy, rule.when, patient));
        if (judgement.patient_rules.back()) worst = std::max(worst, rule.raise_to);
    }
    judgement.ungated_class = worst;
    patient.patient[static_cast<std::size_t>(PatientFact::ungated_class)] = FactValue::word(worst);
}

PatientClass gated_class(const Policy& policy, const MadeUpPatient& patient, const FactJudgement& judgement)
{
    using SetsClass = policy::RecommendationRule::SetsClass;
    for (std::size_t k = 0; k < policy.recommendations.size(); ++k) {
        const policy::RecommendationRule& rule = policy.recommendations[k];
        const bool sets = (rule.sets_class == SetsClass::when_it_decides && judgement.decider == k) ||
                          (rule.sets_class == SetsClass::when_it_holds && holds(policy, rule.when, patient));
        if (sets) return rule.patient_class;
    }
    return judgement.ungated_class;
}

void recommend(const Policy& policy, const MadeUpPatient& patient, FactJudgement& judgement)
{
    const auto& rules = policy.recommendations;
    const auto decider =
        std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return holds(policy, rule.when, patient); });
    if (decider == rules.end()) return;
    judgement.decider = static_cast<std::size_t>(decider - rules.begin());
    const auto formula = std::find_if(decider->due.begin(), decider->due.end(), [&](const auto& entry) {
        return !entry.when || holds(policy, *entry.when, patient);
    });
    judgement.due = static_cast<std::size_t>(formula - decider->due.begin());
    if (formula != decider->due.end() && formula->routine_at_most_months) {
        judgement.routine_capped =
            !formula->routine_at_most_when || holds(policy, *formula->routine_at_most_when, patient);
    }
    for (const policy::Option& option : decider->options) {
        if (holds(policy, option.when, patient)) judgement.options.push_back(option.action);
    }
    judgement.patient_class = gated_class(policy, patient, judgement);
}

}  // namespace

NoduleVerdict judge_nodule(const Policy& policy, MadeUpPatient& patient, std::size_t nodule)
{
    NoduleVerdict verdict;
    const auto facts = patient.nodule(nodule);
    fact(facts, NoduleFact::nodule_class) = FactValue::unknown();
    fact(facts, NoduleFact::class_rule) = FactValue::unknown();
    const FactTable table = patient.table();
    verdict.rule = policy::first_rule_that_holds(policy, Subject{&table, nodule});
    if (!verdict.rule) return verdict;
    verdict.nodule_class = outcome(policy, policy.nodule_rules[*verdict.rule], patient, nodule);
    take_the_worse(policy, patient, nodule, verdict);
    fact(facts, NoduleFact::class_rule) = FactValue{static_cast<double>(*verdict.rule), true};
    fact(facts, NoduleFact::nodule_class) = FactValue::word(verdict.nodule_class);
    adjust(policy, patient, nodule, verdict);
    fact(facts, NoduleFact::nodule_class) = FactValue::word(verdict.nodule_class);
    return verdict;
}

FactJudgement judge_facts(const Policy& policy, MadeUpPatient& patient)
{
    FactJudgement judgement;
    for (std::size_t i = 0; i < patient.count(); ++i)
        judgement.nodules.push_back(judge_nodule(policy, patient, i));
    classify(policy, patient, judgement);
    recommend(policy, patient, judgement);
    return judgement;
}

}  // namespace nodtrack::assess
