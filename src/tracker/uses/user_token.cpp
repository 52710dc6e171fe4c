#include "../accounts.hpp"

namespace nodtrack::uses {
namespace {

Result<void> run(Call& call)
{
    const std::string name = call.values.text("name");
    tracker::NewToken token;
    const auto done = call.change_accounts([&](store::Registry& registry) -> Result<void> {
        auto made = tracker::add_token(registry, name, *tracker::token_scope_of_word(call.values.text("scope")),
                                       *call.values.date("expires"), call.provenance({}));
        if (!made) return tl::unexpected(made.error());
        token = std::move(*made);
        return {};
    });
    if (!done) return done;
    call.put(token.text + "\n");
    call.note("token " + std::to_string(token.token_no) + " of " + name + ": keep it now, it cannot be shown again");
    return {};
}

}  // namespace

UseCase user_token()
{
    return {
        .name = "user token",
        .summary = "makes a token with which a program acts for an account",
        .description =
            "Prints the token, once: only its hash is kept. A program sends it as 'Authorization: Bearer TOKEN'. "
            "It may do what the account may do and the scope allows: read, write (and read), or take exports. It "
            "holds through the day {expires} (UTC), or until it is revoked or the account is disabled.",
        .parameters = {account_name(),
                       required(word("scope", "what it may be used for", tracker::token_scope_words(), {}, "SCOPE")),
                       required(date("expires", "the last day it holds"))},
        .examples = {{"nodtrack user token a.reader --scope read --expires 2027-12-31"},
                     {"nodtrack user token pacs --scope write --expires 2027-06-30 > pacs.token"}},
        .failures = {{ErrorCode::bad_input, "it would never hold, or the account is disabled"},
                     {ErrorCode::not_found, "there is no such account"}},
        .opening = Opening::to_write,
        .listed_after = "user password",
        .run = run};
}
}  // namespace nodtrack::uses
