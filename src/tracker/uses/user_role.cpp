#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const std::string name = call.values.text("name");
    const std::string role = call.values.text("role");
    return change_account(
        call,
        [&](store::Registry& registry) {
            return tracker::set_role(registry, name, *tracker::role_of_word(role), call.provenance({}));
        },
        name + ": " + role + "\n");
}

}  // namespace

UseCase user_role()
{
    return {.name = "user role",
            .summary = "gives an account another role",
            .description =
                "It holds from the next request on, also in sessions that are open and for tokens. The only "
                "admin who can sign in keeps the role.",
            .parameters = {account_name(), required(word("role", "radiologist, board, researcher or admin",
                                                         tracker::role_words(), "ROLE"))},
            .examples = {{"nodtrack user role a.reader board"}},
            .failures = {{ErrorCode::bad_input, "it is the only admin"},
                         {ErrorCode::not_found, "there is no such account"}},
            .routes = {account_route("/api/v1/users/{name}/role", "RoleChange", "Gives an account another role")},
            .opening = Opening::to_write,
            .listed_after = "user list",
            .run = run};
}
}  // namespace nodtrack::uses
