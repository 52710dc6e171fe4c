#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const std::string name = call.arguments.text("NAME");
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto done = tracker::set_disabled(*registry, name, false, occasion_of(call.now, "user enable"));
    if (!done) return tl::unexpected(done.error());
    print(name + ": enabled\n");
    return ExitStatus::done;
}

}  // namespace

Command user_enable_command()
{
    return {
        .name = "user enable",
        .summary = "lets a disabled account in again",
        .description = "With the same role and password. Its tokens were revoked when it was disabled: make new ones.",
        .positionals = {{.name = "NAME", .help = "the account"}},
        .examples = {{"nodtrack user enable a.reader"}},
        .failures = {{ExitStatus::not_found, "there is no such account"}},
        .run = run};
}

}  // namespace nodtrack::cli
