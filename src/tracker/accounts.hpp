#pragma once

#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {

/// How answers tell of an account. Where it has no name to show, the service says an empty text, the command line null.
template <class T = tracker::Account>
Shape<T> account_shape(Door door = Door::service)
{
    using tracker::Account;
    return {member<&Account::name, T>("name"), member<&Account::role, T>("role"),
            member<&Account::disabled, T>("disabled"),
            door == Door::service ? member<&Account::display_name, T>("display_name")
                                  : known<&Account::display_name, T>("display_name"),
            member<&Account::made_at, T>("made_at")};
}

/// Changes an account. Answers `said` at the command line, the account as it now stands at the service.
Result<void> change_account(Call& call, const std::function<Result<void>(store::Registry&)>& change,
                            const std::string& said);

/// The account that is spoken of, as an argument or in the path.
inline Parameter account_name()
{
    return required(text("name", "the account", "NAME"));
}

/// One of the service's routes for accounts: for admins who are signed in, not with a token.
inline Route account_route(std::string_view path, std::string_view request, std::string_view summary)
{
    return {.method = Method::post,
            .path = path,
            .roles = admin,
            .scope = std::nullopt,
            .summary = summary,
            .request = request,
            .response = "User"};
}

}  // namespace nodtrack::uses
