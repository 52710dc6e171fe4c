#include "ingest_structured_reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "nodtrack/tracker/report_import.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

using tracker::ReportedFate;
using tracker::ReportedLine;

/// `2=N3`
Result<std::map<std::size_t, std::string>> groups_of(const std::vector<std::string>& said)
{
    std::map<std::size_t, std::string> groups;
    for (const std::string& text : said) {
        const auto equals = text.find('=');
        std::size_t group = 0;
        const char* const end = text.data() + std::min(equals, text.size());
        const auto [behind, error] = std::from_chars(text.data(), end, group);
        const bool is_right = equals != std::string::npos && equals + 1 < text.size() && error == std::errc{} &&
                              behind == end && group > 0;
        if (!is_right)
            return failure(ErrorCode::usage,
                           "--nodule: '" + text + "' names no group; write GROUP=ID, such as --nodule 2=N3");
        if (!groups.emplace(group, text.substr(equals + 1)).second)
            return failure(ErrorCode::usage, fmt::format("--nodule: group {} is named twice; name it once", group));
    }
    return groups;
}

std::string fate_of(const ReportedLine& line, bool dry_run)
{
    switch (line.fate) {
        case ReportedFate::recorded:
            return dry_run ? "would be recorded" : "recorded";
        case ReportedFate::held:
            return "recorded already";
        case ReportedFate::contradicted:
            return "not recorded";
        case ReportedFate::proposed:
            return "proposed";
        default:
            return line.may_be.empty() ? "which nodule?" : "which nodule? It may be " + line.may_be;
    }
}

std::string line_text(const ReportedLine& line, bool dry_run)
{
    std::string who = line.nodule_id;
    if (who.empty()) who = line.label.empty() ? std::string("?") : "? ('" + line.label + "')";
    std::string text = fmt::format("  group {}: {}: {}: {}", line.group, who, line.sizes, fate_of(line, dry_run));
    if (!line.why.empty()) text += " (" + line.why + ")";
    if (!line.remarks.empty()) text += "; " + line.remarks;
    return text + "\n";
}

/// What to type so that it is recorded; empty where nothing waits.
std::string what_to_type(const tracker::ReportReading& reading)
{
    std::string nodules;
    bool waits = false;
    for (const ReportedLine& line : reading.lines) {
        if (line.fate == ReportedFate::unassigned)
            nodules += fmt::format(" --nodule {}={}", line.group, line.may_be.empty() ? "ID" : line.may_be);
        waits = waits || line.fate == ReportedFate::proposed || line.fate == ReportedFate::unassigned;
    }
    if (!waits) return {};
    return fmt::format("  to record: nodtrack ingest {}{}{}\n", reading.file.string(),
                       reading.needs_person ? " --by CODE" : "", nodules);
}

std::string reading_text(const tracker::ReportReading& reading, bool dry_run)
{
    std::string text = reading.file.string() + ": ";
    if (reading.lines.empty()) {
        text += "nothing to take in";
    } else {
        text +=
            fmt::format("patient {}, CT of {} (scan {})", reading.patient_id, reading.scan_date.iso(), reading.scan_id);
    }
    text += fmt::format("; {}{}{}\n", reading.writer, reading.writer.empty() ? "" : ", ", reading.standing);
    for (const ReportedLine& line : reading.lines)
        text += line_text(line, dry_run);
    for (const std::string& left : reading.left_out)
        text += "  left out: " + left + "\n";
    for (const std::string& said : reading.notes)
        text += "  note: " + said + "\n";
    return text + what_to_type(reading);
}

}  // namespace

Result<ExitStatus> take_in_reports(const Call& call, const std::vector<std::filesystem::path>& files)
{
    const auto& arguments = call.arguments;
    const auto groups = groups_of(arguments.all("--nodule"));
    if (!groups) return tl::unexpected(groups.error());
    if (arguments.has("--by") && arguments.text("--by").empty())
        return failure(ErrorCode::usage, "--by: the code is empty; name the person who answers for the report");
    tracker::ReportImportRequest request{.files = files,
                                         .nodule_of_group = *groups,
                                         .confirmed_by = arguments.text("--by"),
                                         .amend_reason = arguments.text("--amend"),
                                         .dry_run = arguments.has("--dry-run"),
                                         .confirm_implausible = arguments.has("--confirm")};
    if (const auto folder = arguments.find("--ct")) request.ct_folder = *folder;
    auto registry = open_registry(call, store::Opening::existing);
    if (!registry) return tl::unexpected(registry.error());
    const auto done =
        tracker::import_reports(*registry, request, provenance_of(call.now, "ingest", request.amend_reason));
    if (!done) return tl::unexpected(done.error());
    for (const std::string& warning : done->ingested.warnings)
        note("warning: " + warning);
    for (const std::string& passed : done->passed_over)
        note(passed);
    for (const tracker::ReportReading& reading : done->reports)
        print(reading_text(reading, request.dry_run));
    if (request.dry_run) {
        print("dry run: nothing was stored\n");
    } else if (done->ingested.delivery_no) {
        print(fmt::format("stored as delivery {}\n", *done->ingested.delivery_no));
    } else {
        print("nothing new: the registry is unchanged\n");
    }
    return ExitStatus::done;
}

std::vector<Option> with_report_options(std::vector<Option> options)
{
    options.push_back(
        {.name = "--by", .value = "CODE", .help = "the person who confirms what DICOM reports or FHIR Bundles say"});
    options.push_back({.name = "--nodule",
                       .value = "GROUP=ID",
                       .help = "which nodule a group of a DICOM report or FHIR Bundle is",
                       .repeated = true});
    options.push_back(
        {.name = "--ct", .value = "FOLDER", .help = "the CT that DICOM reports refer to: its day and places in mm"});
    return options;
}

}  // namespace nodtrack::cli
