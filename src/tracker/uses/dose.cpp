#include "nodtrack/report/dose.hpp"

#include "../judged_patient.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    return judge_patient(call, assess::Detail::none,
                         [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                             const dose::DoseFactors& factors = report::released_dose_factors();
                             const auto history = dose::dose_history(record, assessment.timeline.as_of, factors);
                             call.put(call.format == Format::json ? report::dose_json(history, record, factors)
                                                                  : report::dose_text(history, record, factors));
                             return {};
                         });
}

}  // namespace

UseCase dose()
{
    return {
        .name = "dose",
        .summary = "tells the radiation dose of a patient's scans, as a range",
        .description =
            "Estimates the effective dose of each chest CT from its dose-length product, by the age at the scan and "
            "the phantom the product is stated for, with both published sets of factors: a range, low to high. A "
            "scan without an estimate is counted and named, never taken as 0. Relative radiation levels are read in "
            "the column of the patient's own age group. Dose is shown and never stops an examination.\n\n"
            "Keys of {json}: patient_id, as_of, age_months (null: birth date not known), youth, asks_for_low_dose, "
            "cumulative {low_msv, high_msv, is_lower_bound, examinations, estimated, without_dlp, not_a_chest, "
            "radiographs}, scans [{scan_id, date, procedure, age_months, age_group, dlp_mgy_cm, dose_phantom_cm, "
            "effective_dose_msv [low, high], by_factor_set, not_estimated, radiation_level {level, age_group, "
            "band_msv, cite}, assumed}], factor_sets.",
        .parameters = with_moment({the_patient(), json_switch("one JSON object")}),
        .examples = {{"nodtrack dose SARC-007", "a child, with factors for her age and the 16-cm phantom"},
                     {"nodtrack dose SARC-001 --as-of 2026-06-30 --json"}},
        .failures = {{ErrorCode::not_found, "there is no such patient"}},
        .routes = {patient_route("/api/v1/patients/{patient_id}/dose", "Dose",
                                 "Effective dose to date, as `nodtrack dose --json`")},
        .listed_after = "appropriateness",
        .run = run};
}

}  // namespace nodtrack::uses
