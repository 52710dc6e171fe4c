#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "command.hpp"
#include "nodtrack/tracker/access.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

using tracker::Account;
using tracker::ApiToken;

std::string state_of(const ApiToken& token, Date today)
{
    if (!token.revoked_at.empty()) return "revoked " + token.revoked_at;
    return (token.expires_on < today ? "over since " : "until ") + token.expires_on.iso();
}

std::string as_text(const Account& account, const std::vector<ApiToken>& tokens, Date today)
{
    std::string text = fmt::format("{:<20} {:<12} {:<9} {}\n", account.name, word(account.role),
                                   account.disabled ? "disabled" : "", account.display_name);
    while (text.size() > 1 && text[text.size() - 2] == ' ')
        text.erase(text.size() - 2, 1);
    for (const auto& token : tokens) {
        if (token.account != account.name) continue;
        text += fmt::format("  token {}: {}, {}, made by {} {}\n", token.token_no, word(token.scope),
                            state_of(token, today), token.made_by, token.made_at);
    }
    return text;
}

nlohmann::ordered_json text_or_null(const std::string& text)
{
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

std::string as_json_line(const Account& account, const std::vector<ApiToken>& tokens)
{
    nlohmann::ordered_json line = {{"name", account.name},         {"role", word(account.role)},
                                   {"disabled", account.disabled}, {"display_name", text_or_null(account.display_name)},
                                   {"made_at", account.made_at},   {"tokens", nlohmann::ordered_json::array()}};
    for (const auto& token : tokens) {
        if (token.account != account.name) continue;
        line["tokens"].push_back({{"token_no", token.token_no},
                                  {"scope", word(token.scope)},
                                  {"expires_on", token.expires_on.iso()},
                                  {"made_at", token.made_at},
                                  {"made_by", token.made_by},
                                  {"revoked_at", text_or_null(token.revoked_at)}});
    }
    return line.dump() + "\n";
}

Result<ExitStatus> run(const Call& call)
{
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    auto reader = tracker::AccessReader::open(*registry);
    if (!reader) return tl::unexpected(reader.error());
    const auto accounts = reader->accounts();
    if (!accounts) return tl::unexpected(accounts.error());
    const auto tokens = reader->tokens();
    if (!tokens) return tl::unexpected(tokens.error());
    const bool json = call.arguments.has("--json");
    for (const auto& account : *accounts)
        print(json ? as_json_line(account, *tokens) : as_text(account, *tokens, call.now.today));
    if (accounts->empty() && !json) print("no accounts; make the first with 'nodtrack user add NAME --role admin'\n");
    return ExitStatus::done;
}

}  // namespace

Command user_list_command()
{
    return {.name = "user list",
            .summary = "lists the service's accounts and their tokens",
            .description =
                "By name: the role, whether the account is disabled, the display name, and its tokens. No "
                "password and no token can be shown: only their hashes are kept.",
            .options = {{.name = "--json",
                         .help = "a JSON object a line: name, role, disabled, display_name, made_at, tokens"}},
            .examples = {{"nodtrack user list"}, {"nodtrack user list --json | jq -r 'select(.disabled) | .name'"}},
            .run = run};
}

}  // namespace nodtrack::cli
