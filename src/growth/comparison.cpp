#include "nodtrack/growth/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nodtrack::growth {
namespace {

__extension__ typedef __int128 Wide;  // products of volumes and percentages stay exact

Length diameter_threshold(const SizeReading& prior, const SizeReading& current, const Limits& limits)
{
    std::optional<Length> slice = prior.slice_thickness;
    if (!slice || (current.slice_thickness && *current.slice_thickness > *slice)) {
        if (current.slice_thickness) slice = current.slice_thickness;
    }
    if (!slice || *slice <= limits.thick_slice_above) return limits.caliper_growth;
    return std::min(*slice, limits.thick_slice_cap);
}

// Changes are compared in half micrometres, the exact unit of a mean of two diameters.
Change caliper_verdict(std::int64_t up, std::int64_t down, Length threshold, const Limits& limits)
{
    if (up >= 2 * threshold.thousandths()) return Change::unequivocal_growth;
    if (up > 2 * limits.possible_growth_above.thousandths()) return Change::possible_growth;
    if (down <= -2 * threshold.thousandths()) return Change::decreased;
    return Change::stable;
}

bool volumes_comparable(const SizeReading& prior, const SizeReading& current, const Limits& limits)
{
    return prior.volume && current.volume && prior.volume_method && prior.volume_method == current.volume_method &&
           prior.slice_thickness && current.slice_thickness && *prior.slice_thickness <= limits.volume_slice_at_most &&
           *current.slice_thickness <= limits.volume_slice_at_most;
}

Change volume_verdict(Volume prior, Volume current, Percentage unequivocal, const Limits& limits)
{
    const Wide change = Wide{current.thousandths() - prior.thousandths()} * 100 * 1000;
    const auto reaches = [&](Percentage limit) { return change >= Wide{limit.thousandths()} * prior.thousandths(); };
    if (reaches(unequivocal)) return Change::unequivocal_growth;
    if (reaches(limits.possible_volume_growth)) return Change::possible_growth;
    if (-change >= Wide{limits.volume_decrease.thousandths()} * prior.thousandths()) return Change::decreased;
    return Change::stable;
}

void join_methods(Comparison& comparison)
{
    comparison.change = comparison.caliper_change;
    if (!comparison.volume_change) return;
    const bool calipers_unequivocal = comparison.caliper_change == Change::unequivocal_growth;
    comparison.change = *comparison.volume_change;
    if (comparison.change == Change::possible_growth && calipers_unequivocal) {
        comparison.change = Change::unequivocal_growth;
    } else if ((comparison.change == Change::stable || comparison.change == Change::decreased) &&
               calipers_unequivocal) {
        comparison.change = Change::possible_growth;
        comparison.methods_disagree = true;
    }
}

double doubling_time(const SizeReading& prior, const SizeReading& current, bool by_volume)
{
    const double days = days_between(prior.date, current.date);
    const double log_volume_ratio = by_volume ? std::log(static_cast<double>(current.volume->thousandths()) /
                                                         static_cast<double>(prior.volume->thousandths()))
                                              : 3.0 * std::log(static_cast<double>(current.long_axis.thousandths()) /
                                                               static_cast<double>(prior.long_axis.thousandths()));
    return days * std::numbers::ln2 / log_volume_ratio;
}

}  // namespace

double sphere_diameter_mm(Volume volume)
{
    return std::cbrt(6.0 * volume.in_units() / std::numbers::pi);
}

Percentage volume_limit(Volume prior, const Limits& limits)
{
    const auto tenths = static_cast<std::int64_t>(std::floor(sphere_diameter_mm(prior) * 10.0 + 0.5));
    const Length diameter = Length::from_thousandths(tenths * 100);
    const auto& table = limits.volume_limits;
    if (table.empty() || diameter < table.front().diameter) return limits.volume_limit_below_first;
    if (diameter >= table.back().diameter) return table.back().limit;
    const auto above = std::upper_bound(table.begin(), table.end(), diameter,
                                        [](Length value, const VolumeLimit& row) { return value < row.diameter; });
    const VolumeLimit& high = *above;
    const VolumeLimit& low = *(above - 1);
    const std::int64_t span = (high.diameter - low.diameter).thousandths();
    const std::int64_t rise = (high.limit - low.limit).thousandths() * (diameter - low.diameter).thousandths();
    return low.limit + Percentage::from_thousandths(rise / span);
}

Comparison compare(const SizeReading& prior, const SizeReading& current, const Limits& limits)
{
    Comparison comparison;
    comparison.long_axis_change = current.long_axis - prior.long_axis;
    std::int64_t up = 2 * comparison.long_axis_change.thousandths();
    std::int64_t down = up;
    if (prior.short_axis && current.short_axis) {
        const std::int64_t mean_change =
            (comparison.long_axis_change + *current.short_axis - *prior.short_axis).thousandths();
        comparison.mean_diameter_change_half_micrometres = mean_change;
        up = std::max(up, mean_change);
        down = std::min(down, mean_change);
    }
    comparison.caliper_threshold = diameter_threshold(prior, current, limits);
    comparison.caliper_change = caliper_verdict(up, down, comparison.caliper_threshold, limits);

    const bool by_volume = volumes_comparable(prior, current, limits);
    if (by_volume) {
        comparison.volume_threshold = volume_limit(*prior.volume, limits);
        comparison.volume_change = volume_verdict(*prior.volume, *current.volume, *comparison.volume_threshold, limits);
        comparison.volume_change_percent = 100.0 *
                                           static_cast<double>((*current.volume - *prior.volume).thousandths()) /
                                           static_cast<double>(prior.volume->thousandths());
    }
    join_methods(comparison);
    comparison.rose = by_volume ? *current.volume > *prior.volume : current.long_axis > prior.long_axis;
    if (comparison.is_growth() && !comparison.methods_disagree && comparison.rose) {
        comparison.doubling_time_days = doubling_time(prior, current, by_volume);
    }
    return comparison;
}

}  // namespace nodtrack::growth
