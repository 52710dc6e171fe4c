#include <filesystem>
#include <fstream>

#include "command.hpp"
#include "help.hpp"
#include "nodtrack/service/serve.hpp"
#include "output.hpp"
#include "version.hpp"

namespace nodtrack::cli {
namespace {

Result<void> write_page(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.flush();
    if (out) return {};
    return failure(ErrorCode::bad_input,
                   "'" + file.string() + "' could not be written; is the folder there, and writable?");
}

Result<ExitStatus> run(const Call& call)
{
    const std::filesystem::path folder = call.arguments.text("DIR");
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    for (const auto& command : commands()) {
        if (command.hidden) continue;
        if (const auto done = write_page(folder / page_name(command), command_page(command)); !done) {
            return tl::unexpected(done.error());
        }
    }
    if (const auto done = write_page(folder / "README.md", commands_index()); !done) {
        return tl::unexpected(done.error());
    }
    if (const auto file = call.arguments.find("--api")) {
        const auto done = write_page(*file, service::openapi_document(program_version()));
        if (!done) return tl::unexpected(done.error());
    }
    return ExitStatus::done;
}

}  // namespace

Command docs_command()
{
    return {.name = "docs",
            .summary = "writes the pages of docs/commands; './run docs' calls it",
            .positionals = {{.name = "DIR", .help = "the folder to be written"}},
            .options = {{.name = "--api", .value = "FILE", .help = "the service's OpenAPI document too"}},
            .examples = {{"nodtrack docs docs/commands"}},
            .failures = {{ExitStatus::bad_input, "a page could not be written"}},
            .uses_registry = false,
            .hidden = true,
            .run = run};
}

}  // namespace nodtrack::cli
