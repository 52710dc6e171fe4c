#include "nodtrack/policy/evaluate.hpp"

#include <algorithm>

namespace nodtrack::policy {
namespace {

Truth truth_of(bool answer)
{
    return answer ? Truth::yes : Truth::no;
}

Truth negated(Truth truth)
{
    return static_cast<Truth>(-static_cast<int>(truth));
}

// A nodule whose membership is unknown may be in or out: the count lies between both.
struct Selected {
    std::uint32_t certain = 0;
    std::uint32_t possible = 0;
};

}  // namespace

Truth compared(const Condition& condition, const FactValue& fact)
{
    using Comparator = Condition::Comparator;
    if (condition.comparator == Comparator::is_known) return truth_of(fact.known == (condition.operand != 0.0));
    if (!fact.known) return condition.if_unknown;
    switch (condition.comparator) {
        case Comparator::at_least:
            return truth_of(fact.value >= condition.operand);
        case Comparator::above:
            return truth_of(fact.value > condition.operand);
        case Comparator::at_most:
            return truth_of(fact.value <= condition.operand);
        case Comparator::below:
            return truth_of(fact.value < condition.operand);
        default:
            break;
    }
    if (condition.word_set == 0) return truth_of(fact.value == condition.operand);
    return truth_of(((condition.word_set >> fact.index()) & 1U) != 0);
}

/// Whether a nodule is among those that a count is taken of.
static Truth is_of(const Policy& policy, const Condition& condition, const FactTable& facts, std::size_t nodule)
{
    if (condition.of < 0) return Truth::yes;
    return evaluate(policy, policy.definitions[static_cast<std::size_t>(condition.of)].when, {&facts, nodule});
}

static Truth selects(const Policy& policy, const Condition& condition, const FactTable& facts, std::size_t nodule)
{
    const Subject subject{&facts, nodule};
    Truth truth = is_of(policy, condition, facts, nodule);
    for (const ConditionIndex part : condition.parts) {
        if (truth == Truth::no) break;
        truth = std::min(truth, evaluate(policy, part, subject));
    }
    return truth;
}

static Truth counted(const Policy& policy, const Condition& condition, const FactTable& facts)
{
    Selected selected;
    Selected in_all;
    for (std::size_t i = 0; i < facts.count; ++i) {
        if (condition.more_than_half) {
            const Truth of = is_of(policy, condition, facts, i);
            if (of == Truth::yes) ++in_all.certain;
            if (of != Truth::no) ++in_all.possible;
        }
        const Truth truth = selects(policy, condition, facts, i);
        if (truth == Truth::yes) ++selected.certain;
        if (truth != Truth::no) ++selected.possible;
    }
    const auto enough = [&](std::uint32_t count, std::uint32_t all) {
        return count >= condition.at_least_count && (!condition.more_than_half || 2 * count > all);
    };
    // One that may or may not be selected counts in the way that makes the answer least sure.
    if (enough(selected.certain, in_all.possible)) return Truth::yes;
    return enough(selected.possible, in_all.certain) ? Truth::unknown : Truth::no;
}

static Truth on_both_sides(const Policy& policy, const Condition& condition, const FactTable& facts)
{
    // `condition.fact` is the fact `side`, whose words are left and right in this order: the loader saw to it.
    bool left = false;
    bool right = false;
    for (std::size_t i = 0; i < facts.count; ++i) {
        const FactValue& value = facts.nodule(i)[condition.fact];
        if (!value.known || selects(policy, condition, facts, i) != Truth::yes) continue;
        (value.index() == 0 ? left : right) = true;
    }
    return truth_of(left && right);
}

Truth evaluate(const Policy& policy, ConditionIndex index, const Subject& subject)
{
    const Condition& condition = policy.conditions[index];
    switch (condition.kind) {
        case Condition::Kind::all: {
            Truth truth = Truth::yes;
            for (const ConditionIndex part : condition.parts) {
                truth = std::min(truth, evaluate(policy, part, subject));
                if (truth == Truth::no) break;
            }
            return truth;
        }
        case Condition::Kind::any: {
            Truth truth = Truth::no;
            for (const ConditionIndex part : condition.parts) {
                truth = std::max(truth, evaluate(policy, part, subject));
                if (truth == Truth::yes) break;
            }
            return truth;
        }
        case Condition::Kind::negation:
            return negated(evaluate(policy, condition.parts.front(), subject));
        case Condition::Kind::compare:
            return compared(condition, condition.scope == Scope::patient
                                           ? subject.facts->patient[condition.fact]
                                           : subject.facts->nodule(*subject.nodule)[condition.fact]);
        case Condition::Kind::definition:
            return evaluate(policy, policy.definitions[condition.definition].when, subject);
        case Condition::Kind::count:
            return counted(policy, condition, *subject.facts);
        case Condition::Kind::bilateral:
            return on_both_sides(policy, condition, *subject.facts);
    }
    return Truth::unknown;
}

Truth evaluate(const Policy& policy, const NoduleRule& rule, const Subject& subject)
{
    if (rule.guard.word_set != 0) {
        const FactValue& fact = subject.facts->nodule(*subject.nodule)[rule.guard.fact];
        if (fact.known && ((rule.guard.word_set >> fact.index()) & 1U) == 0) return Truth::no;
    }
    return evaluate(policy, rule.when, subject);
}

std::optional<std::size_t> first_rule_that_holds(const Policy& policy, const Subject& subject)
{
    for (std::size_t i = 0; i < policy.nodule_rules.size(); ++i) {
        if (evaluate(policy, policy.nodule_rules[i], subject) == Truth::yes) return i;
    }
    return std::nullopt;
}

std::vector<std::size_t> nodules_that_meet(const Policy& policy, std::uint32_t definition, const FactTable& facts)
{
    std::vector<std::size_t> nodules;
    for (std::size_t i = 0; i < facts.count; ++i) {
        const Subject subject{&facts, i};
        if (evaluate(policy, policy.definitions[definition].when, subject) == Truth::yes) nodules.push_back(i);
    }
    return nodules;
}

}  // namespace nodtrack::policy
