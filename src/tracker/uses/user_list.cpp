#include <fmt/format.h>

#include <algorithm>

#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

using tracker::Account;
using tracker::ApiToken;

Shape<ApiToken> token_shape()
{
    return {member<&ApiToken::token_no>("token_no"),     member<&ApiToken::scope>("scope"),
            member<&ApiToken::expires_on>("expires_on"), member<&ApiToken::made_at>("made_at"),
            member<&ApiToken::made_by>("made_by"),       known<&ApiToken::revoked_at>("revoked_at")};
}

struct Listed : Account {
    std::vector<ApiToken> tokens;
};

Shape<Listed> listed_shape(Door door)
{
    auto shape = account_shape<Listed>(door);
    shape.push_back({"tokens", array_schema(schema_of(token_shape())),
                     [](std::string& out, const Listed& account) { out += json_of(token_shape(), account.tokens); }});
    return shape;
}

std::string state_of(const ApiToken& token, Date today)
{
    if (!token.revoked_at.empty()) return "revoked " + token.revoked_at;
    return (token.expires_on < today ? "over since " : "until ") + token.expires_on.iso();
}

std::string as_text(const Listed& account, Date today)
{
    std::string text = fmt::format("{:<20} {:<12} {:<9} {}\n", account.name, word(account.role),
                                   account.disabled ? "disabled" : "", account.display_name);
    while (text.size() > 1 && text[text.size() - 2] == ' ')
        text.erase(text.size() - 2, 1);
    for (const auto& token : account.tokens) {
        text += fmt::format("  token {}: {}, {}, made by {} {}\n", token.token_no, word(token.scope),
                            state_of(token, today), token.made_by, token.made_at);
    }
    return text;
}

Result<void> run(Call& call)
{
    const auto reader = call.access();
    if (!reader) return tl::unexpected(reader.error());
    const auto accounts = (*reader)->accounts();
    if (!accounts) return tl::unexpected(accounts.error());
    const auto tokens = (*reader)->tokens();
    if (!tokens) return tl::unexpected(tokens.error());
    std::vector<Listed> all;
    for (const Account& account : *accounts) {
        all.push_back({account, {}});
        std::ranges::copy_if(*tokens, std::back_inserter(all.back().tokens),
                             [&](const ApiToken& token) { return token.account == account.name; });
    }
    if (call.format == Format::json) {
        List list(call, "users");
        for (const Listed& account : all)
            list.add(json_of(listed_shape(call.door), account));
        list.end();
        return {};
    }
    for (const Listed& account : all)
        call.put(as_text(account, call.today));
    if (all.empty()) call.put("no accounts; make the first with 'nodtrack user add NAME --role admin'\n");
    return {};
}

}  // namespace

UseCase user_list()
{
    return {.name = "user list",
            .summary = "lists the service's accounts and their tokens",
            .description =
                "By name: the role, whether the account is disabled, the display name, and its tokens. No "
                "password and no token can be shown: only their hashes are kept.",
            .parameters = {json_switch("a JSON object a line: name, role, disabled, display_name, made_at, tokens")},
            .examples = {{"nodtrack user list"}, {"nodtrack user list --json | jq -r 'select(.disabled) | .name'"}},
            .routes = {{.path = "/api/v1/users",
                        .roles = admin,
                        .scope = std::nullopt,
                        .summary = "All accounts, and their tokens",
                        .response = "Users"}},
            .schemas = {{"User", schema_of(account_shape())},
                        {"Users", object_schema({{"users", array_schema(schema_of(listed_shape(Door::service)))}})}},
            .listed_after = "user add",
            .run = run};
}

}  // namespace nodtrack::uses
