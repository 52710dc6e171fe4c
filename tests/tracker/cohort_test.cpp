#include "nodtrack/tracker/cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::value_of;
using ::testing::HasSubstr;

/// Five patients: three with a board 10, 20 and 30 days after the first nodule, one seen for 15 days without, one
/// without a nodule.
class Cohort : public test::RegistryTest {
  protected:
    Cohort()
    {
        value_of(ingest({"P1,,,,\nP2,,,,\nP3,,,,\nP4,,,,\nP5,,,,\n",
                         "P1,A,2024-01-01,ct,diagnostic,1,\nP1,B,2024-03-01,ct,diagnostic,1,\n"
                         "P2,A,2024-01-01,ct,diagnostic,1,\nP3,A,2024-01-01,ct,diagnostic,1,\n"
                         "P4,A,2024-01-01,ct,diagnostic,1,\nP4,B,2024-01-16,radiograph,diagnostic,,\n"
                         "P5,A,2024-01-01,ct,diagnostic,1,\n",
                         "P1,A,N1,present,left,5,5,,,\nP2,A,N1,present,left,5,5,,,\nP3,A,N1,present,left,5,5,,,\n"
                         "P4,A,N1,present,left,5,5,,,\n",
                         {},
                         "P2,N1,board_baseline,2024-01-21,\n",
                         {},
                         "P1,2023-12-20,accept,,,,yes,Dr A,,\nP1,2024-01-11,accept,,,,yes,Dr A,,\n"
                         "P3,2024-01-05,accept,,,,no,Dr A,,\nP3,2024-01-31,accept,,,,yes,Dr A,,\n"}));
    }
    CohortReport report(std::string_view as_of = "2025-02-01")
    {
        return value_of(read_cohort(registry_, day(as_of), std::nullopt));
    }
};

TEST_F(Cohort, WaitsForTheFirstBoardSinceTheFirstNodule)
{
    const CohortReport cohort = report();
    EXPECT_EQ(cohort.patients, 5U);
    EXPECT_EQ(cohort.with_nodule, 4U);
    EXPECT_EQ(cohort.reached_board, 3U) << "a board before the nodule did not see it, and a person alone is no board";
    ASSERT_EQ(cohort.to_board.size(), 3U);
    EXPECT_EQ(cohort.to_board[0].days, 10);
    EXPECT_EQ(cohort.to_board[1].days, 20);
    EXPECT_EQ(cohort.to_board[1].at_risk, 2U) << "P4 was seen for 15 days";
    EXPECT_EQ(cohort.to_board[1].censored_since, 1U);
    EXPECT_DOUBLE_EQ(cohort.to_board[0].free_of_event, 0.75);
    EXPECT_DOUBLE_EQ(cohort.to_board[1].free_of_event, 0.375);
    EXPECT_EQ(cohort.median_days, 20);
    EXPECT_EQ(cohort.censored_at_end, 0U);
}

TEST_F(Cohort, CountsDiagnosticCtsAndDaysOfTheBoard)
{
    const CohortReport cohort = report();
    EXPECT_EQ(cohort.cts, 6U) << "a radiograph is none";
    EXPECT_EQ(cohort.boards, 4U);
    EXPECT_EQ(cohort.days, 60 + 15) << "P1 to the second CT, P4 to the radiograph; a board needs no patient";
}

TEST_F(Cohort, SeesNothingAfterTheDayAskedFor)
{
    const CohortReport cohort = report("2024-01-15");
    EXPECT_EQ(cohort.cts, 5U);
    EXPECT_EQ(cohort.reached_board, 1U);
    EXPECT_EQ(report("2023-12-31").with_nodule, 0U);
}

TEST_F(Cohort, IsToldAsTextAndAsJson)
{
    EXPECT_THAT(cohort_text(report()), HasSubstr("4 patients, 3 reached it, median 20 days\n"));
    EXPECT_THAT(cohort_json(report()), HasSubstr("\"median_days_to_board\":20"));
    EXPECT_THAT(cohort_text(report("2023-12-31")), HasSubstr("fewer than half\n"));
}

}  // namespace
}  // namespace nodtrack::tracker
