#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

/// The service enables with it too, by {"disabled": false}.
Result<void> run(Call& call)
{
    const std::string name = call.values.text("name");
    const bool disable = call.values.find("disabled").value_or("true") == "true";
    return change_account(
        call,
        [&](store::Registry& registry) { return tracker::set_disabled(registry, name, disable, call.provenance({})); },
        name + ": disabled; its sessions are ended and its tokens revoked for good\n");
}

}  // namespace

UseCase user_disable()
{
    return {.name = "user disable",
            .summary = "disables an account",
            .description =
                "Ends its sessions at once; its tokens hold no more. What it recorded stays under its name, "
                "which is why accounts are never deleted. The only admin who can sign in cannot be disabled.",
            .parameters = {account_name(),
                           sent(of_type(Type::truth, text("disabled", "false enables it again; else true")))},
            .examples = {{"nodtrack user disable a.reader"}},
            .failures = {{ErrorCode::bad_input, "it is the only admin"},
                         {ErrorCode::not_found, "there is no such account"}},
            .routes = {account_route("/api/v1/users/{name}/disable", "Disabling",
                                     "Disables an account, or with {\"disabled\": false} enables it")},
            .opening = Opening::to_write,
            .listed_after = "user role",
            .run = run};
}
}  // namespace nodtrack::uses
