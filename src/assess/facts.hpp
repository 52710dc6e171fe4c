#pragma once

#include <array>
#include <span>
#include <vector>

#include "nodtrack/assess/assessment.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

using PatientFacts = std::array<policy::FactValue, patient_fact_count>;

/// All facts of one judged nodule but class and class_rule, which the rules give.
void state_nodule_facts(const NoduleTimeline& nodule, const PatientRecord& record, std::span<policy::FactValue> facts);

/// All facts of the patient but ungated_class, which the rules give.
PatientFacts patient_facts_of(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters);

/// True for a scan of the index scan's day or later; every seen scan where there is no index scan.
bool is_since_index(const PatientRecord& record, const Timeline& timeline, std::uint32_t rank);

bool has_any_symptom(const Scan& scan, Symptoms asked);
bool has_urgent_symptom(const Scan& scan, const Parameters& parameters);
bool has_pleural_event(const Scan& scan);
bool has_local_recurrence_sign(const Scan& scan, const Parameters& parameters);

inline policy::FactValue& at(std::span<policy::FactValue> facts, NoduleFact fact)
{
    return facts[static_cast<std::size_t>(fact)];
}
inline policy::FactValue& at(PatientFacts& facts, PatientFact fact)
{
    return facts[static_cast<std::size_t>(fact)];
}

}  // namespace nodtrack::assess
