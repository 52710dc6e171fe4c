#include "check_policy_search.hpp"
#include "nodtrack/policy/evaluate.hpp"

#include <algorithm>

namespace nodtrack::assess {
namespace {

using policy::Condition;
using policy::ConditionIndex;
using policy::FactUse;
using policy::FactValue;
using policy::Truth;
using Kind = Condition::Kind;

constexpr Truth all_truths[] = {Truth::no, Truth::yes, Truth::unknown};

}  // namespace

Truths Truths::negated() const
{
    Truths result;
    for (const Truth truth : all_truths) {
        if (has(truth)) result = result.with(only(static_cast<Truth>(-static_cast<int>(truth))));
    }
    return result;
}

Truths Truths::least(Truths other) const
{
    Truths result;
    for (const Truth a : all_truths) {
        for (const Truth b : all_truths) {
            if (has(a) && other.has(b)) result = result.with(only(std::min(a, b)));
        }
    }
    return result;
}

Truths FactSearch::possible_comparison(const Condition& condition) const
{
    const FactUse use{condition.scope, condition.fact};
    if (facts_.is_chosen(use)) return Truths::only(compared(condition, facts_.value(use)));
    Truths truths;
    for (const FactValue& value : values_.of(use))
        truths = truths.with(Truths::only(compared(condition, value)));
    return truths;
}

Truths FactSearch::possible_quantifier(ConditionIndex index) const
{
    const auto chosen = counts_.find(index);
    return chosen == counts_.end() ? Truths::any() : Truths::only(chosen->second);
}

Truths FactSearch::possible(const Demand& demand) const
{
    return possible(demand.other_policy != nullptr ? *demand.other_policy : policy_, demand.condition);
}

Truths FactSearch::possible(const policy::Policy& policy, ConditionIndex index) const
{
    const Condition& condition = policy.conditions[index];
    switch (condition.kind) {
        case Kind::compare:
            return possible_comparison(condition);
        case Kind::count:
        case Kind::bilateral:
            return possible_quantifier(index);
        case Kind::definition:
            return possible(policy, policy.definitions[condition.definition].when);
        case Kind::negation:
            return possible(policy, condition.parts.front()).negated();
        case Kind::all:
        case Kind::any:
            break;
    }
    const bool all = condition.kind == Kind::all;
    Truths truths = Truths::only(all ? Truth::yes : Truth::no);
    const Truths settled = Truths::only(all ? Truth::no : Truth::yes);
    for (const ConditionIndex part : condition.parts) {
        const Truths other = possible(policy, part);
        truths = all ? truths.least(other) : truths.greatest(other);
        if (truths.within(settled)) break;
    }
    return truths;
}

bool FactSearch::still_open(std::span<const Demand> demands) const
{
    return std::all_of(demands.begin(), demands.end(),
                       [&](const Demand& demand) { return possible(demand).meets(demand.wanted); });
}

void FactSearch::count_uses(FactUse fact, std::size_t uses)
{
    const auto found = std::find_if(variables_.begin(), variables_.end(),
                                    [&](const Variable& variable) { return variable.fact == fact; });
    if (found != variables_.end()) {
        found->uses += uses;
    } else {
        variables_.push_back({fact, 0, uses});
    }
}

void FactSearch::collect_counts(ConditionIndex index)
{
    const Condition& condition = policy_.conditions[index];
    switch (condition.kind) {
        case Kind::compare:
            count_uses({condition.scope, condition.fact}, 1);
            return;
        case Kind::definition:
            collect_counts(policy_.definitions[condition.definition].when);
            return;
        case Kind::count:
        case Kind::bilateral: {
            const bool known = std::any_of(variables_.begin(), variables_.end(), [&](const Variable& variable) {
                return !variable.fact && variable.count == index;
            });
            if (!known) variables_.push_back({std::nullopt, index, 1});
            return;
        }
        case Kind::negation:
        case Kind::all:
        case Kind::any:
            break;
    }
    for (const ConditionIndex part : condition.parts)
        collect_counts(part);
}

void FactSearch::collect_variables(std::span<const Demand> demands)
{
    variables_.clear();
    for (const Demand& demand : demands)
        collect_counts(demand.condition);
    const auto is_tied = [](const Variable& variable) {
        const auto& tied = tied_facts();
        return variable.fact && std::find(tied.begin(), tied.end(), *variable.fact) != tied.end();
    };
    const bool any_tied = std::any_of(variables_.begin(), variables_.end(), is_tied);
    const bool about_nodule = std::any_of(variables_.begin(), variables_.end(), [](const Variable& variable) {
        return variable.fact && variable.fact->scope == policy::Scope::nodule;
    });
    for (const FactUse& fact : tied_facts()) {
        if (any_tied && (about_nodule || fact.scope == policy::Scope::patient)) count_uses(fact, 0);
    }
    // A nodule's class is what the rules give, the patient's likewise: they are open only where a rule compares them.
    std::erase_if(variables_, [&](const Variable& variable) {
        if (!variable.fact) return false;
        const bool from_rules = *variable.fact == use_of(PatientFact::ungated_class) && variable.uses == 0;
        return from_rules || fixed_.is_chosen(*variable.fact);
    });
    std::stable_sort(variables_.begin(), variables_.end(),
                     [](const Variable& a, const Variable& b) { return a.uses > b.uses; });
}

bool FactSearch::is_open(const Variable& variable) const
{
    return variable.fact ? !facts_.is_chosen(*variable.fact) : counts_.count(variable.count) == 0;
}

/// Marks the open variables that what is undecided of a condition rests on.
void FactSearch::mark_undecided(const policy::Policy& policy, ConditionIndex index, std::vector<bool>& marked) const
{
    const Truths truths = possible(policy, index);
    const bool decided = std::any_of(std::begin(all_truths), std::end(all_truths),
                                     [&](Truth truth) { return truths.within(Truths::only(truth)); });
    if (decided) return;
    const Condition& condition = policy.conditions[index];
    const bool is_count = condition.kind == Kind::count || condition.kind == Kind::bilateral;
    if (condition.kind == Kind::compare || is_count) {
        const FactUse use{condition.scope, condition.fact};
        for (std::size_t i = 0; i < variables_.size(); ++i) {
            const Variable& variable = variables_[i];
            const bool is_asked = is_count ? !variable.fact && variable.count == index : variable.fact == use;
            if (is_asked && is_open(variable)) marked[i] = true;
        }
        return;
    }
    if (condition.kind == Kind::definition) {
        mark_undecided(policy, policy.definitions[condition.definition].when, marked);
        return;
    }
    for (const ConditionIndex part : condition.parts)
        mark_undecided(policy, part, marked);
}

/// The open variable asked for most by the last demand that is undecided: the last ones are those in question, and the
/// earlier ones rarely bar them. Else any that is open; null where none is.
const FactSearch::Variable* FactSearch::next_variable(std::span<const Demand> demands) const
{
    std::vector<bool> marked(variables_.size());
    for (auto demand = demands.rbegin(); demand != demands.rend(); ++demand) {
        if (possible(*demand).within(demand->wanted)) continue;
        mark_undecided(demand->other_policy != nullptr ? *demand->other_policy : policy_, demand->condition, marked);
        const auto asked = std::find(marked.begin(), marked.end(), true);
        if (asked != marked.end()) return &variables_[static_cast<std::size_t>(asked - marked.begin())];
    }
    const auto open = std::find_if(variables_.begin(), variables_.end(), [&](const Variable& v) { return is_open(v); });
    return open == variables_.end() ? nullptr : &*open;
}

FactSearch::Answer FactSearch::assign(std::span<const Demand> demands, const Visitor& accept, std::uint64_t& budget)
{
    if (budget == 0) return Answer::gave_up;
    --budget;
    ++looked_at_;
    if (!is_plausible(facts_) || !still_open(demands)) return Answer::none;
    const Variable* const next = next_variable(demands);
    if (next == nullptr) return !accept || accept(facts_) ? Answer::found : Answer::none;
    const Variable& variable = *next;
    if (!variable.fact) {
        for (const Truth truth : all_truths) {
            counts_[variable.count] = truth;
            const Answer answer = assign(demands, accept, budget);
            if (answer != Answer::none) return answer;
        }
        counts_.erase(variable.count);
        return Answer::none;
    }
    for (const FactValue& value : values_.of(*variable.fact)) {
        facts_.choose(*variable.fact, value);
        const Answer answer = assign(demands, accept, budget);
        if (answer != Answer::none) return answer;
    }
    facts_.reopen(*variable.fact);
    return Answer::none;
}

FactSearch::Answer FactSearch::find(std::span<const Demand> demands, const Visitor& accept)
{
    constexpr std::uint64_t most_branches = 50000;
    facts_ = fixed_;
    counts_.clear();
    collect_variables(demands);
    std::uint64_t budget = most_branches;
    return assign(demands, accept, budget);
}

std::vector<std::pair<FactUse, FactValue>> FactSearch::deciding_facts(std::span<const Demand> demands)
{
    const auto decided = [&] {
        return std::all_of(demands.begin(), demands.end(),
                           [&](const Demand& demand) { return possible(demand).within(demand.wanted); });
    };
    std::vector<std::pair<FactUse, FactValue>> deciding;
    const PartialFacts whole = facts_;
    for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
        if (!variable->fact) continue;
        const FactValue value = facts_.value(*variable->fact);
        facts_.reopen(*variable->fact);
        if (decided()) continue;
        facts_.choose(*variable->fact, value);
        deciding.insert(deciding.begin(), {*variable->fact, value});
    }
    facts_ = whole;
    return deciding;
}

}  // namespace nodtrack::assess
