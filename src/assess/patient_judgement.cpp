#include "patient_judgement.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "build_timeline.hpp"
#include "due_dates.hpp"
#include "facts.hpp"
#include "judged_parts.hpp"
#include "nodtrack/policy/evaluate.hpp"
#include "schedule.hpp"

namespace nodtrack::assess {
namespace {

using policy::FactTable;
using policy::FactValue;
using policy::NoduleClass;
using policy::PatientClass;
using policy::Policy;
using policy::Subject;
using policy::Truth;
using List = TrailEntry::List;

/// Works one patient through the policy: nodule rules, adjustments, patient rules, recommendation.
class PatientJudgement {
  public:
    PatientJudgement(const Policy& policy, const Parameters& parameters, const PatientRecord& record, Detail detail)
        : policy_(policy), parameters_(parameters), record_(record), detail_(detail)
    {}

    ExaminationJudgement judge(Date as_of, bool scope_gates_apply = true)
    {
        assessment_.timeline = build_timeline(record_, as_of, parameters_, is_calcifying_primary(as_of));
        assessment_.patient_facts = patient_facts_of(record_, assessment_.timeline, parameters_);
        at(assessment_.patient_facts, PatientFact::scope_gates_apply) = FactValue::yes_no(scope_gates_apply);
        assessment_.schedule = schedule_of(record_, assessment_.timeline, policy_, parameters_);
        const std::size_t nodules = assessment_.timeline.nodules.size();
        assessment_.nodule_facts.resize(nodules * nodule_fact_count);
        assessment_.nodules.resize(nodules);
        for (std::size_t i = 0; i < nodules; ++i)
            judge_nodule(i);
        classify_patient();
        const std::size_t decider = recommend();
        ask_also(decider);
        ExaminationJudgement judgement;
        if (policy_.recommendations[decider].matter == policy::Matter::scope_gate)
            judgement.without_gates = conclude_without_gates();
        judgement.assessment = std::move(assessment_);
        return judgement;
    }

  private:
    std::span<FactValue> facts_of(std::size_t nodule)
    {
        return std::span(assessment_.nodule_facts).subspan(nodule * nodule_fact_count, nodule_fact_count);
    }

    FactTable table() const
    {
        return {assessment_.patient_facts, assessment_.nodule_facts, nodule_fact_count, assessment_.nodules.size()};
    }

    bool is_calcifying_primary(Date as_of) const
    {
        if (!parameters_.calcifying_primary) return false;
        const PatientFacts facts = facts_of_patient(record_.patient, as_of);
        const FactTable known{facts, {}, nodule_fact_count, 0};
        const policy::Definition& definition = policy_.definitions[*parameters_.calcifying_primary];
        return policy::evaluate(policy_, definition.when, Subject{&known, std::nullopt}) == Truth::yes;
    }

    Truth holds(policy::ConditionIndex condition, std::optional<std::size_t> nodule = std::nullopt) const
    {
        const FactTable facts = table();
        return policy::evaluate(policy_, condition, Subject{&facts, nodule});
    }

    Truth rule_holds(std::size_t rule, std::size_t nodule) const
    {
        const FactTable facts = table();
        return policy::evaluate(policy_, policy_.nodule_rules[rule], Subject{&facts, nodule});
    }

    bool is_quiet_ = false;  // the trail is not written: a question beside the judgement

    void note(List list, Truth verdict, std::size_t rule, std::optional<std::size_t> nodule = std::nullopt,
              bool without_growth = false)
    {
        if (is_quiet_ || detail_ == Detail::none || (detail_ == Detail::fired && verdict != Truth::yes)) return;
        TrailEntry entry;
        entry.list = list;
        entry.verdict = verdict;
        entry.rule = static_cast<std::uint32_t>(rule);
        if (nodule) entry.nodule = static_cast<std::uint32_t>(*nodule);
        entry.with_state_without_growth = without_growth;
        assessment_.trail.push_back(entry);
    }

