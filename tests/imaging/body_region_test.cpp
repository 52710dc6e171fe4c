#include "nodule/body_region.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <numbers>

// Bodies of exact shape in lung, by the share of each voxel that they fill. Lengths in mm; the middle of the
// neighbourhood is the origin.

namespace nodtrack::imaging {
namespace {

constexpr double lung_hu = -860;
constexpr double tissue_hu = 30;

struct Scene {
    std::function<bool(const Vector3&)> holds;
    Neighbourhood image;
    Vector3 origin{};

    explicit Scene(std::function<bool(const Vector3&)> body, double slice_mm = 1.25) : holds(std::move(body))
    {
        constexpr double reach = 24;
        constexpr int parts = 3;
        image.spacing_mm = {0.8, 0.8, slice_mm};
        image.axis = {0, 1, 2};
        for (std::size_t a = 0; a < 3; ++a) {
            image.size[a] = std::llround(2 * reach / image.spacing_mm[a]) + 1;
            origin[a] = 0.5 * static_cast<double>(image.size[a] - 1) * image.spacing_mm[a];
        }
        for (std::int64_t k = 0; k < image.size[2]; ++k) {
            for (std::int64_t j = 0; j < image.size[1]; ++j) {
                for (std::int64_t i = 0; i < image.size[0]; ++i) {
                    const Vector3 middle = difference(image.place(i, j, k), origin);
                    double filled = 0;
                    for (int part = 0; part < parts * parts * parts; ++part) {
                        Vector3 p = middle;
                        const std::array<int, 3> at{part % parts, part / parts % parts, part / parts / parts};
                        for (std::size_t a = 0; a < 3; ++a)
                            p[a] += ((at[a] + 0.5) / parts - 0.5) * image.spacing_mm[a];
                        filled += holds(p) ? 1 : 0;
                    }
                    filled /= parts * parts * parts;
                    image.hu.push_back(static_cast<float>(lung_hu + filled * (tissue_hu - lung_hu)));
                }
            }
        }
    }

    std::optional<BodyRegion> region_at(const Vector3& place) const
    {
        return body_region(image, sum(place, origin), lung_hu);
    }
    std::optional<BodyRegion> dome_at(const Vector3& place) const
    {
        return dome_region(image, sum(place, origin), lung_hu);
    }
};

bool is_in_ball(const Vector3& p, const Vector3& center, double radius)
{
    return length(difference(p, center)) < radius;
}

double ball_mm3(double radius)
{
    return 4.0 / 3 * std::numbers::pi * radius * radius * radius;
}

TEST(BodyRegion, OfALargeBallHasItsVolumeAndDiameter)
{
    const Scene scene([](const Vector3& p) { return is_in_ball(p, {1, -1, 0.5}, 9); });
    const auto region = scene.region_at({0, 0, 0});
    ASSERT_TRUE(region);
    EXPECT_NEAR(region->volume_mm3 / ball_mm3(9), 1, 0.03);
    EXPECT_NEAR(region->diameters.long_mm, 18, 0.8);
    EXPECT_NEAR(region->diameters.short_mm, 18, 0.8);
    EXPECT_NEAR(region->thickness_mm, 9, 0.8);
    EXPECT_EQ(region->cut_share, 0);
}

TEST(BodyRegion, IsTheSameWhereverInTheBodyTheClickFell)
{
    const Scene scene([](const Vector3& p) {
        return is_in_ball(p, {0, 0, 0}, 8) || is_in_ball(p, {7, 4, 1}, 4.5) ||
               (std::hypot(p[1], p[2]) < 1.2 && p[0] < 0);  // and a vessel that goes on to the edge
    });
    const auto first = scene.region_at({0, 0, 0});
    ASSERT_TRUE(first);
    for (const Vector3& click : {Vector3{2, 0, 0}, {-2, 1, 0}, {0, -2, 1}, {1, 1, -2}}) {
        const auto again = scene.region_at(click);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->volume_mm3, first->volume_mm3);
        EXPECT_EQ(again->diameters.long_mm, first->diameters.long_mm);
    }
}

TEST(BodyRegion, HasTheLobesButNotTheVesselThatGoesOn)
{
    const auto body = [](const Vector3& p) { return is_in_ball(p, {0, 0, 0}, 8) || is_in_ball(p, {7, 0, 0}, 5); };
    const auto with_vessel = [&](const Vector3& p) { return body(p) || (std::hypot(p[0], p[2]) < 1.1 && p[1] < 0); };
    const auto alone = Scene(body).region_at({0, 0, 0});
    const auto beside = Scene(with_vessel).region_at({0, 0, 0});
    ASSERT_TRUE(alone && beside);
    EXPECT_GT(alone->volume_mm3, 1.05 * ball_mm3(8)) << "the lobe counts";
    EXPECT_NEAR(alone->diameters.long_mm, 20, 0.8) << "from -8 to 12";
    EXPECT_NEAR(beside->volume_mm3 / alone->volume_mm3, 1, 0.02) << "a stump of the vessel at most";
    EXPECT_GT(beside->cut_share, 0);
}

TEST(BodyRegion, IsPartedFromTheWallItStandsOn)
{
    constexpr double radius = 8;
    constexpr double before_wall = 6;
    const Scene scene([](const Vector3& p) { return p[0] > before_wall || is_in_ball(p, {0, 0, 0}, radius); });
    const double height = radius - before_wall;
    const double cap = std::numbers::pi * height * height * (radius - height / 3);
    for (const double off : {-2.0, 0.0, 2.0}) {
        const auto region = scene.region_at({off, 1, 0});
        ASSERT_TRUE(region) << off;
        EXPECT_NEAR(region->volume_mm3 / (ball_mm3(radius) - cap), 1, 0.15) << off;
        EXPECT_GT(region->cut_share, 0.05);
    }
}

TEST(BodyRegion, OfAWideBaseIsCutByABallAndOfAWallIsNone)
{
    constexpr double radius = 10;
    const Scene half_ball([](const Vector3& p) { return p[0] > 3 || is_in_ball(p, {3, 0, 0}, radius); });
    EXPECT_FALSE(half_ball.region_at({-2, 0, 0})) << "no thickness parts it";
    const auto dome = half_ball.dome_at({-2, 0, 0});
    ASSERT_TRUE(dome);
    EXPECT_TRUE(dome->is_dome);
    EXPECT_GT(dome->volume_mm3, 0.5 * ball_mm3(radius) / 2);
    EXPECT_LT(dome->volume_mm3, 2 * ball_mm3(radius) / 2);

    const Scene wall([](const Vector3& p) { return p[0] > 3; });
    for (const double deep : {2.0, 4.0, 6.0}) {
        EXPECT_FALSE(wall.region_at({3 + deep, 0, 0}));
        EXPECT_FALSE(wall.dome_at({3 + deep, 0, 0}));
    }
}

TEST(BodyRegion, IsNoneOfAVesselAndOfPlainLung)
{
    const Scene vessel([](const Vector3& p) { return std::hypot(p[0], p[1]) < 2.5; });
    EXPECT_FALSE(vessel.region_at({0.5, 0, 1}));
    EXPECT_FALSE(vessel.region_at({12, 12, 0})) << "nothing dense within 2 mm";
}

}  // namespace
}  // namespace nodtrack::imaging
