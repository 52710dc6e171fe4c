#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/interop/table.hpp"
#include "workbook.hpp"

namespace nodtrack::interop {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_support::archive_of;
using testing_support::Parts;
using testing_support::workbook_parts;

Table table_of(std::string bytes, const TableForm& form = {})
{
    Result<Table> table = read_table(std::move(bytes), "t.csv", form);
    if (!table) {
        ADD_FAILURE() << table.error().message << "\n"
                      << (table.error().context.empty() ? "" : table.error().context.front());
        return {};
    }
    return std::move(*table);
}

std::string refusal(std::string bytes, const TableForm& form = {})
{
    const Result<Table> table = read_table(std::move(bytes), "t.csv", form);
    if (table) return "";
    EXPECT_EQ(table.error().code, ErrorCode::bad_input);
    return table.error().context.empty() ? "no line" : table.error().context.front();
}

std::vector<std::string> texts_of(const TableRow& row)
{
    std::vector<std::string> texts;
    for (const TableCell& cell : row.cells)
        texts.push_back(cell.text);
    return texts;
}

TEST(CsvTables, HaveTheSeparatorThatTheHeaderHasMostOf)
{
    EXPECT_THAT(table_of("a;b;c\n1;2,5;3\n").columns, ElementsAre("a", "b", "c"));
    EXPECT_THAT(table_of("a\tb\n1\t2\n").columns, ElementsAre("a", "b"));
    EXPECT_THAT(table_of("a,b\n1,2\n").columns, ElementsAre("a", "b"));
    EXPECT_THAT(table_of("\"a;b;c\",d\n1,2\n").columns, ElementsAre("a;b;c", "d"))
        << "what is in quotes does not count";
    EXPECT_THAT(refusal("a;b,c\n1;2,3\n"), HasSubstr("separator"));
}

TEST(CsvTables, AreReadInTheEncodingsThatOfficesWrite)
{
    TableForm western;
    western.encoding = TableForm::Encoding::windows_1252;
    EXPECT_THAT(table_of("Gr\xF6\xDF"
                         "e;\x80\n1;2\n",
                         western)
                    .columns,
                ElementsAre("Größe", "€"));
    EXPECT_THAT(refusal("Gr\xF6\xDF"
                        "e;b\n1;2\n"),
                HasSubstr("windows-1252"))
        << "never guessed where it is stored";
    EXPECT_EQ(likely_form("Gr\xF6\xDF"
                          "e")
                  .encoding,
              TableForm::Encoding::windows_1252);
    EXPECT_THAT(refusal("a\x81;b\n", western), HasSubstr("encoding")) << "0x81 is no character of that code page";
    using namespace std::string_literals;
    EXPECT_THAT(table_of("\xFF\xFEG\0r\0\xF6\0\xDF\0e\0;\0b\0\n\0001\0;\0002\0\n\0"s).columns,
                ElementsAre("Größe", "b"));
    EXPECT_THAT(table_of("\xFE\xFF\0a\0;\0b\0\n"s).columns, ElementsAre("a", "b"));
    EXPECT_THAT(refusal("\xFF\xFE\0\xDC;\0"s), HasSubstr("encoding")) << "half a surrogate pair";
    EXPECT_THAT(refusal("a\0;\0b\0"s), HasSubstr("utf-16"));
    EXPECT_THAT(table_of("\xEF\xBB\xBF"
                         "a;b\n1;2\n")
                    .columns,
                ElementsAre("a", "b"));
}

TEST(CsvTables, KnowEachColumnByANameOfItsOwn)
{
    const Table named = table_of("Size;\"Size\r\n(mm)\";Size (mm); a\xC2\xA0 b :c;;\n1;2;3;4;5;\n");
    EXPECT_THAT(named.columns, ElementsAre("Size", "Size (mm)", "Size (mm) (2)", "a b c", "column 5"))
        << "a column without name and values is none";
    EXPECT_THAT(texts_of(named.rows[0]), ElementsAre("1", "2", "3", "4", "5"));
}

TEST(CsvTables, PassOverBlankRowsAndWhatStandsAboveTheHeader)
{
    TableForm form;
    form.header_row = 3;
    const Table table = table_of("Lung list of our house\n\na;b\n;\n1;2\n;;\n\n3;4\n", form);
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.rows[0].number, 5U) << "rows are told as the file has them";
    EXPECT_EQ(table.rows[1].number, 8U);
    form.header_row = 4;
    EXPECT_THAT(refusal("x\n\na;b\n;\n1;2\n", form), HasSubstr("header"));
}

TEST(CsvTables, RefuseARowOfAnotherLength)
{
    EXPECT_THAT(refusal("a,b\n6,2,x\n"), HasSubstr("t.csv:2:column 3: ")) << "a decimal comma made one cell more";
    EXPECT_THAT(refusal("a;b\n1\n"), HasSubstr("t.csv:2:b: "));
    TableForm form;
    form.short_rows_are_blank = true;
    EXPECT_THAT(texts_of(table_of("a;b\n1\n", form).rows[0]), ElementsAre("1", ""));
    EXPECT_THAT(refusal("a;b\n\"1;2\n"), HasSubstr("never closed"));
}

