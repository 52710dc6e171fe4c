#include <gtest/gtest.h>

#include <nodtrack/imaging/measure_mask.hpp>
#include <numbers>
#include <random>

#include "volume_file.hpp"

namespace nodtrack::imaging {
namespace {

using namespace test;

MaskMeasurement measured(const TestVolume& mask, std::int32_t label = 1)
{
    const TemporaryFolder folder;
    MaskRequest request;
    request.mask = write_nrrd(folder / "mask.nrrd", mask);
    request.label = label;
    const auto answer = measure_mask(request);
    if (!answer) {
        ADD_FAILURE() << answer.error().message;
        return {};
    }
    return *answer;
}

ShapeValues shape_of(const TestVolume& mask)
{
    const auto answer = measured(mask);
    EXPECT_EQ(answer.status, MeasurementStatus::measured);
    return answer.shape.value_or(ShapeValues{});
}

bool has_flag(const MaskMeasurement& answer, const std::string& code)
{
    return std::any_of(answer.flags.begin(), answer.flags.end(),
                       [&](const std::string& flag) { return flag.starts_with(code); });
}

std::function<int(const Vector3&)> ball(double diameter, const Vector3& center = {0, 0, 0})
{
    return [=](const Vector3& p) { return length(minus(p, center)) <= diameter / 2 ? 1 : 0; };
}

TEST(MaskShape, OfABallIsABalls)
{
    const double d = 20.1;
    const auto shape = shape_of(TestVolume({61, 61, 61}, {0.4, 0.4, 0.4}).centred().fill(ball(d)));
    const double volume = std::numbers::pi / 6 * d * d * d;
    EXPECT_NEAR(shape.voxel_volume_mm3, volume, 0.01 * volume);
    EXPECT_NEAR(shape.mesh_volume_mm3, volume, 0.01 * volume);
    EXPECT_NEAR(shape.maximum_3d_diameter_mm, d, 0.45);
    EXPECT_NEAR(shape.long_axis_mm, d, 0.4);
    EXPECT_NEAR(shape.short_axis_mm, d, 0.4);
    // The variance of a ball's points along any line is d^2 / 20, so IBSI's 4 sqrt(variance) is less than d.
    const double axis = 4 * d / std::sqrt(20.0);
    EXPECT_NEAR(shape.major_axis_mm, axis, 0.05);
    EXPECT_NEAR(shape.least_axis_mm, axis, 0.05);
    // A mesh of voxel steps is rougher than the ball, so it has more area.
    EXPECT_GT(shape.sphericity, 0.9);
    EXPECT_LT(shape.sphericity, 1.0);
    for (const double coordinate : shape.center_mm)
        EXPECT_NEAR(coordinate, 0, 1e-9);
}

TEST(MaskShape, OfAnEllipsoidAtOddSpacingHasItsAxes)
{
    const Vector3 half{9, 6, 7.5};
    auto mask = TestVolume({41, 31, 17}, {0.57, 0.61, 1.25}).centred();
    mask.fill([&](const Vector3& p) {
        return std::pow(p[0] / half[0], 2) + std::pow(p[1] / half[1], 2) + std::pow(p[2] / half[2], 2) <= 1 ? 1 : 0;
    });
    const auto shape = shape_of(mask);
    EXPECT_NEAR(shape.volume_mm3, 4.0 / 3 * std::numbers::pi * half[0] * half[1] * half[2], 0.02 * shape.volume_mm3);
    EXPECT_NEAR(shape.long_axis_mm, 18, 0.6);
    EXPECT_NEAR(shape.short_axis_mm, 12, 0.6);
    EXPECT_NEAR(shape.major_axis_mm / shape.minor_axis_mm, 9 / 7.5, 0.02);
    EXPECT_NEAR(shape.minor_axis_mm / shape.least_axis_mm, 7.5 / 6, 0.02);
    EXPECT_DOUBLE_EQ(shape.slice_spacing_mm, 1.25);
    EXPECT_DOUBLE_EQ(shape.mean_diameter_mm, (shape.long_axis_mm + shape.short_axis_mm) / 2);
}

TEST(MaskShape, OfABoxIsTheBoxWithItsEdgesRounded)
{
    // 6 x 8 x 5 voxels of 1 x 0.5 x 2 mm. The mesh runs on the box's faces and cuts its edges by half a voxel.
    auto mask = TestVolume({12, 14, 9}, {1, 0.5, 2});
    for (int z = 2; z < 7; ++z) {
        for (int y = 3; y < 11; ++y) {
            for (int x = 4; x < 10; ++x)
                mask.at(x, y, z) = 1;
        }
    }
    const auto shape = shape_of(mask);
    EXPECT_DOUBLE_EQ(shape.voxel_volume_mm3, 240);
    // Along the twelve edges a wedge of half a voxel by half a voxel is missing, and more at the eight corners.
    EXPECT_LT(shape.mesh_volume_mm3, 240);
    EXPECT_GT(shape.mesh_volume_mm3, 225);
    EXPECT_LT(shape.long_axis_mm, std::hypot(6, 4));
    EXPECT_GT(shape.long_axis_mm, std::hypot(6 - 1, 4 - 0.5));
    EXPECT_NEAR(shape.maximum_3d_diameter_mm, std::hypot(6 - 1, 4 - 0.5, 10), 1e-9);
    EXPECT_NEAR(shape.center_mm[0], 6.5, 1e-9);
    EXPECT_NEAR(shape.center_mm[1], 3.25, 1e-9);
    EXPECT_NEAR(shape.center_mm[2], 8, 1e-9);
    const auto axis = [](int voxels, double spacing) {  // of equally spaced points, all of 240 counted
        return 4 * spacing * std::sqrt((voxels * voxels - 1) / 12.0 * 240 / 239);
    };
    EXPECT_NEAR(shape.major_axis_mm, axis(5, 2), 1e-9);
    EXPECT_NEAR(shape.minor_axis_mm, axis(6, 1), 1e-9);
    EXPECT_NEAR(shape.least_axis_mm, axis(8, 0.5), 1e-9);
}

TEST(MaskShape, OfOneVoxelIsAnOctahedron)
{
    auto mask = TestVolume({5, 5, 5}, {1, 1, 1});
    mask.at(2, 2, 2) = 1;
    const auto answer = measured(mask);
    const auto shape = answer.shape.value();
    EXPECT_DOUBLE_EQ(shape.voxel_volume_mm3, 1);
    EXPECT_NEAR(shape.mesh_volume_mm3, 1.0 / 6, 1e-12);
    EXPECT_NEAR(shape.surface_area_mm2, std::sqrt(3.0), 1e-12);
    EXPECT_NEAR(shape.maximum_3d_diameter_mm, 1, 1e-12);
    EXPECT_GT(shape.short_axis_mm, 0.4);
    EXPECT_LE(shape.long_axis_mm, 1);
    EXPECT_EQ(shape.major_axis_mm, 0);
    EXPECT_TRUE(has_flag(answer, flag::fewer_than_10_voxels));
    EXPECT_TRUE(has_flag(answer, flag::single_slice));
}

TEST(MaskShape, OfATurnedGridIsTheSame)
{
    const auto body = [](const Vector3& index) {
        return std::pow(index[0] / 9, 2) + std::pow(index[1] / 6, 2) + std::pow(index[2] / 4, 2) <= 1 ? 1 : 0;
    };
    auto straight = TestVolume({25, 21, 15}, {0.7, 0.8, 1.5});
    straight.centred().fill(body);
    auto turned = straight;
    const double c = std::cos(0.3);
    const double s = std::sin(0.3);
    turned.direction = {{{c, s, 0}, {s, -c, 0}, {0, 0, -1}}};  // turned about z, y and z flipped
    turned.origin = {30, -40, 500};

    const auto a = shape_of(straight);
    const auto b = shape_of(turned);
    EXPECT_NEAR(a.surface_area_mm2, b.surface_area_mm2, 1e-9);
    EXPECT_NEAR(a.mesh_volume_mm3, b.mesh_volume_mm3, 1e-9);
    EXPECT_NEAR(a.long_axis_mm, b.long_axis_mm, 1e-9);
    EXPECT_NEAR(a.major_axis_mm, b.major_axis_mm, 1e-9);
    const Vector3 middle = turned.position(12, 10, 7);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(b.center_mm[i], middle[i], 1e-6);
}

TEST(MaskShape, TakesAxialSlicesOfAnImageStoredInSagittalSlices)
{
    // Index axes run anterior-posterior, head-foot, right-left: what a scanner or a converter may store.
    auto mask = TestVolume({21, 15, 21}, {1, 2, 1});
    mask.direction = {{{0, 1, 0}, {0, 0, -1}, {1, 0, 0}}};
    mask.centred().fill([](const Vector3& p) {
        return std::pow(p[0] / 4, 2) + std::pow(p[1] / 7, 2) + std::pow(p[2] / 12, 2) <= 1 ? 1 : 0;
    });
    const auto shape = shape_of(mask);
    EXPECT_NEAR(shape.long_axis_mm, 14, 1.1);
    EXPECT_NEAR(shape.short_axis_mm, 8, 1.1);
    EXPECT_DOUBLE_EQ(shape.slice_spacing_mm, 2);
}

TEST(MaskShape, OfADiscKeepsItsDiameterToHalfAVoxelOnAverage)
{
    std::mt19937 random(11);
    std::uniform_real_distribution<double> shift(-0.35, 0.35);
    for (const double d : {4.0, 6.0, 8.0, 12.0, 20.0}) {
        double long_sum = 0;
        double short_sum = 0;
        constexpr int discs = 20;
        for (int i = 0; i < discs; ++i) {
            const Vector3 center{shift(random), shift(random), 0};
            auto mask = TestVolume({37, 37, 1}, {0.7, 0.7, 5}).centred().fill(ball(d, center));
            const auto shape = shape_of(mask);
            EXPECT_NEAR(shape.long_axis_mm, d, 0.6);
            EXPECT_NEAR(shape.short_axis_mm, d, 0.7);
            long_sum += shape.long_axis_mm - d;
            short_sum += shape.short_axis_mm - d;
        }
        EXPECT_NEAR(long_sum / discs, 0, 0.42) << d << " mm";
        EXPECT_NEAR(short_sum / discs, 0, 0.3) << d << " mm";
    }
}

TEST(AxisEnds, LieAsFarApartAsTheAxesAreLongAndAtRightAngles)
{
    // Off the origin, on a grid of three spacings.
    const Vector3 center{8, -7, 15};
    const auto shape = shape_of(TestVolume({80, 80, 40}, {0.5, 0.7, 1.25}).centred().fill([&](const Vector3& p) {
        const Vector3 from = minus(p, center);
        return std::abs(from[2]) < 4 && from[0] * from[0] / 81 + from[1] * from[1] / 36 <= 1 ? 1 : 0;
    }));
    const auto way = [](const std::array<Vector3, 2>& ends) { return minus(ends[1], ends[0]); };
    const Vector3 along = way(shape.long_axis_ends_mm);
    const Vector3 across = way(shape.short_axis_ends_mm);
    EXPECT_NEAR(length(along), shape.long_axis_mm, 1e-6);
    EXPECT_NEAR(length(across), shape.short_axis_mm, 1e-6);
    EXPECT_NEAR(along[0] * across[0] + along[1] * across[1], 0, 1e-6);
    EXPECT_NEAR(std::abs(along[0]), 18, 0.5) << "the long axis lies along x";
    EXPECT_EQ(shape.long_axis_ends_mm[0][2], shape.long_axis_ends_mm[1][2]) << "on one slice";
    EXPECT_NEAR((shape.long_axis_ends_mm[0][0] + shape.long_axis_ends_mm[1][0]) / 2, center[0], 0.5);
}

TEST(ShortAxis, IsAChordThroughTheNoduleAndNotItsShadow)
{
    // An L of pixels: its shadow at right angles to the long axis is wider than any line through it.
    auto mask = TestVolume({30, 30, 1}, {1, 1, 1});
    for (int x = 5; x < 25; ++x) {
        for (int y = 5; y < 9; ++y)
            mask.at(x, y, 0) = mask.at(y, x, 0) = 1;
    }
    const auto shape = shape_of(mask);
    EXPECT_NEAR(shape.long_axis_mm, std::hypot(19.5, 19.5), 1.0);
    EXPECT_LT(shape.short_axis_mm, 15);
}

TEST(VolumeInterval, HoldsTheTrueVolumeOfNineteenInTwentyBalls)
{
    std::mt19937 random(5);
    std::uniform_real_distribution<double> shift(-0.35, 0.35);
    std::uniform_real_distribution<double> diameter(4, 12);
    std::uniform_real_distribution<double> level(0.25, 0.75);
    int inside = 0;
    constexpr int balls = 80;
    for (int i = 0; i < balls; ++i) {
        const double d = diameter(random);
        const Vector3 center{shift(random), shift(random), shift(random)};
        const double threshold = level(random);
        auto mask = TestVolume({25, 25, 19}, {0.7, 0.7, 1}).centred();
        mask.fill([&](const Vector3& p) {
            int hits = 0;
            for (int s = 0; s < 64; ++s) {
                const Vector3 q{p[0] + 0.7 * ((s % 4 + 0.5) / 4 - 0.5), p[1] + 0.7 * ((s / 4 % 4 + 0.5) / 4 - 0.5),
                                p[2] + (s / 16 + 0.5) / 4 - 0.5};
                hits += length(minus(q, center)) <= d / 2 ? 1 : 0;
            }
            return hits >= threshold * 64 ? 1 : 0;
        });
        const auto shape = shape_of(mask);
        const double volume = std::numbers::pi / 6 * d * d * d;
        inside += volume >= shape.volume_ci95_mm3[0] && volume <= shape.volume_ci95_mm3[1] ? 1 : 0;
        EXPECT_LT(shape.volume_ci95_mm3[0], shape.volume_mm3);
        EXPECT_GT(shape.volume_ci95_mm3[1], shape.volume_mm3);
        if (d > 10) {
            EXPECT_LT(shape.volume_ci95_mm3[1], 1.2 * shape.volume_mm3);
        }
    }
    EXPECT_GE(inside, balls * 19 / 20);
}

TEST(MaskFlags, NameWhatAReaderMustKnow)
{
    auto mask = TestVolume({20, 20, 20}, {1, 1, 1});
    for (int z = 5; z < 9; ++z) {
        for (int y = 5; y < 9; ++y) {
            for (int x = 5; x < 9; ++x)
                mask.at(x, y, z) = 1;
        }
    }
    EXPECT_TRUE(measured(mask).flags.empty());
    mask.at(9, 9, 9) = 1;  // shares a corner: still one piece
    EXPECT_TRUE(measured(mask).flags.empty());
    mask.at(14, 14, 14) = 1;
    EXPECT_TRUE(has_flag(measured(mask), flag::several_components));
    mask.at(14, 14, 14) = 0;
    mask.at(0, 5, 5) = 1;
    EXPECT_TRUE(has_flag(measured(mask), flag::touches_image_border));
}

TEST(MaskLabel, IsMeasuredAlone)
{
    auto mask = TestVolume({20, 20, 20}, {1, 1, 1});
    for (int i = 3; i < 7; ++i)
        mask.at(i, 4, 4) = 1;
    for (int i = 3; i < 15; ++i)
        mask.at(i, 12, 12) = 2;
    EXPECT_DOUBLE_EQ(measured(mask, 1).shape->volume_mm3, 4);
    EXPECT_DOUBLE_EQ(measured(mask, 2).shape->volume_mm3, 12);
    EXPECT_EQ(measured(mask, 2).nodule_id, "2");
}

TEST(MaskLabel, ThatNoVoxelHasIsRefusedWithTheLabelsThereAre)
{
    auto mask = TestVolume({8, 8, 8}, {1, 1, 1});
    mask.at(3, 3, 3) = 2;
    mask.at(4, 3, 3) = 5;
    const auto answer = measured(mask, 1);
    EXPECT_EQ(answer.status, MeasurementStatus::refused);
    EXPECT_FALSE(answer.shape.has_value());
    EXPECT_FALSE(answer.density.has_value());
    ASSERT_EQ(answer.flags.size(), 1U);
    EXPECT_EQ(answer.flags[0], "label_not_in_mask: no voxel has label 1; the mask holds 2, 5");
}

}  // namespace
}  // namespace nodtrack::imaging
