#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "nodtrack/store/access.hpp"

namespace nodtrack::store {
namespace {

constexpr auto roles = std::to_array<std::string_view>({"radiologist", "board", "researcher", "admin"});
constexpr auto scopes = std::to_array<std::string_view>({"read", "write", "export"});

template <class Enumeration, std::size_t count>
std::optional<Enumeration> find_among(const std::array<std::string_view, count>& words, std::string_view text)
{
    const auto* const found = std::ranges::find(words, text);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enumeration>(found - words.begin());
}

}  // namespace

std::string_view word(Role role)
{
    return roles[static_cast<std::size_t>(role)];
}
std::string_view word(TokenScope scope)
{
    return scopes[static_cast<std::size_t>(scope)];
}
std::optional<Role> role_of_word(std::string_view word)
{
    return find_among<Role>(roles, word);
}
std::optional<TokenScope> token_scope_of_word(std::string_view word)
{
    return find_among<TokenScope>(scopes, word);
}
std::vector<std::string> role_words()
{
    return {roles.begin(), roles.end()};
}
std::vector<std::string> token_scope_words()
{
    return {scopes.begin(), scopes.end()};
}

std::string utc_text(Instant moment)
{
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const auto second = (moment - day).count();
    const Date date = Date::from_days(static_cast<std::int32_t>(day.time_since_epoch().count()));
    return fmt::format("{}T{:02}:{:02}:{:02}Z", date.iso(), second / 3600, second / 60 % 60, second % 60);
}

std::optional<Instant> instant_of(std::string_view text)
{
    constexpr std::size_t date_length = 10;
    constexpr std::size_t least_length = 20;
    if (text.size() < least_length || text[date_length] != 'T' || text.back() != 'Z') return std::nullopt;
    const std::optional<Date> date = Date::parse(text.substr(0, date_length));
    if (!date) return std::nullopt;
    std::array<int, 3> parts{};
    constexpr std::array<int, 3> limits = {24, 60, 61};  // a leap second may be written
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t at = date_length + 1 + 3 * i;
        if (i > 0 && text[at - 1] != ':') return std::nullopt;
        const char tens = text[at];
        const char ones = text[at + 1];
        if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
        parts[i] = 10 * (tens - '0') + (ones - '0');
        if (parts[i] >= limits[i]) return std::nullopt;
    }
    const std::string_view fraction = text.substr(least_length - 1, text.size() - least_length);
    const bool digits =
        std::ranges::all_of(fraction.substr(fraction.empty() ? 0 : 1), [](char c) { return c >= '0' && c <= '9'; });
    if (!fraction.empty() && (fraction.front() != '.' || fraction.size() == 1 || !digits)) return std::nullopt;
    return Instant(std::chrono::days(date->days_since_1970())) + std::chrono::hours(parts[0]) +
           std::chrono::minutes(parts[1]) + std::chrono::seconds(parts[2]);
}

}  // namespace nodtrack::store
