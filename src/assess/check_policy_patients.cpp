#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "check_policy_maker.hpp"
#include "check_policy_parts.hpp"
#include "nodtrack/policy/evaluate.hpp"

namespace nodtrack::assess {
namespace {

using policy::Condition;
using policy::ConditionIndex;
using policy::FactTable;
using policy::FactUse;
using policy::FactValue;
using policy::Policy;
using policy::Subject;
using policy::Truth;
using Answer = FactSearch::Answer;

/// What a sample of patients showed of the recommendations and patient rules.
struct Seen {
    std::vector<std::uint64_t> decided;  ///< how often
    std::vector<bool> patient_rule_held;
    std::set<std::pair<std::size_t, std::size_t>> due;  ///< recommendation, due formula
    bool gap = false;
    MadeUpPatient gap_patient;
    /// For each pair of recommendations that both held while the earlier decided: a patient.
    std::map<std::pair<std::size_t, std::size_t>, MadeUpPatient> both;
    std::set<std::pair<std::size_t, std::size_t>> earlier_without_later;
};

class PatientCheck {
  public:
    explicit PatientCheck(CheckWork& work)
        : work_(work), policy_(work.policy), maker_(work.policy, work.values, work.report.seed)
    {
        seen_.decided.resize(policy_.recommendations.size());
        seen_.patient_rule_held.resize(policy_.patient_rules.size());
    }

    /// Which recommendations may decide if every count were free; proves some unreachable and starts the sample.
    void search()
    {
        std::uint64_t looked_at = 0;
        const auto& rules = policy_.recommendations;
        std::vector<Demand> demands;
        for (std::size_t k = 0; k <= rules.size(); ++k) {
            if (k < rules.size()) demands.push_back({rules[k].when, Truths::yes()});
            FactSearch facts(policy_, work_.values);
            const Answer answer = facts.find(demands);
            looked_at += facts.looked_at();
            possible_.push_back(answer != Answer::none);
            starts_.push_back(answer == Answer::found ? facts.facts() : PartialFacts{});
            if (answer == Answer::found) maker_.start_from(facts.facts());
            if (k < rules.size()) demands.back().wanted = Truths::not_yes();
        }
        work_.report.searches.push_back(
            {"recommendations", "gaps and unreachable rules, counts taken as free", true, looked_at});
    }

    void sample()
    {
        constexpr std::uint64_t enough = 20000;
        constexpr std::uint64_t most = 40000;
        std::uint64_t patients = 0;
        while (patients < enough || (patients < most && !everything_seen())) {
            MadeUpPatient patient = patients % 2 == 0 ? maker_.make() : for_the_rarest();
            observe(patient);
            ++patients;
        }
        for (const char* const list : {"patient_rules", "recommendations"}) {
            work_.report.searches.push_back({list, "gaps, unreachable rules and overlaps", false, patients});
        }
    }

    void report_reach()
    {
        const auto& rules = policy_.recommendations;
        for (std::size_t k = 0; k < rules.size(); ++k) {
            if (seen_.decided[k] == 0) {
                work_.add(FindingKind::unreachable, rules[k].id,
                          rules[k].id + (possible_[k] ? " decided for none of the patients sampled"
                                                      : " can never decide: an earlier one always holds"));
                continue;
            }
            for (std::size_t formula = 0; formula < rules[k].due.size(); ++formula) {
                if (seen_.due.count({k, formula}) != 0) continue;
                work_.add(FindingKind::unreachable, rules[k].id,
                          "due formula " + std::to_string(formula + 1) + " of " + rules[k].id +
                              " served none of the patients sampled");
            }
        }
        for (std::size_t k = 0; k < policy_.patient_rules.size(); ++k) {
            if (seen_.patient_rule_held[k]) continue;
            work_.add(FindingKind::unreachable, policy_.patient_rules[k].id,
                      policy_.patient_rules[k].id + " held for none of the patients sampled");
        }
        if (seen_.gap) {
            std::vector<std::size_t> all(rules.size());
            std::iota(all.begin(), all.end(), std::size_t{0});
            work_.add(FindingKind::gap, "", "no recommendation holds for a patient with these facts",
                      patient_example(seen_.gap_patient, all));
        }
    }

