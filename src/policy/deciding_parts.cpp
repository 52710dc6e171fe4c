#include <algorithm>

#include "condition_words.hpp"
#include "nodtrack/policy/describe.hpp"

namespace nodtrack::policy {
namespace {

using Comparator = Condition::Comparator;
using Kind = Condition::Kind;

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
        if (condition.kind == Kind::bilateral) {
            return kind_of_nodule(policy_, condition) + "s" +
                   (truth == Truth::yes ? " lie on both sides" : " are not known to lie on both sides") +
                   where_words(policy_, condition);
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
        std::string text = number_of(certain, kind_of_nodule(policy_, condition)) + where_words(policy_, condition);
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
