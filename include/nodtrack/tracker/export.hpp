#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

enum class ExportFormat : std::uint8_t { csv, json };

struct ExportRequest {
    std::vector<std::string> patient_ids;  ///< any order; empty: all
    Date as_of;                            ///< the day the assessments are of
    std::optional<Date> known_on;          ///< only what was recorded on or before this day
    ExportFormat format = ExportFormat::csv;
    std::optional<std::size_t> at_most{};  ///< this many patients alone, for a preview
    bool with_uids = false;                ///< with the UIDs of scans and nodules that the registry makes
    bool new_release = false;              ///< of a de-identified export: of the record as it is now, from now on
};

/// How long a release is what de-identified exports are made of.
inline constexpr int days_of_a_release = 90;

struct ExportReport {
    std::size_t patients = 0;
    std::vector<std::string> files;       ///< their names in the folder
    std::size_t patients_of_release = 0;  ///< of a de-identified export: how many it has in all
    std::optional<Date> released_on;      ///< of a de-identified export: the day of the release that it is of
};

/// Writes into `folder` (made if missing) the record, the history, the assessments and the data dictionary, patient by
/// patient. The record is the one that is judged, with the states that links confirm: taken into an empty registry it
/// gives the same bytes again. Fails with `not_found`, naming all ids that are not recorded; with `bad_input` where a
/// file of the record is there already or a file cannot be written.
Result<ExportReport> write_export(const store::Registry& registry, const Judges& judges, const ExportRequest& request,
                                  const std::filesystem::path& folder);

/// The same without what identifies a patient (deidentify.hpp), in order of the research ids, with the ages at the
/// first scan in a file of their own (ages.csv). Classes, states and actions are those that the registry itself gives.
/// It is of a release, not of the record of this moment: the newest, where that is younger than `days_of_a_release`,
/// else (or where a new one is asked for) one that is made of the record as it is now. `as_of` and `known_on` are not
/// looked at: with days of one's choice the true dates could be found out. Each assessment is as of the day of the
/// newest diagnostic CT in the release, for the day of the export beside a moved one would tell by how much it was
/// moved; patients without one have none. The registry's secret is made with the first such export (`provenance` says
/// who and when). Fails as `write_export`; with `bad_input` where a new release is asked for and there is one of today.
Result<ExportReport> write_deidentified_export(store::Registry& registry, const Judges& judges,
                                               const ExportRequest& request, const std::filesystem::path& folder,
                                               const store::Provenance& provenance);

}  // namespace nodtrack::tracker