    void report_overlaps()
    {
        const auto& rules = policy_.recommendations;
        for (const auto& [pair, patient] : seen_.both) {
            const auto& earlier = rules[pair.first];
            const auto& later = rules[pair.second];
            const bool special = seen_.earlier_without_later.count(pair) == 0;
            work_.add(special ? FindingKind::special_case : FindingKind::overlap, earlier.id,
                      special ? earlier.id + " held only where " + later.id + " held too, which gives another action"
                              : earlier.id + " and " + later.id +
                                    " can both hold and give different actions: the earlier decides",
                      patient_example(patient, {pair.first, pair.second}), later.id);
        }
    }

    void find_numbers_without_effect(const std::vector<PolicyNumber>& numbers)
    {
        const std::set<ConditionIndex> asked = conditions_beyond_nodule_rules();
        for (const PolicyNumber& number : numbers) {
            // What only nodule rules ask was already searched there.
            if (asked.count(number.condition) != 0 && changes_some_patient(number)) continue;
            work_.add(FindingKind::number_without_effect, number.owner,
                      "the number in " + number.owner + " (" + number_text(policy_, number) +
                          ") could be one unit more or less and no judgement would change");
        }
        work_.report.searches.push_back(
            {"patient_rules and recommendations", "numbers without effect", false, compared_});
    }

  private:
    /// A patient made for the recommendation that decided least often so far.
    MadeUpPatient for_the_rarest()
    {
        const auto rarest = std::min_element(seen_.decided.begin(), seen_.decided.end());
        const auto k = static_cast<std::size_t>(rarest - seen_.decided.begin());
        return maker_.make_from(starts_[k], counts_in(policy_.recommendations[k].when));
    }

    std::vector<ConditionIndex> counts_in(ConditionIndex index) const
    {
        const Condition& condition = policy_.conditions[index];
        if (condition.kind == Condition::Kind::definition) {
            return counts_in(policy_.definitions[condition.definition].when);
        }
        if (condition.kind == Condition::Kind::count || condition.kind == Condition::Kind::bilateral) return {index};
        std::vector<ConditionIndex> counts;
        for (const ConditionIndex part : condition.parts) {
            const auto inner = counts_in(part);
            counts.insert(counts.end(), inner.begin(), inner.end());
        }
        return counts;
    }

    bool everything_seen() const
    {
        const auto is_seen = [](bool seen) { return seen; };
        const bool rules_seen = std::count(seen_.decided.begin(), seen_.decided.end(), 0U) == 0 &&
                                std::all_of(seen_.patient_rule_held.begin(), seen_.patient_rule_held.end(), is_seen);
        if (!rules_seen) return false;
        std::size_t formulas = 0;
        for (const auto& rule : policy_.recommendations)
            formulas += std::max<std::size_t>(rule.due.size(), 1);
        return seen_.due.size() == formulas;
    }

    void observe(MadeUpPatient& patient)
    {
        const FactJudgement judgement = judge_facts(policy_, patient);
        for (std::size_t k = 0; k < judgement.patient_rules.size(); ++k) {
            if (judgement.patient_rules[k]) seen_.patient_rule_held[k] = true;
        }
        if (!judgement.decider) {
            if (!seen_.gap) seen_.gap_patient = patient;
            seen_.gap = true;
            return;
        }
        const std::size_t decider = *judgement.decider;
        ++seen_.decided[decider];
        seen_.due.insert({decider, judgement.due});
        const FactTable facts = patient.table();
        for (std::size_t k = decider + 1; k < policy_.recommendations.size(); ++k) {
            if (policy_.recommendations[k].action == policy_.recommendations[decider].action) continue;
            const bool holds =
                policy::evaluate(policy_, policy_.recommendations[k].when, Subject{&facts, {}}) == Truth::yes;
            if (holds) {
                const auto [example, is_first] = seen_.both.try_emplace({decider, k}, patient);
                if (!is_first && patient.count() < example->second.count()) example->second = patient;
            } else {
                seen_.earlier_without_later.insert({decider, k});
            }
        }
    }

