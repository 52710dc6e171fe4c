#include "check_policy_values.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace nodtrack::assess {
namespace {

using policy::Condition;
using policy::FactDeclaration;
using policy::FactType;
using policy::FactUse;
using policy::FactValue;
using policy::Policy;
using policy::Scope;

bool may_be_unknown(FactUse use)
{
    if (use.scope == Scope::patient) {
        switch (static_cast<PatientFact>(use.fact)) {
            case PatientFact::has_index_scan:
            case PatientFact::urgent_symptom_since_index:
            case PatientFact::pleural_event_since_index:
            case PatientFact::local_recurrence_sign_since_index:
            case PatientFact::board_finding_since_index:
            case PatientFact::open_local_sign:
            case PatientFact::scope_gates_apply:
            case PatientFact::metastasectomy_before_index:
            case PatientFact::ungated_class:
                return false;
            default:
                return true;
        }
    }
    switch (static_cast<NoduleFact>(use.fact)) {
        case NoduleFact::state_without_growth:
        case NoduleFact::long_axis_mm:
        case NoduleFact::attenuation:
        case NoduleFact::shape:
        case NoduleFact::margin:
        case NoduleFact::location:
        case NoduleFact::calcification:
        case NoduleFact::last_said_attenuation:
        case NoduleFact::last_said_shape:
        case NoduleFact::last_said_calcification:
        case NoduleFact::row_iv_contrast:
        case NoduleFact::side:
        case NoduleFact::suv_max:
        case NoduleFact::vdt_days:
        case NoduleFact::creep_mm:
        case NoduleFact::class_by_size_bound:
            return true;
        default:
            return false;
    }
}

/// Just below, at and just above each threshold; 0 where the unit is counted.
std::vector<FactValue> critical_numbers(const std::set<double>& thresholds, const FactDeclaration& fact)
{
    constexpr double one_unit = 1000.0;
    constexpr double tenth = 100.0;
    const bool counted = fact.unit == "days" || fact.unit == "months";
    const double step = counted ? one_unit : tenth;
    std::set<double> numbers;
    if (thresholds.empty() || counted) numbers.insert(0.0);
    for (const double threshold : thresholds)
        numbers.insert({threshold - step, threshold, threshold + step});
    std::vector<FactValue> values;
    for (const double number : numbers) {
        if (number >= 0.0) values.push_back(FactValue::number(number));
    }
    return values;
}

bool tells_apart(const Condition& comparison, FactValue a, FactValue b)
{
    using Comparator = Condition::Comparator;
    if (comparison.word_set != 0) {
        return ((comparison.word_set >> a.index()) & 1U) != ((comparison.word_set >> b.index()) & 1U);
    }
    switch (comparison.comparator) {
        case Comparator::at_least:
            return (a.value >= comparison.operand) != (b.value >= comparison.operand);
        case Comparator::above:
            return (a.value > comparison.operand) != (b.value > comparison.operand);
        case Comparator::at_most:
            return (a.value <= comparison.operand) != (b.value <= comparison.operand);
        case Comparator::below:
            return (a.value < comparison.operand) != (b.value < comparison.operand);
        default:
            return false;
    }
}

/// One word for each group that no comparison of the policy tells apart; all words of a fact that is tied to others.
std::vector<FactValue> critical_words(std::size_t count, FactUse use, const std::vector<const Condition*>& comparisons)
{
    std::vector<FactValue> values;
    const bool keep_all = is_tied_to_others(use) || use == use_of(NoduleFact::side);
    for (std::size_t i = 0; i < count; ++i) {
        const FactValue word{static_cast<double>(i), true};
        const bool stands_for_itself =
            keep_all || std::none_of(values.begin(), values.end(), [&](FactValue other) {
                return std::none_of(comparisons.begin(), comparisons.end(),
                                    [&](const Condition* comparison) { return tells_apart(*comparison, word, other); });
            });
        if (stands_for_itself) values.push_back(word);
    }
    return values;
}

using ComparisonsOfFact = std::map<std::pair<Scope, std::uint16_t>, std::vector<const Condition*>>;

ComparisonsOfFact comparisons_by_fact(const Policy& policy)
{
    ComparisonsOfFact comparisons;
    for (const Condition& condition : policy.conditions) {
        const bool compares =
            condition.kind == Condition::Kind::compare && condition.comparator != Condition::Comparator::is_known;
        if (compares) comparisons[{condition.scope, condition.fact}].push_back(&condition);
    }
    return comparisons;
}

std::vector<FactValue> critical_values(const Policy& policy, FactUse use, ComparisonsOfFact& comparisons)
{
    const FactDeclaration& fact = policy.catalogue.of(use.scope)[use.fact];
    auto own = comparisons[{use.scope, use.fact}];
    // What is said now is held against what was last said: both need the words of both.
    for (const auto& [said, last_said] : descriptors) {
        if (use != use_of(said) && use != use_of(last_said)) continue;
        const NoduleFact other = use == use_of(said) ? last_said : said;
        const auto& others = comparisons[{Scope::nodule, static_cast<std::uint16_t>(other)}];
        own.insert(own.end(), others.begin(), others.end());
    }
    std::vector<FactValue> values;
    if (fact.type == FactType::yes_no) {
        values = {FactValue::yes_no(false), FactValue::yes_no(true)};
    } else if (fact.type == FactType::number) {
        std::set<double> thresholds;
        for (const Condition* comparison : own)
            thresholds.insert(comparison->operand);
        // Stable months and the stable run are held against each other: both need the values of both.
        for (const NoduleFact other : {NoduleFact::stable_months, NoduleFact::stable_run_months}) {
            const bool is_one =
                use == use_of(NoduleFact::stable_months) || use == use_of(NoduleFact::stable_run_months);
            if (!is_one) break;
            for (const Condition* comparison : comparisons[{Scope::nodule, static_cast<std::uint16_t>(other)}]) {
                thresholds.insert(comparison->operand);
            }
        }
        values = critical_numbers(thresholds, fact);
    } else {
        const std::size_t count = fact.type == FactType::rule ? policy.nodule_rules.size() : fact.words.size();
        values = critical_words(count, use, own);
    }
    if (may_be_unknown(use)) values.push_back(FactValue::unknown());
    return values;
}

}  // namespace

