#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "check_policy_parts.hpp"

namespace nodtrack::assess {
namespace {

using policy::Basis;
using policy::Condition;
using policy::ConditionIndex;
using policy::Policy;
using Comparator = Condition::Comparator;

/// A condition written at one place of the file.
struct Place {
    std::string list;
    std::string owner;
    ConditionIndex when = 0;
};

void add_due(std::vector<Place>& places, const std::string& owner, const std::vector<policy::DueFormula>& formulas)
{
    for (const policy::DueFormula& formula : formulas) {
        if (formula.when) places.push_back({"recommendations", owner, *formula.when});
        if (formula.routine_at_most_when) places.push_back({"recommendations", owner, *formula.routine_at_most_when});
    }
}

std::vector<Place> rule_places(const Policy& policy)
{
    std::vector<Place> places;
    for (const policy::NoduleRule& rule : policy.nodule_rules) {
        places.push_back({"nodule_rules", rule.id, rule.when});
        for (const policy::ClassOutcome& outcome : rule.then) {
            if (outcome.when) places.push_back({"nodule_rules", rule.id, *outcome.when});
        }
        if (rule.worse_of_when) places.push_back({"nodule_rules", rule.id, *rule.worse_of_when});
    }
    for (const policy::Adjustment& rule : policy.adjustments)
        places.push_back({"adjustments", rule.id, rule.when});
    for (const policy::PatientRule& rule : policy.patient_rules) {
        places.push_back({"patient_rules", rule.id, rule.when});
        if (rule.extrapolated_unless) places.push_back({"patient_rules", rule.id, *rule.extrapolated_unless});
    }
    for (const policy::RecommendationRule& rule : policy.recommendations) {
        places.push_back({"recommendations", rule.id, rule.when});
        add_due(places, rule.id, rule.due);
        add_due(places, rule.id, rule.safety_net);
        for (const policy::Option& option : rule.options)
            places.push_back({"recommendations", rule.id, option.when});
    }
    return places;
}

std::vector<Place> all_places(const Policy& policy)
{
    std::vector<Place> places;
    for (const policy::Definition& definition : policy.definitions) {
        places.push_back({"definitions", definition.name, definition.when});
    }
    const auto rules = rule_places(policy);
    places.insert(places.end(), rules.begin(), rules.end());
    return places;
}

/// Visits the conditions written at a place, without following definitions.
void for_each_written(const Policy& policy, ConditionIndex index,
                      const std::function<void(ConditionIndex, const Condition&)>& visit)
{
    const Condition& condition = policy.conditions[index];
    visit(index, condition);
    for (const ConditionIndex part : condition.parts)
        for_each_written(policy, part, visit);
}

bool compares_number(const Policy& policy, const Condition& condition)
{
    return condition.kind == Condition::Kind::compare && condition.comparator != Comparator::is_known &&
           policy.catalogue.of(condition.scope)[condition.fact].type == policy::FactType::number;
}

void find_unused_definitions(CheckWork& work)
{
    const Policy& policy = work.policy;
    std::set<std::size_t> used;
    const std::function<void(ConditionIndex)> follow = [&](ConditionIndex place) {
        for_each_written(policy, place, [&](ConditionIndex, const Condition& condition) {
            std::optional<std::size_t> named;
            if (condition.kind == Condition::Kind::definition) named = condition.definition;
            if (condition.of >= 0) named = static_cast<std::size_t>(condition.of);
            if (named && used.insert(*named).second) follow(policy.definitions[*named].when);
        });
    };
    for (const Place& place : rule_places(policy))
        follow(place.when);
    for (std::size_t i = 0; i < policy.definitions.size(); ++i) {
        const std::string& name = policy.definitions[i].name;
        // The count band is the number of countable nodules, whether or not a rule names them.
        if (used.count(i) != 0 || name == "countable") continue;
        work.add(FindingKind::unused_definition, name, "no rule uses the definition " + name);
    }
}

struct Written {
    Place place;
    Condition condition;
};

std::string in_words(const Policy& policy, const Written& written)
{
    constexpr std::string_view words[] = {"at least", "above", "at most", "below"};
    const policy::FactDeclaration& fact = policy.catalogue.of(written.condition.scope)[written.condition.fact];
    return written.place.owner + " (" + std::string(words[static_cast<std::size_t>(written.condition.comparator)]) +
           " " + policy::quantity_text(written.condition.operand, fact.unit) + ")";
}

/// In one list the value itself should belong to one side: `at least` goes with `below`, `above` with `at most`.
void find_boundaries(CheckWork& work)
{
    const Policy& policy = work.policy;
    std::map<std::tuple<std::string, policy::Scope, std::uint16_t, double>, std::vector<Written>> numbers;
    for (const Place& place : all_places(policy)) {
        for_each_written(policy, place.when, [&](ConditionIndex, const Condition& condition) {
            if (!compares_number(policy, condition)) return;
            numbers[{place.list, condition.scope, condition.fact, condition.operand}].push_back({place, condition});
        });
    }
    const auto belongs_above = [](const Written& written) {
        return written.condition.comparator == Comparator::at_least ||
               written.condition.comparator == Comparator::below;
    };
    for (const auto& entry : numbers) {
        const auto& [key, uses_of_key] = entry;
        const auto& uses = uses_of_key;  // clang 14 does not capture a structured binding
        const auto odd = std::find_if(uses.begin(), uses.end(), [&](const Written& other) {
            return belongs_above(other) != belongs_above(uses.front());
        });
        if (odd == uses.end()) continue;
        const policy::FactDeclaration& fact = policy.catalogue.of(std::get<1>(key))[std::get<2>(key)];
        work.add(FindingKind::boundary, uses.front().place.owner,
                 "exactly " + policy::quantity_text(std::get<3>(key), fact.unit) + " of " + policy::spoken_name(fact) +
                     " counts upwards in " + in_words(policy, belongs_above(uses.front()) ? uses.front() : *odd) +
                     " and downwards in " + in_words(policy, belongs_above(uses.front()) ? *odd : uses.front()) +
                     ": is that meant?",
                 {}, odd->place.owner == uses.front().place.owner ? "" : odd->place.owner);
    }
}

/// A threshold ten times off the middle one of its fact may stand in another unit.
void find_unusual_numbers(CheckWork& work)
{
    const Policy& policy = work.policy;
    std::map<std::pair<policy::Scope, std::uint16_t>, std::vector<Written>> by_fact;
    for (const Place& place : all_places(policy)) {
        for_each_written(policy, place.when, [&](ConditionIndex, const Condition& condition) {
            if (compares_number(policy, condition))
                by_fact[{condition.scope, condition.fact}].push_back({place, condition});
        });
    }
    constexpr double ten_times = 10.0;
    for (auto& [key, uses] : by_fact) {
        std::vector<double> operands;
        for (const Written& use : uses)
            operands.push_back(use.condition.operand);
        std::nth_element(operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(operands.size() / 2),
                         operands.end());
        const double middle = operands[operands.size() / 2];
        for (const Written& use : uses) {
            const double operand = use.condition.operand;
            if (operand * ten_times > middle && operand < middle * ten_times) continue;
            if (operand == middle) continue;
            const policy::FactDeclaration& fact = policy.catalogue.of(key.first)[key.second];
            work.add(FindingKind::unusual_number, use.place.owner,
                     "the number in " + in_words(policy, use) + " is ten times off the others of " +
                         policy::spoken_name(fact) + ": is the unit right?");
        }
    }
}

void check_bands(CheckWork& work, const policy::ScheduleProfile& profile,
                 const std::vector<policy::IntervalBand>& bands)
{
    for (std::size_t i = 0; i + 1 < bands.size(); ++i) {
        if (bands[i].interval_months != bands[i + 1].interval_months) continue;
        work.add(FindingKind::number_without_effect, profile.name,
                 "profile " + profile.name + ": the limit of " + std::to_string(*bands[i].below_months) +
                     " months parts two bands of the same interval");
    }
}

/// A cap on the routine interval that no interval exceeds does nothing.
void check_schedules(CheckWork& work)
{
    int longest = 0;
    for (const policy::ScheduleProfile& profile : work.policy.profiles) {
        check_bands(work, profile, profile.high_or_unknown_grade);
        check_bands(work, profile, profile.low_grade);
        for (const auto* bands : {&profile.high_or_unknown_grade, &profile.low_grade}) {
            for (const policy::IntervalBand& band : *bands)
                longest = std::max(longest, band.interval_months);
        }
        longest = std::max(longest, profile.unknown_start_months);
    }
    for (const policy::RecommendationRule& rule : work.policy.recommendations) {
        for (const auto* formulas : {&rule.due, &rule.safety_net}) {
            for (const policy::DueFormula& formula : *formulas) {
                const bool idle = (formula.routine_at_most_months && *formula.routine_at_most_months >= longest) ||
                                  (formula.months_at_most_routine && formula.months >= longest);
                if (!idle) continue;
                work.add(FindingKind::number_without_effect, rule.id,
                         "a limit of months in " + rule.id + " is not shorter than any routine interval");
            }
        }
    }
}

void count_citations(CheckWork& work)
{
    const Policy& policy = work.policy;
    CitationCount& count = work.report.citations;
    for (const policy::Citation& citation : policy.citations) {
        switch (citation.verification) {
            case policy::Verification::read:
                ++count.read;
                break;
            case policy::Verification::found:
                ++count.found;
                break;
            case policy::Verification::unverified:
                ++count.unverified;
                break;
        }
    }
    const auto add = [&](const auto& list) {
        for (const auto& entry : list)
            count.local_policy += entry.basis.local_policy ? 1 : 0;
    };
    add(policy.parameters);
    add(policy.profiles);
    add(policy.definitions);
    add(policy.nodule_rules);
    add(policy.adjustments);
    add(policy.patient_rules);
    add(policy.recommendations);
}

}  // namespace

std::vector<PolicyNumber> numbers_of(const Policy& policy)
{
    std::vector<PolicyNumber> numbers;
    for (const Place& place : all_places(policy)) {
        for_each_written(policy, place.when, [&](ConditionIndex index, const Condition& condition) {
            const bool counts = condition.kind == Condition::Kind::count;
            if (counts || compares_number(policy, condition)) numbers.push_back({index, place.owner, counts});
        });
    }
    return numbers;
}

std::string number_text(const Policy& policy, const PolicyNumber& number)
{
    const Condition& condition = policy.conditions[number.condition];
    if (number.of_nodules) return policy::describe(policy, number.condition);
    return in_words(policy,
                    {{"", policy::spoken_name(policy.catalogue.of(condition.scope)[condition.fact]), 0}, condition});
}

void change_number(Policy& policy, const PolicyNumber& number, int units)
{
    Condition& condition = policy.conditions[number.condition];
    if (number.of_nodules) {
        condition.at_least_count = static_cast<std::uint32_t>(static_cast<int>(condition.at_least_count) + units);
        return;
    }
    constexpr double tenth = 100.0;
    const std::string_view unit = policy.catalogue.of(condition.scope)[condition.fact].unit;
    const bool counted = unit == "days" || unit == "months";
    condition.operand += units * (counted ? 10.0 * tenth : tenth);
}

std::vector<ExampleFact> example_of(const Policy& policy,
                                    std::span<const std::pair<policy::FactUse, policy::FactValue>> facts)
{
    std::vector<ExampleFact> example;
    for (const auto& [use, value] : facts) {
        const policy::FactDeclaration& fact = policy.catalogue.of(use.scope)[use.fact];
        example.push_back({policy::spoken_name(fact), policy::value_text(fact, value, policy)});
    }
    return example;
}

void check_text(CheckWork& work)
{
    find_unused_definitions(work);
    find_boundaries(work);
    find_unusual_numbers(work);
    check_schedules(work);
    count_citations(work);
}

}  // namespace nodtrack::assess
