#include "nodtrack/domain/date.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace nodtrack {
namespace {

Date day(std::string_view iso)
{
    const std::optional<Date> date = Date::parse(iso);
    EXPECT_TRUE(date) << iso;
    return date.value_or(Date());
}

TEST(Date, IsReadFromIsoTextOnly)
{
    for (const char* text : {"", "2024-3-05", "2024/03/05", "20240305", "05.03.2024", "2024-03-05 ", " 2024-03-05",
                             "2024-03-05T00:00", "2024-13-01", "2024-00-10", "2024-01-00", "2024-01-32", "2023-02-29",
                             "1900-02-29", "2024-04-31", "1899-12-31", "0000-00-00", "-024-01-01", "2024-0a-01"}) {
        EXPECT_FALSE(Date::parse(text)) << text;
    }
    for (const char* text : {"1900-01-01", "2000-02-29", "2024-02-29", "2024-12-31", "9999-12-31"}) {
        ASSERT_TRUE(Date::parse(text)) << text;
        EXPECT_EQ(Date::parse(text)->iso(), text);
    }
}

TEST(Date, CountsDaysFromTheFirstOfJanuary1970)
{
    EXPECT_EQ(day("1970-01-01").days_since_1970(), 0);
    EXPECT_EQ(day("1970-01-02").days_since_1970(), 1);
    EXPECT_EQ(day("1969-12-31").days_since_1970(), -1);
    EXPECT_EQ(day("2000-03-01").days_since_1970(), 11017);
}

TEST(Date, TextAndDayAreTheSameForEveryDayOfThreeCenturies)
{
    const std::int32_t last = day("2199-12-31").days_since_1970();
    for (std::int32_t days = day("1900-01-01").days_since_1970(); days <= last; ++days) {
        const Date date = Date::from_days(days);
        const std::string iso = date.iso();
        ASSERT_EQ(iso.size(), 10U);
        ASSERT_EQ(Date::parse(iso), date) << iso;
        ASSERT_EQ(Date::from_calendar(date.year(), date.month(), date.day()), date) << iso;
        ASSERT_EQ(date.is_last_of_month(), add_days(date, 1).day() == 1) << iso;
    }
}

TEST(Date, HasNoDayOutsideTheCalendar)
{
    EXPECT_FALSE(Date::from_calendar(2023, 2, 29));
    EXPECT_FALSE(Date::from_calendar(2023, 0, 1));
    EXPECT_FALSE(Date::from_calendar(2023, 13, 1));
    EXPECT_FALSE(Date::from_calendar(2023, 1, 0));
}

struct MonthCase {
    const char* from;
    int months;
    const char* to;
};

TEST(AddMonths, ClampsToTheEndOfTheMonth)
{
    const std::vector<MonthCase> cases = {
        {"2026-10-15", 3, "2027-01-15"},  {"2024-01-31", 1, "2024-02-29"},  {"2023-01-31", 1, "2023-02-28"},
        {"2024-01-30", 1, "2024-02-29"},  {"2024-01-29", 1, "2024-02-29"},  {"2024-01-28", 1, "2024-02-28"},
        {"2024-03-31", 1, "2024-04-30"},  {"2024-08-31", 6, "2025-02-28"},  {"2023-08-31", 6, "2024-02-29"},
        {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"2024-02-28", 12, "2025-02-28"},
        {"2024-11-30", 3, "2025-02-28"},  {"2024-12-31", 2, "2025-02-28"},  {"2024-12-15", 1, "2025-01-15"},
        {"2024-05-31", 0, "2024-05-31"},  {"2024-03-31", -1, "2024-02-29"}, {"2025-01-15", -1, "2024-12-15"},
        {"2024-01-31", 13, "2025-02-28"}, {"2024-10-31", 1, "2024-11-30"},
    };
    for (const MonthCase& c : cases) {
        EXPECT_EQ(add_months(day(c.from), c.months).iso(), c.to) << c.from << " + " << c.months;
    }
}

TEST(WholeMonthsBetween, CountsCompletedMonths)
{
    const std::vector<MonthCase> cases = {
        {"2024-01-15", 0, "2024-01-15"},  {"2024-01-15", 0, "2024-02-14"},  {"2024-01-15", 1, "2024-02-15"},
        {"2024-01-15", 1, "2024-03-14"},  {"2024-01-31", 1, "2024-02-29"},  {"2024-01-31", 0, "2024-02-28"},
        {"2023-01-31", 1, "2023-02-28"},  {"2024-01-30", 1, "2024-02-29"},  {"2024-03-31", 1, "2024-04-30"},
        {"2024-02-29", 0, "2024-03-28"},  {"2024-02-29", 1, "2024-03-29"},  {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-28", 11, "2025-02-27"}, {"2024-10-15", 24, "2026-10-15"}, {"2024-10-15", 23, "2026-10-14"},
        {"2024-12-31", 2, "2025-02-28"},  {"2024-12-31", 1, "2025-02-27"},
    };
    for (const MonthCase& c : cases) {
        EXPECT_EQ(whole_months_between(day(c.from), day(c.to)), c.months) << c.from << " to " << c.to;
    }
}

TEST(WholeMonthsBetween, IsZeroWhenReversed)
{
    EXPECT_EQ(whole_months_between(day("2026-10-15"), day("2024-10-15")), 0);
    EXPECT_EQ(whole_months_between(day("2024-10-15"), day("2024-10-14")), 0);
}

TEST(WholeMonthsBetween, UndoesAddMonths)
{
    std::mt19937 random(20260101);
    std::uniform_int_distribution<std::int32_t> days(0, 40'000);
    std::uniform_int_distribution<int> months(0, 600);
    for (int i = 0; i < 20'000; ++i) {
        const Date from = Date::from_days(days(random));
        const int count = months(random);
        const Date to = add_months(from, count);
        ASSERT_EQ(whole_months_between(from, to), count) << from.iso() << " + " << count;
        // The day before completes one month less, unless it is itself the last of its month.
        if (count > 0 && to.day() > 1) {
            ASSERT_EQ(whole_months_between(from, add_days(to, -1)), count - 1) << from.iso();
        }
    }
}

TEST(DaysBetween, IsNegativeWhenReversed)
{
    EXPECT_EQ(days_between(day("2024-02-28"), day("2024-03-01")), 2);
    EXPECT_EQ(days_between(day("2023-02-28"), day("2023-03-01")), 1);
    EXPECT_EQ(days_between(day("2024-03-01"), day("2024-02-28")), -2);
    EXPECT_EQ(add_days(day("2024-12-31"), 1).iso(), "2025-01-01");
}

}  // namespace
}  // namespace nodtrack
