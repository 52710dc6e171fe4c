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

bool is_thin(const std::optional<Length>& slice, const Limits& limits)
{
    return slice && *slice <= limits.volume_slice_at_most;
}

bool volumes_comparable(const SizeReading& prior, const SizeReading& current, const Limits& limits)
{
    return prior.volume && current.volume && prior.volume_method && prior.volume_method == current.volume_method &&
           is_thin(prior.slice_thickness, limits) && is_thin(current.slice_thickness, limits);
}

/// Volumes that nothing stated bars from a comparison, while something that it needs is not stated.
bool volumes_perhaps_comparable(const SizeReading& prior, const SizeReading& current, const Limits& limits)
{
    if (!prior.volume || !current.volume) return false;
    const bool methods_differ =
        prior.volume_method && current.volume_method && prior.volume_method != current.volume_method;
    const bool thick = (prior.slice_thickness && !is_thin(prior.slice_thickness, limits)) ||
                       (current.slice_thickness && !is_thin(current.slice_thickness, limits));
    return !methods_differ && !thick;
}

constexpr std::int64_t thousand = 1000;
constexpr std::int64_t whole_percent = 100 * thousand;  // 100 % in thousandths of a percent

bool volume_rose_by(Volume prior, Volume current, Percentage limit)
{
    const Wide change = Wide{current.thousandths() - prior.thousandths()} * whole_percent;
    return change >= Wide{limit.thousandths()} * prior.thousandths();
}

Change volume_verdict(Volume prior, Volume current, Percentage unequivocal, const Limits& limits)
{
    if (volume_rose_by(prior, current, unequivocal)) return Change::unequivocal_growth;
    if (volume_rose_by(prior, current, possible_volume_growth(unequivocal, limits))) return Change::possible_growth;
    const Wide fall = Wide{prior.thousandths() - current.thousandths()} * whole_percent;
    if (limits.fixed_volume_decrease) {
        const bool fell = fall >= Wide{limits.fixed_volume_decrease->thousandths()} * prior.thousandths();
        return fell ? Change::decreased : Change::stable;
    }
    // A fall back to where a rise by the limit began: by 100 x limit / (100 + limit) percent of the prior volume.
    const Wide limit = unequivocal.thousandths();
    const bool fell = fall * (whole_percent + limit) >= limit * whole_percent * prior.thousandths();
    return fell ? Change::decreased : Change::stable;
}

bool is_growth_word(Change change)
{
    return change == Change::possible_growth || change == Change::unequivocal_growth;
}

void join_methods(Comparison& comparison, bool below_published_limits)
{
    comparison.change = comparison.caliper_change;
    if (!comparison.volume_change) return;
    const bool calipers_unequivocal = comparison.caliper_change == Change::unequivocal_growth;
    comparison.change = *comparison.volume_change;
    if (comparison.change == Change::unequivocal_growth && below_published_limits &&
        !is_growth_word(comparison.caliper_change)) {
        comparison.change = Change::possible_growth;
    } else if (comparison.change == Change::possible_growth && calipers_unequivocal) {
        comparison.change = Change::unequivocal_growth;
    } else if (!is_growth_word(comparison.change) && calipers_unequivocal) {
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

namespace {

/// Diameter of the sphere, rounded half up to 0.1 mm.
Length rounded_sphere_diameter(Volume volume)
{
    const auto tenths = static_cast<std::int64_t>(std::floor(sphere_diameter_mm(volume) * 10.0 + 0.5));
    return Length::from_thousandths(tenths * 100);
}

bool is_below_published_limits(Volume prior, const Limits& limits)
{
    return limits.volume_limits.empty() || rounded_sphere_diameter(prior) < limits.volume_limits.front().diameter;
}

}  // namespace

Percentage possible_volume_growth(Percentage unequivocal, const Limits& limits)
{
    if (limits.fixed_possible_volume_growth) return *limits.fixed_possible_volume_growth;
    return Percentage::from_thousandths(
        (unequivocal.thousandths() * limits.possible_volume_growth_permille + thousand - 1) / thousand);
}

Percentage volume_decrease(Percentage unequivocal, const Limits& limits)
{
    if (limits.fixed_volume_decrease) return *limits.fixed_volume_decrease;
    const std::int64_t limit = unequivocal.thousandths();
    const std::int64_t risen = whole_percent + limit;
    return Percentage::from_thousandths((whole_percent * limit + risen - 1) / risen);
}

Percentage volume_limit(Volume prior, const Limits& limits)
{
    const Length diameter = rounded_sphere_diameter(prior);
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
    join_methods(comparison, by_volume && is_below_published_limits(*prior.volume, limits));
    if (!by_volume && !is_growth_word(comparison.change) && volumes_perhaps_comparable(prior, current, limits) &&
        volume_rose_by(*prior.volume, *current.volume, volume_limit(*prior.volume, limits))) {
        comparison.change = Change::possible_growth;
        comparison.unstated_volume_rose = true;
    }
    comparison.size_change = comparison.change;
    comparison.rose = by_volume ? *current.volume > *prior.volume : current.long_axis > prior.long_axis;
    const bool trusted = !comparison.methods_disagree && !comparison.unstated_volume_rose;
    if (comparison.is_growth() && trusted && comparison.rose) {
        comparison.doubling_time_days = doubling_time(prior, current, by_volume);
    }
    return comparison;
}

namespace {

/// The place of an attenuation in the order of density; absent for those that have none.
std::optional<int> density_rank(const std::optional<AttenuationClass>& attenuation)
{
    if (!attenuation) return std::nullopt;
    switch (*attenuation) {
        case AttenuationClass::ground_glass:
        case AttenuationClass::complex_ground_glass:
            return 0;
        case AttenuationClass::part_solid:
            return 1;
        case AttenuationClass::solid:
            return 2;
        case AttenuationClass::cystic:
        case AttenuationClass::cavitary:
        case AttenuationClass::fat_containing:
            break;
    }
    return std::nullopt;
}

}  // namespace

void consider_density(const DensityReading& prior, const DensityReading& current, bool calcifying_primary,
                      const Limits& limits, Comparison& comparison)
{
    if (comparison.size_change == Change::unequivocal_growth) return;
    if (prior.solid_component && current.solid_component &&
        *current.solid_component - *prior.solid_component >= limits.solid_component_growth) {
        comparison.change = Change::unequivocal_growth;
        comparison.denser = true;
        comparison.doubling_time_days.reset();
        return;
    }
    const auto before = density_rank(prior.attenuation);
    const auto now = density_rank(current.attenuation);
    const bool attenuation_rose = before && now && *now > *before;
    const bool ossified = calcifying_primary && prior.calcification == Calcification::none &&
                          prior.iv_contrast == IvContrast::none && current.calcification &&
                          *current.calcification != Calcification::none;
    if (!attenuation_rose && !ossified) return;
    comparison.denser = true;
    if (comparison.size_change != Change::possible_growth) comparison.change = Change::possible_growth;
}

}  // namespace nodtrack::growth
