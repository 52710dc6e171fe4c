#include "nodtrack/domain/date.hpp"

#include <chrono>

namespace nodtrack {
namespace {

using std::chrono::year_month_day;

year_month_day calendar(Date date)
{
    return year_month_day(std::chrono::sys_days(std::chrono::days(date.days_since_1970())));
}

Date from_ymd(year_month_day ymd)
{
    return Date::from_days(static_cast<std::int32_t>(std::chrono::sys_days(ymd).time_since_epoch().count()));
}

year_month_day last_of_month(year_month_day ymd)
{
    return year_month_day(ymd.year() / ymd.month() / std::chrono::last);
}

}  // namespace

std::optional<Date> Date::from_calendar(int year, unsigned month, unsigned day)
{
    const year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!ymd.ok()) return std::nullopt;
    return from_ymd(ymd);
}

std::optional<Date> Date::parse(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int digits[10] = {};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 4 || i == 7) continue;
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        digits[i] = text[i] - '0';
    }
    const int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    constexpr int first_year = 1900;
    if (year < first_year) return std::nullopt;
    return from_calendar(year, static_cast<unsigned>(digits[5] * 10 + digits[6]),
                         static_cast<unsigned>(digits[8] * 10 + digits[9]));
}

int Date::year() const
{
    return static_cast<int>(calendar(*this).year());
}
unsigned Date::month() const
{
    return static_cast<unsigned>(calendar(*this).month());
}
unsigned Date::day() const
{
    return static_cast<unsigned>(calendar(*this).day());
}

bool Date::is_last_of_month() const
{
    const year_month_day ymd = calendar(*this);
    return ymd == last_of_month(ymd);
}

void Date::write_iso(char* out) const
{
    const year_month_day ymd = calendar(*this);
    int year = static_cast<int>(ymd.year());
    const unsigned month = static_cast<unsigned>(ymd.month());
    const unsigned day = static_cast<unsigned>(ymd.day());
    for (int i = 3; i >= 0; --i) {
        out[i] = static_cast<char>('0' + year % 10);
        year /= 10;
    }
    out[4] = out[7] = '-';
    out[5] = static_cast<char>('0' + month / 10);
    out[6] = static_cast<char>('0' + month % 10);
    out[8] = static_cast<char>('0' + day / 10);
    out[9] = static_cast<char>('0' + day % 10);
}

std::string Date::iso() const
{
    std::string text(10, '0');
    write_iso(text.data());
    return text;
}

Date add_months(Date from, int months)
{
    const year_month_day start = calendar(from);
    year_month_day moved = start + std::chrono::months(months);
    if (!moved.ok()) moved = last_of_month(moved);
    return from_ymd(moved);
}

int whole_months_between(Date from, Date to)
{
    if (to < from) return 0;
    const year_month_day start = calendar(from);
    const year_month_day end = calendar(to);
    const int months = (static_cast<int>(end.year()) - static_cast<int>(start.year())) * 12 +
                       static_cast<int>(static_cast<unsigned>(end.month())) -
                       static_cast<int>(static_cast<unsigned>(start.month()));
    const bool completes_month = end.day() >= start.day() || end == last_of_month(end);
    return completes_month ? months : months - 1;
}

}  // namespace nodtrack
