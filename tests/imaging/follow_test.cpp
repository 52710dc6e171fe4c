#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nodtrack/imaging/follow.hpp>
#include <nodtrack/imaging/match_list.hpp>

#include "chest_pair.hpp"
#include "follow/patch.hpp"
#include "registration/register_ct.hpp"

namespace nodtrack::imaging::test {
namespace {

namespace fs = std::filesystem;

double distance(const Vector3& a, const Vector3& b)
{
    return length(difference(a, b));
}

/// One pair of scans for all tests: making and registering it is most of their time.
class Follow : public testing::Test {
  protected:
    static void SetUpTestSuite()
    {
        pair_ = new ChestPair({{"stable", {50, 10, -20}, 8, 8},
                               {"grown", {-50, -15, 15}, 7, 9.5},
                               {"neighbour", {-50, -3, 15}, 7, 7},
                               {"resolved", {40, -20, 30}, 8, 0},
                               {"low", {-45, 20, -40}, 9, 9}});
        auto scans = register_cts(pair_->scan(false), pair_->scan(true), {});
        ASSERT_TRUE(scans.has_value()) << scans.error().message;
        scans_ = new RegisteredCts(*scans);
    }
    static void TearDownTestSuite()
    {
        delete scans_;
        delete pair_;
        scans_ = nullptr;
        pair_ = nullptr;
    }

    static std::vector<Seed> clicks()
    {
        std::vector<Seed> seeds;
        for (const ChestNodule& nodule : pair_->nodules())
            seeds.push_back({nodule.id, sum(nodule.center, {0.7, -0.5, 0.6})});
        return seeds;
    }
    static const FollowedNodule& of(const std::vector<FollowedNodule>& answers, const std::string& id)
    {
        return *std::find_if(answers.begin(), answers.end(), [&](const auto& a) { return a.nodule_id == id; });
    }

