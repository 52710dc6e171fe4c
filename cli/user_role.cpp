#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const std::string name = call.arguments.text("NAME");
    const std::string role = call.arguments.text("ROLE");
    const auto meant = tracker::role_of_word(role);
    if (!meant) {
        std::string words;
        for (const auto& word : tracker::role_words())
            words += (words.empty() ? "" : ", ") + word;
        return failure(ErrorCode::usage, "user role: '" + role + "' is no role; take one of " + words);
    }
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto done = tracker::set_role(*registry, name, *meant, occasion_of(call.now, "user role"));
    if (!done) return tl::unexpected(done.error());
    print(name + ": " + role + "\n");
    return ExitStatus::done;
}

}  // namespace

Command user_role_command()
{
    return {.name = "user role",
            .summary = "gives an account another role",
            .description =
                "It holds from the next request on, also in sessions that are open and for tokens. The only "
                "admin who can sign in keeps the role.",
            .positionals = {{.name = "NAME", .help = "the account"},
                            {.name = "ROLE", .help = "radiologist, board, researcher or admin"}},
            .examples = {{"nodtrack user role a.reader board"}},
            .failures = {{ExitStatus::bad_input, "it is the only admin"},
                         {ExitStatus::not_found, "there is no such account"}},
            .run = run};
}

}  // namespace nodtrack::cli
