#include "accounts.hpp"

namespace nodtrack::uses {

Result<void> change_account(Call& call, const std::function<Result<void>(store::Registry&)>& change,
                            const std::string& said)
{
    const auto changed = call.change_accounts(change);
    if (!changed) return changed;
    if (call.door == Door::command_line) {
        call.put(said);
        return {};
    }
    const std::string name = call.values.text("name");
    const auto reader = call.access();
    if (!reader) return tl::unexpected(reader.error());
    const auto account = (*reader)->account(name);
    if (!account) return tl::unexpected(account.error());
    if (!*account) return nodtrack::failure(ErrorCode::not_found, "there is no account '" + name + "'");
    call.put(json_of(account_shape(), **account) + "\n");
    return {};
}

}  // namespace nodtrack::uses
