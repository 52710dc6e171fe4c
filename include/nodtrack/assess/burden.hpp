#pragma once

#include <array>
#include <cstddef>

#include "nodtrack/assess/assessment.hpp"
#include "nodtrack/dose/radiation_level.hpp"

namespace nodtrack::assess {

/// How many chest CTs a year one patient's recommendation comes to: a year over the days from the index scan (or the
/// start of surveillance, where that is later: routine dates count from there) to the next CT that the recommendation
/// names. That is the due date of CONTINUE_SURVEILLANCE and SHORT_INTERVAL_CT, the safety-net date of PET_CT and
/// DATA_REQUIRED. TUMOUR_BOARD and URGENT_ESCALATION, and DATA_REQUIRED without any CT, name none: there the routine
/// interval of the patient's schedule counts, the least that follow-up asks whatever the board decides. OUT_OF_SCOPE:
/// 0. A year has 365.25 days, a month a twelfth of that. `record` is the one that was judged.
double cts_a_year(const Assessment& assessment, const PatientRecord& record);

/// What judgements ask of a clinic, added up over patients.
struct Burden {
    std::size_t patients = 0;
    std::array<std::size_t, std::size(policy::action_words)> by_action{};
    /// Chest CTs a year (see above) and PET/CTs, by `dose::AgeGroup`, whose radiation levels differ.
    std::array<double, std::size(dose::age_group_words)> cts_a_year_by_group{};
    std::array<std::size_t, std::size(dose::age_group_words)> pet_cts_by_group{};

    std::size_t count(policy::Action action) const { return by_action[static_cast<std::size_t>(action)]; }
    double cts_a_year() const;
    /// `group`: of the patient at the as-of day.
    void add(const Assessment& assessment, const PatientRecord& record, dose::AgeGroup group);
};

}  // namespace nodtrack::assess
