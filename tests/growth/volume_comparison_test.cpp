// Comparing volumes, and what holds where volumes and diameters differ.

#include <gtest/gtest.h>

#include "readings.hpp"

namespace nodtrack::growth {
namespace {

Comparison compared(const SizeReading& prior, const SizeReading& current)
{
    return compare(prior, current, table_limits());
}

// A prior of 270 mm3 is a sphere of 8.0 mm: its limit is 53 %.
Change change_to(double volume)
{
    return compared(volume_reading(0, 270.0), volume_reading(180, volume)).change;
}

TEST(Volumes, SayUnequivocalGrowthFromTheLimitOn)
{
    EXPECT_EQ(change_to(270.0 * 1.53 - 0.001), Change::possible_growth);
    EXPECT_EQ(change_to(270.0 * 1.53), Change::unequivocal_growth);
    EXPECT_EQ(change_to(270.0 * 1.53 + 0.001), Change::unequivocal_growth);
}

TEST(Volumes, SayPossibleGrowthFromAQuarterMore)
{
    EXPECT_EQ(change_to(270.0 * 1.25 - 0.001), Change::stable);
    EXPECT_EQ(change_to(270.0 * 1.25), Change::possible_growth);
}

TEST(Volumes, SayDecreasedFromAQuarterLess)
{
    EXPECT_EQ(change_to(270.0 * 0.75 + 0.001), Change::stable);
    EXPECT_EQ(change_to(270.0 * 0.75), Change::decreased);
}

TEST(Volumes, CompareHugeOnesExactly)
{
    // A litre to the thousandth of a cubic millimetre: 30 % is reached to the last digit or not.
    const auto prior = volume_reading(0, 1'000'000.0, 120.0);
    EXPECT_EQ(compared(prior, volume_reading(180, 1'300'000.0, 120.0)).change, Change::unequivocal_growth);
    EXPECT_EQ(compared(prior, volume_reading(180, 1'299'999.999, 120.0)).change, Change::possible_growth);
}

TEST(Volumes, ServeOnSlicesUpToOneAndAHalf)
{
    const auto serves = [](std::optional<Length> prior_slice, std::optional<Length> current_slice) {
        auto prior = volume_reading(0, 270.0);
        auto current = volume_reading(180, 500.0);
        prior.slice_thickness = prior_slice;
        current.slice_thickness = current_slice;
        return compared(prior, current).volume_change.has_value();
    };
    EXPECT_TRUE(serves(mm(1.499), mm(1.499)));
    EXPECT_TRUE(serves(mm(1.5), mm(1.5)));
    EXPECT_FALSE(serves(mm(1.501), mm(1.0)));
    EXPECT_FALSE(serves(mm(1.0), mm(1.501)));
    EXPECT_FALSE(serves(std::nullopt, mm(1.0)));
    EXPECT_FALSE(serves(mm(1.0), std::nullopt));
}

TEST(Volumes, ServeOnlyByTheSameStatedMethod)
{
    const auto serves = [](std::optional<VolumeMethod> prior_method, std::optional<VolumeMethod> current_method) {
        auto prior = volume_reading(0, 270.0);
        auto current = volume_reading(180, 500.0);
        prior.volume_method = prior_method;
        current.volume_method = current_method;
        return compared(prior, current).volume_change.has_value();
    };
    EXPECT_TRUE(serves(VolumeMethod::manual, VolumeMethod::manual));
    EXPECT_FALSE(serves(VolumeMethod::manual, VolumeMethod::automatic));
    EXPECT_FALSE(serves(std::nullopt, VolumeMethod::automatic));
    EXPECT_FALSE(serves(std::nullopt, std::nullopt));
}

TEST(Volumes, ThatOneScanLacksDoNotServe)
{
    EXPECT_FALSE(compared(reading(0, 8.0), volume_reading(180, 500.0)).volume_change);
    EXPECT_FALSE(compared(volume_reading(0, 270.0), reading(180, 8.0)).volume_change);
}

/// The word for a nodule of 6.0 mm whose volume goes from 112 mm3 (6.0 mm, limit 80 %) to `volume`.
Comparison both(double volume, double long_axis)
{
    return compared(volume_reading(0, 112.0, 6.0), volume_reading(180, volume, long_axis));
}

constexpr double unequivocal_volume = 210.0;  // + 87.5 %
constexpr double possible_volume = 150.0;     // + 34 %
constexpr double stable_volume = 112.0;
constexpr double decreased_volume = 80.0;  // - 29 %

TEST(BothMethods, VolumeUnequivocalIsUnequivocalWhateverCalipersSay)
{
    for (const double long_axis : {3.0, 6.0, 7.6, 8.0}) {
        EXPECT_EQ(both(unequivocal_volume, long_axis).change, Change::unequivocal_growth) << long_axis;
        EXPECT_FALSE(both(unequivocal_volume, long_axis).methods_disagree);
    }
}

TEST(BothMethods, VolumePossibleIsUnequivocalOnlyWhereCalipersSaySo)
{
    EXPECT_EQ(both(possible_volume, 8.0).change, Change::unequivocal_growth);
    EXPECT_EQ(both(possible_volume, 7.9).change, Change::possible_growth);
    EXPECT_EQ(both(possible_volume, 6.0).change, Change::possible_growth);
    EXPECT_EQ(both(possible_volume, 3.0).change, Change::possible_growth);
    EXPECT_FALSE(both(possible_volume, 8.0).methods_disagree);
}

TEST(BothMethods, DisagreeWhereCalipersAloneSayUnequivocal)
{
    for (const double volume : {stable_volume, decreased_volume}) {
        const Comparison comparison = both(volume, 8.0);
        EXPECT_EQ(comparison.change, Change::possible_growth) << volume;
        EXPECT_TRUE(comparison.methods_disagree);
        EXPECT_FALSE(comparison.doubling_time_days);
    }
}

TEST(BothMethods, VolumeWinsOtherwise)
{
    EXPECT_EQ(both(stable_volume, 7.9).change, Change::stable);
    EXPECT_EQ(both(stable_volume, 3.0).change, Change::stable);
    EXPECT_EQ(both(decreased_volume, 7.9).change, Change::decreased);
    EXPECT_EQ(both(decreased_volume, 6.0).change, Change::decreased);
}

TEST(BothMethods, AreShownBesideTheWord)
{
    const Comparison comparison = both(possible_volume, 7.9);
    EXPECT_EQ(comparison.caliper_change, Change::possible_growth);
    EXPECT_EQ(comparison.volume_change, Change::possible_growth);
    EXPECT_EQ(comparison.volume_threshold, percent(80));
    EXPECT_NEAR(*comparison.volume_change_percent, 100.0 * 38.0 / 112.0, 1e-9);
}

}  // namespace
}  // namespace nodtrack::growth
