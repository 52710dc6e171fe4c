#pragma once

#include <optional>

#include "nodtrack/growth/comparison.hpp"

namespace nodtrack::growth {

/// Probability that the true diameter is at or above `cut_off`, given one caliper reading with normally distributed
/// error of standard deviation `limits.caliper_sd` (O-05).
double probability_at_or_above(Length reading, Length cut_off, const Limits& limits);

/// The same from a volume: the equivalent sphere's diameter, with the coefficient of variation by size (O-06), a third
/// of which applies to the diameter. Absent below the first published diameter.
std::optional<double> probability_at_or_above(Volume reading, Length cut_off, const Limits& limits);

/// Coefficient of variation (as a fraction) of one volume reading: its change limit over 1.96 times the square root
/// of 2.
double volume_coefficient_of_variation(Volume volume, const Limits& limits);

/// 95 % interval of a volume doubling time, in days. An absent side is unbounded ("not excluded").
struct DoublingTimeInterval {
    std::optional<double> shortest_days;
    std::optional<double> longest_days;
};

/// Interval of the doubling time of a comparison; absent where the comparison has no doubling time.
/// From the errors of both readings: sd(ln V2/V1) = sqrt(CV1^2 + CV2^2); diameters count three times (O-09).
std::optional<DoublingTimeInterval> doubling_time_interval(const SizeReading& prior, const SizeReading& current,
                                                           const Comparison& comparison, const Limits& limits);

}  // namespace nodtrack::growth