    /// The conditions of adjustments, patient rules and recommendations, through definitions.
    std::set<ConditionIndex> conditions_beyond_nodule_rules() const
    {
        std::vector<ConditionIndex> open;
        for (const auto& rule : policy_.adjustments)
            open.push_back(rule.when);
        for (const auto& rule : policy_.patient_rules)
            open.push_back(rule.when);
        for (const auto& rule : policy_.recommendations) {
            open.push_back(rule.when);
            for (const policy::Option& option : rule.options)
                open.push_back(option.when);
            for (const policy::DueFormula& formula : rule.due) {
                if (formula.when) open.push_back(*formula.when);
                if (formula.routine_at_most_when) open.push_back(*formula.routine_at_most_when);
            }
        }
        std::set<ConditionIndex> asked;
        while (!open.empty()) {
            const ConditionIndex index = open.back();
            open.pop_back();
            if (!asked.insert(index).second) continue;
            const Condition& condition = policy_.conditions[index];
            open.insert(open.end(), condition.parts.begin(), condition.parts.end());
            if (condition.kind == Condition::Kind::definition)
                open.push_back(policy_.definitions[condition.definition].when);
            if (condition.of >= 0) open.push_back(policy_.definitions[static_cast<std::size_t>(condition.of)].when);
        }
        return asked;
    }

    bool changes_some_patient(const PolicyNumber& number)
    {
        constexpr int most_patients = 4000;
        Policy raised = policy_;
        Policy lowered = policy_;
        change_number(raised, number, 1);
        change_number(lowered, number, -1);
        for (int i = 0; i < most_patients; ++i) {
            MadeUpPatient patient = patient_for(number, i, raised, lowered);
            ++compared_;
            const FactJudgement judgement = judge_facts(policy_, patient);
            if (judge_facts(raised, patient) != judgement || judge_facts(lowered, patient) != judgement) return true;
        }
        return false;
    }

    MadeUpPatient patient_for(const PolicyNumber& number, int turn, const Policy& raised, const Policy& lowered)
    {
        if (number.of_nodules) return maker_.make_for_count(number.condition);
        const Condition& condition = policy_.conditions[number.condition];
        const double raised_by = raised.conditions[number.condition].operand - condition.operand;
        const double value = std::max(0.0, condition.operand + raised_by * (turn % 3 - 1));
        // A nodule on which the policies differ: some count would take it under one and not under the other.
        const auto makes_a_difference = [&](const MadeUpPatient& patient, std::size_t nodule) {
            return std::any_of(maker_.counts().begin(), maker_.counts().end(), [&](ConditionIndex count) {
                const auto selects = [&](const Policy& policy) {
                    return maker_.selects(policy, policy.conditions[count], patient, nodule);
                };
                return selects(raised) != selects(policy_) || selects(lowered) != selects(policy_);
            });
        };
        return maker_.make_around({condition.scope, condition.fact}, FactValue::number(value), makes_a_difference);
    }

    /// The patient's facts that the rules given use, and the nodules by state, size, class and rule.
    std::vector<ExampleFact> patient_example(const MadeUpPatient& patient,
                                             const std::vector<std::size_t>& recommendations) const
    {
        std::vector<std::pair<FactUse, FactValue>> facts;
        std::set<std::uint16_t> used;
        for (const std::size_t k : recommendations) {
            for (const FactUse& use : policy::facts_of(policy_, policy_.recommendations[k].when)) {
                const bool fresh = use.scope == policy::Scope::patient && used.insert(use.fact).second;
                if (fresh) facts.emplace_back(use, patient.patient[use.fact]);
            }
        }
        auto example = example_of(policy_, facts);
        for (std::size_t i = 0; i < patient.count(); ++i) {
            const auto word = [&](NoduleFact fact) {
                const auto place = static_cast<std::size_t>(fact);
                return policy::value_text(policy_.catalogue.nodule[place],
                                          patient.nodules[i * nodule_fact_count + place], policy_);
            };
            example.push_back({"nodule " + std::to_string(i + 1),
                               word(NoduleFact::growth_state) + ", " + word(NoduleFact::long_axis_mm) + ", " +
                                   word(NoduleFact::nodule_class) + " by " + word(NoduleFact::class_rule)});
        }
        return example;
    }

    CheckWork& work_;
    const Policy& policy_;
    PatientMaker maker_;
    std::vector<PartialFacts> starts_;  ///< facts with which a recommendation may decide, by recommendation
    std::vector<bool> possible_;        ///< by recommendation; the last: that none holds
    Seen seen_;
    std::uint64_t compared_ = 0;
};

}  // namespace

void check_patient_rules(CheckWork& work, std::vector<PolicyNumber> numbers)
{
    PatientCheck check(work);
    check.search();
    check.sample();
    check.report_reach();
    check.report_overlaps();
    check.find_numbers_without_effect(numbers);
}

}  // namespace nodtrack::assess