    NoduleClass outcome(const policy::NoduleRule& rule, std::size_t nodule) const
    {
        for (const policy::ClassOutcome& entry : rule.then) {
            if (!entry.when || holds(*entry.when, nodule) == Truth::yes) return entry.nodule_class;
        }
        return NoduleClass::unclassifiable;
    }

    /// A nodule that split is judged by its own size and by the sum of its fragments; the worse counts, of equals the
    /// sum. A sum that is a lower bound alone alarms only.
    void judge_nodule(std::size_t i)
    {
        NoduleTimeline& timeline = assessment_.timeline.nodules[i];
        const auto by_sum = std::ranges::find(assessment_.timeline.by_sum, timeline.nodule, &NoduleTimeline::nodule);
        if (by_sum == assessment_.timeline.by_sum.end()) return judge_timeline(i);
        const NoduleTimeline own = timeline;
        const NoduleClass own_class = class_of(i, own);
        const NoduleClass class_by_sum = class_of(i, *by_sum);
        const bool sum_counts = by_sum->sum_is_complete
                                    ? class_by_sum >= own_class
                                    : class_by_sum > own_class && class_by_sum >= NoduleClass::indeterminate;
        timeline = sum_counts ? *by_sum : own;
        assessment_.nodules[i] = {};
        judge_timeline(i);
    }

    /// The class that the nodule has by this timeline, without a trace.
    NoduleClass class_of(std::size_t i, const NoduleTimeline& timeline)
    {
        const bool was_quiet = std::exchange(is_quiet_, true);
        assessment_.timeline.nodules[i] = timeline;
        assessment_.nodules[i] = {};
        judge_timeline(i);
        is_quiet_ = was_quiet;
        return assessment_.nodules[i].nodule_class;
    }

    void judge_timeline(std::size_t i)
    {
        NoduleTimeline& timeline = assessment_.timeline.nodules[i];
        NoduleAssessment& nodule = assessment_.nodules[i];
        nodule.nodule = timeline.nodule;
        std::optional<NoduleTimeline> bounded = with_size_bound(timeline, assessment_.timeline, record_, parameters_);
        FactValue class_by_bound = FactValue::unknown();
        if (bounded) class_by_bound = class_by_size_bound(*bounded, i);
        state_facts(timeline, i);
        at(facts_of(i), NoduleFact::class_by_size_bound) = class_by_bound;
        classify(i);
        if (policy_.nodule_rules[nodule.rule].takes_size_bound) {
            bounded->suv_row = timeline.suv_row;
            timeline = std::move(*bounded);
            state_facts(timeline, i);
            at(facts_of(i), NoduleFact::class_by_size_bound) = class_by_bound;
        }
        nodule.growth_state = timeline.state;
        nodule.long_axis = timeline.size;
        const bool state_from_comparisons = timeline.state == timeline.history_state;
        if (state_from_comparisons) nodule.vdt_days = timeline.doubling_time_days;
        const bool reports_stable_months =
            timeline.state == GrowthState::stable || policy_.nodule_rules[nodule.rule].reports_stable_months;
        if (reports_stable_months) nodule.stable_months = timeline.stable_months;
        at(facts_of(i), NoduleFact::class_rule) = FactValue{static_cast<double>(nodule.rule), true};
        at(facts_of(i), NoduleFact::nodule_class) = FactValue::word(nodule.nodule_class);
        adjust(i);
    }

    void state_facts(const NoduleTimeline& timeline, std::size_t i)
    {
        const auto facts = facts_of(i);
        std::fill(facts.begin(), facts.end(), FactValue::unknown());
        state_nodule_facts(timeline, record_, facts);
    }

    /// The class by the first nodule rule that holds, for the facts that are stated.
    void classify(std::size_t i)
    {
        NoduleAssessment& nodule = assessment_.nodules[i];
        std::size_t rule = 0;
        for (; rule < policy_.nodule_rules.size(); ++rule) {
            const Truth verdict = rule_holds(rule, i);
            note(List::nodule_rule, verdict, rule, i);
            if (verdict == Truth::yes) break;
        }
        if (rule == policy_.nodule_rules.size()) {
            throw std::logic_error("no nodule rule holds for a judged nodule: the policy has a gap");
        }
        nodule.rule = static_cast<std::uint32_t>(rule);
        nodule.nodule_class = outcome(policy_.nodule_rules[rule], i);
        take_the_worse(i);
    }

