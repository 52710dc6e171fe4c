#include <fmt/format.h>

#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::AccountChange;

Shape<AccountChange> shape()
{
    return {member<&AccountChange::change_no>("change_no"),
            member<&AccountChange::changed_at>("changed_at"),
            member<&AccountChange::account>("account"),
            member<&AccountChange::what>("what"),
            known<&AccountChange::detail>("detail"),
            member<&AccountChange::actor>("actor"),
            member<&AccountChange::door>("door")};
}

std::string as_text(const AccountChange& change)
{
    return fmt::format("{}  {:<20} {}{}  by {}, {}\n", change.changed_at, change.account, change.what,
                       change.detail.empty() ? "" : ": " + change.detail, change.actor, change.door);
}

Result<void> run(Call& call)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto changes = tracker::account_changes(**registry, call.values.text("account"));
    if (!changes) return tl::unexpected(changes.error());
    for (const AccountChange& change : *changes)
        call.put(call.format == Format::json ? json_of(shape(), change) + "\n" : as_text(change));
    return {};
}

}  // namespace

UseCase audit_users()
{
    return {.name = "audit users",
            .summary = "lists what was done to accounts and tokens, by whom",
            .description =
                "Oldest first: accounts added, enabled and disabled, roles, new passwords, tokens made and "
                "revoked. No entry is ever changed or taken away.",
            .parameters = {text("account", "changes of this account alone", {}, "NAME"),
                           json_switch("a JSON object a line: change_no, changed_at, account, what, detail, actor, "
                                       "door")},
            .examples = {{"nodtrack audit users"}, {"nodtrack audit users --account a.reader --json"}},
            .listed_after = "audit reads",
            .run = run};
}
}  // namespace nodtrack::uses
