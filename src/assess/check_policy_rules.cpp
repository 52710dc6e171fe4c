#include <algorithm>
#include <set>

#include "check_policy_parts.hpp"

namespace nodtrack::assess {
namespace {

using policy::ConditionIndex;
using policy::FactUse;
using policy::FactValue;
using policy::NoduleRule;
using policy::Policy;
using Answer = FactSearch::Answer;

/// The searches among nodule rules.
class NoduleRuleCheck {
  public:
    explicit NoduleRuleCheck(CheckWork& work) : work_(work), rules_(work.policy.nodule_rules) {}

    void find_gaps()
    {
        FactSearch search(work_.policy, work_.values);
        const auto demands = none_before(rules_.size());
        const Answer answer = search.find(demands);
        if (answer == Answer::found) {
            work_.add(FindingKind::gap, "", "no nodule rule holds for a nodule with these facts",
                      example_of(work_.policy, search.deciding_facts(demands)));
        }
        note("gaps", answer != Answer::gave_up, search.looked_at());
    }

    void find_unreachable()
    {
        std::uint64_t looked_at = 0;
        bool systematic = true;
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            const Answer answer = ask(first(i), looked_at);
            systematic = systematic && answer != Answer::gave_up;
            if (answer == Answer::none) {
                work_.add(FindingKind::unreachable, rules_[i].id, why_unreachable(i, looked_at));
            } else {
                check_outcomes(i, looked_at);
            }
        }
        note("unreachable rules", systematic, looked_at);
    }

    void find_overlaps()
    {
        std::uint64_t looked_at = 0;
        bool systematic = true;
        for (std::size_t j = 1; j < rules_.size(); ++j) {
            for (std::size_t i = 0; i < j; ++i)
                systematic = check_pair(i, j, looked_at) && systematic;
        }
        note("overlaps", systematic, looked_at);
    }

  private:
    std::vector<Demand> none_before(std::size_t end) const
    {
        std::vector<Demand> demands;
        for (std::size_t i = 0; i < end; ++i)
            demands.push_back({rules_[i].when, Truths::not_yes()});
        return demands;
    }

    std::vector<Demand> first(std::size_t i) const
    {
        auto demands = none_before(i);
        demands.push_back({rules_[i].when, Truths::yes()});
        return demands;
    }

    Answer ask(const std::vector<Demand>& demands, std::uint64_t& looked_at) const
    {
        FactSearch search(work_.policy, work_.values);
        const Answer answer = search.find(demands);
        looked_at += search.looked_at();
        return answer;
    }

    /// Which earlier rules always take what this one would.
    std::string why_unreachable(std::size_t i, std::uint64_t& looked_at) const
    {
        std::string takers;
        for (std::size_t earlier = 0; earlier < i; ++earlier) {
            auto demands = first(earlier);
            demands.push_back({rules_[i].when, Truths::yes()});
            if (ask(demands, looked_at) == Answer::found) takers += (takers.empty() ? "" : ", ") + rules_[earlier].id;
        }
        if (takers.empty()) return rules_[i].id + " can never hold";
        return rules_[i].id + " can never be first: whatever meets it is always taken by " + takers;
    }

    void check_outcomes(std::size_t i, std::uint64_t& looked_at)
    {
        auto demands = first(i);
        const auto& outcomes = rules_[i].then;
        for (std::size_t k = 0; k < outcomes.size(); ++k) {
            if (outcomes[k].when) demands.push_back({*outcomes[k].when, Truths::yes()});
            if (outcomes.size() > 1 && ask(demands, looked_at) == Answer::none) {
                work_.add(FindingKind::unreachable, rules_[i].id,
                          "outcome " + std::to_string(k + 1) + " of " + rules_[i].id + " can never be taken");
            }
            if (outcomes[k].when) demands.back().wanted = Truths::not_yes();
        }
    }

    static std::set<policy::NoduleClass> classes_of(const NoduleRule& rule)
    {
        std::set<policy::NoduleClass> classes;
        for (const policy::ClassOutcome& outcome : rule.then)
            classes.insert(outcome.nodule_class);
        return classes;
    }

    /// False where the search gave up.
    bool check_pair(std::size_t i, std::size_t j, std::uint64_t& looked_at)
    {
        if (classes_of(rules_[i]) == classes_of(rules_[j])) return true;
        FactSearch search(work_.policy, work_.values);
        auto demands = first(i);
        demands.push_back({rules_[j].when, Truths::yes()});
        const Answer both = search.find(demands);
        looked_at += search.looked_at();
        if (both != Answer::found) return both == Answer::none;
        const Demand both_hold[] = {{rules_[i].when, Truths::yes()}, {rules_[j].when, Truths::yes()}};
        const auto example = example_of(work_.policy, search.deciding_facts(both_hold));
        demands.back().wanted = Truths::not_yes();
        const bool special = ask(demands, looked_at) == Answer::none;
        const std::string& earlier = rules_[i].id;
        const std::string& later = rules_[j].id;
        work_.add(special ? FindingKind::special_case : FindingKind::overlap, earlier,
                  special
                      ? earlier + " is a special case of " + later + ", which would give another class"
                      : earlier + " and " + later + " can both hold and give different classes: the earlier decides",
                  example, later);
        return true;
    }

    void note(std::string question, bool systematic, std::uint64_t looked_at)
    {
        work_.report.searches.push_back({"nodule_rules", std::move(question), systematic, looked_at});
    }