    /// What the rules would give were the lower bound of the size the long axis. Unknown where that makes it neither
    /// new nor growing: a bound alarms, it never reassures.
    FactValue class_by_size_bound(const NoduleTimeline& bounded, std::size_t i)
    {
        const bool alarms = bounded.state == GrowthState::newly_seen || bounded.state == GrowthState::no_prior ||
                            bounded.state == GrowthState::possible_growth ||
                            bounded.state == GrowthState::unequivocal_growth;
        if (!alarms) return FactValue::unknown();
        const bool was_quiet = std::exchange(is_quiet_, true);
        state_facts(bounded, i);
        classify(i);
        is_quiet_ = was_quiet;
        return FactValue::word(assessment_.nodules[i].nodule_class);
    }

    /// Possible growth of a nodule seen only lately: what would hold for it without growth counts if that is worse.
    void take_the_worse(std::size_t i)
    {
        NoduleAssessment& nodule = assessment_.nodules[i];
        const policy::NoduleRule& rule = policy_.nodule_rules[nodule.rule];
        if (!rule.worse_of_when || holds(*rule.worse_of_when, i) != Truth::yes) return;
        const auto facts = facts_of(i);
        const FactValue other_state = at(facts, NoduleFact::state_without_growth);
        if (!other_state.known) return;
        const FactValue own_state = at(facts, NoduleFact::growth_state);
        at(facts, NoduleFact::growth_state) = other_state;
        for (const std::uint32_t other : rule.worse_of_rules) {
            const Truth verdict = rule_holds(other, i);
            note(List::nodule_rule, verdict, other, i, true);
            if (verdict != Truth::yes) continue;
            const NoduleClass other_class = outcome(policy_.nodule_rules[other], i);
            if (other_class > nodule.nodule_class) {
                nodule.nodule_class = other_class;
                nodule.rule = other;
            }
            break;
        }
        at(facts, NoduleFact::growth_state) = own_state;
    }

    void adjust(std::size_t i)
    {
        NoduleAssessment& nodule = assessment_.nodules[i];
        for (std::size_t k = 0; k < policy_.adjustments.size(); ++k) {
            const policy::Adjustment& adjustment = policy_.adjustments[k];
            const Truth verdict = holds(adjustment.when, i);
            note(List::adjustment, verdict, k, i);
            if (verdict != Truth::yes) continue;
            const bool raises = adjustment.raise_to && *adjustment.raise_to > nodule.nodule_class;
            if (raises) nodule.nodule_class = *adjustment.raise_to;
            if (raises || !adjustment.raise_to) nodule.adjustment = static_cast<std::uint32_t>(k);
            break;
        }
        at(facts_of(i), NoduleFact::nodule_class) = FactValue::word(nodule.nodule_class);
    }

    void classify_patient()
    {
        PatientClass worst = PatientClass::no_nodule;
        for (const NoduleAssessment& nodule : assessment_.nodules) {
            worst = std::max(worst, patient_class_of(nodule.nodule_class));
        }
        for (const std::size_t i : policy::nodules_that_meet(policy_, parameters_.countable, table())) {
            assessment_.nodules[i].countable = true;
            ++assessment_.countable;
        }
        for (std::size_t k = 0; k < policy_.patient_rules.size(); ++k) {
            const policy::PatientRule& rule = policy_.patient_rules[k];
            const Truth verdict = holds(rule.when);
            note(List::patient_rule, verdict, k);
            if (verdict != Truth::yes) continue;
            assessment_.patient_rules.push_back(static_cast<std::uint32_t>(k));
            worst = std::max(worst, rule.raise_to);
        }
        assessment_.ungated_class = worst;
        at(assessment_.patient_facts, PatientFact::ungated_class) = FactValue::word(worst);
    }

