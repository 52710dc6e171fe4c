#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/ingest.hpp"

namespace nodtrack::tracker {

/// What a person says of the reports at hand.
struct ReportImportRequest {
    std::vector<std::filesystem::path> files;
    /// Which nodule a group is, by its number: for groups that no Tracking UID names. Goes with one file.
    std::map<std::size_t, std::string> nodule_of_group{};
    std::string confirmed_by{};  ///< the person who answers for what nobody has verified; empty: it is proposed alone
    std::optional<std::filesystem::path> ct_folder{};  ///< images that the reports refer to, for places in mm
    std::string amend_reason{};
    bool dry_run = false;
    bool confirm_implausible = false;
};

enum class ReportedFate : unsigned char {
    recorded,      ///< verified by a person, or confirmed now
    held,          ///< recorded already, the same
    contradicted,  ///< the record cannot say it beside what it says already
    proposed,      ///< which nodule it is, is known; a person has to confirm it
    unassigned     ///< which nodule it is, is not known
};

/// One nodule of a report, and what becomes of it.
struct ReportedLine {
    std::size_t group = 0;
    std::string label;      ///< as the report calls it
    std::string nodule_id;  ///< empty where it is unassigned
    std::string may_be;     ///< of an unassigned one: the nodule that lies there, or is called so
    std::string why;        ///< how it was told which nodule it is
    std::string sizes;      ///< `18.56 x 11.66 mm, 2765.1 mm3`
    std::string remarks;
    ReportedFate fate = ReportedFate::unassigned;
};

/// One report.
struct ReportReading {
    std::filesystem::path file;
    std::string patient_id;
    std::string scan_id;
    Date scan_date;
    std::string writer;
    std::string standing;  ///< `complete, unverified, by a program`
    bool needs_person = true;
    std::vector<ReportedLine> lines;
    std::vector<std::string> left_out;  ///< one line each: what, and why
    std::vector<std::string> notes;
};

struct ReportImport {
    std::vector<ReportReading> reports;
    std::vector<std::string> passed_over;  ///< files that a later report takes the place of
    IngestReport ingested;                 ///< of what was recorded
};

/// Takes in DICOM structured reports, all or nothing. The patient is told by id and by date of birth and sex, as far as
/// both sides have them; the scan by the study of the CT that was measured, else by its day. What a person has verified
/// is recorded; what is unverified, partial or a program's is proposed, and recorded where a person confirms it. A
/// nodule is told by its Tracking UID; where that is not known, what lies there is proposed and nothing is recorded of
/// it until a person says which nodule it is. The same reports again change nothing.
///
/// Fails with `bad_input` where a file is no report, its patient is not the recorded one, or the day of its CT is not
/// said; with `not_found` where the patient is not recorded; and as `ingest`.
Result<ReportImport> import_reports(store::Registry& registry, const ReportImportRequest& request,
                                    const store::Provenance& provenance);

}  // namespace nodtrack::tracker
