#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/ct_claim.hpp"
#include "nodtrack/tracker/pacs.hpp"
#include "nodtrack/tracker/report_export.hpp"
#include "passing_folder.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using exchange::PacsSeries;
using exchange::PacsStudy;

Result<void> check_free(const fs::path& into)
{
    std::error_code error;
    if (!fs::exists(into, error) || fs::is_empty(into, error)) return {};
    return failure(ErrorCode::bad_input,
                   fmt::format("'{}' is there already, and images are not mixed with others; give "
                               "a folder that is not there yet",
                               into.string()));
}

std::string lower(std::string text)
{
    for (char& letter : text)
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    return text;
}

/// `2026-11-10`, for the second study of that day `2026-11-10-2`.
std::string folder_name(const PacsStudy& study, std::map<std::string, int>& used)
{
    const auto date = dicom_date(study.date);
    const std::string name = date ? date->iso() : "no-date";
    const int count = ++used[name];
    return count == 1 ? name : fmt::format("{}-{}", name, count);
}

bool has_wanted(const PacsStudy& study, const std::vector<std::string>& modalities)
{
    if (study.modalities.empty()) return true;  // its series tell
    const std::string all = "\\" + study.modalities + "\\";
    return std::ranges::any_of(
        modalities, [&](const std::string& one) { return all.find("\\" + one + "\\") != std::string::npos; });
}

/// A study and those of its series that were asked for.
using Choice = std::pair<PacsStudy, std::vector<PacsSeries>>;

Result<std::vector<Choice>> chosen(const Pacs& pacs, const PullRequest& request)
{
    std::size_t left_out = 0;
    const auto studies = exchange::find_studies(pacs, request.query, left_out);
    if (!studies) return tl::unexpected<Error>(studies.error());
    std::vector<Choice> choices;
    for (const PacsStudy& study : *studies) {
        if (request.newest && choices.size() >= *request.newest) break;
        if (!has_wanted(study, request.modalities)) continue;
        auto series = exchange::find_series(pacs, study.study_uid);
        if (!series) return tl::unexpected<Error>(series.error());
        std::erase_if(*series,
                      [&](const PacsSeries& one) { return std::ranges::count(request.modalities, one.modality) == 0; });
        if (!series->empty()) choices.emplace_back(study, std::move(*series));
    }
    if (choices.empty())
        return failure(ErrorCode::not_found,
                       fmt::format("PACS '{}' has no {} of what was asked for ({} studies found{})", pacs.name,
                                   fmt::join(request.modalities, " or "), studies->size(),
                                   left_out > 0 ? fmt::format(", {} of other patients left out", left_out) : ""));
    return choices;
}

/// By an accession number alone it is not known whose the studies are: they are one patient's, or it is asked.
Result<void> check_one_patient(const std::vector<Choice>& choices)
{
    for (const auto& [study, series] : choices) {
        if (study.patient_code == choices.front().first.patient_code) continue;
        return failure(ErrorCode::bad_input,
                       fmt::format("what was asked for is of two patients, '{}' and '{}'; say which",
                                   choices.front().first.patient_code, study.patient_code));
    }
    return {};
}

Result<PulledStudy> fetched(const Pacs& pacs, const Choice& choice, const fs::path& within, const std::string& name)
{
    PulledStudy pulled{.study = choice.first, .folder = name, .series = {}};
    std::map<std::string, int> used;
    for (const PacsSeries& series : choice.second) {
        const std::string modality = lower(series.modality);
        PulledSeries one{.series_uid = series.series_uid,
                         .modality = series.modality,
                         .description = series.description,
                         .folder = fs::path(name) / fmt::format("{}-{}", modality, ++used[modality])};
        std::error_code error;
        fs::create_directories(within / one.folder, error);  // that it cannot be is told by the first object
        const auto received = exchange::fetch_series(pacs, pulled.study, series, within / one.folder);
        if (!received) return tl::unexpected<Error>(received.error());
        one.objects = received->objects;
        pulled.series.push_back(std::move(one));
    }
    return pulled;
}

Result<void> move_to(const fs::path& from, const fs::path& into)
{
    // Onto an empty folder it may be moved; onto one that was filled meanwhile it may not.
    if (::rename(from.c_str(), into.c_str()) == 0) return {};
    return failure(ErrorCode::bad_input,
                   fmt::format("'{}' cannot be made ({}); nothing was stored", into.string(), std::strerror(errno)));
}

fs::path without_end_slash(const fs::path& path)
{
    return path.has_filename() ? path : path.parent_path();
}