    CheckWork& work_;
    const std::vector<NoduleRule>& rules_;
};

/// Adjustments, searched once for every rule that may have given the class.
void check_adjustments(CheckWork& work)
{
    const Policy& policy = work.policy;
    std::uint64_t looked_at = 0;
    for (std::size_t k = 0; k < policy.adjustments.size(); ++k) {
        bool reached = false;
        for (std::size_t i = 0; i < policy.nodule_rules.size() && !reached; ++i) {
            for (const policy::ClassOutcome& outcome : policy.nodule_rules[i].then) {
                FactSearch search(policy, work.values);
                search.fix(use_of(NoduleFact::class_rule), FactValue{static_cast<double>(i), true});
                search.fix(use_of(NoduleFact::nodule_class), FactValue::word(outcome.nodule_class));
                std::vector<Demand> demands;
                for (std::size_t e = 0; e < i; ++e)
                    demands.push_back({policy.nodule_rules[e].when, Truths::not_yes()});
                demands.push_back({policy.nodule_rules[i].when, Truths::yes()});
                if (outcome.when) demands.push_back({*outcome.when, Truths::yes()});
                for (std::size_t e = 0; e < k; ++e)
                    demands.push_back({policy.adjustments[e].when, Truths::not_yes()});
                demands.push_back({policy.adjustments[k].when, Truths::yes()});
                reached = reached || search.find(demands) != Answer::none;
                looked_at += search.looked_at();
            }
        }
        if (!reached) {
            work.add(FindingKind::unreachable, policy.adjustments[k].id,
                     policy.adjustments[k].id + " can never be the adjustment that counts");
        }
    }
    work.report.searches.push_back({"adjustments", "unreachable rules", true, looked_at});
}

MadeUpPatient patient_with(const PartialFacts& facts)
{
    MadeUpPatient patient;
    patient.patient = facts.patient;
    patient.nodules.assign(facts.nodule.begin(), facts.nodule.end());
    return patient;
}

/// Whether the number changes which rule gives the class, or the class, for some nodule. The first rule that comes out
/// differently is the deciding one under one of the two policies, and nothing before it holds.
class NumberCheck {
  public:
    explicit NumberCheck(CheckWork& work) : work_(work), changed_(work.policy) {}

    bool has_effect(const PolicyNumber& number)
    {
        gave_up_ = false;
        for (const int units : {1, -1}) {
            change_number(changed_, number, units);
            const bool effect = changes_some_nodule(number);
            changed_.conditions[number.condition] = work_.policy.conditions[number.condition];
            if (effect) return true;
        }
        systematic_ = systematic_ && !gave_up_;
        return false;
    }

    std::uint64_t looked_at() const { return looked_at_; }
    bool systematic() const { return systematic_; }

  private:
    bool changes_some_nodule(const PolicyNumber& number)
    {
        const auto& rules = work_.policy.nodule_rules;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (!mentions(rules[i], number.condition)) continue;
            std::vector<Demand> demands;
            for (std::size_t e = 0; e < i; ++e) {
                demands.push_back({rules[e].when, Truths::not_yes()});
                demands.push_back({rules[e].when, Truths::not_yes(), &changed_});
            }
            if (differs_at(i, demands, Truths::yes(), Truths::not_yes())) return true;
            if (differs_at(i, demands, Truths::not_yes(), Truths::yes())) return true;
            if (rules[i].then.size() > 1 && differs_at(i, demands, Truths::yes(), Truths::yes())) return true;
        }
        return false;
    }

    bool differs_at(std::size_t i, std::vector<Demand> demands, Truths before, Truths after)
    {
        const ConditionIndex when = work_.policy.nodule_rules[i].when;
        demands.push_back({when, before});
        demands.push_back({when, after, &changed_});
        FactSearch search(work_.policy, work_.values);
        const Answer answer = search.find(demands, [&](const PartialFacts& facts) {
            MadeUpPatient patient = patient_with(facts);
            const NoduleVerdict old_verdict = judge_nodule(work_.policy, patient, 0);
            return judge_nodule(changed_, patient, 0) != old_verdict;
        });
        looked_at_ += search.looked_at();
        gave_up_ = gave_up_ || answer == Answer::gave_up;
        return answer == Answer::found;
    }

    bool mentions(const NoduleRule& rule, ConditionIndex number) const
    {
        std::vector<ConditionIndex> open = {rule.when};
        for (const policy::ClassOutcome& outcome : rule.then) {
            if (outcome.when) open.push_back(*outcome.when);
        }
        while (!open.empty()) {
            const ConditionIndex index = open.back();
            open.pop_back();
            if (index == number) return true;
            const policy::Condition& condition = work_.policy.conditions[index];
            open.insert(open.end(), condition.parts.begin(), condition.parts.end());
            if (condition.kind == policy::Condition::Kind::definition) {
                open.push_back(work_.policy.definitions[condition.definition].when);
            }
        }
        return false;
    }

    CheckWork& work_;
    Policy changed_;
    std::uint64_t looked_at_ = 0;
    bool gave_up_ = false;    ///< on the number at hand
    bool systematic_ = true;  ///< for every number without effect
};

}  // namespace

std::vector<PolicyNumber> check_nodule_rules(CheckWork& work)
{
    NoduleRuleCheck check(work);
    check.find_gaps();
    check.find_unreachable();
    check.find_overlaps();
    check_adjustments(work);

    NumberCheck numbers(work);
    std::vector<PolicyNumber> without_effect;
    for (const PolicyNumber& number : numbers_of(work.policy)) {
        if (number.of_nodules || !numbers.has_effect(number)) without_effect.push_back(number);
    }
    work.report.searches.push_back(
        {"nodule_rules", "numbers without effect", numbers.systematic(), numbers.looked_at()});
    return without_effect;
}

}  // namespace nodtrack::assess
