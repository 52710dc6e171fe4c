#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "clerk.hpp"
#include "nodtrack/tracker/access.hpp"

namespace nodtrack::service {

inline constexpr std::string_view session_cookie = "nodtrack_session";

/// Who asks.
struct Caller {
    tracker::Account account;
    std::optional<tracker::TokenScope> scope;  ///< of a token; absent: a person with a session
    std::string session_id;
    std::string csrf_token;
};

/// Holds back who guesses passwords: after five failures of a name from an address, or thirty from an address, each
/// further one doubles the wait, from a second to a quarter of an hour.
class Throttle {
  public:
    using Clock = std::chrono::steady_clock;

    /// How long is still to be waited.
    std::chrono::seconds wait(const std::string& name, const std::string& address, Clock::time_point now);
    void failed(const std::string& name, const std::string& address, Clock::time_point now);
    void succeeded(const std::string& name, const std::string& address);

  private:
    struct Failures {
        int count = 0;
        Clock::time_point last;
    };
    std::chrono::seconds wait_of(const std::string& key, int free, Clock::time_point now) const;
    void count(const std::string& key, Clock::time_point now);

    std::mutex mutex_;
    std::unordered_map<std::string, Failures> failures_;
};

/// Tells who a request is of. What a session id or token is worth is looked up in the registry at most once a second.
class People {
  public:
    People(std::function<tracker::Instant()> timer, tracker::SessionLimits limits, Clerk& clerk)
        : timer_(std::move(timer)), limits_(limits), clerk_(clerk)
    {}

    /// Who it is, where that was looked up within the last second.
    std::optional<Caller> remembered(bool by_token, std::string_view secret);
    Result<std::optional<Caller>> bearer_of_token(std::string_view token, tracker::AccessReader& access);
    Result<std::optional<Caller>> bearer_of_session(std::string_view id, tracker::AccessReader& access);

    /// Checks a password; few at once, as each takes much memory.
    Result<std::optional<tracker::Account>> account_of_password(std::string_view name, std::string_view password,
                                                                tracker::AccessReader& access);

    /// Something was changed about sessions, tokens or accounts: what is remembered counts no more.
    void forget();

    Throttle& throttle() { return throttle_; }
    const tracker::SessionLimits& limits() const { return limits_; }
    tracker::Instant now() const { return timer_(); }

  private:
    struct Remembered {
        Caller caller;
        std::chrono::steady_clock::time_point at;
    };
    void remember(const std::string& key, const Caller& caller, std::uint64_t generation);
    std::uint64_t generation();

    std::function<tracker::Instant()> timer_;
    tracker::SessionLimits limits_;
    Clerk& clerk_;
    Throttle throttle_;
    std::mutex mutex_;
    std::uint64_t generation_ = 0;
    std::unordered_map<std::string, Remembered> remembered_;
    std::mutex checking_mutex_;
    std::condition_variable checking_done_;
    int checking_ = 0;
};

}  // namespace nodtrack::service
