#include "svg_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "markup.hpp"
#include "markup_reader.hpp"
#include "print_measure.hpp"
#include "time_axis.hpp"

namespace nodtrack::report {
namespace {

using testing::HasSubstr;
using testing::Not;

struct EscapeCase {
    std::string_view text;
    std::string_view written;
    std::string_view why;
};

class Escaped : public testing::TestWithParam<EscapeCase> {};

TEST_P(Escaped, TakesFromTextWhateverMarkupCouldMeanByIt)
{
    EXPECT_EQ(escaped(GetParam().text), GetParam().written) << GetParam().why;
}

INSTANTIATE_TEST_SUITE_P(
    Markup, Escaped,
    testing::Values(EscapeCase{"N1", "N1", "plain text stays"},
                    EscapeCase{"<script>", "&lt;script&gt;", "an element is none"},
                    EscapeCase{"a\" onload='x", "a&quot; onload=&#39;x", "an attribute is not left"},
                    EscapeCase{"&lt;", "&amp;lt;", "an entity is text"},
                    EscapeCase{"Müller ≥ 6", "Müller ≥ 6", "UTF-8 stays"},
                    EscapeCase{"a\x01z", "a\xEF\xBF\xBDz", "a control character that XML forbids"},
                    EscapeCase{"a\xC0\xAFz", "a\xEF\xBF\xBD\xEF\xBF\xBDz", "an overlong form of /"},
                    EscapeCase{"a\xED\xA0\x80", "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", "half a surrogate pair"},
                    EscapeCase{"a\xE2\x82", "a\xEF\xBF\xBD\xEF\xBF\xBD", "a character cut off"},
                    EscapeCase{"]]>", "]]&gt;", "the end of a section"}));

TEST(Shortened, CountsCharactersAndEndsWithAnEllipsis)
{
    EXPECT_EQ(shortened("nodule", 6), "nodule");
    EXPECT_EQ(shortened("nodules", 6), "nodul…");
    EXPECT_EQ(shortened("ÄÖÜäöü", 4), "ÄÖÜ…") << "never half a character";
    EXPECT_EQ(shortened("", 3), "");
}

TEST(SvgWriter, EscapesTitleDescriptionTextAndGroupTitles)
{
    const std::string_view bad = "</text><script>alert(1)</script>\"&";
    SvgWriter svg(100, 50, bad, bad, bad);
    svg.open_group(bad);
    svg.text({1, 2}, bad, {});
    const std::string picture = std::move(svg).finish();
    EXPECT_EQ(test::markup_fault(picture), "");
    EXPECT_THAT(picture, Not(HasSubstr("<script")));
    ASSERT_EQ(test::texts_of(picture).size(), 1U);
    EXPECT_EQ(test::texts_of(picture).front().text, bad) << "what was written is what is read";
}

TEST(SvgWriter, ClosesTheGroupsThatAreOpen)
{
    SvgWriter svg(100, 50, "t", "d", "a");
    svg.open_group("one");
    svg.open_group("two");
    EXPECT_EQ(test::markup_fault(std::move(svg).finish()), "");
    SvgWriter other(100, 50, "t", "d", "a");
    other.close_group();
    EXPECT_EQ(test::markup_fault(std::move(other).finish()), "") << "closing what is not open is nothing";
}

TEST(SvgWriter, GivesDifferentIdsForDifferentPrefixes)
{
    const auto picture = [](std::string_view prefix) { return SvgWriter(10, 10, "t", "d", prefix).finish(); };
    const std::vector<std::string_view> prefixes = {"A B", "A-B", "A_B", "A_20B", "AB", "a\"b", "ä"};
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_EQ(test::markup_fault(picture(prefixes[i]) + picture(prefixes[j])), "")
                << prefixes[i] << " and " << prefixes[j] << " in one page";
        }
    }
    EXPECT_NE(test::markup_fault(picture("A") + picture("A")), "") << "the check can fail";
}

