#pragma once

#include <cmath>
#include <ostream>

#include "nodtrack/growth/comparison.hpp"

namespace nodtrack::growth {

inline Length mm(double millimetres)
{
    return Length::from_thousandths(static_cast<std::int64_t>(std::llround(millimetres * 1000.0)));
}

inline Volume mm3(double cubic_millimetres)
{
    return Volume::from_thousandths(static_cast<std::int64_t>(std::llround(cubic_millimetres * 1000.0)));
}

inline Percentage percent(int whole)
{
    return Percentage::whole(whole);
}

/// The limits of the decision table, written out here: this room knows no policy file.
inline Limits table_limits()
{
    Limits limits;
    limits.caliper_growth = mm(2.0);
    limits.possible_growth_above = mm(1.5);
    limits.thick_slice_above = mm(2.5);
    limits.thick_slice_cap = mm(3.0);
    limits.volume_slice_at_most = mm(1.5);
    limits.possible_volume_growth_permille = 700;
    limits.volume_limits = {{mm(6), percent(80)},  {mm(7), percent(64)},  {mm(8), percent(53)}, {mm(9), percent(44)},
                            {mm(10), percent(39)}, {mm(11), percent(33)}, {mm(12), percent(30)}};
    limits.volume_limit_below_first = percent(100);
    limits.caliper_change_limit95 = mm(1.73);
    limits.caliper_sd = mm(0.62);
    limits.solid_component_growth = mm(2.0);
    return limits;
}

/// Policies before 1.1.0 said of every size: possible growth from a quarter more, decreased from a quarter less.
inline Limits fixed_limits()
{
    Limits limits = table_limits();
    limits.fixed_possible_volume_growth = percent(25);
    limits.fixed_volume_decrease = percent(25);
    return limits;
}

inline Date day(int number)
{
    return Date::from_days(20'000 + number);
}

/// A reading without volume on slices of 1.0 mm.
inline SizeReading reading(int on_day, double long_axis)
{
    SizeReading reading;
    reading.date = day(on_day);
    reading.long_axis = mm(long_axis);
    reading.slice_thickness = mm(1.0);
    return reading;
}

inline SizeReading reading(int on_day, double long_axis, double short_axis)
{
    SizeReading both = reading(on_day, long_axis);
    both.short_axis = mm(short_axis);
    return both;
}

/// A reading of 8.0 mm with a volume.
inline SizeReading volume_reading(int on_day, double volume, double long_axis = 8.0)
{
    SizeReading with_volume = reading(on_day, long_axis);
    with_volume.volume = mm3(volume);
    with_volume.volume_method = VolumeMethod::automatic;
    return with_volume;
}

inline std::ostream& operator<<(std::ostream& out, Change change)
{
    constexpr const char* words[] = {"stable", "decreased", "possible growth", "unequivocal growth"};
    return out << words[static_cast<std::size_t>(change)];
}

}  // namespace nodtrack::growth
