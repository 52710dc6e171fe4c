#include "nodtrack/domain/quantity.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nodtrack {
namespace {

TEST(ParseThousandths, ReadsPlainDecimalsExactly)
{
    const std::vector<std::pair<const char*, std::int64_t>> cases = {
        {"0", 0},        {"5", 5000},     {"5.4", 5400},      {"5.40", 5400},
        {"4.999", 4999}, {"0.001", 1},    {"-12", -12000},    {"-0.125", -125},
        {"-0", 0},       {"007.5", 7500}, {"1.000000", 1000}, {"999999999999.999", 999'999'999'999'999},
        {"5.960", 5960}, {"0.1", 100},
    };
    for (const auto& [text, thousandths] : cases) {
        EXPECT_EQ(parse_thousandths(text), thousandths) << text;
    }
}

TEST(ParseThousandths, RefusesAnythingElse)
{
    for (const char* text : {"",      "-",   ".",    "5.",    ".5",    "+5",  "5,4",    "1e3",
                             "5.4mm", " 5",  "5 ",   "0x10",  "1.2.3", "--1", "5.1234", "1000000000000",
                             "nan",   "inf", "5.4-", "1 000", "½"}) {
        EXPECT_FALSE(parse_thousandths(text)) << text;
    }
}

TEST(DecimalText, IsReadBackAsTheSameAmount)
{
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> small(-20'000, 20'000);
    std::uniform_int_distribution<std::int64_t> large(-999'999'999'999'999, 999'999'999'999'999);
    for (int i = 0; i < 50'000; ++i) {
        const std::int64_t thousandths = i % 2 == 0 ? small(random) : large(random);
        ASSERT_EQ(parse_thousandths(decimal_text(thousandths)), thousandths) << thousandths;
    }
}

TEST(DecimalText, IsShortWithAtLeastOneDecimal)
{
    EXPECT_EQ(decimal_text(5000), "5.0");
    EXPECT_EQ(decimal_text(4900), "4.9");
    EXPECT_EQ(decimal_text(125), "0.125");
    EXPECT_EQ(decimal_text(120), "0.12");
    EXPECT_EQ(decimal_text(-50), "-0.05");
    EXPECT_EQ(decimal_text(0), "0.0");
}

TEST(Quantity, ComparesExactlyWhereFloatingPointDoesNot)
{
    const Length grown =
        Length::from_thousandths(*parse_thousandths("5.1")) - Length::from_thousandths(*parse_thousandths("3.1"));
    EXPECT_GE(grown, Length::whole(2));
    EXPECT_FALSE(5.1 - 3.1 >= 2.0);  // what it guards against
    EXPECT_LT(Length::from_thousandths(5960), Length::whole(6));
}

TEST(Quantity, AddsSubtractsAndNegates)
{
    EXPECT_EQ(Length::whole(2) + Length::from_thousandths(1), Length::from_thousandths(2001));
    EXPECT_EQ(Length::whole(2) - Length::whole(3), -Length::whole(1));
    EXPECT_DOUBLE_EQ(Volume::from_thousandths(512'300).in_units(), 512.3);
}

TEST(Quantity, OfAnotherUnitIsAnotherType)
{
    EXPECT_FALSE((std::is_convertible_v<Length, Volume>));
    EXPECT_FALSE((std::is_constructible_v<Length, Volume>));
    EXPECT_FALSE((std::is_convertible_v<double, Length>));
}

}  // namespace
}  // namespace nodtrack
