#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"
#include "password.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const std::string name = call.arguments.text("NAME");
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto password = new_password(call.arguments);
    if (!password) return tl::unexpected(password.error());
    const auto done = tracker::change_password(*registry, name, *password, occasion_of(call.now, "user password"));
    if (!done) return tl::unexpected(done.error());
    print(name + ": new password; its sessions are ended\n");
    return ExitStatus::done;
}

}  // namespace

Command user_password_command()
{
    return {.name = "user password",
            .summary = "gives an account a new password",
            .description = "Whoever is signed in to the account signs in again. Its tokens are revoked: make new ones.",
            .positionals = {{.name = "NAME", .help = "the account"}},
            .options = {password_option()},
            .examples = {{"nodtrack user password a.reader", "the password is asked for"},
                         {"nodtrack user password a.reader --password-file /run/secrets/a.reader"}},
            .failures = {{ExitStatus::bad_input, "the password is refused; the old one holds"},
                         {ExitStatus::not_found, "there is no such account or password file"}},
            .run = run};
}

}  // namespace nodtrack::cli
