#include <fmt/format.h>

#include "command.hpp"
#include "nodtrack/tracker/registry.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const std::string copy = call.arguments.text("FILE");
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    if (const auto done = tracker::back_up(*registry, copy); !done) return tl::unexpected(done.error());
    const auto head = tracker::audit_head(*registry);
    if (!head) return tl::unexpected(head.error());
    print(fmt::format("{}\nhead of the change log: {}\n", copy, head->text()));
    return ExitStatus::done;
}

}  // namespace

Command backup_command()
{
    return {.name = "backup",
            .summary = "copies the registry to a file while others go on using it",
            .description =
                "The copy appears under its name only when it is complete; a file that is there already is never "
                "overwritten. The head of the change log is printed with it: kept elsewhere, it proves later that "
                "the copy is what it was (nodtrack audit verify --head).",
            .positionals = {{.name = "FILE", .help = "the copy to be made"}},
            .examples = {{"nodtrack backup /backup/nodtrack-2026-12-31.db"}},
            .failures = {{ExitStatus::bad_input, "the file exists already or cannot be written"}},
            .run = run};
}

}  // namespace nodtrack::cli
