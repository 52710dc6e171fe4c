#include <gtest/gtest.h>

#include <cmath>

#include "nodtrack/response/recist.hpp"

// RECIST 1.1, sections 4.3.1 and 4.5: the limits belong to the response that they open.

namespace nodtrack::response {
namespace {

Length mm(double value)
{
    return Length::from_thousandths(std::llround(value * 1000));
}

Response of(double now, double baseline, double nadir)
{
    return target_response({.sum = mm(now), .is_whole = true, .all_gone = now == 0}, mm(baseline), mm(nadir));
}

TEST(TargetResponse, IsPartialFromThirtyPercentBelowTheBaselineOn)
{
    EXPECT_EQ(of(9.801, 14, 14), Response::sd);
    EXPECT_EQ(of(9.8, 14, 14), Response::pr);  // in binary fractions 9.8 / 14 is above 0.7
    EXPECT_EQ(of(9.799, 14, 14), Response::pr);
}

TEST(TargetResponse, IsProgressFromTwentyPercentAboveTheNadirOn)
{
    EXPECT_EQ(of(32.399, 40, 27), Response::sd);
    EXPECT_EQ(of(32.4, 40, 27), Response::pd);
    EXPECT_EQ(of(32.401, 40, 27), Response::pd);
}

TEST(TargetResponse, IsProgressWithFiveMillimetresOrMoreOnly)
{
    EXPECT_EQ(of(8.199, 30, 3.2), Response::pr) << "far more than 20 %, but less than 5 mm";
    EXPECT_EQ(of(8.2, 30, 3.2), Response::pd);
    EXPECT_EQ(of(25.2, 30, 21), Response::sd) << "20 % and 4.2 mm; 16 % below the baseline is no partial response";
}

TEST(TargetResponse, GoesByGrowthSinceTheNadirBeforeShrinkageSinceTheBaseline)
{
    EXPECT_EQ(of(20, 50, 14), Response::pd);
}

TEST(TargetResponse, IsCompleteWhereAllAreGoneAndProgressWhereOneIsBack)
{
    EXPECT_EQ(of(0, 20, 0), Response::cr);
    EXPECT_EQ(of(1, 20, 0), Response::pd);
}

TEST(TargetResponse, OfASumThatIsNotWholeIsProgressOrNothing)
{
    const TargetSum part{.sum = mm(12), .is_whole = false, .all_gone = false};
    EXPECT_EQ(target_response(part, mm(30), mm(30)), Response::ne) << "12 mm are no partial response: one was not seen";
    EXPECT_EQ(target_response(part, mm(10), mm(6)), Response::pd) << "what was seen is enough";
    const TargetSum none_seen{.sum = mm(0), .is_whole = false, .all_gone = false};
    EXPECT_EQ(target_response(none_seen, mm(30), mm(30)), Response::ne);
}

TEST(OverallResponse, IsThatOfTableTwo)
{
    struct Row {
        Response target, non_target;
        bool is_new;
        Response overall;
    };
    using enum Response;
    for (const auto& [target, non_target, is_new, overall] :
         {Row{cr, cr, false, cr}, Row{cr, non_cr_non_pd, false, pr}, Row{cr, ne, false, pr},
          Row{pr, non_cr_non_pd, false, pr}, Row{pr, ne, false, pr}, Row{pr, cr, false, pr},
          Row{sd, non_cr_non_pd, false, sd}, Row{sd, ne, false, sd}, Row{sd, cr, false, sd},
          Row{ne, non_cr_non_pd, false, ne}, Row{ne, cr, false, ne}, Row{pd, cr, false, pd}, Row{cr, pd, false, pd},
          Row{ne, pd, false, pd}, Row{cr, cr, true, pd}, Row{ne, ne, true, pd}})
        EXPECT_EQ(overall_response(target, non_target, is_new), overall) << term(target) << " " << term(non_target);
}

TEST(OverallResponse, WithoutAPartThePatientHasNotIsThatOfTheOther)
{
    using enum Response;
    EXPECT_EQ(overall_response(cr, std::nullopt, false), cr);
    EXPECT_EQ(overall_response(std::nullopt, non_cr_non_pd, false), non_cr_non_pd);
    EXPECT_EQ(overall_response(std::nullopt, cr, false), cr);
    EXPECT_EQ(overall_response(std::nullopt, ne, false), ne);
    EXPECT_EQ(overall_response(std::nullopt, cr, true), pd);
}

TEST(TargetResponse, NeverImprovesWhereTheSumIsLarger)
{
    const auto rank = [](Response response) { return static_cast<int>(response); };  // CR, PR, SD, …, PD
    for (const double baseline : {10.0, 27.0, 63.5}) {
        for (const double nadir : {3.2, 8.0, 27.0}) {
            if (nadir > baseline) continue;
            Response before = of(0.1, baseline, nadir);
            for (double sum = 0.2; sum < 90; sum += 0.1) {
                const Response now = of(sum, baseline, nadir);
                EXPECT_GE(rank(now), rank(before)) << sum << " of " << baseline << ", nadir " << nadir;
                before = now;
            }
        }
    }
}

}  // namespace
}  // namespace nodtrack::response
