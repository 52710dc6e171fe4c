#include "people.hpp"

#include <algorithm>

namespace nodtrack::service {
namespace {

constexpr std::chrono::seconds remembered_for(1);
constexpr std::size_t most_remembered = 10'000;
constexpr std::size_t most_failures = 50'000;
constexpr int most_checks_at_once = 2;
constexpr std::chrono::seconds longest_wait(900);
constexpr std::chrono::hours failures_are_forgotten_after(1);
constexpr int free_tries_of_a_name = 5;
constexpr int free_tries_of_an_address = 30;

std::string key_of(const std::string& name, const std::string& address)
{
    return address + '\n' + name;
}

}  // namespace

std::chrono::seconds Throttle::wait_of(const std::string& key, int free, Clock::time_point now) const
{
    const auto found = failures_.find(key);
    if (found == failures_.end() || found->second.count < free) return std::chrono::seconds(0);
    const int doublings = std::min(found->second.count - free, 10);
    const auto until = found->second.last + std::min(std::chrono::seconds(1 << doublings), longest_wait);
    return until <= now ? std::chrono::seconds(0) : std::chrono::ceil<std::chrono::seconds>(until - now);
}

std::chrono::seconds Throttle::wait(const std::string& name, const std::string& address, Clock::time_point now)
{
    const std::lock_guard lock(mutex_);
    return std::max(wait_of(key_of(name, address), free_tries_of_a_name, now),
                    wait_of(address, free_tries_of_an_address, now));
}

void Throttle::count(const std::string& key, Clock::time_point now)
{
    Failures& failures = failures_[key];
    if (now - failures.last > failures_are_forgotten_after) failures.count = 0;
    ++failures.count;
    failures.last = now;
}

void Throttle::failed(const std::string& name, const std::string& address, Clock::time_point now)
{
    const std::lock_guard lock(mutex_);
    if (failures_.size() > most_failures) {
        std::erase_if(failures_,
                      [&](const auto& entry) { return now - entry.second.last > failures_are_forgotten_after; });
        if (failures_.size() > most_failures) failures_.clear();
    }
    count(key_of(name, address), now);
    count(address, now);
}

void Throttle::succeeded(const std::string& name, const std::string& address)
{
    const std::lock_guard lock(mutex_);
    failures_.erase(key_of(name, address));
}

std::optional<Caller> People::remembered(bool by_token, std::string_view secret)
{
    const std::string key = (by_token ? "t" : "s") + std::string(secret);
    const std::lock_guard lock(mutex_);
    const auto found = remembered_.find(key);
    if (found == remembered_.end()) return std::nullopt;
    if (std::chrono::steady_clock::now() - found->second.at > remembered_for) return std::nullopt;
    return found->second.caller;
}

std::uint64_t People::generation()
{
    const std::lock_guard lock(mutex_);
    return generation_;
}

void People::remember(const std::string& key, const Caller& caller, std::uint64_t generation)
{
    const std::lock_guard lock(mutex_);
    if (generation != generation_) return;
    if (remembered_.size() >= most_remembered) remembered_.clear();
    remembered_[key] = {caller, std::chrono::steady_clock::now()};
}

void People::forget()
{
    const std::lock_guard lock(mutex_);
    ++generation_;
    remembered_.clear();
}

Result<std::optional<Caller>> People::bearer_of_token(std::string_view token, tracker::AccessReader& access)
{
    const std::string key = "t" + std::string(token);
    const auto before = generation();
    const auto today = std::chrono::floor<std::chrono::days>(timer_());
    const auto holder =
        access.account_of_token(token, Date::from_days(static_cast<std::int32_t>(today.time_since_epoch().count())));
    if (!holder) return tl::unexpected(holder.error());
    if (!*holder) return std::optional<Caller>();  // nobody fills our memory with guesses
    Caller caller{(*holder)->account, (*holder)->scope, {}, {}};
    remember(key, caller, before);
    return std::optional<Caller>(std::move(caller));
}

Result<std::optional<Caller>> People::bearer_of_session(std::string_view id, tracker::AccessReader& access)
{
    const std::string key = "s" + std::string(id);
    const auto before = generation();
    const auto session = access.session_of(id, timer_(), limits_);
    if (!session) return tl::unexpected(session.error());
    if (!*session) return std::optional<Caller>();
    if ((*session)->touch_due) clerk_.note(*(*session)->touch_due);
    Caller caller{(*session)->account, std::nullopt, std::string(id), (*session)->csrf_token};
    remember(key, caller, before);
    return std::optional<Caller>(std::move(caller));
}

Result<std::optional<tracker::Account>> People::account_of_password(std::string_view name, std::string_view password,
                                                                    tracker::AccessReader& access)
{
    {
        std::unique_lock lock(checking_mutex_);
        checking_done_.wait(lock, [&] { return checking_ < most_checks_at_once; });
        ++checking_;
    }
    auto account = access.account_of_password(name, password);
    {
        const std::lock_guard lock(checking_mutex_);
        --checking_;
    }
    checking_done_.notify_one();
    return account;
}

}  // namespace nodtrack::service