void PartialFacts::choose(FactUse fact, FactValue value)
{
    if (fact.scope == Scope::nodule) {
        nodule[fact.fact] = value;
        nodule_chosen[fact.fact] = true;
    } else {
        patient[fact.fact] = value;
        patient_chosen[fact.fact] = true;
    }
}

void PartialFacts::reopen(FactUse fact)
{
    if (fact.scope == Scope::nodule) {
        nodule_chosen[fact.fact] = false;
    } else {
        patient_chosen[fact.fact] = false;
    }
}

bool PartialFacts::is_chosen(FactUse fact) const
{
    return fact.scope == Scope::nodule ? nodule_chosen[fact.fact] : patient_chosen[fact.fact];
}

FactValue PartialFacts::value(FactUse fact) const
{
    return fact.scope == Scope::nodule ? nodule[fact.fact] : patient[fact.fact];
}

CriticalValues::CriticalValues(const Policy& policy)
{
    ComparisonsOfFact comparisons = comparisons_by_fact(policy);
    for (std::uint16_t i = 0; i < nodule_fact_count; ++i) {
        nodule_[i] = critical_values(policy, {Scope::nodule, i}, comparisons);
    }
    for (std::uint16_t i = 0; i < patient_fact_count; ++i) {
        patient_[i] = critical_values(policy, {Scope::patient, i}, comparisons);
    }
}

const std::vector<FactValue>& CriticalValues::of(FactUse fact) const
{
    return fact.scope == Scope::nodule ? nodule_[fact.fact] : patient_[fact.fact];
}

}  // namespace nodtrack::assess
