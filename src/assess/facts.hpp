#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "nodtrack/assess/assessment.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

using PatientFacts = std::array<policy::FactValue, patient_fact_count>;

/// All facts of one judged nodule but class and class_rule, which the rules give.
void state_nodule_facts(const NoduleTimeline& nodule, const PatientRecord& record, std::span<policy::FactValue> facts);

/// The facts that the patient's own row gives as of a day, all others unknown.
PatientFacts facts_of_patient(const Patient& patient, Date as_of);

/// All facts of the patient but ungated_class, which the rules give.
PatientFacts patient_facts_of(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters);

/// True for a scan of the index scan's day or later; every seen scan where there is no index scan.
bool is_since_index(const PatientRecord& record, const Timeline& timeline, std::uint32_t rank);
bool is_since_index(const PatientRecord& record, const Timeline& timeline, Date date);

bool has_pleural_event(const Scan& scan);
bool has_board_finding(const Scan& scan, const Parameters& parameters);
/// Signs that are told of the patient: on a scan or a visit.
template <class ScanOrVisit>
bool has_any_symptom(const ScanOrVisit& told, Symptoms asked)
{
    return told.symptoms.shares_any_with(asked);
}
template <class ScanOrVisit>
bool has_urgent_symptom(const ScanOrVisit& told, const Parameters& parameters)
{
    return has_any_symptom(told, parameters.urgent_symptoms);
}
template <class ScanOrVisit>
bool has_local_recurrence_sign(const ScanOrVisit& told, const Parameters& parameters)
{
    return told.suspected_local_recurrence == Answer::yes ||
           has_any_symptom(told, parameters.local_recurrence_symptoms);
}

/// The days on which a kind of sign was recorded, oldest and newest.
struct SignDays {
    std::optional<Date> oldest;
    std::optional<Date> newest;

    void add(Date date)
    {
        oldest = std::min(oldest.value_or(date), date);
        newest = std::max(newest.value_or(date), date);
    }
};
/// Recorded since the index scan, by the as-of day.
SignDays urgent_symptom_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters);
SignDays pleural_event_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters);
SignDays board_finding_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters);
/// Bone or back pain since the index scan, which no chest CT answers.
SignDays spine_symptom_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters);
/// Signs of local recurrence on any day, with no decision dated on that day or later.
SignDays open_local_sign_days(const PatientRecord& record, const Timeline& timeline, const Parameters& parameters);

inline policy::FactValue& at(std::span<policy::FactValue> facts, NoduleFact fact)
{
    return facts[static_cast<std::size_t>(fact)];
}
inline policy::FactValue& at(PatientFacts& facts, PatientFact fact)
{
    return facts[static_cast<std::size_t>(fact)];
}

}  // namespace nodtrack::assess
