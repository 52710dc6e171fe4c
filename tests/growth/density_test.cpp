// Becoming denser is growth, whatever the sizes: solid component, attenuation, new calcification (O-72).

#include <gtest/gtest.h>

#include "readings.hpp"

namespace nodtrack::growth {
namespace {

/// A nodule of 8.0 mm that becomes `long_axis`, and how dense it looked and looks.
Comparison denser(const DensityReading& prior, const DensityReading& current, double long_axis = 8.0,
                  bool calcifying_primary = false)
{
    Comparison comparison = compare(reading(0, 8.0), reading(180, long_axis), table_limits());
    consider_density(prior, current, calcifying_primary, table_limits(), comparison);
    return comparison;
}

DensityReading solid_part(double millimetres)
{
    DensityReading reading;
    reading.solid_component = mm(millimetres);
    return reading;
}

DensityReading of(std::optional<AttenuationClass> attenuation)
{
    DensityReading reading;
    reading.attenuation = attenuation;
    return reading;
}

TEST(SolidComponent, GrowsUnequivocallyFromTwoMillimetresOn)
{
    EXPECT_EQ(denser(solid_part(3.0), solid_part(4.999)).change, Change::stable);
    EXPECT_EQ(denser(solid_part(3.0), solid_part(5.0)).change, Change::unequivocal_growth);
    EXPECT_EQ(denser(solid_part(3.0), solid_part(5.001)).change, Change::unequivocal_growth);
    EXPECT_EQ(denser(solid_part(0.0), solid_part(2.0)).change, Change::unequivocal_growth);
}

TEST(SolidComponent, CountsThoughTheWholeNoduleShrankOrGrewPossibly)
{
    EXPECT_EQ(denser(solid_part(3.0), solid_part(5.0), 6.0).change, Change::unequivocal_growth);
    EXPECT_EQ(denser(solid_part(3.0), solid_part(5.0), 9.6).change, Change::unequivocal_growth);
    EXPECT_EQ(denser(solid_part(3.0), solid_part(5.0), 6.0).size_change, Change::decreased);
}

TEST(SolidComponent, GivesNoDoublingTime)
{
    EXPECT_TRUE(denser({}, {}, 9.6).doubling_time_days);
    EXPECT_FALSE(denser(solid_part(3.0), solid_part(5.0), 9.6).doubling_time_days);
    EXPECT_FALSE(denser(solid_part(3.0), solid_part(5.0)).doubling_time_days);
}

TEST(SolidComponent, IsLeftAsideWhereTheSizesSayUnequivocal)
{
    const Comparison by_size = denser(solid_part(3.0), solid_part(5.0), 10.0);
    EXPECT_EQ(by_size.change, Change::unequivocal_growth);
    EXPECT_FALSE(by_size.denser);
    EXPECT_TRUE(by_size.doubling_time_days);
}

TEST(SolidComponent, ThatOneRowDoesNotGiveSaysNothing)
{
    EXPECT_EQ(denser({}, solid_part(8.0)).change, Change::stable);
    EXPECT_EQ(denser(solid_part(1.0), {}).change, Change::stable);
}

TEST(Attenuation, RisesFromGroundGlassOverPartSolidToSolid)
{
    using A = AttenuationClass;
    for (const A glass : {A::ground_glass, A::complex_ground_glass}) {
        EXPECT_EQ(denser(of(glass), of(A::part_solid)).change, Change::possible_growth);
        EXPECT_EQ(denser(of(glass), of(A::solid)).change, Change::possible_growth);
    }
    EXPECT_EQ(denser(of(A::part_solid), of(A::solid)).change, Change::possible_growth);
    EXPECT_TRUE(denser(of(A::part_solid), of(A::solid)).denser);
}

TEST(Attenuation, ThatFellOrStayedSaysNothing)
{
    using A = AttenuationClass;
    EXPECT_EQ(denser(of(A::ground_glass), of(A::complex_ground_glass)).change, Change::stable);
    EXPECT_EQ(denser(of(A::complex_ground_glass), of(A::ground_glass)).change, Change::stable);
    EXPECT_EQ(denser(of(A::solid), of(A::part_solid)).change, Change::stable);
    EXPECT_EQ(denser(of(A::solid), of(A::ground_glass)).change, Change::stable);
    EXPECT_FALSE(denser(of(A::solid), of(A::solid)).denser);
}

TEST(Attenuation, WithoutPlaceInTheOrderOrNotReportedSaysNothing)
{
    using A = AttenuationClass;
    for (const A other : {A::cystic, A::cavitary, A::fat_containing}) {
        EXPECT_EQ(denser(of(other), of(A::solid)).change, Change::stable);
        EXPECT_EQ(denser(of(A::ground_glass), of(other)).change, Change::stable);
    }
    EXPECT_EQ(denser(of(std::nullopt), of(A::solid)).change, Change::stable);
    EXPECT_EQ(denser(of(A::ground_glass), of(std::nullopt)).change, Change::stable);
}

TEST(Attenuation, RaisesADecreaseToPossibleGrowth)
{
    using A = AttenuationClass;
    const Comparison found = denser(of(A::ground_glass), of(A::solid), 6.0);
    EXPECT_EQ(found.size_change, Change::decreased);
    EXPECT_EQ(found.change, Change::possible_growth);
    EXPECT_FALSE(found.doubling_time_days);
}

TEST(Attenuation, LeavesThePossibleGrowthOfSizesItsDoublingTime)
{
    using A = AttenuationClass;
    const Comparison found = denser(of(A::part_solid), of(A::solid), 9.6);
    EXPECT_EQ(found.change, Change::possible_growth);
    EXPECT_EQ(found.doubling_time_days, denser({}, {}, 9.6).doubling_time_days);
    EXPECT_TRUE(found.doubling_time_days);
}

TEST(Attenuation, IsPossibleGrowthAloneWhereTheSolidComponentRoseByLess)
{
    using A = AttenuationClass;
    DensityReading prior = of(A::part_solid);
    DensityReading current = of(A::solid);
    prior.solid_component = mm(1.0);
    current.solid_component = mm(2.999);
    EXPECT_EQ(denser(prior, current).change, Change::possible_growth);
}

DensityReading calcified(std::optional<Calcification> calcification, std::optional<IvContrast> contrast)
{
    DensityReading reading;
    reading.calcification = calcification;
    reading.iv_contrast = contrast;
    return reading;
}

Change ossified(const DensityReading& prior, const DensityReading& current, bool calcifying_primary = true)
{
    return denser(prior, current, 8.0, calcifying_primary).change;
}

TEST(Ossification, InACalcifyingPrimaryIsPossibleGrowth)
{
    using C = Calcification;
    const auto before = calcified(C::none, IvContrast::none);
    for (const C now : {C::diffuse, C::central, C::laminated, C::popcorn, C::eccentric, C::stippled, C::amorphous}) {
        EXPECT_EQ(ossified(before, calcified(now, IvContrast::given)), Change::possible_growth) << word(now);
    }
    EXPECT_EQ(ossified(before, calcified(C::none, IvContrast::none)), Change::stable);
    EXPECT_EQ(ossified(before, calcified(std::nullopt, IvContrast::none)), Change::stable);
}

TEST(Ossification, InAnyOtherPrimarySaysNothing)
{
    EXPECT_EQ(ossified(calcified(Calcification::none, IvContrast::none),
                       calcified(Calcification::diffuse, IvContrast::none), false),
              Change::stable);
}

TEST(Ossification, NeedsAPriorThatSaysNoneWithoutContrast)
{
    // Contrast hides calcification from the prior: it may have been there.
    using C = Calcification;
    const auto now = calcified(C::diffuse, IvContrast::none);
    EXPECT_EQ(ossified(calcified(C::none, IvContrast::given), now), Change::stable);
    EXPECT_EQ(ossified(calcified(C::none, std::nullopt), now), Change::stable);
    EXPECT_EQ(ossified(calcified(std::nullopt, IvContrast::none), now), Change::stable);
    EXPECT_EQ(ossified(calcified(C::central, IvContrast::none), now), Change::stable);
}

TEST(Density, KeepsAnUnstatedVolumeWithoutDoublingTime)
{
    auto prior = volume_reading(0, 270.0);
    prior.slice_thickness.reset();
    Comparison comparison = compare(prior, volume_reading(180, 600.0), table_limits());
    consider_density(of(AttenuationClass::part_solid), of(AttenuationClass::solid), false, table_limits(), comparison);
    EXPECT_EQ(comparison.change, Change::possible_growth);
    EXPECT_FALSE(comparison.doubling_time_days);
}

}  // namespace
}  // namespace nodtrack::growth
