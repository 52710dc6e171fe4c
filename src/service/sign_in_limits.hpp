#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace nodtrack::service {

/// Holds back who guesses passwords. Every try is counted before the password is checked, so that many at once are no
/// more than many in a row. After five failures of a name from an address each further one doubles the wait, from a
/// second to a quarter of an hour. A name that is guessed from many addresses, and an address that guesses many names,
/// run out of tries too, but get new ones steadily: nobody can lock a whole hospital out that is behind one address.
/// Who has signed in from an address before is not held back there by what others do.
class SignInLimits {
  public:
    using Clock = std::chrono::steady_clock;

    /// Takes a try: zero where the password may be checked, else how long is to be waited.
    std::chrono::seconds take(const std::string& name, const std::string& address, Clock::time_point now);
    /// The password was right: the try is given back.
    void succeeded(const std::string& name, const std::string& address, Clock::time_point now);
    /// Counts a try that had to wait: how many of that address within the hour.
    std::uint64_t count_held_back(const std::string& address, Clock::time_point now);

  private:
    using Pair = std::pair<std::string, std::string>;  ///< name, address
    struct Failures {
        int count = 0;
        Clock::time_point last;
    };
    /// Tries that come back by and by.
    struct Tries {
        double left = 0;
        Clock::time_point at;
        std::uint64_t held_back = 0;
        Clock::time_point held_back_at{};
    };
    struct Rate {
        double most;
        double a_second;
    };
    static constexpr Rate of_name{20, 1.0 / 30};
    static constexpr Rate of_address{100, 2};

    static std::chrono::seconds wait_of(const Failures& failures, Clock::time_point now);
    static Tries& filled(std::map<std::string, Tries>& all, const std::string& key, const Rate& rate,
                         Clock::time_point now);
    static std::chrono::seconds wait_of(const Tries& tries, const Rate& rate);
    void bound(Clock::time_point now);

    std::mutex mutex_;
    std::map<Pair, Failures> failures_;
    std::map<std::string, Tries> names_;
    std::map<std::string, Tries> addresses_;
    std::set<Pair> known_;
};

}  // namespace nodtrack::service
