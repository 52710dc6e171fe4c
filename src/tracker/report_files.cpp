#include "report_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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

bool names(const ReadFile& later, const ReadFile& earlier)
{
    const auto& replaced = later.document.predecessors;
    return std::ranges::find(replaced, earlier.document.sop_uid) != replaced.end();
}

/// A report takes the place of one of its own patient and study alone.
bool corrects(const ReadFile& later, const ReadFile& earlier)
{
    const ReportDocument& one = later.document;
    const ReportDocument& other = earlier.document;
    return &later != &earlier && !other.sop_uid.empty() && one.sop_uid != other.sop_uid && names(later, earlier) &&
           one.patient_code == other.patient_code && one.study_uid == other.study_uid;
}

/// Sizes by nodule, to tell whether two reports say the same.
std::map<std::string, std::string> sizes_by_nodule(const ReadFile& file)
{
    std::map<std::string, std::string> sizes;
    for (const auto& nodule : file.told.nodules) {
        const std::string name = !nodule.tracking_uid.empty() ? nodule.tracking_uid : std::to_string(nodule.group);
        const auto text = [](const auto& amount) { return amount ? decimal_text(amount->thousandths()) : "-"; };
        sizes[name] = text(nodule.long_axis) + " " + text(nodule.short_axis) + " " + text(nodule.volume);
    }
    return sizes;
}

/// How many nodules a report has that the one in its place does not: a correction may hold a part alone
/// (PS3.3 C.17.2, Predecessor Documents Sequence).
std::size_t missing_in(const ReadFile& later, const ReadFile& earlier)
{
    const auto kept = sizes_by_nodule(later);
    const auto before = sizes_by_nodule(earlier);
    return static_cast<std::size_t>(
        std::ranges::count_if(before, [&](const auto& nodule) { return !kept.contains(nodule.first); }));
}

/// The report that holds in the place of `file`, by what names what; null where none does. Fails where they name one
/// another in a circle.
Result<const ReadFile*> holds_in_place_of(const ReadFile& file, const std::vector<ReadFile>& files)
{
    const ReadFile* at = &file;
    for (std::size_t steps = 0; steps <= files.size(); ++steps) {
        const auto later = std::ranges::find_if(files, [&](const ReadFile& one) { return corrects(one, *at); });
        if (later == files.end()) return at == &file ? nullptr : at;
        at = &*later;
    }
    return refused(file,
                   "this report and others name one another as corrected, so that it is not said which of them "
                   "holds; give the one alone that does");
}

Result<std::vector<ReadFile>> newest_of(std::vector<ReadFile> files, std::vector<std::string>& passed_over)
{
    std::map<std::string, std::size_t> seen;
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const ReadFile& file = files[i];
        const auto holds = holds_in_place_of(file, files);
        if (!holds) return tl::unexpected<Error>(holds.error());
        if (*holds != nullptr) {
            const std::size_t missing = missing_in(**holds, file);
            passed_over.push_back(
                fmt::format("{}: a later report names it as the one that it corrects{}", file.path.string(),
                            missing == 0 ? std::string()
                                         : fmt::format(", and {} of its nodules (by Tracking UID) are not in that one; "
                                                       "give this one alone to see them",
                                                       missing)));
            continue;
        }
        const auto [first, is_new] = seen.try_emplace(file.document.sop_uid, i);
        if (is_new || file.document.sop_uid.empty()) {
            kept.push_back(i);
        } else if (sizes_by_nodule(files[first->second]) == sizes_by_nodule(file)) {
            passed_over.push_back(file.path.string() + ": the same report was given twice");
        } else {
            return refused(file, "has the SOP Instance UID of '" + files[first->second].path.string() +
                                     "' and other sizes; one of them was changed: fetch it again");
        }
    }
    std::vector<ReadFile> newest;
    for (const std::size_t i : kept)
        newest.push_back(std::move(files[i]));
    return newest;
}

}  // namespace

Result<std::vector<ReadFile>> read_files(const std::vector<fs::path>& paths, std::vector<std::string>& passed_over)
{
    std::vector<ReadFile> files;
    for (const fs::path& path : paths) {
        if (is_json_file(path)) {
            const auto added = add_bundle(path, files);
            if (!added) return tl::unexpected<Error>(added.error());
            continue;
        }
        auto document = exchange::read_report(path);
        if (!document) return tl::unexpected<Error>(document.error());
        exchange::ReportedNodules told = exchange::reported_nodules(*document);
        files.push_back({path, std::move(*document), std::move(told)});
    }
    return newest_of(std::move(files), passed_over);
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
