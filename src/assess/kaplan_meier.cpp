#include "nodtrack/assess/kaplan_meier.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace nodtrack::assess {
namespace {

constexpr double quantile_95 = 1.959963984540054;  // of the normal distribution, two-sided

/// Interval on the logarithm: exp(log S +- z sqrt(variance of log S)); at S = 0 there is none.
void add_interval(SurvivalStep& step, double greenwood)
{
    step.standard_error = step.free_of_event * std::sqrt(greenwood);
    const double width = std::exp(quantile_95 * std::sqrt(greenwood));
    step.lower_95 = step.free_of_event > 0.0 ? step.free_of_event / width : 0.0;
    step.upper_95 = step.free_of_event > 0.0 ? std::min(1.0, step.free_of_event * width) : 0.0;
}

}  // namespace

std::vector<SurvivalStep> kaplan_meier(std::vector<ObservedTime> times)
{
    std::erase_if(times, [](const ObservedTime& time) { return time.days < 0; });
    // What came on a day came to those who were looked at on it.
    std::ranges::sort(times, {}, [](const ObservedTime& time) { return std::tuple(time.days, !time.event); });
    std::vector<SurvivalStep> steps;
    double share = 1.0;
    double greenwood = 0.0;  // sum of d / (n (n - d))
    std::size_t censored = 0;
    for (std::size_t i = 0; i < times.size();) {
        if (!times[i].event) {
            ++censored;
            ++i;
            continue;
        }
        SurvivalStep step{.days = times[i].days, .at_risk = times.size() - i, .censored_since = censored};
        while (i < times.size() && times[i].days == step.days && times[i].event) {
            ++step.events;
            ++i;
        }
        const auto at_risk = static_cast<double>(step.at_risk);
        const auto left = static_cast<double>(step.at_risk - step.events);
        share *= left / at_risk;
        step.free_of_event = share;
        if (left > 0.0) greenwood += static_cast<double>(step.events) / (at_risk * left);
        add_interval(step, greenwood);
        steps.push_back(step);
        censored = 0;
    }
    return steps;
}

std::optional<int> median_days(const std::vector<SurvivalStep>& steps)
{
    const auto half = std::ranges::find_if(steps, [](const SurvivalStep& step) { return step.free_of_event <= 0.5; });
    if (half == steps.end()) return std::nullopt;
    return half->days;
}

}  // namespace nodtrack::assess
