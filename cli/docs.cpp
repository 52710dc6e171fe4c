#include <filesystem>
#include <fstream>

#include "command.hpp"
#include "completion.hpp"
#include "help.hpp"
#include "man_page.hpp"
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

void make_folder(const std::filesystem::path& folder)
{
    std::error_code problem;  // told by the first page that cannot be written
    std::filesystem::create_directories(folder, problem);
}

Result<void> write_man_pages(const std::filesystem::path& folder)
{
    make_folder(folder);
    Result<void> done = write_page(folder / "nodtrack.1", program_man_page(program_version()));
    for (const auto& command : commands()) {
        if (!done) return done;
        if (command.hidden) continue;
        done = write_page(folder / man_page_name(command), command_man_page(command, program_version()));
    }
    return done;
}

/// Under the names by which each shell looks for them.
Result<void> write_completions(const std::filesystem::path& folder)
{
    make_folder(folder);
    Result<void> done = write_page(folder / "nodtrack", bash_completion());
    if (done) done = write_page(folder / "_nodtrack", zsh_completion());
    if (done) done = write_page(folder / "nodtrack.fish", fish_completion());
    return done;
}

Result<ExitStatus> run(const Call& call)
{
    const std::filesystem::path folder = call.arguments.text("DIR");
    make_folder(folder);
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
    if (const auto pages = call.arguments.find("--man")) {
        if (const auto done = write_man_pages(*pages); !done) return tl::unexpected(done.error());
    }
    if (const auto scripts = call.arguments.find("--completion")) {
        if (const auto done = write_completions(*scripts); !done) return tl::unexpected(done.error());
    }
    return ExitStatus::done;
}

}  // namespace

Command docs_command()
{
    return {.name = "docs",
            .summary = "writes the pages of docs/commands; './run docs' calls it",
            .positionals = {{.name = "DIR", .help = "the folder to be written"}},
            .options = {{.name = "--api", .value = "FILE", .help = "the service's OpenAPI document too"},
                        {.name = "--man", .value = "DIR", .help = "man pages too"},
                        {.name = "--completion", .value = "DIR", .help = "completion for bash, zsh and fish too"}},
            .examples = {{"nodtrack docs docs/commands"}},
            .failures = {{ExitStatus::bad_input, "a page could not be written"}},
            .uses_registry = false,
            .hidden = true,
            .run = run};
}

}  // namespace nodtrack::cli
