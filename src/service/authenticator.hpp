#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/tracker/access.hpp"
#include "read_log_writer.hpp"
#include "sign_in_limits.hpp"

namespace nodtrack::service {

inline constexpr std::string_view session_cookie = "nodtrack_session";

/// Who asks.
struct Caller {
    tracker::Account account;
    std::optional<tracker::TokenScope> scope;  ///< of a token; absent: a person with a session
    std::string session_id;
    std::string csrf_token;
    std::string token;  ///< as it was sent; empty for a person
};

/// Tells who a request is of, as the registry knows it now.
class Authenticator {
  public:
    Authenticator(std::function<tracker::Instant()> timer, tracker::SessionLimits limits, ReadLogWriter& read_log)
        : timer_(std::move(timer)), limits_(limits), read_log_(read_log)
    {}

    Result<std::optional<Caller>> bearer_of_token(std::string_view token, tracker::AccessReader& access) const;
    Result<std::optional<Caller>> bearer_of_session(std::string_view id, tracker::AccessReader& access) const;
    /// The caller as he is by now; absent where his session or token holds no more. It is no use of the session.
    Result<std::optional<Caller>> again(const Caller& caller, tracker::AccessReader& access) const;

    SignInLimits& sign_in_limits() { return sign_in_limits_; }
    const tracker::SessionLimits& limits() const { return limits_; }

  private:
    std::function<tracker::Instant()> timer_;
    tracker::SessionLimits limits_;
    ReadLogWriter& read_log_;
    SignInLimits sign_in_limits_;
};

}  // namespace nodtrack::service
