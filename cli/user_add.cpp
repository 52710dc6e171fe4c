#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"
#include "password.hpp"

namespace nodtrack::cli {
namespace {

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    auto registry = open_registry(call, store::Opening::make_if_missing);
    if (!registry) return tl::unexpected(registry.error());
    const auto password = new_password(arguments);
    if (!password) return tl::unexpected(password.error());
    tracker::Account account;
    account.name = arguments.text("NAME");
    account.role = *tracker::role_of_word(arguments.text("--role"));
    account.display_name = arguments.text("--display-name");
    const auto added = tracker::add_account(*registry, account, *password, occasion_of(call.now, "user add"));
    if (!added) return tl::unexpected(added.error());
    print(account.name + ": " + arguments.text("--role") + "\n");
    return ExitStatus::done;
}

}  // namespace

Command user_add_command()
{
    return {.name = "user add",
            .summary = "makes an account for the service",
            .description =
                "The name is what is typed at sign-in and what stands in the log of changes: 1 to 64 of a-z, 0-9, '.', "
                "'_', '-' and '@'. The password has at least 10 characters and is not the name; it is kept as an "
                "Argon2id hash. A radiologist logs and amends what they logged; the board decides; a researcher takes "
                "de-identified exports and sees no patient; an admin sees to accounts and audits too.",
            .positionals = {{.name = "NAME", .help = "as typed at sign-in"}},
            .options = {{.name = "--role",
                         .value = "ROLE",
                         .help = "what the account is for",
                         .words = tracker::role_words(),
                         .required = true},
                        {.name = "--display-name", .value = "TEXT", .help = "as pages show it; else the name"},
                        password_option()},
            .examples = {{"nodtrack user add admin --role admin", "the first admin; the password is asked for"},
                         {"nodtrack user add a.reader --role radiologist --display-name 'Dr A. Reader' "
                          "--password-file /run/secrets/a.reader"}},
            .failures = {{ExitStatus::bad_input,
                          "the name is taken or cannot be one, or the password is refused; no account was made"},
                         {ExitStatus::not_found, "there is no such password file"}},
            .run = run};
}

}  // namespace nodtrack::cli
