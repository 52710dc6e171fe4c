#include "nodtrack/domain/axis_ends.hpp"

#include <gtest/gtest.h>

namespace nodtrack {
namespace {

TEST(AxisEnds, AreWrittenAsTheyAreRead)
{
    for (const char* text : {"-62.5 -150.0 12.25 -53.1 -150.0 12.25", "0.0 0.0 0.0 0.0 0.0 0.001"}) {
        const auto ends = AxisEnds::parse(text);
        ASSERT_TRUE(ends) << text;
        EXPECT_EQ(ends->text(), text);
    }
    EXPECT_EQ(AxisEnds::parse("1 2 3 4 5 6")->text(), "1.0 2.0 3.0 4.0 5.0 6.0");
}

TEST(AxisEnds, AreSixNumbersAndNothingElse)
{
    // A text in their place could hold anything, a name too.
    for (const char* text : {"", "1", "1 2 3 4 5", "1 2 3 4 5 6 7", "1 2 3 4 5 6 ", " 1 2 3 4 5 6", "1  2 3 4 5 6",
                             "1 2 3 4 5 x", "1,2,3,4,5,6", "1 2 3 4 5 1e3", "1 2 3 4 5 6.0001"})
        EXPECT_FALSE(AxisEnds::parse(text)) << text;
}

TEST(AxisEnds, OfTwoPointsAreRoundedToMicrometres)
{
    const AxisEnds ends = AxisEnds::of({-62.50049, 0.0005, 1}, {2, 3, -0.0005});
    EXPECT_EQ(ends.text(), "-62.5 0.001 1.0 2.0 3.0 -0.001");
    EXPECT_EQ(ends.point_mm(1)[1], 3);
}

}  // namespace
}  // namespace nodtrack
