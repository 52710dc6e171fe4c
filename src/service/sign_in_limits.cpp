#include "sign_in_limits.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace nodtrack::service {
namespace {

constexpr std::size_t most_remembered = 50'000;
constexpr std::size_t longest_name = 64;  // longer is no account's
constexpr int free_failures = 5;
constexpr std::chrono::seconds longest_wait(900);
constexpr std::chrono::hours failures_are_forgotten_after(1);

/// Who has one IPv6 address has the 2^64 beside it.
std::string network_of(const std::string& address)
{
    in6_addr bytes{};
    if (inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
    return {reinterpret_cast<const char*>(&bytes), sizeof bytes / 2};
}

}  // namespace

std::chrono::seconds SignInLimits::wait_of(const Failures& failures, Clock::time_point now)
{
    if (failures.count < free_failures || now - failures.last > failures_are_forgotten_after) {
        return std::chrono::seconds(0);
    }
    const int doublings = std::min(failures.count - free_failures, 10);
    const auto until = failures.last + std::min(std::chrono::seconds(1 << doublings), longest_wait);
    return until <= now ? std::chrono::seconds(0) : std::chrono::ceil<std::chrono::seconds>(until - now);
}

SignInLimits::Tries& SignInLimits::filled(std::map<std::string, Tries>& all, const std::string& key, const Rate& rate,
                                          Clock::time_point now)
{
    const auto [found, is_new] = all.try_emplace(key, Tries{.left = rate.most, .at = now});
    Tries& tries = found->second;
    if (!is_new) {
        const double passed = std::chrono::duration<double>(now - tries.at).count();
        tries.left = std::min(rate.most, tries.left + passed * rate.a_second);
        tries.at = now;
    }
    return tries;
}

std::chrono::seconds SignInLimits::wait_of(const Tries& tries, const Rate& rate)
{
    if (tries.left >= 1) return std::chrono::seconds(0);
    return std::chrono::seconds(static_cast<long>(std::ceil((1 - tries.left) / rate.a_second)));
}

/// Nobody fills our memory with guesses.
void SignInLimits::bound(Clock::time_point now)
{
    if (failures_.size() >= most_remembered) {
        std::erase_if(failures_, [&](const auto& entry) {
            return entry.second.count < free_failures || now - entry.second.last > failures_are_forgotten_after;
        });
        if (failures_.size() >= most_remembered) failures_.clear();
    }
    const auto bound_tries = [&](std::map<std::string, Tries>& all, const Rate& rate) {
        if (all.size() < most_remembered) return;
        std::erase_if(all, [&](const auto& entry) {
            const double passed = std::chrono::duration<double>(now - entry.second.at).count();
            return entry.second.left + passed * rate.a_second >= rate.most;
        });
        if (all.size() >= most_remembered) all.clear();
    };
    bound_tries(names_, of_name);
    bound_tries(addresses_, of_address);
    if (known_.size() >= most_remembered) known_.clear();
}

std::chrono::seconds SignInLimits::take(const std::string& name, const std::string& address, Clock::time_point now)
{
    const std::string known_name = name.substr(0, longest_name);
    const std::string network = network_of(address);
    const Pair pair(known_name, network);
    const std::lock_guard lock(mutex_);
    bound(now);
    if (const auto found = failures_.find(pair); found != failures_.end()) {
        if (const auto wait = wait_of(found->second, now); wait.count() > 0) return wait;
    }
    if (!known_.contains(pair)) {
        Tries& tries_of_name = filled(names_, known_name, of_name, now);
        Tries& tries_of_address = filled(addresses_, network, of_address, now);
        const auto wait = std::max(wait_of(tries_of_name, of_name), wait_of(tries_of_address, of_address));
        if (wait.count() > 0) return wait;
        tries_of_name.left -= 1;
        tries_of_address.left -= 1;
    }
    Failures& failures = failures_[pair];
    if (now - failures.last > failures_are_forgotten_after) failures.count = 0;
    ++failures.count;
    failures.last = now;
    return std::chrono::seconds(0);
}

void SignInLimits::succeeded(const std::string& name, const std::string& address, Clock::time_point now)
{
    const Pair pair(name.substr(0, longest_name), network_of(address));
    const std::lock_guard lock(mutex_);
    failures_.erase(pair);
    if (!known_.insert(pair).second) return;
    filled(names_, pair.first, of_name, now).left += 1;
    filled(addresses_, pair.second, of_address, now).left += 1;
}

std::uint64_t SignInLimits::count_held_back(const std::string& address, Clock::time_point now)
{
    const std::lock_guard lock(mutex_);
    Tries& tries = filled(addresses_, network_of(address), of_address, now);
    if (now - tries.held_back_at > failures_are_forgotten_after) tries.held_back = 0;
    tries.held_back_at = now;
    return ++tries.held_back;
}

}  // namespace nodtrack::service
