#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/occasion.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

enum class ExportFormat : std::uint8_t { csv, json };

struct ExportRequest {
    std::vector<std::string> patient_ids;  ///< any order; empty: all
    Date as_of;                            ///< the day the assessments are of
    std::optional<Date> known_on;          ///< only what was recorded on or before this day
    ExportFormat format = ExportFormat::csv;
    std::optional<std::size_t> at_most{};  ///< this many patients alone, for a preview
};

struct ExportReport {
    std::size_t patients = 0;
    std::vector<std::filesystem::path> files;  ///< names within the folder
};

/// Writes into `folder` (made if missing) the record, the history, the assessments and the data dictionary, patient by
/// patient. The record holds what is judged, confirmed states included: taken into an empty registry it gives the same
/// assessments. Fails with `not_found`, naming all ids that are not recorded; with `bad_input` where a file of the
/// record is there already or cannot be written.
Result<ExportReport> write_export(const store::Registry& registry, const assess::Judge& judge,
                                  const ExportRequest& request, const std::filesystem::path& folder);

/// The same without what identifies a patient (`data_dictionary` and `docs/deidentified.md` say how): research ids made
/// by a keyed hash, the same in each export of this registry; days moved by a number of days of that patient's own;
/// scans and nodules numbered; the age at the first scan for the birth date; no free text and no reader. Assessments
/// are judged on the true days and say the moved ones. The first call makes the registry's secret (`occasion` says
/// who).
Result<ExportReport> write_deidentified_export(store::Registry& registry, const assess::Judge& judge,
                                               const ExportRequest& request, const std::filesystem::path& folder,
                                               const store::Occasion& occasion);

}  // namespace nodtrack::tracker
