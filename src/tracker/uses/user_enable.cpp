#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const std::string name = call.values.text("name");
    return change_account(
        call,
        [&](store::Registry& registry) { return tracker::set_disabled(registry, name, false, call.provenance({})); },
        name + ": enabled\n");
}

}  // namespace

UseCase user_enable()
{
    return {
        .name = "user enable",
        .summary = "lets a disabled account in again",
        .description = "With the same role and password. Its tokens were revoked when it was disabled: make new ones.",
        .parameters = {account_name()},
        .examples = {{"nodtrack user enable a.reader"}},
        .failures = {{ErrorCode::not_found, "there is no such account"}},
        .opening = Opening::to_write,
        .listed_after = "user disable",
        .run = run};
}
}  // namespace nodtrack::uses
