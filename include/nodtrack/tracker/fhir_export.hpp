#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/export.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

struct FhirExport {
    std::size_t patients = 0;
    std::size_t proven_nodules = 0;     ///< with mCODE: those that are written as tumours
    std::optional<Date> released_on{};  ///< of a de-identified export
    std::vector<std::string> notes{};   ///< what a Bundle cannot say, by patient
};

/// Writes a FHIR R4 Bundle for each patient into `folder`, `fhir-PATIENT.json`: the record, what the policy says as of
/// the day of each CT, and what it recommends as of `request.as_of`. The same record gives the same bytes, and taken
/// into an empty registry it gives them again. `with_mcode` names the profiles of mCODE where malignancy is proven.
/// Fails with `not_found` for ids that are not recorded; with `bad_input` where a file is there already or cannot be
/// written.
Result<FhirExport> write_bundles(const store::Registry& registry, const Judges& judges, const ExportRequest& request,
                                 bool with_mcode, const std::filesystem::path& folder);

/// The same without what identifies a patient, of a release, as `write_deidentified_export` has it. Recommended is what
/// follows from each patient's newest CT; conclusions of earlier CTs, whose days counted in months of the true calendar
/// would tell by how much dates were moved, are left out, and so are UIDs.
Result<FhirExport> write_deidentified_bundles(store::Registry& registry, const Judges& judges,
                                              const ExportRequest& request, bool with_mcode,
                                              const std::filesystem::path& folder, const store::Provenance& provenance);

}  // namespace nodtrack::tracker
