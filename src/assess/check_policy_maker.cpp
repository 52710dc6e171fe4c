#include "check_policy_maker.hpp"

#include <algorithm>

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

}  // namespace

PatientMaker::PatientMaker(const policy::Policy& policy, const CriticalValues& values, std::uint32_t seed)
    : policy_(policy), values_(values), random_(seed)
{
    for (ConditionIndex i = 0; i < policy.conditions.size(); ++i) {
        const Condition::Kind kind = policy.conditions[i].kind;
        if (kind == Condition::Kind::count || kind == Condition::Kind::bilateral) counts_.push_back(i);
    }
}

MadeUpPatient PatientMaker::make()
{
    MadeUpPatient patient = without_nodules(some_start());
    if (!may_have_nodules(patient)) return patient;
    add_some(patient, below(4));
    if (!counts_.empty() && below(2) == 0) meet(patient, counts_[below(counts_.size())]);
    return patient;
}

MadeUpPatient PatientMaker::make_from(const PartialFacts& start, const std::vector<ConditionIndex>& counts)
{
    MadeUpPatient patient = without_nodules(start);
    if (!may_have_nodules(patient)) return patient;
    for (const ConditionIndex count : counts)
        meet(patient, count);
    if (below(2) == 0) add_some(patient, below(3));
    return patient;
}

MadeUpPatient PatientMaker::make_for_count(ConditionIndex count)
{
    MadeUpPatient patient = without_nodules(some_start());
    if (!may_have_nodules(patient)) return patient;
    add_some(patient, below(2));
    meet(patient, count);
    return patient;
}

MadeUpPatient PatientMaker::make_around(FactUse fact, FactValue value,
                                        const std::function<bool(const MadeUpPatient&, std::size_t)>& wanted)
{
    constexpr int most_tries = 30;
    MadeUpPatient patient = without_nodules(some_start());
    const bool of_patient = fact.scope == policy::Scope::patient;
    if (of_patient) patient.patient[fact.fact] = value;
    if (!may_have_nodules(patient)) return patient;
    add_some(patient, below(2));
    const auto given = of_patient ? std::nullopt : std::optional(std::pair{fact, value});
    const std::size_t before = patient.count();
    for (int i = 0; i < most_tries; ++i) {
        patient.nodules.resize(before * nodule_fact_count);
        add_nodule(patient, given);
        if (patient.count() > before && wanted(patient, before)) break;
    }
    if (patient.count() > before) repeat(patient, before, below(4));
    return patient;
}

bool PatientMaker::selects(const Policy& policy, const Condition& condition, const MadeUpPatient& patient,
                           std::size_t nodule) const
{
    const FactTable facts = patient.table();
    const Subject subject{&facts, nodule};
    Truth truth = Truth::yes;
    if (condition.of >= 0) {
        truth = policy::evaluate(policy, policy.definitions[static_cast<std::size_t>(condition.of)].when, subject);
    }
    for (const ConditionIndex part : condition.parts) {
        truth = std::min(truth, policy::evaluate(policy, part, subject));
    }
    return truth == Truth::yes;
}

PartialFacts PatientMaker::some_start()
{
    return starts_.empty() || below(10) == 0 ? PartialFacts{} : starts_[below(starts_.size())];
}

MadeUpPatient PatientMaker::without_nodules(PartialFacts facts)
{
    facts.nodule_chosen.reset();
    facts.reopen(use_of(PatientFact::ungated_class));
    const std::size_t one_in = below(2) == 0 ? 8 : 1000;
    for (std::uint16_t i = 0; i < patient_fact_count; ++i) {
        const FactUse use{policy::Scope::patient, i};
        const bool kept = facts.is_chosen(use) && below(one_in) != 0;
        if (!kept && use != use_of(PatientFact::ungated_class)) choose_plausibly(facts, use);
    }
    MadeUpPatient patient;
    patient.patient = facts.patient;
    return patient;
}

