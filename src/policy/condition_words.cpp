#include "condition_words.hpp"

#include <algorithm>
#include <vector>

#include "nodtrack/policy/describe.hpp"

namespace nodtrack::policy {
namespace {

using Comparator = Condition::Comparator;
using Kind = Condition::Kind;

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

}  // namespace

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

std::string alternatives(std::string words)
{
    const std::size_t last = words.rfind(", ");
    if (last != std::string::npos) words.replace(last, 2, " or ");
    return words;
}

std::string demand_words(const Demand& demand)
{
    if (demand.comparator == "is_known") return demand.value == "yes" ? "is known" : "is unknown";
    if (demand.comparator == "in") return "is " + alternatives(demand.value);
    if (demand.comparator == "not_in") return "is none of " + alternatives(demand.value);
    return with_spaces(demand.comparator) + " " + demand.value;
}

std::string number_of(std::size_t count, std::string_view noun)
{
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string kind_of_nodule(const Policy& policy, const Condition& condition)
{
    if (condition.of < 0) return "nodule";
    return "[" + spoken_name(policy.definitions[static_cast<std::size_t>(condition.of)]) + "] nodule";
}

std::string where_words(const Policy& policy, const Condition& condition)
{
    return Describer(policy).where(condition);
}

std::string condition_words(const Policy& policy, ConditionIndex condition, bool negated, bool inside)
{
    return Describer(policy).words(condition, negated, inside);
}

}  // namespace nodtrack::policy
