#include "nodtrack/growth/measurement_error.hpp"

#include <cmath>
#include <numbers>

namespace nodtrack::growth {
namespace {

constexpr double two_sided_95 = 1.96;  // standard normal quantile

double normal_upper_tail(double reading, double cut_off, double sd)
{
    return 0.5 * std::erfc((cut_off - reading) / (sd * std::numbers::sqrt2));
}

}  // namespace

double probability_at_or_above(Length reading, Length cut_off, const Limits& limits)
{
    return normal_upper_tail(reading.in_units(), cut_off.in_units(), limits.caliper_sd.in_units());
}

double volume_coefficient_of_variation(Volume volume, const Limits& limits)
{
    constexpr double percent = 100.0;
    return volume_limit(volume, limits).in_units() / percent / (two_sided_95 * std::numbers::sqrt2);
}

std::optional<double> probability_at_or_above(Volume reading, Length cut_off, const Limits& limits)
{
    const double diameter = sphere_diameter_mm(reading);
    if (limits.volume_limits.empty() || diameter < limits.volume_limits.front().diameter.in_units()) {
        return std::nullopt;
    }
    const double diameter_sd = diameter * volume_coefficient_of_variation(reading, limits) / 3.0;
    return normal_upper_tail(diameter, cut_off.in_units(), diameter_sd);
}

std::optional<DoublingTimeInterval> doubling_time_interval(const SizeReading& prior, const SizeReading& current,
                                                           const Comparison& comparison, const Limits& limits)
{
    if (!comparison.doubling_time_days) return std::nullopt;
    const double days = days_between(prior.date, current.date);
    const double log_ratio = days * std::numbers::ln2 / *comparison.doubling_time_days;
    double sd = 0.0;
    if (comparison.volume_change) {
        sd = std::hypot(volume_coefficient_of_variation(*prior.volume, limits),
                        volume_coefficient_of_variation(*current.volume, limits));
    } else {
        const double caliper_sd = limits.caliper_sd.in_units();
        sd = 3.0 * std::hypot(caliper_sd / prior.long_axis.in_units(), caliper_sd / current.long_axis.in_units());
    }
    DoublingTimeInterval interval;
    interval.shortest_days = days * std::numbers::ln2 / (log_ratio + two_sided_95 * sd);
    const double slowest = log_ratio - two_sided_95 * sd;
    if (slowest > 0.0) interval.longest_days = days * std::numbers::ln2 / slowest;
    return interval;
}

}  // namespace nodtrack::growth
