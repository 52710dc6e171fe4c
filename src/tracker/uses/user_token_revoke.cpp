#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const std::string name = call.values.text("name");
    const std::int64_t token_no = *call.values.count("token_no");
    return change_account(
        call,
        [&](store::Registry& registry) { return tracker::revoke_token(registry, name, token_no, call.provenance({})); },
        name + ": token " + std::to_string(token_no) + " revoked\n");
}

}  // namespace

UseCase user_token_revoke()
{
    return {.name = "user token-revoke",
            .summary = "revokes a token",
            .description = "It holds no more from the next request on.",
            .parameters = {account_name(),
                           {.name = "token_no",
                            .type = Type::count,
                            .help = "its number, as 'nodtrack user list' shows it",
                            .option = "TOKEN",
                            .required = Given::everywhere,
                            .least = 1}},
            .examples = {{"nodtrack user token-revoke a.reader 3"}},
            .failures = {{ErrorCode::not_found, "the account has no such token, or it is revoked already"}},
            .opening = Opening::to_write,
            .listed_after = "user token",
            .run = run};
}
}  // namespace nodtrack::uses