/// A cell of a sheet.
std::string cell(const std::string& place, const std::string& value, const std::string& attributes = {})
{
    return "<c r=\"" + place + "\"" + attributes + "><v>" + value + "</v></c>";
}

TEST(Workbooks, GiveTextsNumbersAndDaysAsTheyAreMeant)
{
    const std::string rows = "<row r=\"1\">" + cell("A1", "0", " t=\"s\"") + cell("B1", "1", " t=\"s\"") +
                             "<c r=\"C1\" t=\"inlineStr\"><is><t>Day</t></is></c><c r=\"D1\" t=\"str\"><v>Own</v></c>" +
                             cell("E1", "2", " t=\"s\"") + "</row><row r=\"4\">" + cell("A4", "12345") +
                             cell("B4", "6.2000000000000002") + cell("C4", "45366", " s=\"1\"") +
                             cell("D4", "45366.5", " s=\"2\"") + cell("E4", "45366", " s=\"3\"") +
                             "</row><row r=\"5\">" + cell("B5", "#REF!", " t=\"e\"") + "</row>";
    const Parts parts = workbook_parts(
        {{"One", rows}}, "<si><t>Nr</t></si><si><r><t>Si</t></r><r><t>ze</t></r></si><si><t>Days</t></si>");
    const Table table = table_of(archive_of(parts));
    EXPECT_THAT(table.columns, ElementsAre("Nr", "Size", "Day", "Own", "Days"));
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.rows[0].number, 4U);
    EXPECT_THAT(texts_of(table.rows[0]), ElementsAre("12345", "6.2", "2024-03-15", "2024-03-15", "45366"))
        << "a format with the word day in quotes makes no date";
    EXPECT_TRUE(table.rows[0].cells[1].is_number);
    EXPECT_FALSE(table.rows[0].cells[2].is_number);
    EXPECT_EQ(table.rows[1].cells[1].text, "#REF!") << "an error is a text that cannot be read, not a blank";
}

TEST(Workbooks, CountDaysFromTheYearThatTheySay)
{
    const std::string rows = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Day</v></c></row><row r=\"2\">" +
                             cell("A2", "43904", " s=\"1\"") + "</row><row r=\"3\">" + cell("A3", "59", " s=\"1\"") +
                             "</row>";
    const Table later = table_of(archive_of(workbook_parts({{"One", rows}}, "", true)));
    EXPECT_EQ(later.rows[0].cells[0].text, "2024-03-15");
    const Table earlier = table_of(archive_of(workbook_parts({{"One", rows}})));
    EXPECT_EQ(earlier.rows[0].cells[0].text, "2020-03-14");
    EXPECT_EQ(earlier.rows[1].cells[0].text, "day 59") << "before March 1900 Excel counts a day that never was";
}

TEST(Workbooks, WithSeveralSheetsNeedOneNamed)
{
    const std::string rows =
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row><row r=\"2\"><c r=\"A2\" t=\"str\"><v>1</v></c></row>";
    const std::string bytes = archive_of(workbook_parts({{"One", rows}, {"Two", rows}, {"Empty", ""}}));
    EXPECT_THAT(refusal(bytes), HasSubstr("\"One\", \"Two\""));
    TableForm form;
    form.sheet = "Two";
    EXPECT_EQ(table_of(bytes, form).rows.size(), 1U);
    form.sheet = "Three";
    EXPECT_THAT(refusal(bytes, form), HasSubstr("no sheet \"Three\""));
    EXPECT_EQ(table_of(archive_of(workbook_parts({{"One", rows}, {"Empty", ""}}))).rows.size(), 1U);
}

TEST(Workbooks, ThatUnpackToTooMuchOrAreDamagedAreRefused)
{
    Parts parts = workbook_parts({{"One", "<row r=\"1\"/>"}});
    parts.front().second = std::string(70U << 20U, ' ');
    const std::string bomb = archive_of(parts);
    EXPECT_LT(bomb.size(), 200'000U) << "it is small as it stands";
    EXPECT_THAT(refusal(bomb), HasSubstr("unpacks to more than"));
    const std::string sound = archive_of(workbook_parts({{"One", "<row r=\"1\"/>"}}));
    EXPECT_THAT(refusal(sound.substr(0, sound.size() / 2)), HasSubstr("damaged archive"));
    EXPECT_THAT(refusal(archive_of({{"a.txt", "x"}})), HasSubstr("no Excel workbook"));
    EXPECT_THAT(refusal("\xD0\xCF\x11\xE0 old"), HasSubstr(".xls"));
    const std::string twice = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row><row r=\"1\"><c r=\"A1\"/></row>";
    EXPECT_THAT(refusal(archive_of(workbook_parts({{"One", twice}}))), HasSubstr("twice or out of order"));
    const std::string far = "<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>";
    EXPECT_THAT(table_of(archive_of(workbook_parts({{"One", far}}))).rows.size(), 0U);
}

}  // namespace
}  // namespace nodtrack::interop
