#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nodtrack/imaging/match.hpp>
#include <random>
#include <set>

#include "match_assignment.hpp"
#include "match_decision.hpp"

namespace nodtrack::imaging {
namespace {

LocatedNodule nodule(std::string id, double x, double y, double z)
{
    return {.nodule_id = std::move(id), .position_mm = {x, y, z}, .long_axis_mm = {}, .attenuation = {}, .lobe = {}};
}

/// Five nodules of both lungs.
std::vector<LocatedNodule> five()
{
    return {nodule("A", -110, 20, -200), nodule("B", -60, -50, -120), nodule("C", 70, 30, -180),
            nodule("D", 120, -20, -90), nodule("E", 45, 60, -240)};
}

std::vector<LocatedNodule> moved(std::vector<LocatedNodule> nodules, double x, double y, double z)
{
    for (auto& each : nodules) {
        each.position_mm[0] += x;
        each.position_mm[1] += y;
        each.position_mm[2] += z;
    }
    return nodules;
}

/// A few mm of deformation, the same at each call.
std::vector<LocatedNodule> breathed(std::vector<LocatedNodule> nodules)
{
    for (std::size_t i = 0; i < nodules.size(); ++i) {
        auto& at = nodules[i].position_mm;
        at[0] *= 1.02;
        at[2] = at[2] * 1.04 + (i % 2 == 0 ? 2.0 : -2.0);
    }
    return nodules;
}

using Ids = std::map<std::string, std::string>;

/// Current id by prior id; `-` for a prior nodule without partner.
Ids pairs_of(const std::vector<LocatedNodule>& prior, const std::vector<LocatedNodule>& current)
{
    Ids ids;
    for (const auto& link : match(prior, current)) {
        if (link.prior) ids[prior[*link.prior].nodule_id] = link.current ? current[*link.current].nodule_id : "-";
    }
    return ids;
}

const Ids each_to_itself = {{"A", "A"}, {"B", "B"}, {"C", "C"}, {"D", "D"}, {"E", "E"}};

TEST(Match, FindsEachNoduleAgainAfterALargeShiftAndBreathing)
{
    for (const auto& [y, z] : {std::pair(0.0, 0.0), {-30.0, 60.0}, {230.0, 1500.0}, {-240.0, -2900.0}})
        EXPECT_EQ(pairs_of(five(), moved(breathed(five()), 12, y, z)), each_to_itself) << y << " " << z;
}

TEST(Match, OneLineForEachPriorNoduleInOrderThenOneForEachNewOne)
{
    auto current = five();
    current.erase(current.begin() + 1);
    current.push_back(nodule("new", -90, 80, -60));
    const auto links = match(five(), moved(current, 0, 10, 300));
    ASSERT_EQ(links.size(), 6U);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(links[i].prior, i);
    EXPECT_FALSE(links[1].current);
    EXPECT_FALSE(links[1].distance_mm);
    EXPECT_FALSE(links[5].prior);
    EXPECT_EQ(links[5].current, 4U);
}

TEST(Match, PairsOneToOneHoweverCrowded)
{
    std::mt19937 random(7);
    const auto uniform = [&](double half) { return half * (2.0 * static_cast<double>(random()) / 4294967295.0 - 1.0); };
    for (int round = 0; round < 20; ++round) {
        std::vector<LocatedNodule> prior;
        std::vector<LocatedNodule> current;
        for (int i = 0; i < 12; ++i) {
            prior.push_back(nodule("p" + std::to_string(i), uniform(40), uniform(40), uniform(40)));
            current.push_back(nodule("c" + std::to_string(i), uniform(40), uniform(40), uniform(40)));
        }
        std::set<std::size_t> priors;
        std::set<std::size_t> currents;
        for (const auto& link : match(prior, current)) {
            if (link.prior) {
                EXPECT_TRUE(priors.insert(*link.prior).second);
            }
            if (link.current) {
                EXPECT_TRUE(currents.insert(*link.current).second);
            }
            EXPECT_GT(link.confidence, 0);
            EXPECT_LT(link.confidence, 1);
        }
        EXPECT_EQ(priors.size(), prior.size());
        EXPECT_EQ(currents.size(), current.size());
    }
}

TEST(Match, DoesNotDependOnTheOrderOfTheLists)
{
    const auto current = moved(breathed(five()), -8, 15, 40);
    auto turned_prior = five();
    auto turned_current = current;
    std::reverse(turned_prior.begin(), turned_prior.end());
    std::rotate(turned_current.begin(), turned_current.begin() + 2, turned_current.end());
    EXPECT_EQ(pairs_of(turned_prior, turned_current), pairs_of(five(), current));
    EXPECT_DOUBLE_EQ(match(five(), current)[0].confidence, match(turned_prior, turned_current)[4].confidence);
}

TEST(Match, DoesNotDependOnWhichScanIsCalledPrior)
{
    auto current = moved(breathed(five()), 5, -20, 1200);
    current.pop_back();
    const auto forth = match(five(), current);
    const auto back = match(current, five());
    for (const auto& link : forth) {
        const auto same = std::find_if(back.begin(), back.end(), [&](const NoduleLink& other) {
            return other.prior == link.current && other.current == link.prior;
        });
        ASSERT_NE(same, back.end());
        EXPECT_NEAR(same->confidence, link.confidence, 1e-12);
    }
}

TEST(Match, IsNotDerailedByWildCoordinates)
{
    auto prior = five();
    auto current = moved(breathed(five()), 10, 5, -60);
    prior[2].position_mm = {3000, -2500, 90000};
    current[4].position_mm = {-800, 1e6, -1e6};
    const auto pairs = pairs_of(prior, current);
    for (const char* id : {"A", "B", "D"})
        EXPECT_EQ(pairs.at(id), id);
}

TEST(Match, LeftStaysLeftWhereLobesAreKnown)
{
    auto prior = std::vector{nodule("P", -20, 0, 0)};
    auto current = std::vector{nodule("C", -19, 0, 0)};
    EXPECT_EQ(pairs_of(prior, current), (Ids{{"P", "C"}}));
    prior[0].lobe = Lobe::rll;
    current[0].lobe = Lobe::lll;
    EXPECT_EQ(pairs_of(prior, current), (Ids{{"P", "-"}}));
}

TEST(Match, LeftStaysLeftByPositionToo)
{
    EXPECT_EQ(pairs_of({nodule("P", -90, 0, -150)}, {nodule("C", 90, 0, -150)}), (Ids{{"P", "-"}}));
}

TEST(Match, SizeLobeAndAttenuationDecideWherePlacesDoNot)
{
    const std::vector prior = {nodule("P", -80, 0, -150)};
    const std::vector current = {nodule("1", -80, 0, -165), nodule("2", -80, 0, -135)};
    for (const std::size_t same : {0U, 1U}) {
        auto sized_prior = prior;
        auto sized = current;
        sized_prior[0].long_axis_mm = 6;
        sized[same].long_axis_mm = 6.4;
        sized[1 - same].long_axis_mm = 19;
        EXPECT_EQ(pairs_of(sized_prior, sized).at("P"), sized[same].nodule_id);

        auto lobed_prior = prior;
        auto lobed = current;
        lobed_prior[0].lobe = Lobe::rml;
        lobed[same].lobe = Lobe::rml;
        lobed[1 - same].lobe = Lobe::rul;
        EXPECT_EQ(pairs_of(lobed_prior, lobed).at("P"), lobed[same].nodule_id);

        auto classed_prior = prior;
        auto classed = current;
        classed_prior[0].attenuation = AttenuationClass::ground_glass;
        classed[same].attenuation = AttenuationClass::ground_glass;
        classed[1 - same].attenuation = AttenuationClass::solid;
        EXPECT_EQ(pairs_of(classed_prior, classed).at("P"), classed[same].nodule_id);
    }
}

TEST(Match, ALoneNoduleIsLessSureThanOneOfSeveral)
{
    const auto several = match(five(), moved(five(), 5, 5, 30));
    const auto lone = match(std::vector{five()[0]}, moved({five()[0]}, 5, 5, 30));
    ASSERT_TRUE(lone[0].current);
    EXPECT_LT(lone[0].confidence, several[0].confidence);
    EXPECT_GT(several[0].confidence, 0.95);
}

TEST(Match, EmptyListsLeaveTheOthersAlone)
{
    EXPECT_TRUE(match({}, {}).empty());
    const auto gone = match(five(), {});
    ASSERT_EQ(gone.size(), 5U);
    EXPECT_FALSE(gone[0].current);
    EXPECT_GT(gone[0].confidence, 0.99);
    const auto fresh = match({}, five());
    ASSERT_EQ(fresh.size(), 5U);
    EXPECT_FALSE(fresh[0].prior);
}

TEST(Match, IdenticalPlacesArePairedWithNoMoreThanEvenOdds)
{
    const std::vector prior = {nodule("a", -80, 0, 0), nodule("b", -80, 0, 0)};
    const std::vector current = {nodule("c", -80, 0, 0), nodule("d", -80, 0, 0)};
    const auto links = match(prior, current);
    ASSERT_EQ(links.size(), 2U);
    for (const auto& link : links) {
        ASSERT_TRUE(link.current);
        EXPECT_LE(link.confidence, 0.5);
    }
}

TEST(Match, DistanceIsFromWhereTheOtherPairsPutTheNodule)
{
    auto current = moved(five(), 0, 0, 500);
    current[3].position_mm[1] += 4;
    const auto links = match(five(), current);
    EXPECT_NEAR(links[0].distance_mm.value(), 0, 1e-9);
    EXPECT_NEAR(links[3].distance_mm.value(), 4, 1e-9);
    const auto lone = match(std::vector{five()[0]}, moved({five()[0]}, 3, 0, 4));
    EXPECT_NEAR(lone[0].distance_mm.value(), 5, 1e-9);
}

TEST(StatedConfidence, IsMonotoneAndNinetyPercentAtNinetyNine)
{
    EXPECT_NEAR(stated_confidence(0.5), 0.5, 1e-12);
    EXPECT_NEAR(stated_confidence(0.99), 0.9, 1e-12);
    double last = -1;
    for (double probability = 0; probability <= 1.0; probability += 0.001) {
        EXPECT_GT(stated_confidence(probability), last);
        last = stated_confidence(probability);
    }
    EXPECT_LT(stated_confidence(1), 1);
}

/// The largest sum of gains by trying all assignments of the rows from `row` on.
double largest_sum(const std::vector<double>& gain, std::size_t rows, std::size_t columns, std::size_t row,
                   std::vector<bool>& taken)
{
    if (row == rows) return 0;
    double best = largest_sum(gain, rows, columns, row + 1, taken);
    for (std::size_t column = 0; column < columns; ++column) {
        if (taken[column]) continue;
        taken[column] = true;
        best = std::max(best, gain[row * columns + column] + largest_sum(gain, rows, columns, row + 1, taken));
        taken[column] = false;
    }
    return best;
}

TEST(BestAssignment, HasTheLargestSumThereIs)
{
    std::mt19937 random(11);
    for (int round = 0; round < 500; ++round) {
        const std::size_t rows = random() % 6;
        const std::size_t columns = random() % 6;
        std::vector<double> gain(rows * columns);
        for (double& each : gain)
            each = static_cast<double>(random() % 200) / 100.0 - 0.7;
        double sum = 0;
        const auto column_of = best_assignment(rows, columns, gain);
        for (std::size_t row = 0; row < rows; ++row) {
            if (column_of[row]) sum += gain[row * columns + *column_of[row]];
        }
        std::vector<bool> taken(columns);
        EXPECT_NEAR(sum, largest_sum(gain, rows, columns, 0, taken), 1e-12);
    }
}

}  // namespace
}  // namespace nodtrack::imaging
