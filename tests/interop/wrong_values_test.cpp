#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "meant_words.hpp"
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
    if (entry.type == "decimals") return "-62.5 -150.0 12.25 -53.1 -150.0 12.25";
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
        {"2023-02-29", "is not a valid date"},
        {"2024-13-01", "is not a valid date"},
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
        const bool rounded = entry.column.starts_with("position_") || entry.column == "mean_hu" ||
                             entry.column == "dlp_mgy_cm" || entry.column == "tube_voltage_kv";
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

TEST(EveryWordColumn, ListsItsWordsAndNamesTheOneMeantButNeverByLikeness)
{
    for (const DictionaryEntry& entry : record_columns("word")) {
        // Whether a policy has a profile is known where it is stored; here a word is one by its form.
        const bool is_open = entry.column == "schedule_profile";
        const std::string no_word = is_open ? "2 words" : "xyzzyxyzzy";
        expect_problem(entry, no_word, "write one of the words (words: " + entry.words + ")");
        const std::string right = right_value(entry);
        if (entry.column == "dose_phantom_cm") continue;  // its words are numbers
        std::string other_case = right;
        other_case[0] = static_cast<char>(other_case[0] ^ ' ');  // actions are in capitals
        expect_problem(entry, other_case, "write " + right + " (words: ");
        expect_problem(entry, " " + right, "write " + right + " (words: ");
        const std::string cut = right.substr(0, right.size() - 1);
        if (cut.size() > 3 && !is_open)
            expect_problem(entry, cut, "write one of the words (words: " + entry.words + ")");
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

DictionaryEntry column_of(std::string_view file, std::string_view column)
{
    const std::vector<DictionaryEntry> entries = data_dictionary();
    return *std::ranges::find_if(
        entries, [&](const DictionaryEntry& entry) { return entry.file == file && entry.column == column; });
}

struct MeantCase {
    std::string_view column;
    std::string typed;
    std::string meant;  ///< empty: nothing is suggested
};

TEST(Words, OfAnotherSpellingOrATrueSynonymAreNamedAndNoOthers)
{
    const std::vector<MeantCase> cases = {
        {"histology", "Giant cell tumor of bone", "giant_cell_tumour_of_bone"},
        {"histology", "solitary-fibrous-tumors", "solitary_fibrous_tumour"},
        {"histology", "Ewing's sarcoma", "ewing_sarcoma"},
        {"histology", "osteo-sarcoma", "osteosarcoma"},
        {"histology", "Extra-skeletal osteosarcomas", "extraskeletal_osteosarcoma"},
        {"histology", "de-differentiated liposarcoma", "dedifferentiated_liposarcoma"},
        {"histology", "UPS", "ups_soft_tissue or ups_of_bone"},
        {"histology", "undifferentiated pleomorphic sarcoma", "ups_soft_tissue or ups_of_bone"},
        {"histology", "MFH", "ups_soft_tissue or ups_of_bone"},
        {"histology", "MPNST", "mpnst"},
        {"histology", "ALT", "well_differentiated_liposarcoma"},
        {"histology", "atypical lipomatous tumor", "well_differentiated_liposarcoma"},
        {"histology", "SFT", "solitary_fibrous_tumour"},
        {"histology", "EHE", "other_soft_tissue"},
        {"histology", "DSRCT", "other_soft_tissue"},
        {"histology", "GCTB", "giant_cell_tumour_of_bone"},
        {"histology", "ASPS", "alveolar_soft_part_sarcoma"},
        {"histology", "alveolar soft-part sarcoma", "alveolar_soft_part_sarcoma"},
        {"histology", "RMS", "rhabdomyosarcoma or alveolar_rhabdomyosarcoma or embryonal_rhabdomyosarcoma"},
        {"histology", "ERMS", "embryonal_rhabdomyosarcoma"},
        {"histology", "LMS", "leiomyosarcoma"},
        {"histology", "DDLPS", "dedifferentiated_liposarcoma"},
        {"histology", "WDLPS", "well_differentiated_liposarcoma"},
        {"histology", "PLPS", "pleomorphic_liposarcoma"},
        {"histology", "MLS", "myxoid_liposarcoma"},
        {"histology", "desmoid fibromatosis", "desmoid"},
        {"sex", "F", "female"},
        {"follow_up_status", "lost", ""},
        {"follow_up_status", "inactive", ""},
        {"follow_up_status", "in-active", ""},
        {"histology", "undifferentiated liposarcoma", ""},
        {"histology", "differentiated liposarcoma", ""},
        {"histology", "fibrosarcoma", ""},
        {"histology", "liposarcoma", ""},
        {"histology", "chondroblastoma", ""},
        {"histology", "rhabdoid tumour", ""},
        {"histology", "sarcoma", ""},
        {"grade", "lower", ""},
        {"grade", "higher", ""},
        {"curative_treatment", "uncompleted", ""},
        {"primary_site", "spinal", ""},
        {"known_lung_metastases", "absent", ""},
    };
    for (const MeantCase& c : cases) {
        const DictionaryEntry entry = column_of("patients", c.column);
        expect_problem(entry, c.typed,
                       "write " + (c.meant.empty() ? "one of the words" : c.meant) + " (words: " + entry.words + ")");
    }
    expect_problem(column_of("measurements", "attenuation"), "nonsolid", "write one of the words");
    expect_problem(column_of("measurements", "attenuation"), "GGO", "write ground_glass (words: ");
    expect_problem(column_of("measurements", "status"), "unresolved", "write one of the words");
    expect_problem(column_of("measurements", "status"), "resolving", "write one of the words");
    expect_problem(column_of("scans", "modality"), "PET/CT", "write pet_ct (words: ");
    expect_problem(column_of("scans", "purpose"), "non-diagnostic", "write one of the words");
    expect_problem(column_of("events", "kind"), "pathology_benignant", "write one of the words");
}

TEST(Words, ThatAreSpeltAlikeStandInNoColumnTogether)
{
    std::size_t seen = 0;
    for (const DictionaryEntry& entry : data_dictionary()) {
        std::map<std::string, std::string> by_spelling;
        std::string_view rest = entry.words;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(", "), rest.size());
            const std::string word(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 2, rest.size()));
            const auto [held, added] = by_spelling.emplace(spelling_of(word), word);
            EXPECT_TRUE(added) << entry.column << ": " << word << " and " << held->second;
            ++seen;
        }
    }
    EXPECT_GT(seen, 100U);
}

TEST(SetsOfWords, AreWordsJoinedBySemicolons)
{
    const std::vector<DictionaryEntry> columns = record_columns("words");
    ASSERT_THAT(columns, SizeIs(3)) << "symptoms of scans and visits, other findings";
    for (const DictionaryEntry& column : columns) {
        const std::string first = right_value(column);
        expect_problem(column, first + ";;" + first, "has an empty word; join the words by one ;");
        expect_problem(column, first + ";", "has an empty word");
        expect_problem(column, ";" + first, "has an empty word");
        expect_problem(column, first + "; " + first, "write " + first);
        expect_problem(column, first + "," + first, "no word of this column");
    }
    expect_problem(columns[0], "dyspnea", "write dyspnoea (words: cough, ");
    const Result<Delivery> found =
        read_csv_text(RowKind::scan, file_with("scans", "other_findings", "effusion_known;pleural_nodularity"));
    ASSERT_TRUE(found);
    EXPECT_EQ(text_of_words(found->scans[0].scan.other_findings), "pleural_nodularity;effusion_known");
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
