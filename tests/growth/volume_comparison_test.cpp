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

TEST(Volumes, SayPossibleGrowthFromSevenTenthsOfTheLimit)
{
    EXPECT_EQ(change_to(270.0 * 1.371 - 0.001), Change::stable);  // 0.7 x 53 % = 37.1 %
    EXPECT_EQ(change_to(270.0 * 1.371), Change::possible_growth);
    EXPECT_EQ(change_to(270.0 * 1.371 + 0.001), Change::possible_growth);
}

TEST(Volumes, SayDecreasedWhereARiseByTheLimitBegan)
{
    // A rise by 53 % that led to 270 mm3 began at 270 / 1.53 = 176.4706.
    EXPECT_EQ(change_to(176.471), Change::stable);
    EXPECT_EQ(change_to(176.470), Change::decreased);
    // 1300 mm3 is a sphere of 13.5 mm: 30 %, so exactly from 1000 mm3 on.
    const auto large = [](double volume) {
        return compared(volume_reading(0, 1300.0, 13.5), volume_reading(180, volume, 13.5)).change;
    };
    EXPECT_EQ(large(1000.001), Change::stable);
    EXPECT_EQ(large(1000.0), Change::decreased);
    EXPECT_EQ(large(999.999), Change::decreased);
}

TEST(Volumes, OfPoliciesBeforeSayPossibleFromAQuarterMoreAndDecreasedFromAQuarterLess)
{
    const auto change_by_fixed = [](double volume) {
        return compare(volume_reading(0, 270.0), volume_reading(180, volume), fixed_limits()).change;
    };
    EXPECT_EQ(change_by_fixed(270.0 * 1.25 - 0.001), Change::stable);
    EXPECT_EQ(change_by_fixed(270.0 * 1.25), Change::possible_growth);
    EXPECT_EQ(change_by_fixed(270.0 * 0.75 + 0.001), Change::stable);
    EXPECT_EQ(change_by_fixed(270.0 * 0.75), Change::decreased);
}

