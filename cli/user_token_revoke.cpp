#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const auto token_no = call.arguments.whole_number("TOKEN", 1);
    if (!token_no) return tl::unexpected(token_no.error());
    const std::string name = call.arguments.text("NAME");
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto done =
        tracker::revoke_token(*registry, name, token_no->value(), occasion_of(call.now, "user token-revoke"));
    if (!done) return tl::unexpected(done.error());
    print(name + ": token " + std::to_string(token_no->value()) + " revoked\n");
    return ExitStatus::done;
}

}  // namespace

Command user_token_revoke_command()
{
    return {.name = "user token-revoke",
            .summary = "ends a token before its day",
            .description = "It holds no more from the next request on.",
            .positionals = {{.name = "NAME", .help = "the account"},
                            {.name = "TOKEN", .help = "its number, as 'nodtrack user list' shows it"}},
            .examples = {{"nodtrack user token-revoke a.reader 3"}},
            .failures = {{ExitStatus::not_found, "the account has no such token, or it is revoked already"}},
            .run = run};
}

}  // namespace nodtrack::cli