/// The CT that a recorded scan is, as that PACS has it, in a folder.
Result<void> fetch_ct_of(const Pacs& pacs, const std::string& patient_id, const Scan& scan, const fs::path& folder)
{
    if (scan.study_uid.empty())
        return failure(
            ErrorCode::bad_input,
            fmt::format("scan {} has no study UID, so that PACS '{}' cannot be asked for its images; give "
                        "their folder by --ct, or record the scan from its images ('nodtrack log --from-ct')",
                        scan.scan_id, pacs.name));
    PullRequest request{
        .query = {.patient_code = patient_id, .study_uid = scan.study_uid, .accession = {}, .since = {}},
        .newest = std::nullopt,
        .into = folder / "ct"};
    const auto pulled = pull(pacs, request);
    if (!pulled) return tl::unexpected<Error>(pulled.error());
    return {};
}

Result<Scan> recorded_scan(const store::Registry& registry, const std::string& patient_id, const std::string& scan_id)
{
    const auto record = store::read_patient(registry, patient_id);
    if (!record) return tl::unexpected<Error>(record.error());
    const auto scan = std::ranges::find(record->scans, scan_id, &Scan::scan_id);
    if (scan == record->scans.end())
        return failure(ErrorCode::not_found, fmt::format("patient {} has no scan '{}'", patient_id, scan_id));
    if (!scan->is_diagnostic_ct())
        return failure(ErrorCode::bad_input,
                       fmt::format("scan {} is no diagnostic CT: there is no report of it", scan_id));
    return *scan;
}

}  // namespace

Result<std::vector<PulledStudy>> pull(const Pacs& pacs, const PullRequest& request)
{
    const fs::path into = without_end_slash(request.into);
    if (const auto is_free = check_free(into); !is_free) return tl::unexpected<Error>(is_free.error());
    const auto choices = chosen(pacs, request);
    if (!choices) return tl::unexpected<Error>(choices.error());
    if (const auto checked = check_one_patient(*choices); !checked) return tl::unexpected<Error>(checked.error());
    const auto folder = PassingFolder::make_beside(into);
    if (!folder) return tl::unexpected<Error>(folder.error());
    std::map<std::string, int> used;
    std::vector<PulledStudy> studies;
    for (const Choice& choice : *choices) {
        auto study = fetched(pacs, choice, (*folder)->path(), folder_name(choice.first, used));
        if (!study) return tl::unexpected<Error>(study.error());
        study->folder = into / study->folder;
        for (PulledSeries& series : study->series)
            series.folder = into / series.folder;
        studies.push_back(std::move(*study));
    }
    if (const auto moved = move_to((*folder)->path(), into); !moved) return tl::unexpected<Error>(moved.error());
    return studies;
}

Result<std::string> push_report(const store::Registry& registry, const Judges& judges, const Pacs& pacs,
                                const std::string& patient_id, const std::string& scan_id,
                                const std::optional<fs::path>& ct_folder)
{
    const auto scan = recorded_scan(registry, patient_id, scan_id);
    if (!scan) return tl::unexpected<Error>(scan.error());
    const auto folder = PassingFolder::make_beside(registry.file());
    if (!folder) return tl::unexpected<Error>(folder.error());
    if (!ct_folder) {
        const auto fetched_ct = fetch_ct_of(pacs, patient_id, *scan, (*folder)->path());
        if (!fetched_ct) return tl::unexpected<Error>(fetched_ct.error());
    }
    ReportExportRequest request{.patient_ids = {patient_id}, .ct_folder = ct_folder.value_or((*folder)->path() / "ct")};
    request.scan_id = scan_id;
    const auto report = write_reports(registry, judges, request, (*folder)->path() / "sr");
    if (!report) return tl::unexpected<Error>(report.error());
    if (report->with_images != 1)
        return failure(ErrorCode::bad_input,
                       fmt::format("the images are not those of scan {}: none has its series or study UID, or its "
                                   "patient id and day; a report without them would be a study of its own in the PACS",
                                   scan_id));
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator((*folder)->path() / "sr"))
        files.push_back(entry.path().string());
    const auto sent = push_files(pacs, files);
    if (!sent) return tl::unexpected<Error>(sent.error());
    return sent->front().sop_uid;
}

Result<std::vector<exchange::ObjectToSend>> push_files(const Pacs& pacs, const std::vector<std::string>& files)
{
    std::vector<exchange::ObjectToSend> objects;
    for (const std::string& file : files) {
        auto object = exchange::object_to_send(file);
        if (!object) return tl::unexpected<Error>(object.error());
        objects.push_back(std::move(*object));
    }
    const auto sent = exchange::send_objects(pacs, objects);
    if (!sent) return tl::unexpected<Error>(sent.error());
    return objects;
}

}  // namespace nodtrack::tracker
