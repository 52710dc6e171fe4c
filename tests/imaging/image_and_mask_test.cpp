#include <gtest/gtest.h>

#include <limits>
#include <nodtrack/imaging/measure_mask.hpp>

#include "volume_file.hpp"

namespace nodtrack::imaging {
namespace {

using namespace test;

int ball_label(const Vector3& p)
{
    return length(p) <= 6.03 ? 1 : 0;
}

TestVolume ball_mask()
{
    return TestVolume({31, 29, 17}, {0.7, 0.7, 1.25}).centred().fill(ball_label);
}

/// The same grid with HU: `inside(p)` in the ball, lung outside.
TestVolume image_of(const TestVolume& mask, const std::function<int(const Vector3&)>& inside)
{
    TestVolume image = mask;
    image.fill([&](const Vector3& p) { return length(p) <= 6.03 ? inside(p) : -850; });
    return image;
}

Result<MaskMeasurement> measure(const TestVolume& mask, const TestVolume& image)
{
    const TemporaryFolder folder;
    MaskRequest request;
    request.mask = write_nrrd(folder / "mask.nrrd", mask);
    request.image = {write_mha(folder / "image.mha", image)};
    request.nodule_id = "N1";
    return measure_mask(request);
}

TEST(Density, IsThatOfTheVoxelsInTheMask)
{
    const auto mask = ball_mask();
    const auto answer = measure(mask, image_of(mask, [](const Vector3& p) { return p[0] > 0 ? 60 : 20; }));
    ASSERT_TRUE(answer) << answer.error().message;
    const auto& density = answer->density.value();
    EXPECT_EQ(answer->nodule_id, "N1");
    EXPECT_NEAR(density.mean_hu, 40, 3);  // the middle column is on one side
    EXPECT_NEAR(density.sd_hu, 20, 0.3);
    EXPECT_EQ(density.attenuation, AttenuationClass::solid);
    EXPECT_DOUBLE_EQ(density.solid_volume_mm3, answer->shape->volume_mm3);
    EXPECT_EQ(density.calcified_volume_mm3, 0);
}

TEST(Density, IsAbsentWithoutAnImage)
{
    const TemporaryFolder folder;
    MaskRequest request;
    request.mask = write_nrrd(folder / "mask.nrrd", ball_mask());
    const auto answer = measure_mask(request);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->shape.has_value());
    EXPECT_FALSE(answer->density.has_value());
}

TEST(AttenuationClass, FollowsTheShareOfSolidVoxels)
{
    const auto mask = ball_mask();
    const auto class_of = [&](const std::function<int(const Vector3&)>& inside) {
        return measure(mask, image_of(mask, inside))->density->attenuation;
    };
    EXPECT_EQ(class_of([](const Vector3&) { return 30; }), AttenuationClass::solid);
    EXPECT_EQ(class_of([](const Vector3&) { return -600; }), AttenuationClass::ground_glass);
    EXPECT_EQ(class_of([](const Vector3& p) { return length(p) < 3.5 ? 20 : -600; }), AttenuationClass::part_solid);
    EXPECT_EQ(class_of([](const Vector3& p) { return length(p) > 5.3 ? -450 : 30; }), AttenuationClass::solid)
        << "the outline's voxels hold lung as well and do not count";
}

TEST(AttenuationClass, OfAPartSolidNoduleComesWithItsSolidVolume)
{
    const auto mask = ball_mask();
    const auto answer = measure(mask, image_of(mask, [](const Vector3& p) { return length(p) < 3.5 ? 20 : -600; }));
    EXPECT_NEAR(answer->density->solid_volume_mm3, 4.0 / 3 * 3.14159 * 3.5 * 3.5 * 3.5, 10);
}

TEST(CalcifiedVolume, IsOfVoxelsAbove200)
{
    const auto mask = ball_mask();
    const auto calcified = [&](int hu) {
        const auto answer = measure(mask, image_of(mask, [&](const Vector3& p) { return p[2] > 0.1 ? hu : 30; }));
        return answer->density->calcified_volume_mm3 / answer->shape->volume_mm3;
    };
    EXPECT_EQ(calcified(200), 0);
    EXPECT_NEAR(calcified(201), 0.44, 0.06);
}

TEST(ImageAndMask, MayHaveAxesFlippedAndSwapped)
{
    const auto mask = ball_mask();
    const auto hu = [](const Vector3& p) {
        return static_cast<int>(std::lround(10.1 * p[0] + 3.3 * p[1] - 7.7 * p[2] + 0.123));
    };
    const auto straight = measure(mask, image_of(mask, hu));
    TestVolume other({17, 31, 29}, {1.25, 0.7, 0.7});
    other.direction = {{{0, 0, -1}, {-1, 0, 0}, {0, 1, 0}}};
    const auto turned = measure(mask, image_of(other.centred(), hu));
    ASSERT_TRUE(turned) << turned.error().message;
    EXPECT_DOUBLE_EQ(straight->density->mean_hu, turned->density->mean_hu);
    EXPECT_DOUBLE_EQ(straight->density->sd_hu, turned->density->sd_hu);
}

TEST(ImageAndMask, MayBeOblique)
{
    auto mask = ball_mask();
    const double c = std::cos(0.2);
    const double s = std::sin(0.2);
    mask.direction = {{{c, 0, s}, {0, 1, 0}, {-s, 0, c}}};
    mask.centred().fill(ball_label);
    const auto answer = measure(mask, image_of(mask, [](const Vector3&) { return 30; }));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_DOUBLE_EQ(answer->density->mean_hu, 30);
    EXPECT_DOUBLE_EQ(answer->shape->slice_spacing_mm, 1.25);
}

TEST(ImageAndMask, OfAnyFormatLieAtTheSamePlace)
{
    const TemporaryFolder folder;
    auto mask = ball_mask();
    mask.origin = {-101.5, 33.25, -800};
    for (std::int16_t& value : mask.values)
        value = 0;
    mask.at(10, 20, 5) = mask.at(11, 20, 5) = 1;
    const std::vector<fs::path> files{write_nrrd(folder / "a.nrrd", mask), write_mha(folder / "a.mha", mask),
                                      write_nifti(folder / "a.nii", mask)};
    for (const fs::path& file : files) {
        for (const fs::path& image : files) {
            MaskRequest request;
            request.mask = file;
            request.image = {image};
            const auto answer = measure_mask(request);
            ASSERT_TRUE(answer) << answer.error().message;
            EXPECT_NEAR(answer->shape->center_mm[0], -101.5 + 10.5 * 0.7, 1e-4);
            EXPECT_NEAR(answer->shape->center_mm[1], 33.25 + 20 * 0.7, 1e-4);
            EXPECT_NEAR(answer->shape->center_mm[2], -800 + 5 * 1.25, 1e-4);
            EXPECT_DOUBLE_EQ(answer->density->mean_hu, 1);
        }
    }
}

TEST(ImageAndMask, OnOtherVoxelsAreRefusedWithBothValues)
{
    const auto mask = ball_mask();
    struct Case {
        std::string name;
        std::function<void(TestVolume&)> change;
        std::vector<std::string> said;
    };
    const std::vector<Case> cases{
        {"size",
         [](TestVolume& v) {
             v = TestVolume({31, 29, 16}, v.spacing);
             v.origin = ball_mask().origin;
         },
         {"size is 31 x 29 x 17 in the mask and 31 x 29 x 16 in the image"}},
        {"spacing",
         [](TestVolume& v) { v.spacing[2] = 1.5; },
         {"spacing is (0.7, 0.7, 1.25) mm in the mask and (0.7, 0.7, 1.5) mm in the image"}},
        {"origin",
         [](TestVolume& v) { v.origin[0] += 0.35; },
         {"position of the first voxel is (-10.5, -9.8, -10) mm"}},
        {"direction",
         [](TestVolume& v) {
             v.direction = {{{0.96, 0.28, 0}, {-0.28, 0.96, 0}, {0, 0, 1}}};
         },
         {"direction is (1, 0, 0), (0, 1, 0), (0, 0, 1) in the mask and (0.96, 0.28, 0)"}},
    };
    for (const Case& wrong : cases) {
        auto image = mask;
        wrong.change(image);
        const auto answer = measure(mask, image);
        ASSERT_FALSE(answer) << wrong.name;
        EXPECT_EQ(answer.error().code, ErrorCode::bad_input);
        for (const std::string& words : wrong.said)
            EXPECT_NE(answer.error().message.find(words), std::string::npos)
                << wrong.name << ": " << answer.error().message;
        EXPECT_NE(answer.error().message.find("resample the mask"), std::string::npos);
    }
}

TEST(ImageAndMask, MayDifferByRounding)
{
    const auto mask = ball_mask();
    auto image = image_of(mask, [](const Vector3&) { return 30; });
    image.origin[1] += 1e-3;
    image.spacing[2] *= 1 + 1e-5;
    EXPECT_TRUE(measure(mask, image));
}

TEST(Progress, IsToldToTheCaller)
{
    const TemporaryFolder folder;
    MaskRequest request;
    request.mask = write_nrrd(folder / "mask.nrrd", ball_mask());
    std::vector<std::string> told;
    request.progress = [&](std::string_view doing, double) { told.emplace_back(doing); };
    ASSERT_TRUE(measure_mask(request));
    EXPECT_EQ(told.front(), "reading the mask");
    EXPECT_EQ(told.back(), "measuring");
}

}  // namespace
}  // namespace nodtrack::imaging
