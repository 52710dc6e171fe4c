#include "provenance.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <optional>

namespace nodtrack::cli {
namespace {

constexpr int seconds_per_day = 86'400;

std::optional<int> two_digits(std::string_view text, int below)
{
    if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return std::nullopt;
    const int value = (text[0] - '0') * 10 + (text[1] - '0');
    return value < below ? std::optional(value) : std::nullopt;
}

/// Seconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ`.
std::optional<std::time_t> parse_moment(std::string_view text)
{
    if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z') {
        return std::nullopt;
    }
    const auto date = Date::parse(text.substr(0, 10));
    const auto hour = two_digits(text.substr(11, 2), 24);
    const auto minute = two_digits(text.substr(14, 2), 60);
    const auto second = two_digits(text.substr(17, 2), 60);
    if (!date || !hour || !minute || !second) return std::nullopt;
    return std::time_t{date->days_since_1970()} * seconds_per_day + *hour * 3600 + *minute * 60 + *second;
}

std::string utc_text(std::time_t seconds)
{
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

Date local_day(std::time_t seconds)
{
    std::tm parts{};
    localtime_r(&seconds, &parts);
    const auto day = Date::from_calendar(parts.tm_year + 1900, static_cast<unsigned>(parts.tm_mon + 1),
                                         static_cast<unsigned>(parts.tm_mday));
    return day.value_or(Date());
}

std::string user_name()
{
    // Not the user database: in a hospital that is a directory service, and a look-up may take longer than the command.
    for (const char* variable : {"USER", "LOGNAME"}) {
        if (const char* name = std::getenv(variable); name != nullptr && *name != '\0') return name;
    }
    return "uid:" + std::to_string(geteuid());
}

}  // namespace

Result<Moment> this_moment()
{
    std::time_t seconds = std::time(nullptr);
    if (const char* set = std::getenv("NODTRACK_NOW"); set != nullptr && *set != '\0') {
        const auto moment = parse_moment(set);
        if (!moment) {
            return failure(ErrorCode::usage, std::string("NODTRACK_NOW: '") + set +
                                                 "' is no moment; write it as 2026-12-31T09:00:00Z, or unset it");
        }
        seconds = *moment;
    }
    return Moment{utc_text(seconds), local_day(seconds), user_name()};
}

store::Provenance provenance_of(const Moment& moment, std::string_view command, std::string reason)
{
    return {.recorded_at = moment.utc,
            .today = moment.today,
            .actor = moment.user,
            .door = "cli " + std::string(command),
            .reason = std::move(reason)};
}

}  // namespace nodtrack::cli