    static ChestPair* pair_;
    static RegisteredCts* scans_;
};

ChestPair* Follow::pair_ = nullptr;
RegisteredCts* Follow::scans_ = nullptr;

TEST_F(Follow, VesselBranchesArePredictedToAFractionOfAVoxelWhileRibsStayBehind)
{
    double total = 0;
    double worst = 0;
    double moved = 0;
    for (const Vector3& branch : pair_->branches()) {
        const double error = distance(scans_->predicted_mm(branch), after(branch));
        total += error;
        worst = std::max(worst, error);
        moved = std::max(moved, distance(branch, after(branch)));
    }
    const auto count = static_cast<double>(pair_->branches().size());
    ASSERT_GT(count, 200);
    ASSERT_GT(moved, 10) << "or there was nothing to register";
    EXPECT_LT(total / count, 0.4);
    EXPECT_LT(worst, 3);
}

TEST_F(Follow, NodulesAreFoundMeasuredAndNotTakenForTheirNeighbours)
{
    const auto answers = follow_nodules(*scans_, clicks(), {}, {});
    ASSERT_EQ(answers.size(), pair_->nodules().size());
    for (const ChestNodule& nodule : pair_->nodules()) {
        SCOPED_TRACE(nodule.id);
        const FollowedNodule& answer = of(answers, nodule.id);
        if (nodule.current_diameter == 0) continue;
        EXPECT_EQ(answer.status, FollowStatus::found);
        EXPECT_GT(answer.confidence, 0.8);
        ASSERT_TRUE(answer.found_mm.has_value());
        EXPECT_LT(distance(*answer.found_mm, after(nodule.center)), 1.0);
        ASSERT_TRUE(answer.prior.shape && answer.current && answer.current->shape);
        const double ratio = answer.current->shape->volume_mm3 / answer.prior.shape->volume_mm3;
        const double truth = std::pow(nodule.current_diameter / nodule.prior_diameter, 3);
        EXPECT_NEAR(ratio / truth, 1, 0.15);
    }
}

TEST_F(Follow, AResolvedNoduleIsNotFoundRatherThanReplacedByAnother)
{
    const auto answers = follow_nodules(*scans_, clicks(), {}, {});
    const FollowedNodule& answer = of(answers, "resolved");
    EXPECT_EQ(answer.status, FollowStatus::not_found);
    EXPECT_GT(answer.confidence, 0.8);
    EXPECT_FALSE(answer.found_mm.has_value());
    EXPECT_FALSE(answer.current.has_value());
}

TEST_F(Follow, EachCandidateIsPairedOnceAndWhatIsNewIsLeftOver)
{
    std::vector<Seed> candidates = {{"new", {-40, 30, 30}}};
    for (const ChestNodule& nodule : pair_->nodules()) {
        if (nodule.current_diameter > 0) candidates.push_back({nodule.id, sum(after(nodule.center), {-0.6, 0.5, 0})});
    }
    for (const auto& answer : follow_nodules(*scans_, clicks(), candidates, {})) {
        if (answer.status == FollowStatus::not_found) {
            EXPECT_FALSE(answer.candidate.has_value());
            continue;
        }
        ASSERT_TRUE(answer.candidate.has_value()) << answer.nodule_id;
        EXPECT_EQ(candidates[*answer.candidate].nodule_id, answer.nodule_id);
    }
}

TEST_F(Follow, ANoduleFoundWhereNoCandidateLiesSaysSo)
{
    const std::vector<Seed> elsewhere = {{"new", {-40, 30, 30}}};
    const auto answers = follow_nodules(*scans_, clicks(), elsewhere, {});
    const FollowedNodule& answer = of(answers, "stable");
    EXPECT_FALSE(answer.candidate.has_value());
    ASSERT_FALSE(answer.flags.empty());
    EXPECT_TRUE(answer.flags.back().starts_with(follow_flag::not_a_candidate)) << answer.flags.back();
}

TEST_F(Follow, OneNoduleClickedTwiceIsNotFoundTwice)
{
    const Vector3 place = pair_->nodules().front().center;
    const auto answers = follow_nodules(*scans_, std::vector<Seed>{{"a", place}, {"b", place}}, {}, {});
    EXPECT_EQ(answers[0].status, FollowStatus::found);
    EXPECT_EQ(answers[1].status, FollowStatus::uncertain);
    EXPECT_FALSE(answers[1].found_mm.has_value());
}

TEST_F(Follow, AClickBesideTheBodyIsUncertainNotFoundOrNotFound)
{
    const auto answers =
        follow_nodules(*scans_, std::vector<Seed>{{"far", {500, 0, 0}}, {"air", {100, 70, 0}}}, {}, {});
    EXPECT_EQ(answers[0].status, FollowStatus::uncertain);
    EXPECT_EQ(answers[1].status, FollowStatus::uncertain);
    EXPECT_LE(answers[0].confidence, 0.75);
}

TEST_F(Follow, TheSameScanTwiceMovesNothingAndLungsKeepTheirVolume)
{
    const Ct scan = scans_->prior();
    const auto same = register_cts(scan, scan, {});
    ASSERT_TRUE(same.has_value());
    EXPECT_NEAR(same->lung_volume_ratio(), 1, 1e-9);
    for (const Vector3& branch : pair_->branches())
        EXPECT_LT(distance(same->predicted_mm(branch), branch), 0.15);
}

/// The slices of a scan from one on.
Ct slices_of(const Ct& ct, std::int64_t first, std::int64_t count)
{
    auto part = std::make_shared<LoadedCt>(ct.loaded());
    Grid& grid = part->volume.grid;
    const auto slice = static_cast<std::ptrdiff_t>(grid.size[0] * grid.size[1]);
    std::vector<std::int16_t>& hu = part->volume.hu;
    hu = std::vector<std::int16_t>(hu.begin() + first * slice, hu.begin() + (first + count) * slice);
    grid.origin_mm = position_mm(grid, {0, 0, static_cast<double>(first)});
    grid.size[2] = count;
    return Ct(std::move(part));
}

TEST_F(Follow, TwoCtsOfOnePatientAgreeAndCoverTheLungs)
{
    EXPECT_GT(scans_->agreement(), 0.7);
    EXPECT_TRUE(scans_->covers_lungs());
}

TEST_F(Follow, ACtThatShowsPartOfTheLungsNeverSaysOfWhatLiesOutsideThatItIsGone)
{
    const std::int64_t slices = scans_->current().loaded().volume.grid.size[2];
    for (const auto& [first, count] : {std::pair(std::int64_t{0}, slices / 2),
                                       {slices / 2, slices - slices / 2},
                                       {slices / 3, slices / 3},
                                       {slices / 4, slices / 2}}) {
        SCOPED_TRACE(std::to_string(first) + " and " + std::to_string(count) + " slices");
        const auto part = register_cts(scans_->prior(), slices_of(scans_->current(), first, count), {});
        ASSERT_TRUE(part.has_value());
        EXPECT_FALSE(part->covers_lungs()) << part->covered_lung_share();
        for (const FollowedNodule& answer : follow_nodules(*part, clicks(), {}, {})) {
            if (answer.nodule_id == "resolved") continue;
            EXPECT_NE(answer.status, FollowStatus::not_found) << answer.nodule_id << " " << answer.confidence;
        }
    }
}

TEST_F(Follow, CtsThatDoNotFitSaySoAndNothingIsGone)
{
    // The chest of somebody else: the same, left for right.
    auto other = std::make_shared<LoadedCt>(scans_->current().loaded());
    const auto row = static_cast<std::ptrdiff_t>(other->volume.grid.size[0]);
    auto& hu = other->volume.hu;
    for (auto line = hu.begin(); line != hu.end(); line += row)
        std::reverse(line, line + row);
    const auto scans = register_cts(scans_->prior(), Ct(std::move(other)), {});
    ASSERT_TRUE(scans.has_value());
    EXPECT_LT(scans->agreement(), 0.5);
    for (const FollowedNodule& answer : follow_nodules(*scans, clicks(), {}, {}))
        EXPECT_NE(answer.status, FollowStatus::not_found) << answer.nodule_id << " " << answer.confidence;
}

TEST(RegisterCts, AScanWithoutLungIsRefusedByName)
{
    const ChestPair pair({});
    const Ct chest = pair.scan(false);
    auto solid = std::make_shared<LoadedCt>(chest.loaded());
    std::fill(solid->volume.hu.begin(), solid->volume.hu.end(), std::int16_t{40});
    const auto refused = register_cts(chest, Ct(solid), {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
    EXPECT_NE(refused.error().message.find("current"), std::string::npos) << refused.error().message;
}

TEST(RegisterCts, AnotherOrderOfAxesChangesNothing)
{
    const ChestPair pair({});
    const Ct prior = pair.scan(false);
    const Ct current = pair.scan(true);
    // The same voxels, stored from foot to head the other way round.
    auto flipped = std::make_shared<LoadedCt>(current.loaded());
    CtVolume& volume = flipped->volume;
    const auto slice = static_cast<std::ptrdiff_t>(volume.grid.size[0] * volume.grid.size[1]);
    for (std::int64_t k = 0; k < volume.grid.size[2]; ++k)
        std::copy_n(current.loaded().volume.hu.begin() + (volume.grid.size[2] - 1 - k) * slice, slice,
                    volume.hu.begin() + k * slice);
    volume.grid.origin_mm[2] += volume.grid.spacing_mm[2] * static_cast<double>(volume.grid.size[2] - 1);
    volume.grid.direction[2][2] = -1;
    const auto scans = register_cts(prior, Ct(flipped), {});
    ASSERT_TRUE(scans.has_value());
    double total = 0;
    for (const Vector3& branch : pair.branches())
        total += distance(scans->predicted_mm(branch), after(branch));
    EXPECT_LT(total / static_cast<double>(pair.branches().size()), 0.4);
}

/// A real chest at 2.7 x 2.7 x 5 mm, moved by a smooth map of the size that its follow-up scan's landmarks show. (The
/// follow-up scan itself is not among the data.)
TEST(RegisterCts, LandmarksOfARealChestAreFoundAfterASmoothMotion)
{
    const fs::path folder = fs::path(NODTRACK_SHARED_DIR) / "data/repeat-ct";
    if (!fs::exists(folder / "baseline.mha")) GTEST_SKIP() << "the real repeat CT is not on this machine";
    const auto chest = load_ct({.image = {folder / "baseline.mha"}, .series = {}, .progress = {}});
    if (!chest) GTEST_SKIP() << "MetaImage is read by the ITK library: " << chest.error().message;
    const CtVolume& prior = chest->loaded().volume;
    Vector3 middle{};
    for (std::size_t a = 0; a < 3; ++a)
        middle[a] = prior.grid.origin_mm[a] + 0.5 * prior.grid.spacing_mm[a] * static_cast<double>(prior.grid.size[a]);
    const auto was = [&](const Vector3& p) {
        const Vector3 q = difference(p, middle);
        return Vector3{p[0] + 4 + 3 * std::sin(q[1] / 60), p[1] + 8 + 3 * std::sin(q[2] / 70),
                       p[2] - 9 + 0.05 * q[2] + 3 * std::sin(q[0] / 60)};
    };
    auto moved = std::make_shared<LoadedCt>(chest->loaded());
    std::size_t at = 0;
    for (std::int64_t k = 0; k < prior.grid.size[2]; ++k) {
        for (std::int64_t j = 0; j < prior.grid.size[1]; ++j) {
            for (std::int64_t i = 0; i < prior.grid.size[0]; ++i, ++at) {
                const Vector3 p =
                    position_mm(prior.grid, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
                moved->volume.hu[at] = static_cast<std::int16_t>(value_at(prior, was(p)).value_or(-1000));
            }
        }
    }
    const auto scans = register_cts(*chest, Ct(moved), {});
    ASSERT_TRUE(scans.has_value()) << scans.error().message;
    std::ifstream file(folder / "baseline_landmarks.txt");
    std::string word;
    int count = 0;
    file >> word >> count;
    ASSERT_EQ(count, 100);
    double total = 0;
    double unmoved = 0;
    int used = 0;
    Vector3 point{};
    while (file >> point[0] >> point[1] >> point[2]) {
        Vector3 truth = point;
        for (int i = 0; i < 80; ++i)
            truth = sum(truth, scaled(difference(point, was(truth)), 0.8));
        if (!value_at(prior, truth)) continue;
        ++used;
        total += distance(scans->predicted_mm(point), truth);
        unmoved += distance(point, truth);
    }
    ASSERT_GT(used, 40) << "the image is cropped close to the lungs: many have moved out of it";
    ASSERT_GT(unmoved / used, 8);
    EXPECT_LT(total / used, 1.5) << "voxels are 2.7 x 2.7 x 5 mm";
}

TEST(PointList, HasAnIdAndTellsItsProblems)
{
    const fs::path file = fs::path(testing::TempDir()) / "follow_points.csv";
    std::ofstream(file) << "id,x_mm,y_mm,z_mm\np1,1,2,3\np2,-4.5,5,6\n";
    const auto points = read_point_list(file);
    ASSERT_TRUE(points.has_value()) << points.error().message;
    ASSERT_EQ(points->size(), 2U);
    EXPECT_EQ((*points)[1].nodule_id, "p2");
    EXPECT_DOUBLE_EQ((*points)[1].position_mm[0], -4.5);

    std::ofstream(file) << "id,x_mm,y_mm\np1,1,two\n";
    const auto bad = read_point_list(file);
    ASSERT_FALSE(bad.has_value());
    EXPECT_EQ(bad.error().code, ErrorCode::bad_input);
    fs::remove(file);
    EXPECT_EQ(read_point_list(file).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace nodtrack::imaging::test
