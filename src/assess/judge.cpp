#include "nodtrack/assess/judge.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include "build_timeline.hpp"
#include "facts.hpp"
#include "flags.hpp"
#include "judged_parts.hpp"
#include "nodtrack/assess/primary_tissue.hpp"
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
class Session {
  public:
    Session(const Policy& policy, const Parameters& parameters, const PatientRecord& record, Detail detail)
        : policy_(policy), parameters_(parameters), record_(record), detail_(detail)
    {}

    Assessment judge(Date as_of)
    {
        assessment_.timeline = build_timeline(record_, as_of, parameters_);
        assessment_.patient_facts = patient_facts_of(record_, assessment_.timeline, parameters_);
        assessment_.schedule = schedule_of(record_, assessment_.timeline, policy_, parameters_);
        const std::size_t nodules = assessment_.timeline.nodules.size();
        assessment_.nodule_facts.resize(nodules * nodule_fact_count);
        assessment_.nodules.resize(nodules);
        for (std::size_t i = 0; i < nodules; ++i)
            judge_nodule(i);
        classify_patient();
        recommend();
        raise_flags(policy_, parameters_, record_, assessment_);
        flag_what_was_outranked();
        flag_adjacent_pathways();
        return std::move(assessment_);
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

    void note(List list, Truth verdict, std::size_t rule, std::optional<std::size_t> nodule = std::nullopt,
              bool without_growth = false)
    {
        if (detail_ == Detail::none || (detail_ == Detail::fired && verdict != Truth::yes)) return;
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

    void judge_nodule(std::size_t i)
    {
        const NoduleTimeline& timeline = assessment_.timeline.nodules[i];
        NoduleAssessment& nodule = assessment_.nodules[i];
        nodule.nodule = timeline.nodule;
        nodule.growth_state = timeline.state;
        state_nodule_facts(timeline, record_, facts_of(i));
        if (timeline.index_measurement) {
            nodule.long_axis = record_.measurements[*timeline.index_measurement].findings.long_axis;
        }
        const bool state_from_comparisons = timeline.state == timeline.history_state;
        if (state_from_comparisons) nodule.vdt_days = timeline.doubling_time_days;

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
        const bool reports_stable_months =
            timeline.state == GrowthState::stable || policy_.nodule_rules[nodule.rule].reports_stable_months;
        if (reports_stable_months) nodule.stable_months = timeline.stable_months;
        at(facts_of(i), NoduleFact::class_rule) = FactValue{static_cast<double>(nodule.rule), true};
        at(facts_of(i), NoduleFact::nodule_class) = FactValue::word(nodule.nodule_class);
        adjust(i);
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

    void recommend()
    {
        std::size_t decider = policy_.recommendations.size();
        for (std::size_t k = 0; k < policy_.recommendations.size(); ++k) {
            const Truth verdict = holds(policy_.recommendations[k].when);
            note(List::recommendation, verdict, k);
            if (verdict == Truth::yes) {
                decider = k;
                break;
            }
        }
        if (decider == policy_.recommendations.size()) {
            throw std::logic_error("no recommendation holds: the policy has a gap");
        }
        const policy::RecommendationRule& rule = policy_.recommendations[decider];
        Recommendation& recommendation = assessment_.recommendation;
        recommendation.rule = static_cast<std::uint32_t>(decider);
        recommendation.action = rule.action;
        recommendation.due_date = due(rule.due);
        recommendation.safety_net_ct_date = due(rule.safety_net);
        for (const policy::Option& option : rule.options) {
            if (holds(option.when) == Truth::yes) recommendation.options.push_back(option.action);
        }
        assessment_.patient_class = gated_class(decider);
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

    std::optional<Date> newest_scan_since_index(bool (*records)(const Scan&, const Parameters&)) const
    {
        const Timeline& timeline = assessment_.timeline;
        for (auto rank = static_cast<std::uint32_t>(timeline.scans.size()); rank-- > 0;) {
            const Scan& scan = scan_at(record_, timeline, rank);
            if (is_since_index(record_, timeline, rank) && records(scan, parameters_)) return scan.scan_date;
        }
        return std::nullopt;
    }

    std::optional<Date> day_of(policy::Anchor anchor) const
    {
        const Timeline& timeline = assessment_.timeline;
        switch (anchor) {
            case policy::Anchor::none:
                break;
            case policy::Anchor::as_of:
                return timeline.as_of;
            case policy::Anchor::index_scan:
                if (timeline.index_rank) return scan_at(record_, timeline, *timeline.index_rank).scan_date;
                break;
            case policy::Anchor::newest_urgent_symptom_scan:
                return newest_scan_since_index(has_urgent_symptom);
            case policy::Anchor::newest_pleural_event_scan:
                return newest_scan_since_index(
                    [](const Scan& scan, const Parameters&) { return has_pleural_event(scan); });
        }
        return std::nullopt;
    }

    std::optional<Date> due(const std::vector<policy::DueFormula>& formulas) const
    {
        const auto formula = std::find_if(formulas.begin(), formulas.end(), [&](const policy::DueFormula& entry) {
            return !entry.when || holds(*entry.when) == Truth::yes;
        });
        if (formula == formulas.end()) return std::nullopt;
        return formula->routine ? routine(*formula) : counted_from_day(*formula);
    }

    std::optional<Date> counted_from_day(const policy::DueFormula& formula) const
    {
        auto from = day_of(formula.from);
        if (!from) from = day_of(formula.otherwise_from);
        if (!from) return std::nullopt;
        const int months = formula.months_at_most_routine
                               ? std::min(formula.months, assessment_.schedule.interval_months)
                               : formula.months;
        return add_days(add_months(*from, months), formula.days);
    }

    std::optional<Date> routine(const policy::DueFormula& formula) const
    {
        auto from = day_of(policy::Anchor::index_scan);
        if (!from) return std::nullopt;
        int months = assessment_.schedule.interval_months;
        const bool capped = formula.routine_at_most_months &&
                            (!formula.routine_at_most_when || holds(*formula.routine_at_most_when) == Truth::yes);
        if (capped) months = std::min(months, *formula.routine_at_most_months);
        if (assessment_.schedule.surveillance_start) from = std::max(*from, *assessment_.schedule.surveillance_start);
        return add_months(*from, months);
    }

    void flag_patient(FlagCode code, std::string text)
    {
        assessment_.flags.push_back({code, std::nullopt, std::move(text)});
    }

    /// Data that are missing although another rule decided, and urgent findings that a gate hides.
    void flag_what_was_outranked()
    {
        using policy::Action;
        const Action decided = assessment_.recommendation.action;
        for (std::size_t k = assessment_.recommendation.rule + 1; k < policy_.recommendations.size(); ++k) {
            const policy::RecommendationRule& rule = policy_.recommendations[k];
            const bool missing_data =
                rule.action == Action::data_required &&
                (decided == Action::short_interval_ct || decided == Action::pet_ct || decided == Action::tumour_board);
            const bool hidden_urgency = rule.action == Action::urgent_escalation && decided == Action::out_of_scope;
            if ((!missing_data && !hidden_urgency) || holds(rule.when) != Truth::yes) continue;
            const auto date = due(rule.due);
            const std::string when = date ? "; would be due " + date->iso() : "";
            if (missing_data) {
                flag_patient(FlagCode::data_required, rule.id + ": " + rule.says + when);
            } else if (policy_.recommendations[assessment_.recommendation.rule].due.empty()) {
                continue;  // no longer followed here: there is nobody to escalate
            } else {
                flag_patient(FlagCode::urgent_finding_under_gate, rule.id + ": " + rule.says + when);
            }
        }
    }

    void flag_adjacent_pathways()
    {
        for (std::uint32_t rank = 0; rank < assessment_.timeline.scans.size(); ++rank) {
            if (!is_since_index(record_, assessment_.timeline, rank)) continue;
            if (has_any_symptom(scan_at(record_, assessment_.timeline, rank), parameters_.spine_symptoms)) {
                flag_patient(
                    FlagCode::adjacent_pathway,
                    "bone or back pain: lumbar spine MRI without and with IV contrast is the adjacent pathway");
                break;
            }
        }
        if (assessment_.patient_class == PatientClass::metastasis_criteria_met) {
            flag_patient(FlagCode::adjacent_pathway,
                         "imaging criteria met: restaging beyond the lungs follows variant 2 of the source document");
        }
        if (assessment_.recommendation.action != policy::Action::out_of_scope) return;
        const PrimaryTissue tissue = primary_tissue_of(assessment_, record_.patient, policy_);
        for (const std::string& variant : policy_.recommendations[assessment_.recommendation.rule].shows) {
            if (!tissue.fits(variant)) continue;
            flag_patient(FlagCode::adjacent_pathway, "see " + variant + " of the source document");
        }
    }

    const Policy& policy_;
    const Parameters& parameters_;
    const PatientRecord& record_;
    Detail detail_;
    Assessment assessment_;
};

}  // namespace

Judge::Judge(policy::Policy policy, Parameters parameters)
    : policy_(std::make_unique<policy::Policy>(std::move(policy))),
      parameters_(std::make_unique<Parameters>(std::move(parameters)))
{}

Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;
Judge::~Judge() = default;

Result<Judge> Judge::from(policy::Policy policy)
{
    auto parameters = parameters_of(policy);
    if (!parameters) return tl::unexpected(parameters.error());
    return Judge(std::move(policy), std::move(*parameters));
}

Judge Judge::released()
{
    auto policy = policy::load(policy::released_policy_json(), policy::released_sources_json(), catalogue());
    if (!policy) throw std::logic_error("the released policy: " + policy.error().message);
    auto judge = from(std::move(*policy));
    if (!judge) throw std::logic_error("the released policy: " + judge.error().message);
    return std::move(*judge);
}

const growth::Limits& Judge::limits() const
{
    return parameters_->limits;
}

Assessment Judge::assess(const PatientRecord& record, Date as_of, Detail detail) const
{
    return Session(*policy_, *parameters_, record, detail).judge(as_of);
}

std::string_view Judge::count_band(const Assessment& assessment) const
{
    if (assessment.countable == 0) return "0";
    return assessment.countable < static_cast<std::uint32_t>(parameters_->count_band_many_from) ? "1-2" : ">=3";
}

}  // namespace nodtrack::assess
