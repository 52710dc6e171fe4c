#include "decimal.hpp"

#include <gtest/gtest.h>

namespace nodtrack::exchange {
namespace {

TEST(ScaledThousandths, IsExactInMicrometres)
{
    EXPECT_EQ(scaled_thousandths("18.56", 0), 18'560);
    EXPECT_EQ(scaled_thousandths("0.9", 1), 9'000);         // cm
    EXPECT_EQ(scaled_thousandths("12340", -3), 12'340);     // um
    EXPECT_EQ(scaled_thousandths("2.7651", 3), 2'765'100);  // cm3 or ml
    EXPECT_EQ(scaled_thousandths("-40.5", 0), -40'500);
    EXPECT_EQ(scaled_thousandths("1.8e1", 0), 18'000);
    EXPECT_EQ(scaled_thousandths("+1.8E+01", 0), 18'000);
    EXPECT_EQ(scaled_thousandths("180e-1", 0), 18'000);
    EXPECT_EQ(scaled_thousandths("000.5", 0), 500);
    EXPECT_EQ(scaled_thousandths(".5", 0), 500);
    EXPECT_EQ(scaled_thousandths("5.", 0), 5'000);
    EXPECT_EQ(scaled_thousandths("0", 0), 0);
}

TEST(ScaledThousandths, RoundsHalfAwayFromZero)
{
    EXPECT_EQ(scaled_thousandths("39.3664929116140", 0), 39'366);
    EXPECT_EQ(scaled_thousandths("1.0004", 0), 1'000);
    EXPECT_EQ(scaled_thousandths("1.0005", 0), 1'001);
    EXPECT_EQ(scaled_thousandths("-1.0005", 0), -1'001);
    EXPECT_EQ(scaled_thousandths("0.0004", 0), 0);
    EXPECT_EQ(scaled_thousandths("0.0005", 0), 1);
    EXPECT_EQ(scaled_thousandths("0.00049", 0), 0);
}

TEST(ScaledThousandths, IsAbsentForWhatIsNoNumber)
{
    for (const char* text : {"", "-", ".", "1,5", "1.2.3", "1e", "1e99", "nan", "inf", "0x10", "12 ", " 12",
                             "9999999999999999999", "1\\2"})
        EXPECT_EQ(scaled_thousandths(text, 0), std::nullopt) << text;
}

}  // namespace
}  // namespace nodtrack::exchange
