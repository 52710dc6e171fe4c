#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

/// The nodule's DICOM Tracking UID: the one that an object brought with its earliest measurement, else one made of
/// registry, patient and nodule, the same for ever. `registry` is `store::registry_identity`.
std::string tracking_uid_of(const PatientRecord& record, std::uint32_t nodule, std::string_view registry);

/// The same of a recorded patient's nodules, in their order; of one that is not recorded yet the one it will have.
Result<std::vector<std::string>> tracking_uids_of(const store::Registry& registry, const std::string& patient_id,
                                                  const std::vector<std::string>& nodule_ids);

/// The UID of the study that a scan's objects stand in: the recorded one, else one made of registry, patient and scan.
std::string study_uid_of(const PatientRecord& record, const Scan& scan, std::string_view registry);

/// Writes these UIDs into the record, where it has none: a registry that takes it in gives the same objects.
void fill_uids(PatientRecord& record, std::string_view registry);

struct ReportExportRequest {
    std::vector<std::string> patient_ids;              ///< any order; empty: all
    std::optional<std::filesystem::path> ct_folder{};  ///< images that lines are drawn on
    bool plain_tracking_ids = false;
    std::string scan_id{};  ///< of this scan alone; empty: of all
};

struct ReportExport {
    std::size_t reports = 0;
    std::size_t with_images = 0;       ///< reports that refer to the images of `ct_folder`
    std::vector<std::string> notes{};  ///< series that belong to no scan, and why
};

/// Writes one DICOM structured report for each diagnostic CT into `folder`, `sr-PATIENT-SCAN.dcm`, with what the policy
/// says as of the day of the CT. The same record gives the same files. Where the record of a CT was another before, the
/// report names the one that it corrects. Fails with `not_found` for ids that are not recorded or a folder without CT;
/// with `bad_input` where a file is there already or cannot be written.
Result<ReportExport> write_reports(const store::Registry& registry, const Judges& judges,
                                   const ReportExportRequest& request, const std::filesystem::path& folder);

}  // namespace nodtrack::tracker
