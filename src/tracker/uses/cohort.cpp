#include "nodtrack/tracker/cohort.hpp"

#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto report =
        tracker::read_cohort(**registry, call.values.date("as_of").value_or(call.today), call.values.date("known_on"));
    if (!report) return tl::unexpected(report.error());
    call.put(call.format == Format::json ? tracker::cohort_json(*report) : tracker::cohort_text(*report));
    return {};
}

}  // namespace

UseCase cohort()
{
    return {
        .name = "cohort",
        .summary = "counts CTs and tumour boards a patient-year, and the time from the first nodule to the board",
        .description =
            "Of all patients: years from the first scan to the last contact (the newest scan, visit, therapy or "
            "pathology); diagnostic CTs and days of the tumour board (its decisions and baselines) in them; and the "
            "Kaplan-Meier table of the time from the first scan on which a nodule was seen to the first board on or "
            "after that day, with the standard error by Greenwood and the 95 % interval on the logarithm. A patient "
            "whom no board has seen is censored at the last contact.\n\n"
            "Keys of {json}: as_of, patients, patient_years, diagnostic_cts, cts_a_patient_year, boards, "
            "boards_a_patient_year, patients_with_nodule, reached_board, median_days_to_board (null: fewer than half "
            "reached it), to_board [{days, at_risk, boards, censored_since, not_yet, standard_error, lower_95, "
            "upper_95}].",
        .parameters = with_moment({json_switch("one JSON object")}),
        .examples = {{"nodtrack cohort"}, {"nodtrack cohort --as-of 2026-06-30 --json"}},
        .listed_after = "dose",
        .run = run};
}

}  // namespace nodtrack::uses
