#pragma once

#include <string>
#include <vector>

#include "nodtrack/domain/date.hpp"

namespace nodtrack::report {

/// Dates to places from left to right, days evenly.
class TimeAxis {
  public:
    struct Tick {
        Date date;
        std::string label;  ///< `2026`, or `2026-03` where ticks are closer than years
    };

    /// From `first` to `last` with a little air at both ends; at least a quarter of a year is shown.
    TimeAxis(Date first, Date last, double left, double right);

    double place_of(Date date) const;
    /// First days of months or of years, at least `spacing` apart.
    std::vector<Tick> ticks(double spacing) const;

  private:
    double first_day_ = 0.0;
    double last_day_ = 0.0;
    double left_ = 0.0;
    double right_ = 0.0;
};

}  // namespace nodtrack::report