bool PatientMaker::may_have_nodules(const MadeUpPatient& patient)
{
    return patient.patient[static_cast<std::size_t>(PatientFact::has_index_scan)].is_yes();
}

void PatientMaker::add_some(MadeUpPatient& patient, std::size_t kinds)
{
    constexpr std::size_t lowest = static_cast<std::size_t>(policy::NoduleClass::benign_appearing);
    worst_ = static_cast<policy::NoduleClass>(lowest + below(4));
    while (kinds-- > 0) {
        add_up_to_worst(patient);
        if (patient.count() > 0 && below(3) == 0) repeat(patient, patient.count() - 1, below(3));
    }
}

void PatientMaker::add_up_to_worst(MadeUpPatient& patient)
{
    constexpr int most_tries = 8;
    const std::size_t before = patient.count();
    for (int i = 0; i < most_tries; ++i) {
        add_nodule(patient, std::nullopt);
        if (patient.count() == before) continue;
        const FactValue given = patient.nodule(before)[static_cast<std::size_t>(NoduleFact::nodule_class)];
        if (given.known && given.index() <= static_cast<std::size_t>(worst_)) return;
        patient.nodules.resize(before * nodule_fact_count);
    }
}

bool PatientMaker::choose_plausibly(PartialFacts& facts, FactUse use)
{
    const auto& candidates = values_.of(use);
    const std::size_t start = below(candidates.size());
    if (!is_tied_to_others(use)) {
        facts.choose(use, candidates[start]);
        return true;
    }
    for (std::size_t k = 0; k < candidates.size(); ++k) {
        facts.choose(use, candidates[(start + k) % candidates.size()]);
        if (is_plausible(facts)) return true;
    }
    return false;
}

void PatientMaker::add_nodule(MadeUpPatient& patient, const std::optional<std::pair<FactUse, FactValue>>& wanted)
{
    PartialFacts facts;
    if (wanted) facts.choose(wanted->first, wanted->second);
    bool plausible = true;
    const auto choose = [&](FactUse use) {
        const bool from_rules = use == use_of(NoduleFact::nodule_class) || use == use_of(NoduleFact::class_rule);
        const bool asked_for = use.scope == policy::Scope::nodule && !from_rules && !facts.is_chosen(use);
        if (asked_for) plausible = choose_plausibly(facts, use) && plausible;
    };
    for (const FactUse& use : tied_facts())
        choose(use);
    for (std::uint16_t i = 0; i < nodule_fact_count; ++i)
        choose({policy::Scope::nodule, i});
    if (!plausible) return;
    patient.nodules.insert(patient.nodules.end(), facts.nodule.begin(), facts.nodule.end());
    judge_nodule(policy_, patient, patient.count() - 1);
}

void PatientMaker::repeat(MadeUpPatient& patient, std::size_t nodule, std::size_t times)
{
    const auto facts = patient.nodule(nodule);
    const std::vector<FactValue> copy(facts.begin(), facts.end());
    while (times-- > 0) {
        patient.nodules.insert(patient.nodules.end(), copy.begin(), copy.end());
        const auto side = static_cast<std::size_t>(NoduleFact::side);
        patient.nodule(patient.count() - 1)[side] = FactValue{static_cast<double>(below(2)), true};
    }
}

void PatientMaker::meet(MadeUpPatient& patient, ConditionIndex count)
{
    constexpr int most_tries = 40;
    const Condition& condition = policy_.conditions[count];
    for (int i = 0; i < most_tries; ++i) {
        const std::size_t before = patient.count();
        add_nodule(patient, std::nullopt);
        if (patient.count() == before) continue;
        if (selects(policy_, condition, patient, before)) {
            const std::size_t asked = std::max<std::size_t>(condition.at_least_count, 2);
            repeat(patient, before, asked - 1 - (below(3) == 0 ? 1 : 0));
            return;
        }
        patient.nodules.resize(before * nodule_fact_count);
    }
}

}  // namespace nodtrack::assess
