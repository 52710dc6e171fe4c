#include "nodtrack/assess/kaplan_meier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace nodtrack::assess {
namespace {

/// Weeks of remission under 6-mercaptopurine, 21 patients (Freireich 1963), the example of many textbooks.
std::vector<ObservedTime> remissions()
{
    return {{6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
            {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
            {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
}

TEST(KaplanMeier, GivesThePublishedTableOfTheRemissions)
{
    struct Row {
        int weeks;
        std::size_t at_risk;
        std::size_t events;
        double share;
        double standard_error;
        double lower;
        double upper;
    };
    // As R's survfit prints it: n.risk, n.event, survival, std.err, lower and upper 95% CI.
    const std::vector<Row> published = {
        {6, 21, 3, 0.857, 0.0764, 0.720, 1.000},  {7, 17, 1, 0.807, 0.0869, 0.653, 0.996},
        {10, 15, 1, 0.753, 0.0963, 0.586, 0.968}, {13, 12, 1, 0.690, 0.1068, 0.510, 0.935},
        {16, 11, 1, 0.627, 0.1141, 0.439, 0.896}, {22, 7, 1, 0.538, 0.1282, 0.337, 0.858},
        {23, 6, 1, 0.448, 0.1346, 0.249, 0.807}};
    const auto steps = kaplan_meier(remissions());
    ASSERT_EQ(steps.size(), published.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        EXPECT_EQ(steps[i].days, published[i].weeks);
        EXPECT_EQ(steps[i].at_risk, published[i].at_risk);
        EXPECT_EQ(steps[i].events, published[i].events);
        EXPECT_NEAR(steps[i].free_of_event, published[i].share, 0.0005);
        EXPECT_NEAR(steps[i].standard_error, published[i].standard_error, 0.00005);
        EXPECT_NEAR(steps[i].lower_95, published[i].lower, 0.0005);
        EXPECT_NEAR(steps[i].upper_95, published[i].upper, 0.0005);
    }
    EXPECT_EQ(median_days(steps), 23);
}

TEST(KaplanMeier, DoesNotGoByTheOrderOfThePatients)
{
    auto times = remissions();
    std::reverse(times.begin(), times.end());
    EXPECT_DOUBLE_EQ(kaplan_meier(times).back().free_of_event, kaplan_meier(remissions()).back().free_of_event);
}

TEST(KaplanMeier, CountsWhoWasCensoredOnADayAsAtRiskOnIt)
{
    const auto steps = kaplan_meier({{10, false}, {10, true}});
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].at_risk, 2U);
    EXPECT_DOUBLE_EQ(steps[0].free_of_event, 0.5);
    EXPECT_EQ(median_days(steps), 10) << "exactly half is half";
}

TEST(KaplanMeier, EndsAtNoneWhereItCameToAllAndHasNoIntervalThere)
{
    const auto steps = kaplan_meier({{1, true}, {2, true}});
    EXPECT_DOUBLE_EQ(steps.back().free_of_event, 0.0);
    EXPECT_DOUBLE_EQ(steps.back().lower_95, 0.0);
    EXPECT_DOUBLE_EQ(steps.back().upper_95, 0.0);
    EXPECT_FALSE(std::isnan(steps.back().standard_error));
}

TEST(KaplanMeier, HasNoStepWhereNothingCame)
{
    EXPECT_TRUE(kaplan_meier({}).empty());
    EXPECT_TRUE(kaplan_meier({{5, false}, {-1, true}}).empty()) << "a time below 0 is none";
    EXPECT_FALSE(median_days({}));
}

}  // namespace
}  // namespace nodtrack::assess
