#include "ingest_bundles.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "ingest_report.hpp"
#include "ingest_structured_reports.hpp"
#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/tracker/fhir_import.hpp"

namespace nodtrack::cli {
namespace {

/// What goes with reports alone.
Result<void> no_report_options(const Call& call)
{
    for (const char* option : {"--by", "--nodule", "--ct"}) {
        if (call.arguments.has(option))
            return failure(ErrorCode::usage, std::string(option) +
                                                 " goes with DICOM reports (.dcm) and with FHIR "
                                                 "Bundles of other programs");
    }
    return {};
}

Result<ExitStatus> take_in_record(const Call& call, const Delivery& delivery)
{
    if (const auto none = no_report_options(call); !none) return tl::unexpected(none.error());
    const auto options = ingest_options(call.arguments);
    if (!options) return tl::unexpected(options.error());
    return take_in(call, delivery, *options, "ingest");
}

}  // namespace

Result<ExitStatus> take_in_json(const Call& call, const std::vector<std::filesystem::path>& files)
{
    const auto is_fhir = tracker::is_fhir_file(files.front());
    if (!is_fhir) return tl::unexpected(is_fhir.error());
    if (!*is_fhir && files.size() == 1) {
        const auto record = interop::read_json_file(files.front());
        if (!record) return tl::unexpected(record.error());
        return take_in_record(call, *record);
    }
    const auto bundles = tracker::read_bundles(files);
    if (!bundles) return tl::unexpected(bundles.error());
    if (bundles->has_records && !bundles->others.empty())
        return failure(ErrorCode::usage, "ingest: '" + bundles->others.front().string() +
                                             "' is a Bundle of another program and others are nodtrack's own; give "
                                             "them in two calls");
    if (bundles->has_records) return take_in_record(call, bundles->record);
    return take_in_reports(call, bundles->others);
}

std::vector<std::filesystem::path> bundles_of_export(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name == "record.json") return {};
        if (name.ends_with(".csv") && kind_of_name(name.substr(0, name.size() - 4))) return {};
        if (name.starts_with("fhir-") && name.ends_with(".json")) files.push_back(entry->path());
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace nodtrack::cli
