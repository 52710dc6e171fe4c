#include "report_files.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "nodtrack/exchange/reported_nodules.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/ct_claim.hpp"
#include "nodtrack/tracker/fhir_import.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using exchange::ReportDocument;

/// Whether the report's patient is the recorded one. The values are not told: messages end up in logs.
Result<void> check_patient(const ReadFile& file, const Patient& patient)
{
    const ReportDocument& document = file.document;
    const auto other = [&](const char* what) {
        return refused(file, fmt::format("has another {} than the record of patient {}; find out whose report it is",
                                         what, patient.patient_id));
    };
    const std::string& issuer = document.issuer_of_patient_id;
    if (!issuer.empty() && !patient.patient_id_issuer.empty() && issuer != patient.patient_id_issuer)
        return other("issuer of the patient id");
    const auto born = dicom_date(document.birth_date);
    if (born && patient.birth_date && *born != *patient.birth_date) return other("date of birth");
    if (document.sex.empty() || !patient.sex) return {};
    const bool is_same = (document.sex == "F" && *patient.sex == Sex::female) ||
                         (document.sex == "M" && *patient.sex == Sex::male) ||
                         (document.sex == "O" && *patient.sex == Sex::other);
    if (!is_same) return other("sex");
    return {};
}

/// One of another program: what nodtrack wrote is a record, and taken in as one.
Result<void> add_bundle(const fs::path& path, std::vector<ReadFile>& files)
{
    auto bundle = read_bundle_file(path);
    if (!bundle) return tl::unexpected<Error>(bundle.error());
    for (exchange::BundleReport& report : bundle->reports)
        files.push_back({path, std::move(report.document), std::move(report.told)});
    return {};
}

}  // namespace

Result<std::vector<ReadFile>> read_files(const std::vector<fs::path>& paths, std::vector<std::string>& passed_over)
{
    std::vector<ReadFile> files;
    std::set<std::string> replaced;
    std::set<std::string> seen;
    for (const fs::path& path : paths) {
        if (is_json_file(path)) {
            const auto added = add_bundle(path, files);
            if (!added) return tl::unexpected<Error>(added.error());
            continue;
        }
        auto document = exchange::read_report(path);
        if (!document) return tl::unexpected<Error>(document.error());
        replaced.insert(document->predecessors.begin(), document->predecessors.end());
        exchange::ReportedNodules told = exchange::reported_nodules(*document);
        files.push_back({path, std::move(*document), std::move(told)});
    }
    std::vector<ReadFile> kept;
    for (ReadFile& file : files) {
        const std::string& uid = file.document.sop_uid;
        if (replaced.contains(uid)) {
            passed_over.push_back(file.path.string() + ": a later report names it as the one that it corrects");
        } else if (!uid.empty() && !seen.insert(uid).second) {
            passed_over.push_back(file.path.string() + ": the same report was given twice");
        } else {
            kept.push_back(std::move(file));
        }
    }
    return kept;
}

tl::unexpected<Error> refused(const ReadFile& file, const std::string& why)
{
    return failure(ErrorCode::bad_input, file.path.string() + ": " + why);
}

bool is_sure_of_patient(const ReportDocument& document, const Patient& patient)
{
    return (!document.birth_date.empty() && patient.birth_date) || (!document.sex.empty() && patient.sex);
}

Result<PatientRecord> patient_of(const ReadFile& file, const store::Registry& registry)
{
    const std::string& code = file.document.patient_code;
    if (code.empty()) return refused(file, "names no patient (no Patient ID); a report without one cannot be taken in");
    auto record = store::read_patient(registry, code);
    if (!record && record.error().code == ErrorCode::not_found)
        return failure(ErrorCode::not_found,
                       fmt::format("{}: its patient is not recorded here under the id that the report has; record the "
                                   "patient first (nodtrack patient add)",
                                   file.path.string()));
    if (record) {
        if (const auto checked = check_patient(file, record->patient); !checked)
            return tl::unexpected<Error>(checked.error());
    }
    return record;
}

}  // namespace nodtrack::tracker
