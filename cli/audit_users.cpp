#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

std::string as_text(const tracker::AccountChange& change)
{
    return fmt::format("{}  {:<20} {}{}  by {}, {}\n", change.changed_at, change.account, change.what,
                       change.detail.empty() ? "" : ": " + change.detail, change.actor, change.door);
}

std::string as_json_line(const tracker::AccountChange& change)
{
    const nlohmann::ordered_json line = {
        {"change_no", change.change_no},
        {"changed_at", change.changed_at},
        {"account", change.account},
        {"what", change.what},
        {"detail", change.detail.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(change.detail)},
        {"actor", change.actor},
        {"door", change.door}};
    return line.dump() + "\n";
}

Result<ExitStatus> run(const Call& call)
{
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto changes = tracker::account_changes(*registry, call.arguments.text("--account"));
    if (!changes) return tl::unexpected(changes.error());
    for (const auto& change : *changes)
        print(call.arguments.has("--json") ? as_json_line(change) : as_text(change));
    return ExitStatus::done;
}

}  // namespace

Command audit_users_command()
{
    return {.name = "audit users",
            .summary = "lists what was done to accounts and tokens, by whom",
            .description =
                "Oldest first: accounts added, enabled and disabled, roles, new passwords, tokens made and "
                "revoked. No entry is ever changed or taken away.",
            .options = {{.name = "--account", .value = "NAME", .help = "changes of this account alone"},
                        {.name = "--json",
                         .help = "a JSON object a line: change_no, changed_at, account, what, detail, actor, door"}},
            .examples = {{"nodtrack audit users"}, {"nodtrack audit users --account a.reader --json"}},
            .run = run};
}

}  // namespace nodtrack::cli