TEST(LabelPlacer, NeverGivesAPlaceThatTouchesAnother)
{
    LabelPlacer placer({0, 0, 60, 60});
    const std::vector<Point> places = {{5, 20}, {5, 22}, {5, 40}};
    const auto first = placer.place("abc", 10, Anchor::start, places);
    const auto second = placer.place("abc", 10, Anchor::start, places);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->y, 20);
    EXPECT_EQ(second->y, 40) << "22 would run into 20";
    EXPECT_FALSE(placer.place("abc", 10, Anchor::start, places)) << "all are taken";
    EXPECT_FALSE(placer.place("abcdefghijkl", 10, Anchor::start, std::vector<Point>{{5, 58}})) << "out of bounds";
}

TEST(Spread, KeepsOrderAndDistanceAndStaysWhereItFits)
{
    for (const std::vector<double>& wanted :
         {std::vector<double>{5, 5, 5, 5}, {95, 96, 97}, {0, 50, 50, 100}, {-20, 200}, {}}) {
        const auto places = spread(wanted, 10, 0, 100);
        ASSERT_EQ(places.size(), wanted.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            EXPECT_GE(places[i], 5.0);
            EXPECT_LE(places[i], 95.0);
            if (i > 0) {
                EXPECT_GE(places[i] - places[i - 1], 10.0 - 1e-9);
            }
        }
    }
    EXPECT_DOUBLE_EQ(spread({50}, 10, 0, 100).front(), 50.0) << "what is free is not moved";
    const auto crowded = spread({50, 50, 50}, 10, 45, 55);
    EXPECT_GE(crowded[2] - crowded[1], 10.0) << "too many still do not overlap";
}

TEST(TimeAxis, PutsALaterDayFurtherRightAndTicksOnFirstsOfMonths)
{
    for (const int days : {0, 1, 30, 200, 1000, 4000, 20000, 60000}) {
        const Date first = *Date::parse("1950-03-17");
        const Date last = add_days(first, days);
        const TimeAxis axis(first, last, 40, 640);
        double before = -1e9;
        for (int day = 0; day <= days; day += std::max(1, days / 300)) {
            const double place = axis.place_of(add_days(first, day));
            EXPECT_GT(place, before);
            EXPECT_GE(place, 40.0);
            EXPECT_LE(place, 640.0);
            before = place;
        }
        const auto ticks = axis.ticks(60);
        ASSERT_FALSE(ticks.empty()) << days;
        for (std::size_t i = 0; i < ticks.size(); ++i) {
            EXPECT_EQ(ticks[i].date.day(), 1U);
            EXPECT_TRUE(ticks[i].date.iso().starts_with(ticks[i].label));
            // A month is up to a tenth shorter than the mean one.
            if (i > 0) {
                EXPECT_GE(axis.place_of(ticks[i].date) - axis.place_of(ticks[i - 1].date), 54.0) << days;
            }
        }
    }
}

struct LineCase {
    std::string_view text;
    double width;
    std::size_t lines;
    std::string_view why;
};

class PrintedLines : public testing::TestWithParam<LineCase> {};

TEST_P(PrintedLines, AreThoseOfTextSetInArial)
{
    EXPECT_EQ(printed_lines(GetParam().text, 10, GetParam().width), GetParam().lines) << GetParam().why;
}

// At size 10 a digit is 5.56 wide, a blank 2.78; a fortieth is kept back.
INSTANTIATE_TEST_SUITE_P(Words, PrintedLines,
                         testing::Values(LineCase{"", 50, 1, "an empty line is a line"},
                                         LineCase{"00 00", 26, 1, "25.02 and the reserve of 2.5 % fit 26"},
                                         LineCase{"00 00", 25, 2, "but not 25"},
                                         LineCase{"00 00 00", 13, 3, "a word a line"},
                                         LineCase{"0000000000", 30, 2, "a long word is broken"},
                                         LineCase{"äää", 31, 1, "a character of another script is a full em"},
                                         LineCase{"ääää", 31, 2, "and four are too many"}));

TEST(FittedToLines, ShortensUntilItFitsAndLeavesAloneWhatFits)
{
    const std::string text = "one two three four five six seven eight nine ten eleven twelve";
    EXPECT_EQ(fitted_to_lines(text, 10, 1000, 1), text);
    const std::string two = fitted_to_lines(text, 10, 80, 2);
    EXPECT_EQ(printed_lines(two, 10, 80), 2U);
    EXPECT_TRUE(two.ends_with("…"));
}

}  // namespace
}  // namespace nodtrack::report
