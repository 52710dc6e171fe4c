// The probability that a nodule is truly as large as a cut-off (O-05, O-06).

#include "nodtrack/growth/measurement_error.hpp"

#include <gtest/gtest.h>

#include <numbers>

#include "readings.hpp"

namespace nodtrack::growth {
namespace {

double probability(double reading, double cut_off)
{
    return probability_at_or_above(mm(reading), mm(cut_off), table_limits());
}

TEST(Probability, IsHalfAtTheCutOff)
{
    EXPECT_DOUBLE_EQ(probability(6.0, 6.0), 0.5);
}

TEST(Probability, FollowsTheNormalDistributionOfOneReading)
{
    // Tables of the standard normal distribution.
    EXPECT_NEAR(probability(6.0 + 0.62, 6.0), 0.841345, 1e-6);
    EXPECT_NEAR(probability(6.0 - 0.62, 6.0), 0.158655, 1e-6);
    EXPECT_NEAR(probability(6.0 + 2 * 0.62, 6.0), 0.977250, 1e-6);
    EXPECT_NEAR(probability(10.0 - 1.0, 10.0), 0.053388, 1e-5);
}

TEST(Probability, AtTheEdgeOfTheStraddleBandIsAboutTheNinetyFivePercentLimit)
{
    EXPECT_NEAR(probability(5.0 + 1.2, 5.0), 0.9735, 1e-4);
    EXPECT_NEAR(probability(5.0 - 1.2, 5.0), 0.0265, 1e-4);
}

TEST(Probability, RisesWithTheReading)
{
    for (double size = 3.0; size < 8.0; size += 0.1)
        EXPECT_LT(probability(size, 6.0), probability(size + 0.1, 6.0));
}

double sphere(double diameter)
{
    return std::numbers::pi / 6.0 * diameter * diameter * diameter;
}

TEST(VolumeVariation, IsTheLimitOverTheSpreadOfTwoReadings)
{
    EXPECT_NEAR(volume_coefficient_of_variation(mm3(sphere(8.0)), table_limits()), 0.53 / (1.96 * std::numbers::sqrt2),
                1e-9);
    EXPECT_NEAR(volume_coefficient_of_variation(mm3(sphere(12.0)), table_limits()), 0.30 / (1.96 * std::numbers::sqrt2),
                1e-9);
}

TEST(ProbabilityByVolume, UsesAThirdOfTheVolumesVariationForTheDiameter)
{
    const double sd = 8.0 * 0.53 / (1.96 * std::numbers::sqrt2) / 3.0;
    const double expected = 0.5 * std::erfc((6.0 - 8.0) / (sd * std::numbers::sqrt2));
    const auto found = probability_at_or_above(mm3(sphere(8.0)), mm(6.0), table_limits());
    ASSERT_TRUE(found);
    EXPECT_NEAR(*found, expected, 1e-6);
    // Volumes are kept to a thousandth of a cubic millimetre: 523.599 is a hair above the sphere of 10 mm.
    EXPECT_NEAR(*probability_at_or_above(mm3(sphere(10.0)), mm(10.0), table_limits()), 0.5, 1e-5);
}

TEST(ProbabilityByVolume, IsAbsentBelowTheFirstPublishedDiameter)
{
    EXPECT_FALSE(probability_at_or_above(mm3(sphere(5.9)), mm(5.0), table_limits()));
    EXPECT_TRUE(probability_at_or_above(mm3(sphere(6.01)), mm(5.0), table_limits()));
}

}  // namespace
}  // namespace nodtrack::growth
