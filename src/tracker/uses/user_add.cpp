#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    tracker::Account account;
    account.name = call.values.text("name");
    account.role = *tracker::role_of_word(call.values.text("role"));
    account.display_name = call.values.text("display_name");
    return change_account(
        call,
        [&](store::Registry& registry) {
            return tracker::add_account(registry, account, call.values.text("password"), call.provenance({}));
        },
        account.name + ": " + call.values.text("role") + "\n");
}

}  // namespace

UseCase user_add()
{
    auto route = account_route("/api/v1/users", "NewUser", "Makes an account");
    route.status = 201;
    return {.name = "user add",
            .summary = "makes an account for the service",
            .description =
                "The name is what is typed at sign-in and what stands in the log of changes: 1 to 64 of a-z, 0-9, '.', "
                "'_', '-' and '@'. The password has at least 10 characters and is not the name; it is kept as an "
                "Argon2id hash. A radiologist logs and amends what they logged; the board decides; a researcher takes "
                "de-identified exports and sees no patient; an admin sees to accounts and audits too.",
            .parameters = {required(text("name", "as typed at sign-in", "NAME")),
                           required(word("role", "what the account is for", tracker::role_words(), {}, "ROLE")),
                           text("display_name", "as pages show it; else the name", {}, "TEXT"),
                           required(of_type(Type::secret, text("password", "")), Given::service)},
            .examples = {{"nodtrack user add admin --role admin", "the first admin; the password is asked for"},
                         {"nodtrack user add a.reader --role radiologist --display-name 'Dr A. Reader' "
                          "--password-file /run/secrets/a.reader"}},
            .failures = {{ErrorCode::bad_input,
                          "the name is taken or cannot be one, or the password is refused; no account was made"},
                         {ErrorCode::not_found, "there is no such password file"}},
            .routes = {route},
            .opening = Opening::make_if_missing,
            .listed_after = "restore",
            .run = run};
}
}  // namespace nodtrack::uses
