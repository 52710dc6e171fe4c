#include "time_axis.hpp"

#include <algorithm>
#include <array>

namespace nodtrack::report {

TimeAxis::TimeAxis(Date first, Date last, double left, double right)
    : first_day_(first.days_since_1970()), last_day_(last.days_since_1970()), left_(left), right_(right)
{
    constexpr double least_days = 91.0;
    constexpr double air = 0.03;
    const double lacking = std::max(0.0, least_days - (last_day_ - first_day_));
    const double margin = lacking / 2.0 + air * std::max(least_days, last_day_ - first_day_);
    first_day_ -= margin;
    last_day_ += margin;
}

double TimeAxis::place_of(Date date) const
{
    return left_ + (right_ - left_) * (date.days_since_1970() - first_day_) / (last_day_ - first_day_);
}

std::vector<TimeAxis::Tick> TimeAxis::ticks(double spacing) const
{
    constexpr double days_a_month = 365.2425 / 12.0;
    constexpr int months_a_year = 12;
    constexpr std::array steps = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600};
    const double width_of_month = (right_ - left_) * days_a_month / (last_day_ - first_day_);
    const auto wide_enough = [&](int step) { return step * width_of_month >= spacing; };
    const auto found = std::find_if(steps.begin(), steps.end(), wide_enough);
    const int step = found == steps.end() ? steps.back() : *found;

    const Date first = Date::from_days(static_cast<std::int32_t>(first_day_));
    const Date last = Date::from_days(static_cast<std::int32_t>(last_day_));
    const int first_month = first.year() * months_a_year + static_cast<int>(first.month()) - 1;
    std::vector<Tick> ticks;
    for (int month = (first_month + step - 1) / step * step;; month += step) {
        const auto date =
            Date::from_calendar(month / months_a_year, static_cast<unsigned>(month % months_a_year) + 1, 1);
        if (!date || *date > last) return ticks;
        if (*date < first) continue;
        ticks.push_back({*date, date->iso().substr(0, step % months_a_year == 0 ? 4 : 7)});
    }
}

}  // namespace nodtrack::report
