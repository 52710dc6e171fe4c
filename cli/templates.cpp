#include <filesystem>

#include "command.hpp"
#include "nodtrack/interop/import_table.hpp"
#include "output.hpp"
#include "write_file.hpp"

namespace nodtrack::cli {
namespace {

namespace fs = std::filesystem;

Result<ExitStatus> run(const Call& call)
{
    const fs::path folder = call.arguments.text("DIR");
    std::error_code problem;
    fs::create_directories(folder / "import", problem);
    auto files = interop::empty_record_files();
    // In a folder of their own: beside the record's files, `ingest` would pass over them.
    files.emplace_back("import/herde.csv", interop::example_table());
    files.emplace_back("import/herde.map.json", interop::example_map());
    for (const auto& [name, text] : files) {
        if (fs::exists(folder / name, problem)) {
            return failure(ErrorCode::bad_input, (folder / name).string() + " exists already; name another folder");
        }
    }
    for (const auto& [name, text] : files) {
        const std::string file = (folder / name).string();
        if (const auto written = write_file(file, text); !written) return tl::unexpected(written.error());
        print(file + "\n");
    }
    return ExitStatus::done;
}

}  // namespace

Command templates_command()
{
    return {.name = "templates",
            .summary = "writes the record's files with their headers alone, and an example of an import",
            .description =
                "The files of a record, to be filled in with a spreadsheet and taken in by 'nodtrack ingest': a "
                "column's meaning, "
                "unit and words are in schema/data-dictionary.md, and columns that are not needed may be taken out. In "
                "import/, a made-up table of a hospital and the map that takes it in.",
            .positionals = {{.name = "DIR", .help = "the folder to be written; made if missing"}},
            .examples = {{"nodtrack templates out/templates"}},
            .failures = {{ExitStatus::bad_input, "one of the files exists already, or cannot be written"}},
            .uses_registry = false,
            .run = run};
}

}  // namespace nodtrack::cli
