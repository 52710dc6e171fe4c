#include "nodtrack/policy/describe.hpp"

#include <algorithm>
#include <cmath>

#include "nodtrack/domain/quantity.hpp"

namespace nodtrack::policy {
namespace {

using Comparator = Condition::Comparator;
using Kind = Condition::Kind;

std::string with_spaces(std::string_view name)
{
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

const FactDeclaration& fact_of(const Policy& policy, const Condition& condition)
{
    return policy.catalogue.of(condition.scope)[condition.fact];
}

std::string_view word_at(const FactDeclaration& fact, std::size_t position, const Policy& policy)
{
    if (fact.type == FactType::rule) return policy.nodule_rules[position].id;
    return fact.words[position];
}

std::vector<std::string> words_of(const Policy& policy, const Condition& condition)
{
    const FactDeclaration& fact = fact_of(policy, condition);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < 64; ++i) {
        if (((condition.word_set >> i) & 1U) != 0) words.emplace_back(word_at(fact, i, policy));
    }
    return words;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator)
{
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty()) text += separator;
        text += part;
    }
    return text;
}

Comparator opposite(Comparator comparator)
{
    switch (comparator) {
        case Comparator::at_least:
            return Comparator::below;
        case Comparator::above:
            return Comparator::at_most;
        case Comparator::at_most:
            return Comparator::above;
        case Comparator::below:
            return Comparator::at_least;
        default:
            return comparator;
    }
}

/// A comparison with the `not` around it carried in.
struct Demand {
    std::string_view comparator;  ///< one of `threshold_comparators`
    std::string value;            ///< with unit
};

Demand demand_of(const Policy& policy, const Condition& condition, bool negated)
{
    const FactDeclaration& fact = fact_of(policy, condition);
    const bool asks_yes = (condition.operand != 0.0) != negated;
    switch (condition.comparator) {
        case Comparator::is_known:
            return {"is_known", asks_yes ? "yes" : "no"};
        case Comparator::is:
        case Comparator::in: {
            if (fact.type == FactType::yes_no) return {"is", asks_yes ? "yes" : "no"};
            const auto words = words_of(policy, condition);
            const bool single = words.size() == 1;
            if (negated) return {single ? "is_not" : "not_in", joined(words, ", ")};
            return {single ? "is" : "in", joined(words, ", ")};
        }
        default:
            break;
    }
    constexpr std::string_view names[] = {"at_least", "above", "at_most", "below"};
    const Comparator comparator = negated ? opposite(condition.comparator) : condition.comparator;
    const FactValue limit{condition.operand, true};
    return {names[static_cast<std::size_t>(comparator)], value_text(fact, limit, policy)};
}

/// `N14, N15 or N16`
std::string alternatives(std::string words)
{
    const std::size_t last = words.rfind(", ");
    if (last != std::string::npos) words.replace(last, 2, " or ");
    return words;
}

/// `at least 6.0 mm`, `is NEW`, `is none of N14 or N15`, `is known`.
std::string demand_words(const Demand& demand)
{
    if (demand.comparator == "is_known") return demand.value == "yes" ? "is known" : "is unknown";
    if (demand.comparator == "in") return "is " + alternatives(demand.value);
    if (demand.comparator == "not_in") return "is none of " + alternatives(demand.value);
    return with_spaces(demand.comparator) + " " + demand.value;
}

/// What becomes of the demand where the fact is missing.
Truth if_missing(const Condition& condition, bool negated)
{
    return static_cast<Truth>((negated ? -1 : 1) * static_cast<int>(condition.if_unknown));
}

std::string comparison_words(const Policy& policy, const Condition& condition, bool negated)
{
    std::string text = spoken_name(fact_of(policy, condition)) + " ";
    text += demand_words(demand_of(policy, condition, negated));
    if (!condition.has_if_unknown) return text;
    const bool met = if_missing(condition, negated) == Truth::yes;
    return text + (met ? " (or unknown)" : " (unknown: no)");
}

