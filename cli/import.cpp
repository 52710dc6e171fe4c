#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "command.hpp"
#include "ingest_report.hpp"
#include "nodtrack/interop/import_table.hpp"
#include "output.hpp"
#include "write_file.hpp"

namespace nodtrack::cli {
namespace {

namespace fs = std::filesystem;

/// A whole file, at most as large as a table may be and a little more, so that the reader can say that it is too large.
Result<std::string> bytes_of(const std::string& name, std::string_view what)
{
    std::error_code problem;
    if (!fs::exists(name, problem))
        return failure(ErrorCode::not_found, fmt::format("{}: no such file; name {}", name, what));
    std::ifstream in(name, std::ios::binary);
    if (!fs::is_regular_file(name, problem) || !in) {
        return failure(ErrorCode::bad_input, name + ": cannot be read; check that it is a file and its permissions");
    }
    std::string bytes(std::min<std::uintmax_t>(fs::file_size(name, problem), interop::most_table_bytes + 1), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

std::string file_name(const std::string& path)
{
    return fs::path(path).filename().string();
}

Result<ExitStatus> propose(const std::string& file, std::string bytes)
{
    const interop::TableForm form = interop::likely_form(bytes);
    const auto table = interop::read_table(std::move(bytes), file_name(file), form);
    if (!table) return tl::unexpected(table.error());
    print(interop::proposed_map(*table, form));
    return ExitStatus::done;
}

/// The record's files that the table comes to, to be looked at or taken in elsewhere.
Result<void> write_record(const std::string& folder, const Delivery& delivery)
{
    std::error_code problem;
    fs::create_directories(folder, problem);
    for (const auto& [name, text] : interop::record_files(delivery)) {
        const std::string file = (fs::path(folder) / name).string();
        if (fs::exists(file, problem)) {
            return failure(ErrorCode::bad_input, file + " exists already; name a folder without files of a record");
        }
        if (auto written = write_file(file, text); !written) return written;
        note(file + " written");
    }
    return {};
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    const std::string table_file = arguments.text("TABLE");
    if (arguments.has("--propose") == arguments.has("--map")) {
        return failure(ErrorCode::usage,
                       "import: give either --map FILE, or --propose for a draft of one (nodtrack import TABLE "
                       "--propose >map.json)");
    }
    auto options = ingest_options(arguments);
    if (!options) return tl::unexpected(options.error());
    auto bytes = bytes_of(table_file, "a table (CSV or .xlsx)");
    if (!bytes) return tl::unexpected(bytes.error());
    if (arguments.has("--propose")) return propose(table_file, std::move(*bytes));
    const std::string map_file = arguments.text("--map");
    const auto map_text = bytes_of(map_file, "the map");
    if (!map_text) return tl::unexpected(map_text.error());
    const auto map = interop::read_import_map(*map_text, file_name(map_file));
    if (!map) return tl::unexpected(map.error());
    const auto table = interop::read_table(std::move(*bytes), file_name(table_file), map->table);
    if (!table) return tl::unexpected(table.error());
    const auto delivery = interop::imported(*table, *map);
    if (!delivery) return tl::unexpected(delivery.error());
    const auto folder = arguments.find("--out");
    if (folder) options->dry_run = true;
    const auto status = take_in(call, *delivery, *options, "import");
    if (!status || !folder) return status;
    if (const auto written = write_record(*folder, *delivery); !written) return tl::unexpected(written.error());
    return status;
}

}  // namespace

Command import_command()
{
    auto options = ingest_option_list();
    options.insert(options.begin(),
                   {{.name = "--map", .value = "FILE", .help = "what the table's columns mean (JSON)"},
                    {.name = "--propose", .help = "prints a draft of a map, made from the header and the values"},
                    {.name = "--out",
                     .value = "DIR",
                     .help = "writes the record's files that the table comes to, and stores nothing"}});
    return {
        .name = "import",
        .summary = "takes in a hospital's own table (CSV, Excel) by a map, all or nothing",
        .description =
            "TABLE is a CSV file of any separator and encoding, or an Excel workbook (.xlsx), with one row a nodule "
            "and scan "
            "or one row a scan. The map says which column means what: separator, decimal comma, forms of dates, words, "
            "columns that are split or joined, and what always holds. schema/import-map.schema.json describes it, "
            "docs/how-to/import.md goes through one.\n\n"
            "What could be read two ways (1.234, 03/04/2026) is refused unless the map says how; a cell that cannot be "
            "read is "
            "a problem, and never an empty field; so is a column that the map does not name. All problems are told at "
            "once, by "
            "row and column of the table, and then nothing is stored.\n\n"
            "What comes out is taken in as 'nodtrack ingest' does: the same table again changes nothing, next month's "
            "fills in "
            "what is new, and contradictions need --amend. Look first with --dry-run, or at the files of --out.",
        .positionals = {{.name = "TABLE", .help = "the table: CSV or .xlsx"}},
        .options = std::move(options),
        .examples = {{"nodtrack import sample_data/import/herde.csv --propose",
                      "a draft of a map, to be looked at and mended"},
                     {"nodtrack import sample_data/import/herde.csv --map sample_data/import/herde.map.json --dry-run",
                      "what would be new, filled in, or the same"},
                     {"nodtrack import sample_data/import/herde.csv --map sample_data/import/herde.map.json"}},
        .failures = {{ExitStatus::bad_input,
                      "the map or the table is wrong, a cell cannot be read, a value contradicts a stored one or is "
                      "implausible and not confirmed; nothing was stored"},
                     {ExitStatus::not_found, "there is no such file"}},
        .run = run};
}

}  // namespace nodtrack::cli
