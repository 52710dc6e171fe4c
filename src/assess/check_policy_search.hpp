#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "check_policy_values.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::assess {

/// A set of truths that a condition may still come out as.
class Truths {
  public:
    constexpr Truths() = default;
    static constexpr Truths only(policy::Truth truth) { return Truths(bit(truth)); }
    static constexpr Truths yes() { return only(policy::Truth::yes); }
    static constexpr Truths not_yes() { return Truths(3); }
    static constexpr Truths any() { return Truths(7); }

    constexpr bool has(policy::Truth truth) const { return (bits_ & bit(truth)) != 0; }
    constexpr bool within(Truths wanted) const { return (bits_ & ~wanted.bits_) == 0; }
    constexpr bool meets(Truths wanted) const { return (bits_ & wanted.bits_) != 0; }
    constexpr Truths with(Truths other) const { return Truths(bits_ | other.bits_); }
    constexpr Truths without(Truths other) const { return Truths(bits_ & ~other.bits_); }
    Truths negated() const;
    /// What the least (or greatest) of two independent truths may be.
    Truths least(Truths other) const;
    Truths greatest(Truths other) const { return negated().least(other.negated()).negated(); }

  private:
    explicit constexpr Truths(unsigned bits) : bits_(bits) {}
    static constexpr unsigned bit(policy::Truth truth)
    {
        return 1U << static_cast<unsigned>(static_cast<int>(truth) + 1);
    }
    unsigned bits_ = 0;
};

/// What a search asks of one condition.
struct Demand {
    policy::ConditionIndex condition = 0;
    Truths wanted;
    const policy::Policy* other_policy = nullptr;  ///< judged by this copy with a changed number
};

/// Finds facts that meet demands, or shows that there are none, by trying all critical values fact by fact and giving
/// up a branch as soon as a demand can no longer be met. What some undecided demand asks for is tried first. A count
/// over nodules stands as a fact of its own.
class FactSearch {
  public:
    enum class Answer : std::uint8_t { found, none, gave_up };
    using Visitor = std::function<bool(const PartialFacts&)>;

    FactSearch(const policy::Policy& policy, const CriticalValues& values) : policy_(policy), values_(values) {}

    /// Facts given beforehand, e.g. the class in a search about adjustments.
    void fix(policy::FactUse fact, policy::FactValue value) { fixed_.choose(fact, value); }

    /// Goes through the facts that meet the demands until `accept` takes one (without it: the first).
    Answer find(std::span<const Demand> demands, const Visitor& accept = {});

    /// The facts last accepted.
    const PartialFacts& facts() const { return facts_; }
    /// Their part that already decides the demands, in words; the rest may be anything.
    std::vector<std::pair<policy::FactUse, policy::FactValue>> deciding_facts(std::span<const Demand> demands);
    std::uint64_t looked_at() const { return looked_at_; }

  private:
    struct Variable {
        std::optional<policy::FactUse> fact;  ///< absent: a count over nodules
        policy::ConditionIndex count = 0;
        std::size_t uses = 0;
    };

    Truths possible(const policy::Policy& policy, policy::ConditionIndex index) const;
    Truths possible(const Demand& demand) const;
    Truths possible_comparison(const policy::Condition& condition) const;
    Truths possible_quantifier(policy::ConditionIndex index) const;
    bool still_open(std::span<const Demand> demands) const;
    void collect_variables(std::span<const Demand> demands);
    void collect_counts(policy::ConditionIndex index);
    void count_uses(policy::FactUse fact, std::size_t uses);
    bool is_open(const Variable& variable) const;
    void mark_undecided(const policy::Policy& policy, policy::ConditionIndex index, std::vector<bool>& marked) const;
    const Variable* next_variable(std::span<const Demand> demands) const;
    Answer assign(std::span<const Demand> demands, const Visitor& accept, std::uint64_t& budget);

    const policy::Policy& policy_;
    const CriticalValues& values_;
    PartialFacts fixed_;
    PartialFacts facts_;
    std::map<policy::ConditionIndex, policy::Truth> counts_;  ///< chosen truths of counts over nodules
    std::vector<Variable> variables_;
    std::uint64_t looked_at_ = 0;
};

}  // namespace nodtrack::assess
