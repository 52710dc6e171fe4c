#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nodtrack {

/// A day of the proleptic Gregorian calendar, held as whole days since 1970-01-01.
class Date {
  public:
    constexpr Date() = default;
    static constexpr Date from_days(std::int32_t days_since_1970) { return Date(days_since_1970); }
    /// The day of a calendar date; absent when there is no such day.
    static std::optional<Date> from_calendar(int year, unsigned month, unsigned day);
    /// The day of an ISO 8601 date `YYYY-MM-DD` from year 1900 on; absent for anything else.
    static std::optional<Date> parse(std::string_view text);

    constexpr std::int32_t days_since_1970() const { return days_; }
    int year() const;
    unsigned month() const;
    unsigned day() const;
    bool is_last_of_month() const;
    /// `YYYY-MM-DD`
    std::string iso() const;
    /// Writes the ten characters of `iso()` to `out`.
    void write_iso(char* out) const;

    constexpr auto operator<=>(const Date&) const = default;

  private:
    constexpr explicit Date(std::int32_t days) : days_(days) {}
    std::int32_t days_ = 0;
};

/// `YYYY-MM-DD`; empty where there is none.
inline std::string iso_or_empty(const std::optional<Date>& date)
{
    return date ? date->iso() : std::string();
}

constexpr Date add_days(Date from, int days)
{
    return Date::from_days(from.days_since_1970() + days);
}

/// `from` plus calendar months; clamps to the last day of the month reached (31 January + 1 month = 28 or 29 February).
Date add_months(Date from, int months);

/// Days from `earlier` to `later`; negative when reversed.
constexpr int days_between(Date earlier, Date later)
{
    return later.days_since_1970() - earlier.days_since_1970();
}

/// Whole completed months from `from` to `to`: the last day of a month completes the month even where the day of
/// `from` is later in its month; 0 when the dates are reversed. Source: decision table, section 1, Exactness.
int whole_months_between(Date from, Date to);

}  // namespace nodtrack
