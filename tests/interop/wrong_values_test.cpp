#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "nodtrack/interop/data_dictionary.hpp"
#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

RowKind kind_of(std::string_view file)
{
    const auto* const found = std::find(row_kind_names.begin(), row_kind_names.end(), file);
    return static_cast<RowKind>(found - row_kind_names.begin());
}

/// A right value of a column.
std::string right_value(const DictionaryEntry& entry)
{
    if (entry.type == "date") return "2024-03-05";
    if (entry.type == "decimal") return "5.4";
    if (entry.type == "word" || entry.type == "words") return entry.words.substr(0, entry.words.find(','));
    return "A1";
}

/// The text of a file with the required columns and `column`, which holds `value`.
std::string file_with(std::string_view file, std::string_view column, const std::string& value)
{
    std::string header;
    std::string row;
    for (const DictionaryEntry& entry : data_dictionary()) {
        if (entry.file != file || (!entry.required && entry.column != column)) continue;
        header += std::string(entry.column) + ",";
        row += "\"" + (entry.column == column ? value : right_value(entry)) + "\",";
    }
    header.back() = row.back() = '\n';
    return header + row;
}

void expect_problem(const DictionaryEntry& entry, const std::string& value, const std::string& remedy)
{
    const Result<Delivery> read = read_csv_text(kind_of(entry.file), file_with(entry.file, entry.column, value));
    const std::string place = std::string(entry.file) + ".csv:2:" + std::string(entry.column) + ": ";
    ASSERT_FALSE(read) << place << value;
    ASSERT_THAT(read.error().context, SizeIs(1)) << place << value;
    EXPECT_THAT(read.error().context[0], StartsWith(place)) << value;
    EXPECT_THAT(read.error().context[0], HasSubstr(remedy)) << value;
}

std::vector<DictionaryEntry> record_columns(std::string_view type)
{
    std::vector<DictionaryEntry> entries = data_dictionary();
    std::erase_if(entries, [&](const DictionaryEntry& e) { return e.file == "history" || e.type != type; });
    EXPECT_FALSE(entries.empty()) << type;
    return entries;
}

TEST(EveryColumn, TakesARightValue)
{
    for (const DictionaryEntry& entry : data_dictionary()) {
        if (entry.file == "history") continue;
        const Result<Delivery> read =
            read_csv_text(kind_of(entry.file), file_with(entry.file, entry.column, right_value(entry)));
        EXPECT_TRUE(read) << entry.column << (read ? "" : read.error().context.front());
    }
}

TEST(EveryRequiredColumn, MustNotBeEmpty)
{
    for (const DictionaryEntry& entry : data_dictionary()) {
        if (entry.file == "history" || !entry.required) continue;
        expect_problem(entry, "", "is empty; every row needs a value here");
    }
}

TEST(EveryOptionalColumn, MayBeEmpty)
{
    for (const DictionaryEntry& entry : data_dictionary()) {
        if (entry.file == "history" || entry.required) continue;
        EXPECT_TRUE(read_csv_text(kind_of(entry.file), file_with(entry.file, entry.column, ""))) << entry.column;
    }
}

TEST(EveryDateColumn, SaysHowADateIsWritten)
{
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"05.03.2024", "write 2024-03-05"},
        {"5.3.2024", "write 2024-03-05"},
        {"2024/03/05", "write 2024-03-05"},
        {"2024-3-5", "write 2024-03-05"},
        {"20240305", "write 2024-03-05"},
        {"2024-03-05 00:00:00", "write 2024-03-05"},
        {"2024-03-05T10:00:00Z", "write 2024-03-05"},
        {" 2024-03-05", "write 2024-03-05"},
        {"25/12/2024", "write 2024-12-25"},
        {"12/25/2024", "write 2024-12-25"},
        {"05/03/2024", "write it as YYYY-MM-DD"},  // the fifth of March, or the third of May
        {"2023-02-29", "is no day of the calendar"},
        {"2024-13-01", "is no day of the calendar"},
        {"1899-12-31", "before 1900"},
        {"n/a", "leave it empty if unknown"},
        {"soon", "write it as YYYY-MM-DD"},
        {"2024-03", "write it as YYYY-MM-DD"},
        {"45356", "write it as YYYY-MM-DD"},
    };
    for (const DictionaryEntry& entry : record_columns("date")) {
        for (const auto& [value, remedy] : cases)
            expect_problem(entry, value, remedy);
    }
}

TEST(EveryDecimalColumn, SaysHowADecimalIsWritten)
{
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"5,4", "write 5.4"},
        {"5.4 ", "write 5.4"},
        {"+5.4", "write 5.4"},
        {".5", "write 0.5"},
        {"5.", "write 5.0"},
        {"5.4e0", "write a plain decimal such as 5.4"},
        {"1E3", "has an exponent"},
        {"<5", "is no number"},
        {"nan", "leave it empty if unknown"},
        {"-", "leave it empty if unknown"},
        {"NULL", "leave it empty if unknown"},
        {"1,234.5", "is no number"},
        {"1.2.3", "is no number"},
        {"5.4 furlongs", "write the number alone"},
        {"1234567890123", "is too large"},
        {"five", "is no number"},
        {"\xE2\x88\x92"
         "5.4",
         "write -5.4"},
        {"5.4\xC2\xA0", "write 5.4"},
    };
    for (const DictionaryEntry& entry : record_columns("decimal")) {
        for (const auto& [value, remedy] : cases)
            expect_problem(entry, value, remedy);
        if (!entry.unit.empty()) {
            expect_problem(entry, "5.4 " + std::string(entry.unit), "ends with its unit; write 5.4");
            expect_problem(entry, "5,4" + std::string(entry.unit), "ends with its unit; write 5.4");
            expect_problem(entry, "five", "such as 5.4, in " + std::string(entry.unit));
        }
    }
}

