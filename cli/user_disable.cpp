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
    const auto done = tracker::set_disabled(*registry, name, true, occasion_of(call.now, "user disable"));
    if (!done) return tl::unexpected(done.error());
    print(name + ": disabled; its sessions are ended and its tokens revoked for good\n");
    return ExitStatus::done;
}

}  // namespace

Command user_disable_command()
{
    return {.name = "user disable",
            .summary = "shuts an account out",
            .description =
                "Ends its sessions at once; its tokens hold no more. What it recorded stays under its name, "
                "which is why accounts are never deleted. The only admin who can sign in cannot be disabled.",
            .positionals = {{.name = "NAME", .help = "the account"}},
            .examples = {{"nodtrack user disable a.reader"}},
            .failures = {{ExitStatus::bad_input, "it is the only admin"},
                         {ExitStatus::not_found, "there is no such account"}},
            .run = run};
}

}  // namespace nodtrack::cli
