#include <filesystem>
#include <fstream>

#include "command.hpp"
#include "nodtrack/interop/data_dictionary.hpp"
#include "nodtrack/interop/history_export.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> not_written(const fs::path& file)
{
    return failure(ErrorCode::bad_input,
                   "'" + file.string() + "' could not be written: is the disk full, or the folder read-only?");
}

Result<void> write_dictionary(const fs::path& folder)
{
    const fs::path file = folder / "data_dictionary.csv";
    std::ofstream out(file, std::ios::binary);
    out << interop::data_dictionary_csv();
    out.flush();
    if (!out) return not_written(file);
    return {};
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    const auto known_on = arguments.date("--known-on");
    if (!known_on) return tl::unexpected(known_on.error());
    const bool json = arguments.text("--format") == "json";
    const fs::path folder = arguments.text("DIR");

    const auto registry = store::Registry::open(call.registry_file);
    if (!registry) return tl::unexpected(registry.error());
    auto reader = tracker::PatientReader::open(*registry, *known_on);
    if (!reader) return tl::unexpected(reader.error());

    std::error_code problem;
    fs::create_directories(folder, problem);
    auto writer = json ? interop::RecordWriter::into_json_file(folder / "record.json")
                       : interop::RecordWriter::into_csv_folder(folder);
    if (!writer) return tl::unexpected(writer.error());
    const fs::path history_file = folder / (json ? "history.json" : "history.csv");
    std::ofstream history_out(history_file, std::ios::binary);
    interop::HistoryWriter history(history_out, json ? interop::HistoryFormat::json : interop::HistoryFormat::csv);

    PatientRecord record;
    std::size_t patients = 0;
    const auto add = [&]() -> Result<void> {
        for (const auto& row : interop::history_rows_of(record))
            history.add(row);
        ++patients;
        return writer->add(record);
    };
    auto ids = arguments.all("PATIENT");
    if (ids.empty()) {
        for (;;) {
            const auto more = reader->next(record);
            if (!more) return tl::unexpected(more.error());
            if (!*more) break;
            if (const auto done = add(); !done) return tl::unexpected(done.error());
        }
    }
    for (const auto& id : ids) {
        const auto found = reader->find(id, record);
        if (!found) return tl::unexpected(found.error());
        if (!*found) return failure(ErrorCode::not_found, "patient '" + id + "' is not in this registry");
        if (const auto done = add(); !done) return tl::unexpected(done.error());
    }
    history.finish();
    history_out.flush();
    if (!history_out) return not_written(history_file);
    if (const auto done = writer->finish(); !done) return tl::unexpected(done.error());
    if (const auto done = write_dictionary(folder); !done) return tl::unexpected(done.error());
    print(folder.string() + ": " + std::to_string(patients) + " patients\n");
    return ExitStatus::done;
}

}  // namespace

Command export_command()
{
    return {.name = "export",
            .summary = "writes histories and assessments for other programs, with a data dictionary",
            .description =
                "Writes into DIR the record (five CSV files, or record.json: what 'nodtrack ingest' takes, so that an "
                "export taken "
                "into an empty registry gives the same assessments), the history with one row a nodule a scan "
                "(history.csv or "
                "history.json), and data_dictionary.csv, which says what each column means. Files that are there "
                "already are "
                "never overwritten.\n\nThe files hold patient identifiers as recorded. Import them into a spreadsheet "
                "as text.",
            .positionals =
                {{.name = "DIR", .help = "the folder to be written; made if missing"},
                 {.name = "PATIENT", .help = "these patients alone; else all", .required = false, .repeated = true}},
            .options = {{.name = "--format", .value = "FORMAT", .help = "else csv", .words = {"csv", "json"}},
                        {.name = "--known-on", .value = "DATE", .help = "what was recorded on or before that day"}},
            .examples = {{"nodtrack export out/"},
                         {"nodtrack export out/ SARC-002 SARC-015 --format json", "two patients, as JSON"},
                         {"nodtrack export out/ --known-on 2026-06-30", "what was known at the end of June"}},
            .failures = {{ExitStatus::bad_input, "a file exists already or cannot be written"},
                         {ExitStatus::not_found, "there is no such patient"}},
            .run = run};
}

}  // namespace nodtrack::cli
