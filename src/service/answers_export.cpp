#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "answers.hpp"
#include "archive.hpp"
#include "form.hpp"
#include "nodtrack/interop/data_dictionary.hpp"
#include "nodtrack/tracker/export.hpp"

namespace nodtrack::service {
namespace {

using nlohmann::ordered_json;

/// The fields of one line of CSV that this program wrote.
std::vector<std::string> fields_of(std::string_view line)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"') {
            if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
                fields.back() += '"';
                ++i;
            } else {
                quoted = !quoted;
            }
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

struct Exported {
    std::shared_ptr<TemporaryFolder> folder;
    tracker::ExportReport report;
};

Result<Exported> exported(RequestContext& context, const tracker::ExportRequest& request)
{
    auto folder = TemporaryFolder::make();
    if (!folder) return tl::unexpected(folder.error());
    // A connection of its own: an export of all patients must not hold up those who write.
    auto registry = store::Registry::open(context.service.options().registry_file, store::Opening::existing);
    if (!registry) return tl::unexpected(registry.error());
    auto report = tracker::write_deidentified_export(*registry, context.judges(), request, (*folder)->path() / "files",
                                                     context.provenance());
    if (!report) return tl::unexpected(report.error());
    return Exported{std::move(*folder), std::move(*report)};
}

}  // namespace

Result<Reply> export_record(RequestContext& context)
{
    tracker::ExportRequest request;
    request.as_of = context.now.today;
    if (!context.request.body.empty()) {
        auto form = Form::of(context.request.body);
        if (!form) return tl::unexpected(form.error());
        if (form->has("as_of") || form->has("known_on")) {
            form->refuse(
                "as_of: a de-identified export is as of the newest CT of each patient; with days of one's "
                "choice the true dates could be found out");
        }
        const std::string format = form->text_or_none("format").value_or("csv");
        if (format != "csv" && format != "json") form->refuse("format: must be one of csv, json");
        request.format = format == "json" ? tracker::ExportFormat::json : tracker::ExportFormat::csv;
        if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    }
    const auto made = exported(context, request);
    if (!made) return tl::unexpected(made.error());
    const std::string name = "nodtrack-export-" + made->report.released_on->iso();
    const auto archive = made->folder->path() / "export.zip";
    const auto zipped = write_zip(archive, made->folder->path() / "files", made->report.files, name);
    if (!zipped) return tl::unexpected(zipped.error());
    context.log_detail = "de-identified export of " + std::to_string(made->report.patients) + " patients, release of " +
                         made->report.released_on->iso();
    Reply reply;
    reply.media = "application/zip";
    // The file lives as long as its folder.
    reply.file = std::shared_ptr<const std::filesystem::path>(
        new std::filesystem::path(archive),
        [folder = made->folder](const std::filesystem::path* path) { delete path; });
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + ".zip\"");
    return reply;
}

Result<Reply> export_preview(RequestContext& context)
{
    constexpr std::size_t patients_shown = 3;
    constexpr std::size_t rows_shown = 8;
    tracker::ExportRequest request;
    request.as_of = context.now.today;
    request.at_most = patients_shown;
    const auto made = exported(context, request);
    if (!made) return tl::unexpected(made.error());
    ordered_json files = ordered_json::array();
    for (const auto& file : made->report.files) {
        if (!file.ends_with(".csv") || file == "data_dictionary.csv") continue;
        std::ifstream in(made->folder->path() / "files" / file, std::ios::binary);
        std::string line;
        if (!std::getline(in, line)) continue;
        const auto columns = fields_of(line);
        ordered_json rows = ordered_json::array();
        while (rows.size() < rows_shown && std::getline(in, line))
            rows.push_back(fields_of(line));
        files.push_back({{"name", file}, {"columns", columns}, {"rows", rows}});
    }
    return Reply::of(ordered_json({{"patients", made->report.patients_of_release},
                                   {"patients_shown", made->report.patients},
                                   {"files", files}})
                         .dump(-1, ' ', false, ordered_json::error_handler_t::replace) +
                     "\n");
}

Result<Reply> data_dictionary(RequestContext&)
{
    ordered_json columns = ordered_json::array();
    for (const interop::DictionaryEntry& entry : interop::data_dictionary()) {
        columns.push_back({{"file", entry.file},
                           {"column", entry.column},
                           {"type", entry.type},
                           {"unit", entry.unit},
                           {"words", entry.words},
                           {"required", entry.required},
                           {"meaning", entry.meaning}});
    }
    return Reply::of(ordered_json({{"columns", columns}}).dump() + "\n");
}

}  // namespace nodtrack::service