TEST(Volumes, ShowTheirLimitsOfPossibleGrowthAndDecreaseRoundedUp)
{
    // What is shown must not promise a verdict that it does not give.
    EXPECT_EQ(possible_volume_growth(percent(53), table_limits()), Percentage::from_thousandths(37'100));
    EXPECT_EQ(possible_volume_growth(Percentage::from_thousandths(41'501), table_limits()),
              Percentage::from_thousandths(29'051));  // 29.0507
    EXPECT_EQ(volume_decrease(percent(100), table_limits()), percent(50));
    EXPECT_EQ(volume_decrease(percent(53), table_limits()), Percentage::from_thousandths(34'641));  // 34.6405
    EXPECT_EQ(possible_volume_growth(percent(53), fixed_limits()), percent(25));
    EXPECT_EQ(volume_decrease(percent(53), fixed_limits()), percent(25));
}

/// A prior of 100 mm3 is a sphere of 5.8 mm: below what is published the limit is 100 %.
Comparison small(double volume, double long_axis)
{
    return compared(volume_reading(0, 100.0, 5.8), volume_reading(180, volume, long_axis));
}

TEST(Volumes, BelowTheFirstPublishedDiameterNeedCalipersToBeUnequivocal)
{
    EXPECT_EQ(small(199.999, 5.8).change, Change::possible_growth);
    EXPECT_EQ(small(200.0, 5.8).change, Change::possible_growth);
    EXPECT_EQ(small(400.0, 7.3).change, Change::possible_growth);       // calipers: + 1.5, stable
    EXPECT_EQ(small(200.0, 7.301).change, Change::unequivocal_growth);  // calipers: possible
    EXPECT_EQ(small(199.999, 7.301).change, Change::possible_growth);
    EXPECT_EQ(small(200.0, 7.8).change, Change::unequivocal_growth);
    EXPECT_EQ(small(200.0, 5.8).volume_change, Change::unequivocal_growth);
    EXPECT_TRUE(small(200.0, 5.8).doubling_time_days);
    EXPECT_FALSE(small(200.0, 5.8).methods_disagree);
}

TEST(Volumes, FromTheFirstPublishedDiameterOnNeedNoCalipers)
{
    // 110.294 mm3 is the first volume whose sphere rounds to 6.0 mm: + 80 %.
    const auto change_from = [](double prior, double current) {
        return compared(volume_reading(0, prior, 6.0), volume_reading(180, current, 6.0)).change;
    };
    EXPECT_EQ(change_from(110.294, 198.530), Change::unequivocal_growth);
    EXPECT_EQ(change_from(110.293, 300.0), Change::possible_growth);
}

// What is not stated does not reassure: a thickness or a method.

struct Unstated {
    std::optional<Length> prior_slice = mm(1.0);
    std::optional<Length> current_slice = mm(1.0);
    std::optional<VolumeMethod> prior_method = VolumeMethod::automatic;
    std::optional<VolumeMethod> current_method = VolumeMethod::automatic;
};

Comparison unstated(const Unstated& what, double volume, double long_axis = 8.0)
{
    auto prior = volume_reading(0, 270.0);
    auto current = volume_reading(180, volume, long_axis);
    prior.slice_thickness = what.prior_slice;
    current.slice_thickness = what.current_slice;
    prior.volume_method = what.prior_method;
    current.volume_method = what.current_method;
    return compared(prior, current);
}

const Unstated not_stated[] = {
    {.prior_slice = std::nullopt},
    {.current_slice = std::nullopt},
    {.prior_slice = std::nullopt, .current_slice = std::nullopt},
    {.prior_method = std::nullopt},
    {.current_method = std::nullopt},
    {.prior_method = std::nullopt, .current_method = std::nullopt},
    {.prior_slice = std::nullopt, .current_method = std::nullopt},
    {.prior_slice = mm(1.5), .current_slice = std::nullopt},
};

TEST(UnstatedVolumes, ThatRoseByTheLimitArePossibleGrowthWithoutDoublingTime)
{
    for (const Unstated& what : not_stated) {
        EXPECT_EQ(unstated(what, 270.0 * 1.53 - 0.001).change, Change::stable);
        EXPECT_FALSE(unstated(what, 270.0 * 1.53 - 0.001).unstated_volume_rose);
        for (const double volume : {270.0 * 1.53, 270.0 * 1.53 + 0.001, 900.0}) {
            const Comparison found = unstated(what, volume);
            EXPECT_EQ(found.change, Change::possible_growth) << volume;
            EXPECT_TRUE(found.unstated_volume_rose);
            EXPECT_FALSE(found.volume_change);
            EXPECT_FALSE(found.doubling_time_days);
        }
    }
}

TEST(UnstatedVolumes, OutweighCalipersThatSayDecreased)
{
    EXPECT_EQ(unstated({.prior_slice = std::nullopt}, 500.0, 6.0).change, Change::possible_growth);
    EXPECT_EQ(unstated({.prior_slice = std::nullopt}, 300.0, 6.0).change, Change::decreased);
}

TEST(UnstatedVolumes, AddNothingToCalipersThatSayGrowth)
{
    const Comparison possible = unstated({.prior_slice = std::nullopt}, 500.0, 9.6);
    EXPECT_EQ(possible.change, Change::possible_growth);
    EXPECT_FALSE(possible.unstated_volume_rose);
    EXPECT_TRUE(possible.doubling_time_days);
    EXPECT_EQ(unstated({.prior_slice = std::nullopt}, 500.0, 10.0).change, Change::unequivocal_growth);
}

TEST(UnstatedVolumes, SayNothingWhereSomethingStatedBarsThem)
{
    EXPECT_EQ(unstated({.prior_slice = mm(1.501), .current_slice = std::nullopt}, 900.0).change, Change::stable);
    EXPECT_EQ(unstated({.prior_slice = std::nullopt, .current_slice = mm(1.501)}, 900.0).change, Change::stable);
    EXPECT_EQ(unstated({.prior_slice = std::nullopt, .current_method = VolumeMethod::manual}, 900.0).change,
              Change::stable);
    EXPECT_EQ(unstated({.current_slice = mm(2.0), .prior_method = std::nullopt}, 900.0).change, Change::stable);
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
constexpr double possible_volume = 175.0;     // + 56.25 %: above 0.7 x 80 %
constexpr double stable_volume = 112.0;
constexpr double decreased_volume = 62.0;  // - 44.6 %: below 112 / 1.8

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
    EXPECT_NEAR(*comparison.volume_change_percent, 100.0 * 63.0 / 112.0, 1e-9);
}

}  // namespace
}  // namespace nodtrack::growth
