// Comparing diameters: just below, at and just above each limit.

#include <gtest/gtest.h>

#include "readings.hpp"

namespace nodtrack::growth {
namespace {

Change change_of(const SizeReading& prior, const SizeReading& current)
{
    return compare(prior, current, table_limits()).change;
}

Change change_by(double millimetres)
{
    return change_of(reading(0, 6.0), reading(180, 6.0 + millimetres));
}

TEST(Calipers, SayStableUpToOneAndAHalfMillimetres)
{
    EXPECT_EQ(change_by(0.0), Change::stable);
    EXPECT_EQ(change_by(1.499), Change::stable);
    EXPECT_EQ(change_by(1.5), Change::stable);
}

TEST(Calipers, SayPossibleGrowthAboveOneAndAHalf)
{
    EXPECT_EQ(change_by(1.501), Change::possible_growth);
    EXPECT_EQ(change_by(1.999), Change::possible_growth);
}

TEST(Calipers, SayUnequivocalGrowthFromTwoMillimetresOn)
{
    EXPECT_EQ(change_by(2.0), Change::unequivocal_growth);
    EXPECT_EQ(change_by(2.001), Change::unequivocal_growth);
}

TEST(Calipers, SayDecreasedFromTwoMillimetresLessOn)
{
    EXPECT_EQ(change_by(-1.999), Change::stable);
    EXPECT_EQ(change_by(-2.0), Change::decreased);
    EXPECT_EQ(change_by(-2.001), Change::decreased);
}

TEST(Calipers, CompareExactlyWhatBinaryFractionsCannotHold)
{
    // 5.1 - 3.1 is 1.9999999999999996 in binary floating point.
    EXPECT_EQ(change_of(reading(0, 3.1), reading(180, 5.1)), Change::unequivocal_growth);
    EXPECT_EQ(change_of(reading(0, 4.4), reading(180, 5.9)), Change::stable);
}

TEST(MeanDiameter, CountsWhereBothScansHaveBothAxes)
{
    EXPECT_EQ(change_of(reading(0, 6.0, 4.0), reading(180, 7.0, 6.0)), Change::stable);              // mean + 1.5
    EXPECT_EQ(change_of(reading(0, 6.0, 4.0), reading(180, 7.0, 6.001)), Change::possible_growth);   // + 1.5005
    EXPECT_EQ(change_of(reading(0, 6.0, 4.0), reading(180, 7.0, 6.999)), Change::possible_growth);   // + 1.9995
    EXPECT_EQ(change_of(reading(0, 6.0, 4.0), reading(180, 7.0, 7.0)), Change::unequivocal_growth);  // + 2.0
}

TEST(MeanDiameter, IsLeftAsideWhereAShortAxisIsMissing)
{
    EXPECT_EQ(change_of(reading(0, 6.0, 4.0), reading(180, 7.0)), Change::stable);
    EXPECT_EQ(change_of(reading(0, 6.0), reading(180, 7.0, 7.0)), Change::stable);
    EXPECT_FALSE(
        compare(reading(0, 6.0), reading(180, 7.0, 7.0), table_limits()).mean_diameter_change_half_micrometres);
}

TEST(MeanDiameter, IsHeldInHalfMicrometres)
{
    const auto comparison = compare(reading(0, 6.0, 4.0), reading(180, 7.0, 6.001), table_limits());
    EXPECT_EQ(comparison.mean_diameter_change_half_micrometres, 3001);
    EXPECT_EQ(comparison.long_axis_change, mm(1.0));
}

TEST(MeanDiameter, AndLongAxisTheLargerCountsForGrowth)
{
    EXPECT_EQ(change_of(reading(0, 6.0, 6.0), reading(180, 8.0, 2.0)), Change::unequivocal_growth);
}

TEST(MeanDiameter, AndLongAxisTheSmallerCountsForDecrease)
{
    EXPECT_EQ(change_of(reading(0, 8.0, 8.0), reading(180, 7.0, 5.0)), Change::decreased);  // mean - 2.0
    EXPECT_EQ(change_of(reading(0, 8.0, 8.0), reading(180, 7.0, 5.1)), Change::stable);     // mean - 1.95
    EXPECT_EQ(change_of(reading(0, 8.0, 2.0), reading(180, 6.0, 4.0)), Change::decreased);  // long axis - 2.0
}

Length threshold(std::optional<Length> prior_slice, std::optional<Length> current_slice)
{
    SizeReading prior = reading(0, 6.0);
    SizeReading current = reading(180, 6.0);
    prior.slice_thickness = prior_slice;
    current.slice_thickness = current_slice;
    return compare(prior, current, table_limits()).caliper_threshold;
}

TEST(SliceThickness, WidensTheLimitAboveTwoAndAHalf)
{
    EXPECT_EQ(threshold(mm(2.499), mm(1.0)), mm(2.0));
    EXPECT_EQ(threshold(mm(2.5), mm(1.0)), mm(2.0));
    EXPECT_EQ(threshold(mm(2.501), mm(1.0)), mm(2.501));
    EXPECT_EQ(threshold(mm(2.6), mm(2.6)), mm(2.6));
}

TEST(SliceThickness, WidensTheLimitToThreeMillimetresAtMost)
{
    EXPECT_EQ(threshold(mm(2.999), mm(1.0)), mm(2.999));
    EXPECT_EQ(threshold(mm(3.0), mm(1.0)), mm(3.0));
    EXPECT_EQ(threshold(mm(3.001), mm(1.0)), mm(3.0));
    EXPECT_EQ(threshold(mm(5.0), mm(5.0)), mm(3.0));
}

TEST(SliceThickness, IsTheLargerOfBoth)
{
    EXPECT_EQ(threshold(mm(2.7), mm(2.9)), mm(2.9));
    EXPECT_EQ(threshold(mm(2.9), mm(2.7)), mm(2.9));
}

TEST(SliceThickness, IsTheKnownOneWhereOneIsUnknown)
{
    EXPECT_EQ(threshold(std::nullopt, mm(2.9)), mm(2.9));
    EXPECT_EQ(threshold(mm(2.9), std::nullopt), mm(2.9));
}

TEST(SliceThickness, UnknownOnBothScansDoesNotExcuseGrowth)
{
    EXPECT_EQ(threshold(std::nullopt, std::nullopt), mm(2.0));
}

TEST(SliceThickness, WidensTheLimitOfDecreaseAsWell)
{
    SizeReading prior = reading(0, 8.0);
    prior.slice_thickness = mm(5.0);
    EXPECT_EQ(change_of(prior, reading(180, 5.001)), Change::stable);
    EXPECT_EQ(change_of(prior, reading(180, 5.0)), Change::decreased);
}

TEST(SliceThickness, DoesNotMoveThePossibleGrowthOfOneAndAHalf)
{
    SizeReading prior = reading(0, 6.0);
    prior.slice_thickness = mm(5.0);
    EXPECT_EQ(change_of(prior, reading(180, 7.5)), Change::stable);
    EXPECT_EQ(change_of(prior, reading(180, 7.6)), Change::possible_growth);
    EXPECT_EQ(change_of(prior, reading(180, 8.999)), Change::possible_growth);
    EXPECT_EQ(change_of(prior, reading(180, 9.0)), Change::unequivocal_growth);
}

}  // namespace
}  // namespace nodtrack::growth
