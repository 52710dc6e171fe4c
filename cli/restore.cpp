#include <fmt/format.h>

#include "command.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const auto done =
        tracker::restore(call.arguments.text("FILE"), call.registry_file, call.arguments.has("--overwrite"));
    if (!done) return tl::unexpected(done.error());
    const auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto counts = registry->row_counts();
    if (!counts) return tl::unexpected(counts.error());
    print(fmt::format("{}: {} patients, {} scans, {} measurements\n", call.registry_file.string(), counts->patients,
                      counts->scans, counts->measurements));
    return ExitStatus::done;
}

}  // namespace

Command restore_command()
{
    return {.name = "restore",
            .summary = "puts a backup in the place of the registry",
            .description =
                "The backup is checked first. A registry that holds patients is kept unless --overwrite is given. "
                "Nothing is left behind where it is stopped. A service that runs on the registry notices.",
            .positionals = {{.name = "FILE", .help = "the backup"}},
            .options = {{.name = "--overwrite", .help = "replaces a registry that holds patients"}},
            .examples = {{"nodtrack restore /backup/nodtrack-2026-12-31.db --db nodtrack.db"},
                         {"nodtrack restore /backup/nodtrack-2026-12-31.db --overwrite"}},
            .failures = {{ExitStatus::bad_input, "the backup is no sound registry, or the registry holds patients"},
                         {ExitStatus::not_found, "there is no such backup"}},
            .run = run};
}

}  // namespace nodtrack::cli
