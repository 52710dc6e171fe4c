#pragma once

#include <string>
#include <vector>

#include "nodtrack/dose/effective_dose.hpp"

namespace nodtrack::report {

/// The factors released with this program; a fault in them is a bug.
const dose::DoseFactors& released_dose_factors();

/// `2.1–3.2 mSv`: two decimals below 1 mSv, one from there on.
std::string dose_range_text(const dose::DoseRange& range);

/// `level 4, 3–10 mSv (child)`; `varies` and `not given in the document` stand for themselves.
std::string radiation_level_text(const dose::RadiationLevel& level);

/// Appends `{"level":"4","age_group":"child","band_msv":[3,10],"cite":["S0-021"]}`; the band is null where there is
/// none.
void append_radiation_level(std::string& out, const dose::RadiationLevel& level);

/// `S0-021, S0-037`, each with its mark where it was not read in the source.
std::string citations_text(const std::vector<dose::Citation>& citations);

/// One line for a worksheet: what was given so far, from how many examinations, and how many have no estimate.
std::string dose_line(const dose::DoseHistory& history);

/// Why the lowest workable dose is asked for, by age (ALARA); empty where the patient is not young. An unknown age
/// counts as young.
std::string low_dose_text(const dose::DoseHistory& history, const dose::DoseFactors& factors);

/// Every scan with its dose, level and what was assumed; the sum; what the numbers rest on. Says of each scan without
/// an estimate why, and never prints 0 for it.
std::string dose_text(const dose::DoseHistory& history, const PatientRecord& record, const dose::DoseFactors& factors);

/// One JSON object and a line end. Keys: `patient_id`, `as_of`, `age_months` (null: birth date not known), `youth`
/// {child, young, not_young, age_unknown}, `asks_for_low_dose`, `cumulative` {`low_msv`, `high_msv` (null without any
/// estimate), `is_lower_bound`, `examinations`, `estimated`, `without_dlp`, `not_a_chest`, `radiographs`}, `scans`
/// [{`scan_id`, `date`, `procedure`, `age_months`, `age_group` {adult, child}, `dlp_mgy_cm`, `dose_phantom_cm`,
/// `effective_dose_msv` [low, high] or null, `by_factor_set` [{`id`, `effective_dose_msv`}], `not_estimated` {no_dlp,
/// not_a_chest, radiograph} or null, `radiation_level` {`level`, `age_group`, `band_msv` [low, high] or null, `cite`},
/// `assumed` [adult_factors, phantom, phantom_conversion, contrast]}], `factor_sets` [{`id`, `title`, `cite`}].
/// Doses have three decimals.
std::string dose_json(const dose::DoseHistory& history, const PatientRecord& record, const dose::DoseFactors& factors);

}  // namespace nodtrack::report
