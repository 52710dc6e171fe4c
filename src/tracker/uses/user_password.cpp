#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const std::string name = call.values.text("name");
    return change_account(
        call,
        [&](store::Registry& registry) {
            return tracker::change_password(registry, name, call.values.text("password"), call.provenance({}));
        },
        name + ": new password; its sessions are ended\n");
}

}  // namespace

UseCase user_password()
{
    return {.name = "user password",
            .summary = "gives an account a new password",
            .description = "Whoever is signed in to the account signs in again. Its tokens are revoked: make new ones.",
            .parameters = {account_name(), required(of_type(Type::secret, text("password", "")), Given::service)},
            .examples = {{"nodtrack user password a.reader", "the password is asked for"},
                         {"nodtrack user password a.reader --password-file /run/secrets/a.reader"}},
            .failures = {{ErrorCode::bad_input, "the password is refused; the old one holds"},
                         {ErrorCode::not_found, "there is no such account or password file"}},
            .routes = {account_route("/api/v1/users/{name}/password", "PasswordChange",
                                     "Sets a new password; the account is signed out everywhere")},
            .opening = Opening::to_write,
            .listed_after = "user enable",
            .run = run};
}
}  // namespace nodtrack::uses
