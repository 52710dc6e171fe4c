#pragma once

#include <random>
#include <span>
#include <string>
#include <vector>

#include "check_policy_search.hpp"
#include "nodtrack/assess/check_policy.hpp"

namespace nodtrack::assess {

/// What the parts of a check share.
struct CheckWork {
    const policy::Policy& policy;
    const CriticalValues& values;
    PolicyCheck& report;

    void add(FindingKind kind, std::string rule, std::string text, std::vector<ExampleFact> example = {},
             std::string other_rule = {});
};

/// A number in a condition, and where it stands.
struct PolicyNumber {
    policy::ConditionIndex condition = 0;
    std::string owner;        ///< id of the rule or name of the definition
    bool of_nodules = false;  ///< how many nodules, not a fact's value
};

/// All numbers of conditions, in the order of the file.
std::vector<PolicyNumber> numbers_of(const policy::Policy& policy);
std::string number_text(const policy::Policy& policy, const PolicyNumber& number);
/// Moves a number by so many units of its last place: tenths, whole days and months, whole nodules.
void change_number(policy::Policy& policy, const PolicyNumber& number, int units);

/// What one nodule gets from nodule rules and adjustments.
struct NoduleVerdict {
    std::optional<std::size_t> rule;  ///< absent: no rule holds
    policy::NoduleClass nodule_class = policy::NoduleClass::unclassifiable;
    std::optional<std::size_t> adjustment;

    bool operator==(const NoduleVerdict&) const = default;
};

/// Made-up facts of a patient.
struct MadeUpPatient {
    std::array<policy::FactValue, patient_fact_count> patient;
    std::vector<policy::FactValue> nodules;  ///< `nodule_fact_count` values each

    std::size_t count() const { return nodules.size() / nodule_fact_count; }
    policy::FactTable table() const { return {patient, nodules, nodule_fact_count, count()}; }
    std::span<policy::FactValue> nodule(std::size_t i)
    {
        return std::span(nodules).subspan(i * nodule_fact_count, nodule_fact_count);
    }
};

/// What a policy says of made-up facts. Follows `Judge`, of which it leaves out dates, flags and the trail.
struct FactJudgement {
    std::vector<NoduleVerdict> nodules;
    std::vector<bool> patient_rules;
    policy::PatientClass ungated_class = policy::PatientClass::no_nodule;
    std::optional<std::size_t> decider;  ///< absent: no recommendation holds
    policy::PatientClass patient_class = policy::PatientClass::no_nodule;
    std::size_t due = 0;  ///< which of the due formulas
    bool routine_capped = false;
    std::vector<policy::Action> options;

    bool operator==(const FactJudgement&) const = default;
};

/// Judges one nodule and writes its class and rule into its facts.
NoduleVerdict judge_nodule(const policy::Policy& policy, MadeUpPatient& patient, std::size_t nodule);
/// Judges all nodules and the patient, and writes what the rules gave into the facts.
FactJudgement judge_facts(const policy::Policy& policy, MadeUpPatient& patient);

/// Facts in words, for an example.
std::vector<ExampleFact> example_of(const policy::Policy& policy,
                                    std::span<const std::pair<policy::FactUse, policy::FactValue>> facts);

/// Gaps, unreachable rules and outcomes, overlaps and numbers without effect among nodule rules and adjustments.
/// Returns the numbers for which no effect was found there.
std::vector<PolicyNumber> check_nodule_rules(CheckWork& work);
/// The same for the lists about patients; `numbers` are those still without an effect.
void check_patient_rules(CheckWork& work, std::vector<PolicyNumber> numbers);
/// What needs no search: unused definitions, boundaries, unusual numbers, schedules, citations.
void check_text(CheckWork& work);

}  // namespace nodtrack::assess
