#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace nodtrack::assess {

/// One patient under observation: the days until what is waited for came, or until nobody looked any more.
struct ObservedTime {
    int days = 0;
    bool event = false;  ///< it came; else censored
};

/// The product-limit estimate behind one day on which something came. Those censored on a day are at risk on it.
/// Source: Kaplan and Meier 1958; variance by Greenwood 1926; the interval on the scale of the logarithm, cut at 1.
struct SurvivalStep {
    int days = 0;
    std::size_t at_risk = 0;
    std::size_t events = 0;
    std::size_t censored_since = 0;  ///< since the step before
    double free_of_event = 1.0;      ///< the share to whom it has not come by the end of that day
    double standard_error = 0.0;
    double lower_95 = 1.0;
    double upper_95 = 1.0;
};

/// One step for each day with an event, ascending. Times below 0 are no times and are left out.
std::vector<SurvivalStep> kaplan_meier(std::vector<ObservedTime> times);

/// The first day by which it has come to half of them or more; absent where it never does.
std::optional<int> median_days(const std::vector<SurvivalStep>& steps);

}  // namespace nodtrack::assess
