#pragma once

#include <cstdint>
#include <string_view>

#include "nodtrack/policy/fact.hpp"

namespace nodtrack::assess {

/// What became of a nodule by the index scan. Source: decision table, section 1, Growth state.
enum class GrowthState : std::uint8_t {
    treated,
    resolved,
    not_reported,
    unmeasured,
    unequivocal_growth,
    possible_growth,
    stable,
    newly_seen,
    no_prior,
    decreased
};
inline constexpr std::string_view growth_state_words[] = {
    "TREATED",         "RESOLVED", "NOT_REPORTED", "UNMEASURED", "UNEQUIVOCAL_GROWTH",
    "POSSIBLE_GROWTH", "STABLE",   "NEW",          "NO_PRIOR",   "DECREASED"};
inline constexpr std::string_view word_of(GrowthState state)
{
    return growth_state_words[static_cast<std::size_t>(state)];
}

/// Facts about one judged nodule, in the order of `catalogue().nodule`.
enum class NoduleFact : std::uint8_t {
    growth_state,
    state_without_growth,
    history_state,
    recently_first_seen,
    measured,
    long_axis_mm,
    attenuation,
    shape,
    margin,
    location,
    calcification,
    last_said_attenuation,
    last_said_shape,
    last_said_calcification,
    row_iv_contrast,
    side,
    stable_months,
    stable_run_months,
    responded_to_therapy,
    accepted,
    systemic_therapy_since_first_measurement,
    suv_max,
    suv_in_last_year,
    avid_since_resolved,
    vdt_days,
    creep_mm,
    only_rows_after_index,
    class_by_size_bound,
    pathology_malignant,
    pathology_benign,
    nodule_class,
    class_rule,
    count
};

/// Facts about the patient, in the order of `catalogue().patient`.
enum class PatientFact : std::uint8_t {
    follow_up_status,
    primary_site,
    histology,
    tissue,
    grade,
    known_lung_metastases,
    lung_metastases_diagnosed_after_as_of,
    curative_treatment,
    curative_treatment_completed_after_as_of,
    has_index_scan,
    reading,
    index_slice_thickness_mm,
    iv_contrast,
    metastasectomy_before_index,
    urgent_symptom_since_index,
    pleural_event_since_index,
    board_finding_since_index,
    local_recurrence_sign_since_index,
    open_local_sign,
    scope_gates_apply,
    ungated_class,
    count
};

inline constexpr std::size_t nodule_fact_count = static_cast<std::size_t>(NoduleFact::count);
inline constexpr std::size_t patient_fact_count = static_cast<std::size_t>(PatientFact::count);

/// The closed vocabulary that a policy file may name.
const policy::FactCatalogue& catalogue();

}  // namespace nodtrack::assess
