#include <gtest/gtest.h>

#include <nodtrack/imaging/ct.hpp>

#include "lung_scene.hpp"
#include "nodule/blurred_ball.hpp"

namespace nodtrack::imaging {
namespace {

using namespace test;

Ct loaded(const TestVolume& volume)
{
    const TemporaryFolder folder;
    const auto ct = load_ct({{write_nrrd(folder / "ct.nrrd", volume)}, "", {}});
    if (!ct) throw std::runtime_error(ct.error().message);
    return *ct;
}

MaskMeasurement measured(const Ct& ct, const Vector3& click)
{
    return measure_seed(ct, {"N1", click}).values;
}

std::string joined_flags(const MaskMeasurement& answer)
{
    std::string text;
    for (const auto& f : answer.flags)
        text += f + "; ";
    return text;
}

bool has_flag(const MaskMeasurement& answer, const std::string& code)
{
    return std::any_of(answer.flags.begin(), answer.flags.end(),
                       [&](const std::string& f) { return f == code || f.starts_with(code + ":"); });
}

double sphere(double d)
{
    return 3.14159265358979 / 6 * d * d * d;
}

struct NoduleCase {
    std::string sentence;
    std::vector<Body> bodies;
    std::vector<Vessel> vessels;
    double volume_mm3 = 0;
    double tolerance = 0;  ///< of the volume
    AttenuationClass attenuation = AttenuationClass::solid;
    double solid_mm3 = 0;
    double long_mm = 0;
    double wall_from_x = 19;
};

std::vector<NoduleCase> nodule_cases()
{
    const Vector3 middle{-4.2, 3.3, 1.4};
    // A ball of 8 mm whose centre lies 2 mm inside the wall's surface, seen from the lung: the wall hides a cap.
    const double cap = 3.14159265358979 * 2 * 2 * (3 * 4 - 2) / 3;
    return {
        {"A solid ball keeps its volume",
         {ball(middle, 8, 30)},
         {},
         sphere(8),
         0.04,
         AttenuationClass::solid,
         sphere(8),
         8},
        {"One of 4 mm too, though no voxel of it is free of lung",
         {ball(middle, 4, 30)},
         {},
         sphere(4),
         0.10,
         AttenuationClass::solid,
         sphere(4),
         4},
        {"The long axis of an ellipsoid is that of its largest axial section",
         {{middle, {5, 3.6, 4}, 20}},
         {},
         4.0 / 3 * 3.14159265358979 * 5 * 3.6 * 4,
         0.04,
         AttenuationClass::solid,
         4.0 / 3 * 3.14159265358979 * 5 * 3.6 * 4,
         10},
        {"Ground glass stands out from lung by a quarter of what solid tissue does",
         {ball(middle, 9, -590)},
         {},
         sphere(9),
         0.08,
         AttenuationClass::ground_glass,
         0,
         9},
        {"The solid part of a part-solid nodule is measured by itself",
         {ball(middle, 11, -600), ball({-3.6, 3.6, 1.2}, 6, 30)},
         {},
         sphere(11),
         0.08,
         AttenuationClass::part_solid,
         sphere(6),
         11},
        {"A nodule on the pleura ends at the pleura",
         {ball({17, 2, 1}, 8, 30)},
         {},
         sphere(8) - cap,
         0.08,
         AttenuationClass::solid,
         sphere(8) - cap,
         8},
        {"A vessel that passes at a nodule's side does not count",
         {ball(middle, 8, 30)},
         {{{-4.2 + 4.4, 3.3, 0}, 2, 1.1}},
         sphere(8),
         0.08,
         AttenuationClass::solid,
         sphere(8),
         8},
    };
}

TEST(SeedMeasurement, FindsSizeAndKindWithinItsOwnInterval)
{
    for (const NoduleCase& c : nodule_cases()) {
        SCOPED_TRACE(c.sentence);
        LungScene scene;
        scene.bodies = c.bodies;
        scene.vessels = c.vessels;
        const Ct ct = loaded(scene.image());
        Vector3 click = c.bodies.back().center;
        click[0] -= 0.7;
        click[1] += 0.5;
        const auto answer = measured(ct, click);
        ASSERT_EQ(answer.status, MeasurementStatus::measured) << joined_flags(answer);
        const auto& shape = *answer.shape;
        EXPECT_NEAR(shape.volume_mm3 / c.volume_mm3, 1, c.tolerance);
        EXPECT_LE(shape.volume_ci95_mm3[0], c.volume_mm3);
        EXPECT_GE(shape.volume_ci95_mm3[1], c.volume_mm3);
        ASSERT_TRUE(shape.repeated_volume_ci95_mm3);
        EXPECT_GE((*shape.repeated_volume_ci95_mm3)[0], shape.volume_ci95_mm3[0]) << "readers' outlines come on top";
        EXPECT_LE((*shape.repeated_volume_ci95_mm3)[1], shape.volume_ci95_mm3[1]);
        EXPECT_LT(shape.volume_ci95_mm3[1] / shape.volume_ci95_mm3[0], 2.2) << "an interval that says something";
        EXPECT_NEAR(shape.long_axis_mm, c.long_mm, 0.6);
        EXPECT_EQ(shape.volume_method, VolumeMethod::partial_volume);
        EXPECT_EQ(answer.density->attenuation, c.attenuation);
        if (c.solid_mm3 > 0)
            EXPECT_NEAR(answer.density->solid_volume_mm3 / c.solid_mm3, 1, 0.2);
        else
            EXPECT_EQ(answer.density->solid_volume_mm3, 0);
    }
}

TEST(SeedMeasurement, ASmallNoduleIsToldFromAVesselAsThickAsItIs)
{
    // Touching it from each side, clicked off its centre, towards the vessel and away.
    for (const double radius : {0.9, 1.5, 2.0}) {
        for (const double sign : {-1.0, 1.0}) {
            SCOPED_TRACE(std::to_string(radius) + " mm, side " + std::to_string(sign));
            constexpr double diameter = 3.4;
            const Vector3 center{-4.2, 3.3, 1.4};
            LungScene scene;
            scene.bodies = {ball(center, diameter, 30)};
            scene.vessels = {{{center[0] + sign * (radius + 0.45 * diameter), center[1], 0}, 2, radius}};
            const Ct ct = loaded(scene.image());
            for (const double towards : {-0.4, 0.4}) {
                const auto answer = measured(ct, {center[0] + towards, center[1] + 0.2, center[2]});
                ASSERT_TRUE(answer.shape) << joined_flags(answer);
                EXPECT_NEAR(answer.shape->volume_mm3 / sphere(diameter), 1, 0.3);
                EXPECT_EQ(answer.density->attenuation, AttenuationClass::solid);
            }
        }
    }
}

TEST(SeedMeasurement, AVesselAloneIsNoNodule)
{
    LungScene scene;
    scene.vessels = {{{-4.2, 3.3, 0}, 2, 1.6}};
    const auto answer = measured(loaded(scene.image()), {-4.0, 3.5, 0});
    EXPECT_EQ(answer.status, MeasurementStatus::refused);
    EXPECT_TRUE(has_flag(answer, flag::seed_in_vessel)) << joined_flags(answer);
}

TEST(SeedMeasurement, ALargeNoduleOnThePleuraIsNotTakenForTheWall)
{
    constexpr double diameter = 14;
    constexpr double inside_mm = 3;  // its centre, in front of the pleura
    LungScene scene;
    scene.wall_from_x = 15;
    const Vector3 center{scene.wall_from_x - inside_mm, 1, 0.5};
    scene.bodies = {ball(center, diameter, 30)};
    const double height = diameter / 2 - inside_mm;
    const double truth = sphere(diameter) - 3.14159265358979 * height * height * (diameter / 2 - height / 3);
    const Ct ct = loaded(scene.image());
    for (const double off : {-1.5, 0.0, 1.5}) {
        SCOPED_TRACE(off);
        const auto answer = measured(ct, {center[0] + off, center[1], center[2] + 0.4});
        ASSERT_TRUE(answer.shape) << joined_flags(answer);
        EXPECT_NEAR(answer.shape->volume_mm3 / truth, 1, 0.15);
        EXPECT_TRUE(has_flag(answer, flag::touches_pleura)) << joined_flags(answer);
    }
}

TEST(BlurredBodies, AnOverlapIsThatOfPlaneSurfaces)
{
    for (const double a : {0.1, 0.5, 0.8}) {
        for (const double b : {0.3, 0.6}) {
            EXPECT_NEAR(overlap(a, b, 0).share, a * b, 1e-12) << "at right angles";
            EXPECT_NEAR(overlap(a, b, 1).share, std::min(a, b), 1e-12) << "one behind the other";
            EXPECT_NEAR(overlap(a, b, -1).share, std::max(0.0, a + b - 1), 1e-12) << "face to face";
            constexpr double step = 1e-6;
            for (const double cosine : {-0.7, 0.0, 0.4}) {
                const Overlap both = overlap(a, b, cosine);
                EXPECT_NEAR((overlap(a + step, b, cosine).share - both.share) / step, both.by_a, 1e-5);
                EXPECT_NEAR((overlap(a, b + step, cosine).share - both.share) / step, both.by_b, 1e-5);
            }
        }
    }
    const double third = 1.0 / 3;  // of half-covered ones at 60 degrees, from the angle between both planes
    EXPECT_NEAR(overlap(0.5, 0.5, 0.5).share, third, 1e-9);
}

TEST(BlurredBodies, ATubeSeenFromItsAxisIsWhatTheBlurLeavesInIt)
{
    for (const double radius : {0.5, 1.0, 2.5}) {
        for (const double blur : {0.4, 0.7}) {
            const double exact = 1 - std::exp(-radius * radius / (2 * blur * blur));
            EXPECT_NEAR(blurred_tube(0, radius, blur).share, exact, 0.01) << radius << " " << blur;
        }
    }
    EXPECT_NEAR(blurred_tube(20, 20, 0.5).share, 0.5, 0.01) << "a thick tube's surface is a plane";
    EXPECT_EQ(blurred_tube(30, 1, 0.5).share, 0);
}

TEST(SeedMeasurement, DoesNotDependOnWhereInTheNoduleTheClickFell)
{
    LungScene scene;
    scene.bodies = {ball({-4.2, 3.3, 1.4}, 9, 30)};
    const Ct ct = loaded(scene.image());
    const double at_centre = measured(ct, {-4.2, 3.3, 1.4}).shape->volume_mm3;
    for (const Vector3& off : {Vector3{1.5, 0, 0}, {0, -1.5, 0}, {0, 0, 1.5}, {-0.8, 0.8, -0.8}}) {
        const auto answer = measured(ct, {-4.2 + off[0], 3.3 + off[1], 1.4 + off[2]});
        ASSERT_TRUE(answer.shape) << joined_flags(answer);
        EXPECT_NEAR(answer.shape->volume_mm3 / at_centre, 1, 0.01);
    }
}

TEST(SeedMeasurement, IsTheSameWhicheverWayTheFileRuns)
{
    LungScene scene;
    scene.bodies = {{{-4.2, 3.3, 1.4}, {5, 3.6, 4}, 20}};
    const TestVolume upright = scene.image();
    TestVolume turned = upright;  // slices from head to foot, rows from left to right
    turned.direction = {{{-1, 0, 0}, {0, 1, 0}, {0, 0, -1}}};
    turned.origin = upright.position(upright.size[0] - 1, 0, upright.size[2] - 1);
    TestVolume source = upright;
    for (int z = 0; z < upright.size[2]; ++z) {
        for (int y = 0; y < upright.size[1]; ++y) {
            for (int x = 0; x < upright.size[0]; ++x)
                turned.at(x, y, z) = source.at(upright.size[0] - 1 - x, y, upright.size[2] - 1 - z);
        }
    }
    const auto one = measured(loaded(upright), {-4, 3, 1});
    const auto other = measured(loaded(turned), {-4, 3, 1});
    ASSERT_TRUE(one.shape && other.shape) << joined_flags(other);
    EXPECT_NEAR(other.shape->volume_mm3 / one.shape->volume_mm3, 1, 0.01);
    EXPECT_NEAR(other.shape->long_axis_mm, one.shape->long_axis_mm, 0.1);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(other.shape->center_mm[i], one.shape->center_mm[i], 0.1);
}

TEST(SeedMeasurement, IsRefusedWithTheReasonRatherThanGuessed)
{
    struct Refusal {
        std::string sentence;
        Vector3 click;
        std::string code;
    };
    LungScene scene;
    scene.bodies = {ball({-4.2, 3.3, 1.4}, 8, 30)};
    scene.vessels = {{{-17, 10, 0}, 2, 2.0}};
    const Ct ct = loaded(scene.image());
    for (const Refusal& r : std::vector<Refusal>{
             {"a metre away", {-1000, 0, 0}, flag::seed_outside_image},
             {"in lung where there is nothing", {8, -8, 5}, flag::no_nodule_at_seed},
             {"in the chest wall", {24, 0, 10}, flag::seed_in_soft_tissue},
             {"in a rib", {24.5, 0, -23}, flag::seed_in_bone},
             {"in air", {-10, -23, 0}, flag::seed_in_air},
             {"in a vessel", {-17, 10, 3}, flag::seed_in_vessel},
         }) {
        SCOPED_TRACE(r.sentence);
        const auto answer = measured(ct, r.click);
        EXPECT_EQ(answer.status, MeasurementStatus::refused);
        EXPECT_FALSE(answer.shape || answer.density);
        EXPECT_TRUE(has_flag(answer, r.code)) << joined_flags(answer);
    }
}

TEST(SeedMeasurement, SavesTheVoxelsThatItCounted)
{
    LungScene scene;
    scene.bodies = {ball({-4.2, 3.3, 1.4}, 8, 30)};
    const Ct ct = loaded(scene.image());
    const auto answer = measure_seed(ct, {"N1", {-4, 3, 1}});
    const TemporaryFolder folder;
    for (const char* const name : {"found.nrrd", "found.nii", "found.nii.gz"}) {
        SCOPED_TRACE(name);
        ASSERT_TRUE(save_masks(ct, {answer.mask}, folder / name));
        MaskRequest request;
        request.mask = folder / name;
        request.image = {write_nrrd(folder / "ct.nrrd", scene.image())};
        const auto again = measure_mask(request);
        ASSERT_TRUE(again) << again.error().message << " (on the voxels of the image, or it would be refused)";
        // NIfTI keeps spacings and places as 32-bit numbers.
        EXPECT_NEAR(again->shape->voxel_volume_mm3, answer.values.shape->voxel_volume_mm3, 1e-3);
        EXPECT_NEAR(again->shape->mesh_volume_mm3, answer.values.shape->mesh_volume_mm3, 1e-3);
    }
    EXPECT_FALSE(save_masks(ct, {answer.mask}, folder / "found.txt")) << "another kind of file";
    EXPECT_FALSE(save_masks(ct, {answer.mask}, folder / "nowhere" / "found.nrrd"));
}

TEST(SeedMeasurement, FindsTheRealPartSolidNoduleFromBothItsSeeds)
{
    const fs::path file = fs::path(NODTRACK_SHARED_DIR) / "data/lesion-crop/PartSolidLesionCropped.mha";
    if (!fs::exists(file)) GTEST_SKIP() << "the real part-solid crop is not on this machine";
    const auto ct = load_ct({{file}, "", {}});
    ASSERT_TRUE(ct) << ct.error().message;
    const auto first = measured(*ct, {185.238, 175.636, -257.75});
    const auto second = measured(*ct, {183.134, 174.233, -257.75});
    ASSERT_TRUE(first.shape && second.shape) << joined_flags(first) << joined_flags(second);
    EXPECT_EQ(first.density->attenuation, AttenuationClass::part_solid);
    EXPECT_EQ(second.density->attenuation, AttenuationClass::part_solid);
    // One nodule, two clicks: each volume within the other's interval.
    for (const auto* pair : {&first, &second}) {
        const auto& other = pair == &first ? second : first;
        EXPECT_GT(other.shape->volume_mm3, pair->shape->volume_ci95_mm3[0]);
        EXPECT_LT(other.shape->volume_mm3, pair->shape->volume_ci95_mm3[1]);
    }
    EXPECT_TRUE(has_flag(first, flag::irregular)) << "it is spiculated, which the model is not";
}

}  // namespace
}  // namespace nodtrack::imaging
