#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nodtrack/imaging/calcification.hpp>
#include <random>

#include "loaded_ct.hpp"

namespace nodtrack::imaging {
namespace {

double apart(const Vector3& a, const Vector3& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// A ball in lung, calcified where `is_calcified` says so (mm from its centre), and what an outline round it gives.
struct Scene {
    double radius_mm = 6;
    double body_hu = 40;
    double calcium_hu = 600;
    Vector3 voxel{0.7, 0.7, 1.0};
    std::function<bool(const Vector3&)> is_calcified = [](const Vector3&) { return false; };
    std::optional<IvContrast> contrast{};
    AttenuationClass attenuation = AttenuationClass::solid;
    std::vector<std::string> flags{};

    CalcificationFinding finding() const
    {
        auto loaded = std::make_shared<LoadedCt>();
        CtVolume& volume = loaded->volume;
        volume.grid.spacing_mm = voxel;
        NoduleMask mask;
        for (std::size_t a = 0; a < 3; ++a) {
            volume.grid.direction[a][a] = 1;
            volume.grid.size[a] = 2 * static_cast<std::int64_t>(std::ceil((radius_mm + 3) / voxel[a])) + 1;
            volume.grid.origin_mm[a] = -0.5 * voxel[a] * static_cast<double>(volume.grid.size[a] - 1);
        }
        mask.size = volume.grid.size;
        std::mt19937 random(3);
        constexpr int parts = 3;
        for (std::int64_t k = 0; k < mask.size[2]; ++k) {
            for (std::int64_t j = 0; j < mask.size[1]; ++j) {
                for (std::int64_t i = 0; i < mask.size[0]; ++i) {
                    const Vector3 middle = position_mm(
                        volume.grid, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
                    double total = 0;
                    for (int part = 0; part < parts * parts * parts; ++part) {
                        const std::array<int, 3> at{part % parts, part / parts % parts, part / parts / parts};
                        Vector3 p = middle;
                        for (std::size_t a = 0; a < 3; ++a)
                            p[a] += ((at[a] + 0.5) / parts - 0.5) * voxel[a];
                        total += apart(p, {}) > radius_mm ? -860 : is_calcified(p) ? calcium_hu : body_hu;
                    }
                    const double noise = 20.0 * (static_cast<double>(random()) / 2147483648.0 - 1);
                    volume.hu.push_back(static_cast<std::int16_t>(total / (parts * parts * parts) + noise));
                    mask.inside.push_back(static_cast<std::uint8_t>(apart(middle, {}) <= radius_mm));
                }
            }
        }
        loaded->facts.iv_contrast = contrast;
        MaskMeasurement measurement;
        measurement.status = MeasurementStatus::measured;
        measurement.shape.emplace();
        measurement.shape->mean_diameter_mm = 2 * radius_mm;
        measurement.density.emplace();
        measurement.density->attenuation = attenuation;
        measurement.flags = flags;
        return calcification_of(Ct(loaded), mask, measurement);
    }
};

std::function<bool(const Vector3&)> balls(std::vector<Vector3> centers, double radius)
{
    return [=](const Vector3& p) {
        return std::any_of(centers.begin(), centers.end(), [&](const Vector3& c) { return apart(p, c) <= radius; });
    };
}

struct Case {
    std::string sentence;
    Scene scene;
    std::optional<Calcification> told;
    std::string why{};  ///< part of the flag, where nothing is told
};

const std::vector<Vector3> four_chunks = {{3, 0, 0}, {-3, 1, 0}, {0, -3, 1.5}, {0, 3, -2}};
const std::vector<Vector3> specks = {{3, 0, 0}, {-3, 1, 0}, {0, -3, 2}, {0, 3.2, -2}};

std::vector<Case> cases()
{
    const auto within = [](double mm) { return balls({{}}, mm); };
    return {
        {"No voxel is dense: none", {}, Calcification::none},
        {"The whole nodule is dense: diffuse", {.is_calcified = within(6)}, Calcification::diffuse},
        {"A dense core in the middle, the rim free: central", {.is_calcified = within(2.5)}, Calcification::central},
        {"Core, gap and shell all the way round: laminated",
         {.radius_mm = 9,
          .is_calcified = [](const Vector3& p) { return apart(p, {}) < 2.6 || std::abs(apart(p, {}) - 7) < 1.1; }},
         Calcification::laminated},
        {"Several coarse chunks, the rim free: popcorn",
         {.radius_mm = 8, .is_calcified = balls(four_chunks, 1.4)},
         Calcification::popcorn},
        {"One chunk at the side: eccentric", {.is_calcified = balls({{3.4, 0, 0}}, 1.6)}, Calcification::eccentric},
        {"Specks: stippled", {.calcium_hu = 1200, .is_calcified = balls(specks, 0.8)}, Calcification::stippled},

        {"Between central and diffuse nothing is told", {.is_calcified = within(5)}, {}, "fits none"},
        {"Between central and eccentric nothing is told", {.is_calcified = balls({{1.8, 0, 0}}, 1.8)}, {}, "fits none"},
        {"Chunks too large for specks and too small for popcorn are neither",
         {.radius_mm = 8, .is_calcified = balls(four_chunks, 0.98)},
         {},
         "fits none"},
        {"Chunks that reach the rim are no popcorn",
         {.radius_mm = 5, .is_calcified = balls(four_chunks, 1.4)},
         {},
         "fits none"},
        {"Two chunks are no popcorn", {.is_calcified = balls({{3, 0, 0}, {-3, 0, 0}}, 1.2)}, {}, "fits none"},
        {"A core that reaches the rim is not central",
         {.is_calcified = [](const Vector3& p) { return std::abs(p[0]) < 1.2 && std::abs(p[1]) < 1.2; }},
         {},
         "fits none"},
        {"A shell alone is none of the words",
         {.radius_mm = 9, .is_calcified = [](const Vector3& p) { return std::abs(apart(p, {}) - 7) < 1.1; }},
         {},
         "fits none"},
        {"What is hardly denser than 200 HU may be anything",
         {.calcium_hu = 235, .is_calcified = within(3)},
         {},
         "hardly denser"},

        {"IV contrast is as dense", {.is_calcified = within(2.5), .contrast = IvContrast::given}, {}, "IV contrast"},
        {"and hides that there is none", {.contrast = IvContrast::given}, {}, "IV contrast"},
        {"A scan without contrast tells", {.contrast = IvContrast::none}, Calcification::none},
        {"A small nodule shows no pattern", {.radius_mm = 2.4, .is_calcified = within(1)}, {}, "too small"},
        {"Slices of 2.5 mm hide a pattern", {.voxel = {0.7, 0.7, 2.5}, .is_calcified = within(2.5)}, {}, "slices"},
        {"Slices of 2 mm may hide a speck", {.voxel = {0.7, 0.7, 2}}, {}, "may hide a speck"},
        {"Ground glass is not judged", {.body_hu = -600, .attenuation = AttenuationClass::ground_glass}, {}, "ground"},
        {"Dense throughout on the pleura may be a rib",
         {.is_calcified = within(6), .flags = {std::string(flag::touches_pleura)}},
         {},
         "may be a rib"},
        {"Dense at the outline on the pleura may be a rib",
         {.is_calcified = balls({{5, 0, 0}}, 1.8), .flags = {std::string(flag::touches_pleura)}},
         {},
         "bone"},
    };
}

TEST(CalcificationPattern, IsToldWhereItIsPlainAndNotBetweenTwo)
{
    for (const Case& c : cases()) {
        SCOPED_TRACE(c.sentence);
        const auto finding = c.scene.finding();
        EXPECT_EQ(finding.pattern.has_value(), c.told.has_value()) << finding.flag << ' ' << finding.calcified_share;
        if (finding.pattern && c.told) {
            EXPECT_EQ(word(*finding.pattern), word(*c.told));
        }
        if (c.told) {
            EXPECT_EQ(finding.flag, "");
        } else {
            EXPECT_TRUE(finding.flag.starts_with("calcification_unknown: ")) << finding.flag;
            EXPECT_NE(finding.flag.find(c.why), std::string::npos) << finding.flag;
        }
    }
}

TEST(CalcificationPattern, DoesNotDependOnTheVoxels)
{
    for (const Vector3& voxel : {Vector3{0.5, 0.5, 0.6}, {0.7, 0.7, 1.25}, {0.9, 0.9, 1.5}}) {
        Scene scene;
        scene.radius_mm = 8;
        scene.voxel = voxel;
        scene.is_calcified = balls({{}}, 3.2);
        EXPECT_EQ(scene.finding().pattern, Calcification::central) << voxel[2];
        scene.is_calcified = balls({{}}, 8);
        EXPECT_EQ(scene.finding().pattern, Calcification::diffuse) << voxel[2];
    }
}

TEST(CalcificationPattern, OfAnUnmeasuredNoduleIsNotTold)
{
    auto loaded = std::make_shared<LoadedCt>();
    const auto finding = calcification_of(Ct(loaded), {}, {});
    EXPECT_FALSE(finding.pattern);
    EXPECT_NE(finding.flag, "");
}

}  // namespace
}  // namespace nodtrack::imaging
