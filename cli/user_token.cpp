#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    const auto expires_on = arguments.date("--expires");
    if (!expires_on) return tl::unexpected(expires_on.error());
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto token =
        tracker::add_token(*registry, arguments.text("NAME"), *tracker::token_scope_of_word(arguments.text("--scope")),
                           expires_on->value(), occasion_of(call.now, "user token"));
    if (!token) return tl::unexpected(token.error());
    print(token->text + "\n");
    note("token " + std::to_string(token->token_no) + " of " + arguments.text("NAME") +
         ": keep it now, it cannot be shown again");
    return ExitStatus::done;
}

}  // namespace

Command user_token_command()
{
    return {.name = "user token",
            .summary = "makes a token with which a program acts for an account",
            .description =
                "Prints the token, once: only its hash is kept. A program sends it as 'Authorization: Bearer TOKEN'. "
                "It may do what the account may do and the scope allows: read, write (and read), or take exports. It "
                "holds through the day --expires (UTC), or until it is revoked or the account is disabled.",
            .positionals = {{.name = "NAME", .help = "the account"}},
            .options = {{.name = "--scope",
                         .value = "SCOPE",
                         .help = "what it may be used for",
                         .words = tracker::token_scope_words(),
                         .required = true},
                        {.name = "--expires", .value = "DATE", .help = "the last day it holds", .required = true}},
            .examples = {{"nodtrack user token a.reader --scope read --expires 2027-12-31"},
                         {"nodtrack user token pacs --scope write --expires 2027-06-30 > pacs.token"}},
            .failures = {{ExitStatus::bad_input, "it would never hold, or the account is disabled"},
                         {ExitStatus::not_found, "there is no such account"}},
            .run = run};
}

}  // namespace nodtrack::cli