    std::size_t deciding_rule()
    {
        for (std::size_t k = 0; k < policy_.recommendations.size(); ++k) {
            const Truth verdict = holds(policy_.recommendations[k].when);
            note(List::recommendation, verdict, k);
            if (verdict == Truth::yes) return k;
        }
        throw std::logic_error("no recommendation holds: the policy has a gap");
    }

    DueDates due_dates() const { return {policy_, parameters_, record_, assessment_}; }

    Recommendation recommendation_by(std::size_t decider) const
    {
        const policy::RecommendationRule& rule = policy_.recommendations[decider];
        Recommendation recommendation;
        recommendation.rule = static_cast<std::uint32_t>(decider);
        recommendation.action = rule.action;
        recommendation.due_date = due_dates().due(rule.due);
        recommendation.safety_net_ct_date = due_dates().due(rule.safety_net);
        for (const policy::Option& option : rule.options) {
            if (holds(option.when) == Truth::yes) recommendation.options.push_back(option.action);
        }
        return recommendation;
    }

    std::size_t recommend()
    {
        const std::size_t decider = deciding_rule();
        assessment_.recommendation = recommendation_by(decider);
        assessment_.patient_class = gated_class(decider);
        return decider;
    }

    Conclusion conclude_without_gates()
    {
        const bool was_quiet = std::exchange(is_quiet_, true);
        FactValue& gates_apply = at(assessment_.patient_facts, PatientFact::scope_gates_apply);
        const FactValue kept = std::exchange(gates_apply, FactValue::yes_no(false));
        const std::size_t decider = deciding_rule();
        Conclusion conclusion{gated_class(decider), assessment_.countable, recommendation_by(decider),
                              assessment_.patient_rules};
        gates_apply = kept;
        is_quiet_ = was_quiet;
        return conclusion;
    }

    /// What is asked for beside the answer: what was not read (one of these rules), and an open local sign.
    void ask_also(std::size_t decider)
    {
        using policy::Matter;
        const Matter decided = policy_.recommendations[decider].matter;
        if (decided == Matter::scope_gate || decided == Matter::not_followed) return;
        const auto ask_first_of = [&](Matter matter) {
            for (std::size_t k = 0; k < policy_.recommendations.size(); ++k) {
                const policy::RecommendationRule& rule = policy_.recommendations[k];
                if (rule.matter != matter || holds(rule.when) != Truth::yes) continue;
                assessment_.also.push_back({static_cast<std::uint32_t>(k), rule.action, due_dates().due(rule.due)});
                return;
            }
        };
        if (decided != Matter::unread && decided != Matter::no_ct) ask_first_of(Matter::unread);
        if (decided != Matter::local_sign) ask_first_of(Matter::local_sign);
    }

    PatientClass gated_class(std::size_t decider) const
    {
        using SetsClass = policy::RecommendationRule::SetsClass;
        for (std::size_t k = 0; k < policy_.recommendations.size(); ++k) {
            const policy::RecommendationRule& rule = policy_.recommendations[k];
            const bool sets = (rule.sets_class == SetsClass::when_it_decides && k == decider) ||
                              (rule.sets_class == SetsClass::when_it_holds && holds(rule.when) == Truth::yes);
            if (sets) return rule.patient_class;
        }
        return assessment_.ungated_class;
    }

    const Policy& policy_;
    const Parameters& parameters_;
    const PatientRecord& record_;
    Detail detail_;
    Assessment assessment_;
};

}  // namespace

ExaminationJudgement judge_examination(const policy::Policy& policy, const Parameters& parameters,
                                       const PatientRecord& record, Date as_of, Detail detail)
{
    return PatientJudgement(policy, parameters, record, detail).judge(as_of);
}

Assessment judge_without_gates(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
                               Date as_of, Detail detail)
{
    return PatientJudgement(policy, parameters, record, detail).judge(as_of, false).assessment;
}

Conclusion conclusion_of(const Assessment& assessment)
{
    return {assessment.patient_class, assessment.countable, assessment.recommendation, assessment.patient_rules};
}

}  // namespace nodtrack::assess
