#include "written_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nodtrack::interop {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string number(std::string_view text, const WrittenForm& form = {})
{
    const Reading reading = read_number(text, form);
    return reading.fault.empty() ? reading.text : "! " + reading.fault;
}

std::string date(std::string_view text, const WrittenForm& form = {}, bool is_number = false)
{
    const Reading reading = read_date(text, is_number, form);
    return reading.fault.empty() ? reading.text : "! " + reading.fault;
}

WrittenForm with_dates(std::vector<DateForm> dates)
{
    WrittenForm form;
    form.dates = std::move(dates);
    return form;
}

TEST(WrittenNumbers, ThatCanBeReadOneWayAloneNeedNoWordOfTheMap)
{
    EXPECT_EQ(number("6"), "6");
    EXPECT_EQ(number("6,2"), "6.2");
    EXPECT_EQ(number("6.2"), "6.2");
    EXPECT_EQ(number("-62,5"), "-62.5");
    EXPECT_EQ(number("0,125"), "0.125") << "no thousands begin with a zero";
    EXPECT_EQ(number("1.234,5"), "1234.5");
    EXPECT_EQ(number("1.234.567"), "1234567");
    EXPECT_EQ(number("1 234"), "1234");
}

TEST(WrittenNumbers, ThatCanBeReadTwoWaysAreRefusedUnlessTheMapSaysHow)
{
    EXPECT_THAT(number("1.234"), AllOf(HasSubstr("! "), HasSubstr("1.234"), HasSubstr("1234")));
    EXPECT_THAT(number("1,234"), HasSubstr("! "));
    WrittenForm german;
    german.decimal = ',';
    EXPECT_EQ(number("1,234", german), "1.234");
    EXPECT_THAT(number("1.234", german), HasSubstr("! ")) << "a decimal comma does not say what a point is";
    german.thousands = '.';
    EXPECT_EQ(number("1.234", german), "1234");
    EXPECT_THAT(number("6.2", german), HasSubstr("! ")) << "no thousands are written so";
    WrittenForm english;
    english.decimal = '.';
    EXPECT_EQ(number("1.234", english), "1.234");
    EXPECT_THAT(number("1,234", english), HasSubstr("! "));
}

TEST(WrittenNumbers, AreNotWhatIsMoreOrLessThanANumber)
{
    for (const char* text :
         {"", "-", "6,2 mm", "ca. 6", "<5", "6..2", "6,", ",5", "1e3", "6-7", "0x1", "6,2,1", "1 23"})
        EXPECT_THAT(number(text), HasSubstr("! ")) << text;
}

TEST(WrittenDates, ThatCanBeReadOneWayAloneNeedNoWordOfTheMap)
{
    EXPECT_EQ(date("2024-03-15"), "2024-03-15");
    EXPECT_EQ(date("2024/3/5"), "2024-03-05");
    EXPECT_EQ(date("15.03.2024"), "2024-03-15");
    EXPECT_EQ(date("5.3.2024"), "2024-03-05");
    EXPECT_EQ(date("15. 3. 2024"), "2024-03-15");
    EXPECT_EQ(date("15/03/2024"), "2024-03-15");
    EXPECT_EQ(date("03/15/2024"), "2024-03-15");
    EXPECT_EQ(date("04/04/2024"), "2024-04-04");
    EXPECT_EQ(date("2024-03-15T08:23:00"), "2024-03-15");
    EXPECT_EQ(date("15.03.2024 08:23"), "2024-03-15");
}

TEST(WrittenDates, ThatCanBeReadTwoWaysAreRefusedUnlessTheMapSaysHow)
{
    EXPECT_THAT(date("03/04/2026"), AllOf(HasSubstr("! "), HasSubstr("2026-04-03"), HasSubstr("2026-03-04")));
    EXPECT_EQ(date("03/04/2026", with_dates({{DateForm::Order::day_first, '/', false}})), "2026-04-03");
    EXPECT_EQ(date("03/04/2026", with_dates({{DateForm::Order::month_first, '/', false}})), "2026-03-04");
    EXPECT_THAT(date("13/04/2026", with_dates({{DateForm::Order::month_first, '/', false}})), HasSubstr("! "))
        << "what the map says holds for every row";
    EXPECT_THAT(date("03-04-2026", with_dates({{DateForm::Order::day_first, '/', false}})), HasSubstr("! "));
}

TEST(WrittenDates, WithTwoDigitsNeedACentury)
{
    EXPECT_THAT(date("15.03.71"), HasSubstr("two_digit_years_from"));
    WrittenForm form = with_dates({{DateForm::Order::day_first, '.', true}});
    form.two_digit_years_from = 1930;
    EXPECT_EQ(date("15.03.71", form), "1971-03-15");
    EXPECT_EQ(date("15.03.30", form), "1930-03-15");
    EXPECT_EQ(date("15.03.29", form), "2029-03-15");
}

TEST(WrittenDates, AreDayNumbersOfExcelOnlyWhereTheMapSaysSo)
{
    EXPECT_THAT(date("45366"), HasSubstr("excel_1900"));
    const WrittenForm form = with_dates({{DateForm::Order::excel_1900, '\0', false}});
    EXPECT_EQ(date("45366", form), "2024-03-15");
    EXPECT_EQ(date("45366.75", form, true), "2024-03-15");
    EXPECT_EQ(date("61", form), "1900-03-01");
    EXPECT_THAT(date("60", form), HasSubstr("! ")) << "29 February 1900, which never was";
    EXPECT_THAT(date("2024", form), HasSubstr("year")) << "as likely a year as a day of 1905";
    EXPECT_EQ(date("43904", with_dates({{DateForm::Order::excel_1904, '\0', false}})), "2024-03-15");
    EXPECT_THAT(date("20240315", form), HasSubstr("yyyymmdd"));
    EXPECT_EQ(date("20240315", with_dates({{DateForm::Order::year_first, '\0', false}})), "2024-03-15");
}

TEST(WrittenDates, AreNoDaysThatThereAreNot)
{
    for (const char* text :
         {"31.02.2024", "2024-13-01", "00.01.2024", "1.1.1899", "12.2024", "heute", "15.03.", "15.3/2024", "1.1.20245"})
        EXPECT_THAT(date(text), HasSubstr("! ")) << text;
}

TEST(Units, AreConvertedExactlyOrNotAtAll)
{
    EXPECT_EQ(times_power_of_ten("0.8", 1), "8");
    EXPECT_EQ(times_power_of_ten("0.85", 1), "8.5");
    EXPECT_EQ(times_power_of_ten("1.2345", 3), "1234.5");
    EXPECT_EQ(times_power_of_ten("12", 1), "120");
    EXPECT_EQ(times_power_of_ten("-0.05", 1), "-0.5");
    EXPECT_EQ(power_of_unit("cm", "mm"), 1);
    EXPECT_EQ(power_of_unit("ml", "mm3"), 3);
    EXPECT_EQ(power_of_unit("mm", "mm"), 0);
    EXPECT_EQ(power_of_unit("inch", "mm"), -1);
    EXPECT_EQ(power_of_unit("cm", "mm3"), -1);
}

}  // namespace
}  // namespace nodtrack::interop
