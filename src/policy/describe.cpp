#include "nodtrack/policy/describe.hpp"

#include <algorithm>
#include <cmath>

#include "condition_words.hpp"
#include "nodtrack/domain/quantity.hpp"

namespace nodtrack::policy {
namespace {

using Kind = Condition::Kind;

template <class Element>
void add_once(std::vector<Element>& list, Element element)
{
    if (std::find(list.begin(), list.end(), element) == list.end()) list.push_back(std::move(element));
}

/// Visits every comparison and quantifier of a condition, through definitions; says whether a `not` stands around it.
template <class Visitor>
void for_each_leaf(const Policy& policy, ConditionIndex index, bool negated, const Visitor& visit)
{
    const Condition& condition = policy.conditions[index];
    const bool is_leaf =
        condition.kind == Kind::compare || condition.kind == Kind::count || condition.kind == Kind::bilateral;
    if (is_leaf) visit(condition, negated);
    if (condition.kind == Kind::definition) {
        for_each_leaf(policy, policy.definitions[condition.definition].when, negated, visit);
    }
    if (is_leaf && condition.of >= 0) {
        for_each_leaf(policy, policy.definitions[static_cast<std::size_t>(condition.of)].when, false, visit);
    }
    const bool flips = condition.kind == Kind::negation;
    // What a quantifier asks of each nodule is asked plainly, however the quantifier itself is meant.
    for (const ConditionIndex part : condition.parts)
        for_each_leaf(policy, part, !is_leaf && negated != flips, visit);
}

}  // namespace

std::string spoken_name(const FactDeclaration& fact)
{
    std::string name(fact.name);
    const std::string suffix = "_" + std::string(fact.unit);
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
    if (name == "suv_max") return "SUVmax";
    if (name == "vdt") return "doubling time";
    if (name == "iv_contrast") return "IV contrast";
    constexpr std::string_view as_of = "_as_of";
    if (name.ends_with(as_of)) name.replace(name.size() - as_of.size(), as_of.size(), "_the_as-of_day");
    return with_spaces(name);
}

std::string spoken_name(const Definition& definition)
{
    std::string name = with_spaces(definition.name);
    for (const std::string_view abbreviation : {"suv", "pet", "ct", "fdg"}) {
        if (name.compare(0, abbreviation.size() + 1, std::string(abbreviation) + " ") != 0) continue;
        for (std::size_t i = 0; i < abbreviation.size(); ++i)
            name[i] = static_cast<char>(name[i] - 'a' + 'A');
    }
    return name;
}

std::string quantity_text(double thousandths, std::string_view unit)
{
    constexpr std::int64_t thousand = 1000;
    const auto exact = static_cast<std::int64_t>(std::llround(thousandths));
    const bool counted = (unit == "days" || unit == "months" || unit == "%") && exact % thousand == 0;
    std::string text = counted ? std::to_string(exact / thousand) : decimal_text(exact);
    if (!unit.empty() && unit != "1") text += " " + std::string(unit);
    return text;
}

std::string value_text(const FactDeclaration& fact, const FactValue& value, const Policy& policy)
{
    if (!value.known) return "unknown";
    switch (fact.type) {
        case FactType::yes_no:
            return value.is_yes() ? "yes" : "no";
        case FactType::number:
            return quantity_text(value.value, fact.unit);
        case FactType::word:
        case FactType::ordered_word:
        case FactType::rule:
            break;
    }
    return std::string(word_at(fact, value.index(), policy));
}

std::string describe(const Policy& policy, ConditionIndex condition)
{
    return condition_words(policy, condition, false, false);
}

std::vector<FactUse> facts_of(const Policy& policy, ConditionIndex condition)
{
    std::vector<FactUse> facts;
    for_each_leaf(policy, condition, false, [&](const Condition& leaf, bool) {
        if (leaf.kind == Kind::count) return;
        // A demand for both sides keeps the fact `side` in the same place.
        add_once(facts, FactUse{leaf.kind == Kind::compare ? leaf.scope : Scope::nodule, leaf.fact});
    });
    return facts;
}

std::vector<Threshold> thresholds_of(const Policy& policy, ConditionIndex condition)
{
    std::vector<Threshold> thresholds;
    for_each_leaf(policy, condition, false, [&](const Condition& leaf, bool negated) {
        if (leaf.kind == Kind::compare) {
            Demand demand = demand_of(policy, leaf, negated);
            const std::string_view fact = fact_of(policy, leaf).name;
            add_once(thresholds, Threshold{std::string(fact), demand.comparator, std::move(demand.value)});
            return;
        }
        const std::string of =
            leaf.of < 0 ? "judged nodules" : policy.definitions[static_cast<std::size_t>(leaf.of)].name;
        if (leaf.kind == Kind::count) {
            add_once(thresholds,
                     Threshold{"count of " + of, negated ? "below" : "at_least", std::to_string(leaf.at_least_count)});
            if (leaf.more_than_half)
                add_once(thresholds, Threshold{"share of " + of, negated ? "at_most" : "above", "50 %"});
        } else {
            add_once(thresholds, Threshold{of, "on_both_sides", negated ? "no" : "yes"});
        }
    });
    return thresholds;
}

}  // namespace nodtrack::policy
