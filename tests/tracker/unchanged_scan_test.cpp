#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nodtrack/assess/judge.hpp>
#include <numbers>

#include "imaging/follow/patch.hpp"
#include "imaging/loaded_ct.hpp"
#include "imaging/nodule/vector3.hpp"
#include "nodtrack/tracker/image_change.hpp"

// One real chest CT, reconstructed with a sharp and with a smooth kernel: whatever is called growth between the two is
// the method's own doing. 30 slices of 8 mm, so that diameters decide.

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using imaging::Ct;
using imaging::Vector3;

constexpr double least_mm3 = 30;    // a sphere of 4 mm …
constexpr double most_mm3 = 14000;  // … and of 30 mm

/// Places in the lungs that are brighter than all around them, with lung all round: what looks like a nodule on one
/// thick slice, most of it vessels that cross it.
std::vector<Vector3> bright_places(const Ct& ct)
{
    const auto& volume = ct.loaded().volume;
    const auto& size = volume.grid.size;
    const auto at = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
        return volume.hu[static_cast<std::size_t>(i + size[0] * (j + size[1] * k))];
    };
    // Lung all round within the slice, so that vessels that run in it are left out.
    const auto is_lung_around = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
        constexpr double ring_mm = 9;
        constexpr int ways = 16;
        int dark = 0;
        for (int way = 0; way < ways; ++way) {
            const double turn = way * 2 * std::numbers::pi / ways;
            const auto x = i + std::llround(ring_mm * std::cos(turn) / volume.grid.spacing_mm[0]);
            const auto y = j + std::llround(ring_mm * std::sin(turn) / volume.grid.spacing_mm[1]);
            if (x < 0 || y < 0 || x >= size[0] || y >= size[1]) return false;
            dark += at(x, y, k) < -700 && at(x, y, k) > -980 ? 1 : 0;
        }
        return dark == ways;
    };
    std::vector<Vector3> places;
    constexpr std::int64_t near = 4;
    for (std::int64_t k = 1; k + 1 < size[2]; ++k) {
        for (std::int64_t j = near; j + near < size[1]; ++j) {
            for (std::int64_t i = near; i + near < size[0]; ++i) {
                const auto here = at(i, j, k);
                if (here < -350 || here > 150) continue;
                bool brightest = at(i, j, k - 1) < here && at(i, j, k + 1) < here;
                for (std::int64_t b = -near; b <= near && brightest; ++b) {
                    for (std::int64_t a = -near; a <= near && brightest; ++a)
                        brightest = (a == 0 && b == 0) || at(i + a, j + b, k) < here;
                }
                if (brightest && is_lung_around(i, j, k))
                    places.push_back(imaging::position_mm(
                        volume.grid, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)}));
            }
        }
    }
    return places;
}

bool is_nodule_sized(const imaging::MaskMeasurement& measurement)
{
    return measurement.shape && measurement.shape->volume_mm3 > least_mm3 && measurement.shape->volume_mm3 < most_mm3;
}

bool is_growth(const ImageChange& change)
{
    return change.growth_state == assess::GrowthState::possible_growth ||
           change.growth_state == assess::GrowthState::unequivocal_growth;
}

class UnchangedScan : public testing::Test {
  protected:
    void SetUp() override
    {
        const fs::path folder = fs::path(NODTRACK_SHARED_DIR) / "data/two-kernels";
        if (!fs::exists(folder)) GTEST_SKIP() << "the chest CT of two kernels is not on this machine: " << folder;
        auto sharp = imaging::load_ct({{folder / "B70f"}, "", {}});
        auto smooth = imaging::load_ct({{folder / "B40f"}, "", {}});
        ASSERT_TRUE(sharp && smooth);
        sharp_ = *sharp;
        smooth_ = *smooth;
        for (const Vector3& place : bright_places(*smooth_)) {
            const imaging::Seed seed{std::to_string(seeds_.size()), place};
            if (is_nodule_sized(imaging::measure_seed(*smooth_, seed).values) &&
                is_nodule_sized(imaging::measure_seed(*sharp_, seed).values))
                seeds_.push_back(seed);
        }
        ASSERT_GE(seeds_.size(), 8) << "or there is nothing to call growth of";
    }

    std::optional<Ct> sharp_, smooth_;
    std::vector<imaging::Seed> seeds_;
    const growth::Limits limits_ = assess::Judge::released().limits();
};

TEST_F(UnchangedScan, NothingHasGrownBetweenTwoReconstructionsOfOneScan)
{
    for (const bool to_smooth : {true, false}) {
        SCOPED_TRACE(to_smooth ? "sharp, then smooth" : "smooth, then sharp");
        const auto scans = imaging::register_cts(to_smooth ? *sharp_ : *smooth_, to_smooth ? *smooth_ : *sharp_, {});
        ASSERT_TRUE(scans) << scans.error().message;
        const Comparability made = comparability_of(*scans, limits_);
        EXPECT_THAT(made.flags, testing::Contains(testing::StartsWith("kernel_differs")));
        EXPECT_THAT(made.flags, testing::Contains(testing::StartsWith("thick_slices")));
        std::size_t compared = 0;
        std::size_t found = 0;
        for (const auto& nodule : imaging::follow_nodules(*scans, seeds_, {}, {})) {
            SCOPED_TRACE(nodule.nodule_id);
            if (nodule.status == imaging::FollowStatus::found) ++found;
            const ImageChange change = change_of(nodule, made, limits_);
            if (change.growth_state) ++compared;
            EXPECT_FALSE(is_growth(change))
                << nodule.prior.shape->long_axis_mm << " x " << nodule.prior.shape->short_axis_mm << " mm, then "
                << nodule.current->shape->long_axis_mm << " x " << nodule.current->shape->short_axis_mm;
        }
        EXPECT_GE(found + 1, seeds_.size()) << "they are there, nothing has changed";
        EXPECT_GE(2 * compared, seeds_.size()) << "most must be compared, or calling no growth proves nothing";
    }
}

TEST_F(UnchangedScan, NothingHasGrownWhereBothAreMeasuredAtTheSamePlace)
{
    const auto slice = Length::from_thousandths(8000);
    for (const imaging::Seed& seed : seeds_) {
        const auto smooth = imaging::measure_seed(*smooth_, seed).values;
        const auto sharp = imaging::measure_seed(*sharp_, seed).values;
        imaging::FollowedNodule nodule;
        nodule.status = imaging::FollowStatus::found;
        Comparability made;
        made.prior_slice = made.current_slice = slice;
        made.current_date = Date::from_days(1);
        made.prior_date = Date::from_days(0);
        made.added_volume_sd = 0.05;  // of another kernel
        for (const bool to_smooth : {true, false}) {
            nodule.prior = to_smooth ? sharp : smooth;
            nodule.current = to_smooth ? smooth : sharp;
            EXPECT_FALSE(is_growth(change_of(nodule, made, limits_)))
                << seed.nodule_id << ": " << nodule.prior.shape->long_axis_mm << " x "
                << nodule.prior.shape->short_axis_mm << " mm, then " << nodule.current->shape->long_axis_mm << " x "
                << nodule.current->shape->short_axis_mm;
        }
    }
}

}  // namespace
}  // namespace nodtrack::tracker