std::string number_of(std::size_t count, std::string_view noun)
{
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

/// `[countable] nodule` of a quantifier.
std::string kind_of_nodule(const Policy& policy, const Condition& condition)
{
    if (condition.of < 0) return "nodule";
    return "[" + spoken_name(policy.definitions[static_cast<std::size_t>(condition.of)]) + "] nodule";
}

class Describer {
  public:
    explicit Describer(const Policy& policy) : policy_(policy) {}

    std::string words(ConditionIndex index, bool negated, bool inside) const
    {
        const Condition& condition = policy_.conditions[index];
        switch (condition.kind) {
            case Kind::compare:
                return comparison_words(policy_, condition, negated);
            case Kind::negation:
                return words(condition.parts.front(), !negated, inside);
            case Kind::definition:
                return (negated ? "not [" : "[") + spoken_name(policy_.definitions[condition.definition]) + "]";
            case Kind::count:
                return (negated ? "fewer than " : "at least ") +
                       number_of(condition.at_least_count, kind_of_nodule(policy_, condition)) +
                       half(condition, negated) + where(condition);
            case Kind::bilateral:
                return kind_of_nodule(policy_, condition) + "s" + (negated ? " not" : "") + " on both sides" +
                       where(condition);
            case Kind::all:
            case Kind::any:
                break;
        }
        return list(condition, negated, inside);
    }

    static std::string half(const Condition& condition, bool negated)
    {
        if (!condition.more_than_half) return "";
        return negated ? ", or at most half of them," : ", and more than half of them,";
    }

    std::string where(const Condition& condition) const
    {
        if (condition.parts.empty()) return "";
        return " where " + words(condition.parts.front(), false, true);
    }

  private:
    std::string list(const Condition& condition, bool negated, bool inside) const
    {
        const bool all = condition.kind == Kind::all;
        if (condition.parts.empty()) return all != negated ? "always" : "never";
        std::vector<std::string> texts;
        const bool alone = condition.parts.size() == 1;
        for (const ConditionIndex part : condition.parts)
            texts.push_back(words(part, alone && negated, !alone || inside));
        if (alone) return texts.front();
        const std::string text = joined(texts, all ? ", and " : ", or ");
        if (negated) return "not (" + text + ")";
        return inside ? "(" + text + ")" : text;
    }

    const Policy& policy_;
};

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
    return Describer(policy).words(condition, false, false);
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

namespace {

/// Follows a condition down to the comparisons that made it come out as it did.
class Decider {
  public:
    Decider(const Policy& policy, const Subject& subject, bool with_texts)
        : policy_(policy), subject_(subject), with_texts_(with_texts)
    {}

    void collect(ConditionIndex index, bool negated)
    {
        const Condition& condition = policy_.conditions[index];
        const Truth truth = evaluate(policy_, index, subject_);
        switch (condition.kind) {
            case Kind::compare:
            case Kind::count:
            case Kind::bilateral:
                note(index, truth, negated);
                return;
            case Kind::definition:
                collect(policy_.definitions[condition.definition].when, negated);
                return;
            case Kind::negation:
                collect(condition.parts.front(), !negated);
                return;
            case Kind::all:
            case Kind::any:
                break;
        }
        for (const ConditionIndex part : condition.parts) {
            if (evaluate(policy_, part, subject_) == truth) collect(part, negated);
        }
    }

    std::vector<DecidingPart> take() { return std::move(parts_); }

  private:
    void note(ConditionIndex index, Truth truth, bool negated)
    {
        const auto met = static_cast<Truth>((negated ? -1 : 1) * static_cast<int>(truth));
        if (!with_texts_) {
            parts_.push_back({index, met, {}});
            return;
        }
        const Condition& condition = policy_.conditions[index];
        std::string text =
            condition.kind == Kind::compare ? comparison(condition, truth, negated) : quantified(condition, truth);
        const bool said =
            std::any_of(parts_.begin(), parts_.end(), [&](const auto& part) { return part.text == text; });
        if (!said) parts_.push_back({index, met, std::move(text)});
    }

    std::string comparison(const Condition& condition, Truth truth, bool negated) const
    {
        const FactDeclaration& fact = fact_of(policy_, condition);
        const FactValue& value = condition.scope == Scope::patient
                                     ? subject_.facts->patient[condition.fact]
                                     : subject_.facts->nodule(*subject_.nodule)[condition.fact];
        const Demand demand = demand_of(policy_, condition, negated);
        const bool met = (truth == Truth::yes) != negated;
        const std::string name = spoken_name(fact);
        if (condition.comparator == Comparator::is_known) return name + (value.known ? " is known" : " is unknown");
        if (!value.known) {
            if (!condition.has_if_unknown) return name + " is unknown (asked: " + demand_words(demand) + ")";
            return name + " is unknown, taken as " + (met ? "meeting" : "not meeting") + " \"" + demand_words(demand) +
                   "\"";
        }
        const std::string said = value_text(fact, value, policy_);
        if (fact.type == FactType::yes_no) return name + " is " + said + (met ? "" : ", not " + demand.value);
        if (demand.comparator == "is" && met) return name + " is " + said;
        return name + " " + said + relation(demand, met);
    }

    /// ` is not at least 6.0 mm`, ` is none of N14 or N15`.
    static std::string relation(const Demand& demand, bool met)
    {
        if (demand.comparator == "is") return " is not " + demand.value;
        if (demand.comparator == "is_not") return met ? " is not " + demand.value : " is what it must not be";
        if (demand.comparator == "in") return (met ? " is one of " : " is none of ") + alternatives(demand.value);
        if (demand.comparator == "not_in") return (met ? " is none of " : " is one of ") + alternatives(demand.value);
        return (met ? " is " : " is not ") + demand_words(demand);
    }

    std::string quantified(const Condition& condition, Truth truth) const
    {
        const Describer describer(policy_);
        if (condition.kind == Kind::bilateral) {
            return kind_of_nodule(policy_, condition) + "s" +
                   (truth == Truth::yes ? " lie on both sides" : " are not known to lie on both sides") +
                   describer.where(condition);
        }
        std::size_t certain = 0;
        std::size_t possible = 0;
        std::size_t all = 0;
        for (std::size_t i = 0; i < subject_.facts->count; ++i) {
            const Truth selected = selects(condition, i);
            if (is_of_kind(condition, i) == Truth::yes) ++all;
            if (selected == Truth::yes) ++certain;
            if (selected != Truth::no) ++possible;
        }
        std::string text = number_of(certain, kind_of_nodule(policy_, condition)) + describer.where(condition);
        if (condition.more_than_half) text += ", of " + std::to_string(all);
        if (truth == Truth::unknown) text += " (perhaps " + std::to_string(possible) + ")";
        const bool enough = certain >= condition.at_least_count;
        if (condition.more_than_half && truth != Truth::yes && enough) return text + ", not more than half";
        return text + (truth == Truth::yes ? ", at least " : ", not at least ") +
               std::to_string(condition.at_least_count) +
               (condition.more_than_half && truth == Truth::yes ? " and more than half" : "");
    }

    Truth is_of_kind(const Condition& condition, std::size_t nodule) const
    {
        if (condition.of < 0) return Truth::yes;
        const Subject subject{subject_.facts, nodule};
        return evaluate(policy_, policy_.definitions[static_cast<std::size_t>(condition.of)].when, subject);
    }

    Truth selects(const Condition& condition, std::size_t nodule) const
    {
        const Subject subject{subject_.facts, nodule};
        Truth truth = is_of_kind(condition, nodule);
        for (const ConditionIndex part : condition.parts)
            truth = std::min(truth, evaluate(policy_, part, subject));
        return truth;
    }

    const Policy& policy_;
    const Subject& subject_;
    const bool with_texts_;
    std::vector<DecidingPart> parts_;
};

}  // namespace

std::vector<DecidingPart> deciding_parts(const Policy& policy, ConditionIndex condition, const Subject& subject)
{
    Decider decider(policy, subject, true);
    decider.collect(condition, false);
    return decider.take();
}

std::vector<DecidingPart> deciding_conditions(const Policy& policy, ConditionIndex condition, const Subject& subject)
{
    Decider decider(policy, subject, false);
    decider.collect(condition, false);
    return decider.take();
}

}  // namespace nodtrack::policy