TEST(EverySize, HasAtMostThreeDecimals)
{
    for (const DictionaryEntry& entry : record_columns("decimal")) {
        const bool rounded =
            entry.column.starts_with("position_") || entry.column == "mean_hu" || entry.column == "dlp_mgy_cm";
        if (!rounded) {
            expect_problem(entry, "5.1234",
                           "more than three decimals, and it is never rounded here; write at most three");
            expect_problem(entry, "1.9999999999999996", "more than three decimals");
        } else {
            EXPECT_TRUE(read_csv_text(kind_of(entry.file), file_with(entry.file, entry.column, "5.1234567")));
        }
        EXPECT_TRUE(read_csv_text(kind_of(entry.file), file_with(entry.file, entry.column, "5.1230000")));
    }
}

TEST(EveryWordColumn, ListsItsWordsAndNamesTheNearest)
{
    for (const DictionaryEntry& entry : record_columns("word")) {
        expect_problem(entry, "xyzzyxyzzy", "write one of the words (words: " + entry.words + ")");
        const std::string right = right_value(entry);
        if (entry.column == "dose_phantom_cm") continue;  // its words are numbers
        std::string capital = right;
        capital[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(capital[0])));
        expect_problem(entry, capital, "write " + right + " (words: ");
        expect_problem(entry, " " + right, "write " + right + " (words: ");
        if (right.size() > 3) expect_problem(entry, right.substr(0, right.size() - 1), "write " + right + " (words: ");
    }
}

TEST(EveryWordColumn, TakesUnknownOnlyWhereTheContractHasIt)
{
    for (const DictionaryEntry& entry : record_columns("word")) {
        if (entry.words.ends_with("unknown")) {
            EXPECT_TRUE(read_csv_text(kind_of(entry.file), file_with(entry.file, entry.column, "unknown")));
        } else {
            expect_problem(entry, "unknown", "is no word of this column; leave it empty if unknown");
        }
    }
}

TEST(Symptoms, AreWordsJoinedBySemicolons)
{
    const std::vector<DictionaryEntry> columns = record_columns("words");
    ASSERT_THAT(columns, SizeIs(1));
    expect_problem(columns[0], "cough;;dyspnoea", "has an empty word; join the words by one ;");
    expect_problem(columns[0], "cough;", "has an empty word");
    expect_problem(columns[0], "cough; dyspnoea", "write dyspnoea");
    expect_problem(columns[0], "cough,dyspnoea", "no word of this column");
    expect_problem(columns[0], "dyspnea", "write dyspnoea (words: cough, ");
    const Result<Delivery> read = read_csv_text(RowKind::scan, file_with("scans", "symptoms", "local_mass;cough"));
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->scans[0].scan.symptoms.contains(Symptom::local_mass));
    EXPECT_TRUE(read->scans[0].scan.symptoms.contains(Symptom::cough));
    EXPECT_FALSE(read->scans[0].scan.symptoms.contains(Symptom::dyspnoea));
}

TEST(EveryIdentifierColumn, RefusesWhiteSpaceControlCharactersAndLength)
{
    for (const DictionaryEntry& entry : record_columns("identifier")) {
        expect_problem(entry, " A1", "write the id without it");
        expect_problem(entry, "A1\n", "in printable characters");
        expect_problem(entry, "A\x02", "in printable characters");
        expect_problem(entry, std::string(65, 'x'), "has 65 characters; an id has at most 64");
    }
}

TEST(EveryTextColumn, TakesLineBreaksButNoControlCharacters)
{
    for (const DictionaryEntry& entry : record_columns("text")) {
        expect_problem(entry, "a\x01", "holds a control character");
        EXPECT_TRUE(read_csv_text(kind_of(entry.file), file_with(entry.file, entry.column, "two\nlines\tand a tab")));
    }
}

TEST(Contradictions, WithinARowAreReportedWithTheRest)
{
    const DictionaryEntry* entry = nullptr;
    const std::vector<DictionaryEntry> entries = data_dictionary();
    const auto column = [&](std::string_view file, std::string_view name) -> const DictionaryEntry& {
        for (const DictionaryEntry& e : entries) {
            if (e.file == file && e.column == name) entry = &e;
        }
        return *entry;
    };
    expect_problem(column("measurements", "long_axis_mm"), "0", "give a size above 0");
    expect_problem(column("measurements", "long_axis_mm"), "-999", "leave it empty if unknown");
    expect_problem(column("measurements", "short_axis_mm"), "-1", "above 0");
    expect_problem(column("measurements", "volume_mm3"), "0", "above 0");
    expect_problem(column("measurements", "solid_component_mm"), "0", "above 0");
    expect_problem(column("measurements", "suv_max"), "-0.1", "0 or more");
    expect_problem(column("scans", "slice_thickness_mm"), "0", "above 0");
    expect_problem(column("scans", "dlp_mgy_cm"), "-1", "0 or more");
}

}  // namespace
}  // namespace nodtrack::interop
