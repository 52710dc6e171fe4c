// Volume doubling time and its interval (O-09).

#include <gtest/gtest.h>

#include <numbers>

#include "nodtrack/growth/measurement_error.hpp"
#include "readings.hpp"

namespace nodtrack::growth {
namespace {

std::optional<double> doubling_time(const SizeReading& prior, const SizeReading& current)
{
    return compare(prior, current, table_limits()).doubling_time_days;
}

TEST(DoublingTime, OfAVolumeThatDoubledIsTheTimeBetween)
{
    EXPECT_DOUBLE_EQ(*doubling_time(volume_reading(0, 270.0), volume_reading(90, 540.0)), 90.0);
}

TEST(DoublingTime, OfAVolumeThatGrewFourfoldIsHalfTheTime)
{
    EXPECT_DOUBLE_EQ(*doubling_time(volume_reading(0, 100.0), volume_reading(90, 400.0)), 45.0);
}

TEST(DoublingTime, OfALongAxisThatDoubledIsAThirdOfTheTime)
{
    EXPECT_NEAR(*doubling_time(reading(0, 4.0), reading(90, 8.0)), 30.0, 1e-12);
}

TEST(DoublingTime, ComesFromLongAxesWhereVolumesDoNotServe)
{
    auto prior = volume_reading(0, 270.0, 4.0);
    prior.slice_thickness = mm(2.0);
    EXPECT_NEAR(*doubling_time(prior, volume_reading(90, 540.0, 8.0)), 30.0, 1e-12);
}

TEST(DoublingTime, ComesFromTheLongAxisAloneThoughTheMeanGrew)
{
    // Mean + 2.0, long axis + 1.0.
    const double expected = 180.0 * std::numbers::ln2 / (3.0 * std::log(7.0 / 6.0));
    EXPECT_NEAR(*doubling_time(reading(0, 6.0, 4.0), reading(180, 7.0, 7.0)), expected, 1e-9);
}

TEST(DoublingTime, IsAbsentWhenTheNoduleShrank)
{
    EXPECT_FALSE(doubling_time(reading(0, 8.0), reading(180, 5.0)));
    EXPECT_FALSE(doubling_time(volume_reading(0, 400.0), volume_reading(180, 200.0)));
}

TEST(DoublingTime, IsAbsentWhenTheNoduleIsStableThoughItRose)
{
    EXPECT_FALSE(doubling_time(reading(0, 6.0), reading(180, 7.5)));
    EXPECT_FALSE(doubling_time(volume_reading(0, 270.0), volume_reading(180, 300.0)));
}

TEST(DoublingTime, IsAbsentWhenTheMeanGrewAndTheLongAxisDidNot)
{
    const auto comparison = compare(reading(0, 6.0, 1.8), reading(180, 5.9, 5.9), table_limits());
    EXPECT_EQ(comparison.change, Change::unequivocal_growth);
    EXPECT_FALSE(comparison.rose);
    EXPECT_FALSE(comparison.doubling_time_days);
    EXPECT_FALSE(doubling_time(reading(0, 6.0, 2.0), reading(180, 6.0, 6.0)));
}

TEST(DoublingTime, IsAbsentWhereTheMethodsDisagree)
{
    EXPECT_FALSE(doubling_time(volume_reading(0, 112.0, 6.0), volume_reading(180, 113.0, 8.0)));
}

std::optional<DoublingTimeInterval> interval(const SizeReading& prior, const SizeReading& current)
{
    return doubling_time_interval(prior, current, compare(prior, current, table_limits()), table_limits());
}

TEST(DoublingTimeInterval, FollowsFromTheErrorsOfBothVolumes)
{
    // 8.0 mm: 53 %, 10.0 mm: 39 %; one reading's CV is the limit over 1.96 times the square root of 2.
    const auto prior = volume_reading(0, 268.083);
    const auto current = volume_reading(90, 523.599);
    const double sd = std::hypot(0.53, 0.39) / (1.96 * std::numbers::sqrt2);
    const double log_ratio = std::log(523.599 / 268.083);
    const auto found = interval(prior, current);
    ASSERT_TRUE(found && found->shortest_days && found->longest_days);
    EXPECT_NEAR(*found->shortest_days, 90.0 * std::numbers::ln2 / (log_ratio + 1.96 * sd), 1e-6);
    EXPECT_NEAR(*found->longest_days, 90.0 * std::numbers::ln2 / (log_ratio - 1.96 * sd), 1e-6);
}

TEST(DoublingTimeInterval, FollowsFromTheErrorsOfBothDiametersThreefold)
{
    const auto found = interval(reading(0, 10.0), reading(90, 20.0));
    const double sd = 3.0 * std::hypot(0.062, 0.031);
    const double log_ratio = 3.0 * std::numbers::ln2;
    ASSERT_TRUE(found && found->longest_days);
    EXPECT_NEAR(*found->shortest_days, 90.0 * std::numbers::ln2 / (log_ratio + 1.96 * sd), 1e-9);
    EXPECT_NEAR(*found->longest_days, 90.0 * std::numbers::ln2 / (log_ratio - 1.96 * sd), 1e-9);
}

TEST(DoublingTimeInterval, IsUnboundedWhereNoGrowthIsNotExcluded)
{
    // 4.0 to 5.6 mm by calipers: the slow side of the interval is not excluded.
    const auto found = interval(reading(0, 4.0), reading(180, 5.6));
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->shortest_days);
    EXPECT_FALSE(found->longest_days);
}

TEST(DoublingTimeInterval, HoldsThePointValue)
{
    for (const double size : {6.0, 7.0, 9.0, 14.0}) {
        const auto prior = reading(0, 4.0);
        const auto current = reading(180, size);
        const auto found = interval(prior, current);
        ASSERT_TRUE(found) << size;
        EXPECT_LT(*found->shortest_days, *doubling_time(prior, current));
        EXPECT_GT(found->longest_days.value_or(1e9), *doubling_time(prior, current));
    }
}

TEST(DoublingTimeInterval, IsAbsentWithoutADoublingTime)
{
    EXPECT_FALSE(interval(reading(0, 6.0), reading(180, 6.0)));
}

}  // namespace
}  // namespace nodtrack::growth
