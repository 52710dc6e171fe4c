#include "authenticator.hpp"

namespace nodtrack::service {

Result<std::optional<Caller>> Authenticator::bearer_of_token(std::string_view token,
                                                             tracker::AccessReader& access) const
{
    const auto today = std::chrono::floor<std::chrono::days>(timer_());
    const auto holder =
        access.account_of_token(token, Date::from_days(static_cast<std::int32_t>(today.time_since_epoch().count())));
    if (!holder) return tl::unexpected(holder.error());
    if (!*holder) return std::optional<Caller>();
    return std::optional(Caller{(*holder)->account, (*holder)->scope, {}, {}, std::string(token)});
}

Result<std::optional<Caller>> Authenticator::bearer_of_session(std::string_view id, tracker::AccessReader& access) const
{
    const auto session = access.session_of(id, timer_(), limits_);
    if (!session) return tl::unexpected(session.error());
    if (!*session) return std::optional<Caller>();
    if ((*session)->touch_due) read_log_.note(*(*session)->touch_due);
    return std::optional(Caller{(*session)->account, std::nullopt, std::string(id), (*session)->csrf_token, {}});
}

Result<std::optional<Caller>> Authenticator::again(const Caller& caller, tracker::AccessReader& access) const
{
    if (caller.scope) return bearer_of_token(caller.token, access);
    const auto session = access.session_of(caller.session_id, timer_(), limits_);
    if (!session) return tl::unexpected(session.error());
    if (!*session) return std::optional<Caller>();
    return std::optional(Caller{(*session)->account, std::nullopt, caller.session_id, caller.csrf_token, {}});
}

}  // namespace nodtrack::service
