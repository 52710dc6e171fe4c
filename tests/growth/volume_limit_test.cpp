// The volume increase beyond measurement error, by the diameter of the sphere with the prior volume (O-06).

#include <gtest/gtest.h>

#include <numbers>

#include "readings.hpp"

namespace nodtrack::growth {
namespace {

double sphere(double diameter)
{
    return std::numbers::pi / 6.0 * diameter * diameter * diameter;
}

double limit_at(double diameter)
{
    return volume_limit(mm3(sphere(diameter)), table_limits()).in_units();
}

TEST(VolumeLimit, StandsInTheTableAtWholeMillimetres)
{
    EXPECT_EQ(limit_at(6.0), 80);
    EXPECT_EQ(limit_at(7.0), 64);
    EXPECT_EQ(limit_at(8.0), 53);
    EXPECT_EQ(limit_at(9.0), 44);
    EXPECT_EQ(limit_at(10.0), 39);
    EXPECT_EQ(limit_at(11.0), 33);
    EXPECT_EQ(limit_at(12.0), 30);
}

TEST(VolumeLimit, IsLinearBetween)
{
    EXPECT_DOUBLE_EQ(limit_at(6.1), 78.4);
    EXPECT_DOUBLE_EQ(limit_at(6.5), 72.0);
    EXPECT_DOUBLE_EQ(limit_at(7.9), 54.1);
    EXPECT_DOUBLE_EQ(limit_at(9.5), 41.5);
    EXPECT_DOUBLE_EQ(limit_at(10.7), 34.8);
    EXPECT_DOUBLE_EQ(limit_at(11.9), 30.3);
}

TEST(VolumeLimit, IsOneHundredPercentBelowSixMillimetres)
{
    EXPECT_EQ(limit_at(3.0), 100);
    EXPECT_EQ(limit_at(5.9), 100);
}

TEST(VolumeLimit, IsThirtyPercentFromTwelveMillimetresOn)
{
    EXPECT_EQ(limit_at(12.1), 30);
    EXPECT_EQ(limit_at(60.0), 30);
}

TEST(VolumeLimit, RoundsTheDiameterHalfUpToATenth)
{
    // The sphere of 5.95 mm has 110.2934 mm3: the first volume above it rounds up to 6.0 mm.
    EXPECT_EQ(volume_limit(mm3(110.293), table_limits()), percent(100));
    EXPECT_EQ(volume_limit(mm3(110.294), table_limits()), percent(80));
}

TEST(VolumeLimit, OfAnEmptyTableIsTheOneBelowTheFirst)
{
    Limits limits = table_limits();
    limits.volume_limits.clear();
    EXPECT_EQ(volume_limit(mm3(1000.0), limits), percent(100));
}

TEST(SphereDiameter, InvertsTheVolumeOfTheSphere)
{
    for (const double diameter : {3.0, 5.95, 6.0, 9.99, 30.0}) {
        EXPECT_NEAR(sphere_diameter_mm(mm3(sphere(diameter))), diameter, 1e-4);
    }
}

}  // namespace
}  // namespace nodtrack::growth
