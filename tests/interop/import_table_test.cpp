#include "nodtrack/interop/import_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support.hpp"

namespace nodtrack::interop {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Json = nlohmann::ordered_json;

ImportMap map_of(const std::string& text)
{
    auto map = read_import_map(text, "m.json");
    if (!map) {
        for (const std::string& line : map.error().context)
            ADD_FAILURE() << line;
        return {};
    }
    return std::move(*map);
}

Result<Delivery> import_of(std::string table, const std::string& map_text)
{
    const ImportMap map = map_of(map_text);
    const auto read = read_table(std::move(table), "t.csv", map.table);
    if (!read) return tl::unexpected(read.error());
    return imported(*read, map);
}

/// Problems as the tracker tells them.
std::vector<std::string> problems_of(const Delivery& delivery)
{
    std::vector<std::string> lines;
    for (const DeliveryProblem& problem : delivery.problems)
        lines.push_back(delivery.place(problem.kind, problem.line, problem.column) + ": " + problem.message);
    return lines;
}

/// The record's CSV of one kind that a table comes to; the problems where there are any.
std::string csv_of(const std::string& table, const std::string& map, const std::string& file)
{
    const auto delivery = import_of(table, map);
    if (!delivery)
        return delivery.error().context.empty() ? delivery.error().message : delivery.error().context.front();
    if (!delivery->problems.empty()) return problems_of(*delivery).front();
    for (const auto& [name, text] : record_files(*delivery)) {
        if (name != file) continue;
        // Columns without a value anywhere say nothing here.
        return text.substr(text.find('\n') + 1);
    }
    return "no rows";
}

/// A map for measurements with one further column; patients and scans are left to the registry.
std::string map_with(const std::string& column, const std::string& source, const std::string& more = "")
{
    return R"({"nodtrack_import_map": 1, )" + more + R"("rows": [{"kind": "measurements", "columns": {
        "patient_id": "P", "scan_id": "S", "nodule_id": "N", "status": {"constant": "present"}, ")" +
           column + "\": " + source + "}}]}";
}

/// What one cell comes to in a column of measurements.
std::string value_of_cell(const std::string& cell, const std::string& column, const std::string& source,
                          const std::string& more = "")
{
    const auto delivery = import_of("P;S;N;V\nP1;A;N1;\"" + cell + "\"\n", map_with(column, source, more));
    if (!delivery) return delivery.error().context.front();
    if (!delivery->problems.empty()) return problems_of(*delivery).front();
    const Findings& findings = delivery->measurements.front().findings;
    std::string value;
    for_each_field(findings_fields, [&](const auto& field) {
        if (field.column == column) value = text_of_value(findings.*field.member);
    });
    return value;
}

TEST(Imported, TakesTheExampleIn)
{
    const ImportMap map = map_of(std::string(example_map()));
    const auto table = read_table(std::string(example_table()), "herde.csv", map.table);
    ASSERT_TRUE(table);
    const auto delivery = imported(*table, map);
    ASSERT_TRUE(delivery);
    EXPECT_THAT(problems_of(*delivery), IsEmpty());
    EXPECT_EQ(delivery->patients.size(), 3U);
    EXPECT_EQ(delivery->scans.size(), 4U) << "two rows of one CT are one scan";
    ASSERT_EQ(delivery->measurements.size(), 4U) << "a CT without nodules has a row, and no nodule";
    const Findings& first = delivery->measurements[0].findings;
    EXPECT_EQ(first.long_axis, Length::from_thousandths(4200));
    EXPECT_EQ(first.short_axis, Length::from_thousandths(3900));
    EXPECT_EQ(first.lobe, Lobe::rul);
    EXPECT_EQ(delivery->measurements[2].findings.calcification, std::nullopt) << "k.A. is not known";
    EXPECT_EQ(delivery->measurements[3].findings.short_axis, std::nullopt) << "5,0 has one axis";
    EXPECT_EQ(delivery->scans[0].scan.scan_id, "CT-2026-01-12");
    EXPECT_EQ(delivery->patients[0].patient.histology, Histology::synovial_sarcoma);
}

TEST(Imported, SplitsACellIntoAxes)
{
    const std::string first = R"({"from": "V", "split": {"at": ["x", "×"], "part": 1}})";
    EXPECT_EQ(value_of_cell("6,2 x 5,5", "long_axis_mm", first), "6.2");
    EXPECT_EQ(value_of_cell("6,2X5,5 mm", "long_axis_mm", first), "6.2");
    EXPECT_EQ(value_of_cell("6,2 mm × 5,5 mm", "long_axis_mm", first), "6.2");
    EXPECT_EQ(value_of_cell("6,2", "long_axis_mm", first), "6.2");
    const std::string second = R"({"from": "V", "split": {"at": "x", "part": 2}})";
    EXPECT_EQ(value_of_cell("6,2 x 5,5", "short_axis_mm", second), "5.5");
    EXPECT_EQ(value_of_cell("6,2", "short_axis_mm", second), "");
    EXPECT_THAT(value_of_cell("6,2 x ", "short_axis_mm", second), HasSubstr("t.csv:2:V: "));
    EXPECT_THAT(value_of_cell("6 x 5 x 4", "long_axis_mm", first), HasSubstr("3 parts"));
}

TEST(Imported, ConvertsUnitsExactly)
{
    EXPECT_EQ(value_of_cell("0,62", "long_axis_mm", R"({"from": "V", "unit": "cm"})"), "6.2");
    EXPECT_EQ(value_of_cell("0,62 cm", "long_axis_mm", R"({"from": "V", "unit": "cm"})"), "6.2");
    EXPECT_EQ(value_of_cell("6,2 mm", "long_axis_mm", "\"V\""), "6.2");
    EXPECT_THAT(value_of_cell("0,62 cm", "long_axis_mm", "\"V\""), HasSubstr("more than a number in mm"))
        << "never taken for 0.62 mm";
    EXPECT_EQ(value_of_cell("0,125", "volume_mm3", R"({"from": "V", "unit": "ml"})"), "125.0");
}

TEST(Imported, NeverTakesAnUnreadableCellForAnEmptyOne)
{
    for (const char* cell : {"?", "-", "n/a", "ca. 6", "<4", "6,2 (?)", "#REF!", "sehr klein", "1.234"})
        EXPECT_THAT(value_of_cell(cell, "long_axis_mm", "\"V\""), HasSubstr("t.csv:2:V: ")) << cell;
    EXPECT_EQ(value_of_cell("?", "long_axis_mm", "\"V\"", R"("not_known": ["?"], )"), "")
        << "unless the map says that it is not known";
    EXPECT_EQ(value_of_cell("  ", "long_axis_mm", "\"V\""), "");
    EXPECT_THAT(value_of_cell("Lingula?", "lobe", R"({"from": "V", "words": {"Lingula": "lingula"}})"),
                HasSubstr("\"words\""));
    EXPECT_THAT(value_of_cell("RUL", "lobe", "\"V\""), HasSubstr("no word of lobe"))
        << "upper in English, lower in German";
    EXPECT_EQ(value_of_cell("rul", "lobe", "\"V\""), "rul");
}

TEST(Imported, FindsWordsWhateverTheirCase)
{
    const std::string words = R"({"from": "V", "words": {"rechts oben": "rul", "k.A.": ""}})";
    EXPECT_EQ(value_of_cell("Rechts  OBEN", "lobe", words), "rul");
    EXPECT_EQ(value_of_cell("k.a.", "lobe", words), "");
}

TEST(Imported, MakesARowOfEachFilledColumnOfAWideTable)
{
    const std::string map = R"({"nodtrack_import_map": 1, "rows": [{"kind": "measurements", "repeat": {"to": 3},
        "where_filled": ["N{n} mm"], "columns": {"patient_id": "P", "scan_id": "S", "nodule_id": {"constant": "N{n}"},
        "status": {"constant": "present"}, "long_axis_mm": "N{n} mm", "lobe": "N{n} lobe"}}]})";
    const std::string header = "P;S;N1 mm;N1 lobe;N2 mm;N2 lobe;N3 mm;N3 lobe\n";
    const auto delivery = import_of(header + "P1;A;6,2;rul;;;4,1;lll\nP1;B;;;;;;\n", map);
    ASSERT_TRUE(delivery);
    EXPECT_THAT(problems_of(*delivery), IsEmpty());
    ASSERT_EQ(delivery->measurements.size(), 2U);
    EXPECT_EQ(delivery->measurements[1].nodule_id, "N3");
    const auto lost = import_of(header + "P1;A;6,2;rul;;lll;;\n", map);
    ASSERT_TRUE(lost);
    EXPECT_THAT(problems_of(*lost),
                ElementsAre(HasSubstr("t.csv:2:N2 lobe: has a value, but no measurement is made of it")));
    const auto bad = import_of(header + "P1;A;6,2;rul;x;;4,1;oben\n", map);
    EXPECT_THAT(problems_of(*bad), ElementsAre(HasSubstr("t.csv:2:N2 mm: "), HasSubstr("t.csv:2:N3 lobe: ")));
}

TEST(Imported, PutsRowsOfOneKeyTogetherAndTellsWhereTheyDisagree)
{
    const std::string map = R"({"nodtrack_import_map": 1, "rows": [{"kind": "patients", "columns":
        {"patient_id": "P", "birth_date": "B", "sex": "S"}}]})";
    const auto delivery = import_of("P;B;S\nP1;;female\nP1;1970-01-02;\nP2;;\nP1;1970-01-02;female\n", map);
    ASSERT_TRUE(delivery);
    EXPECT_THAT(problems_of(*delivery), IsEmpty());
    ASSERT_EQ(delivery->patients.size(), 2U);
    EXPECT_EQ(text_of_value(delivery->patients[0].patient.birth_date), "1970-01-02");
    const auto differing = import_of("P;B;S\nP1;1970-01-02;female\nP1;1970-01-03;male\nP1;x;\n", map);
    EXPECT_THAT(problems_of(*differing), UnorderedElementsAre(HasSubstr("t.csv:3:B: says otherwise than row 2"),
                                                              HasSubstr("t.csv:3:S: says otherwise than row 2"),
                                                              HasSubstr("t.csv:4:B: \"x\" is no date")));
}

TEST(Imported, FillsDownWhereTheMapSaysSo)
{
    const std::string rows =
        R"("rows": [{"kind": "events", "columns": {"patient_id": "P", "nodule_id": "N", "kind": {"constant": "not_a_nodule"}, "date": "D"}}]})";
    const std::string table = "P;N;D\nP1;N1;2026-01-02\n;N2;2026-01-02\nP2;N1;2026-01-02\n";
    EXPECT_EQ(csv_of(table, R"({"nodtrack_import_map": 1, "fill_down": ["P"], )" + rows, "events.csv"),
              "P1,N1,not_a_nodule,2026-01-02,\nP1,N2,not_a_nodule,2026-01-02,\nP2,N1,not_a_nodule,2026-01-02,\n");
    EXPECT_THAT(csv_of(table, R"({"nodtrack_import_map": 1, )" + rows, "events.csv"), HasSubstr("t.csv:3:P: is empty"));
}

TEST(Imported, RefusesColumnsThatTheMapLeavesOut)
{
    const std::string map =
        R"({"nodtrack_import_map": 1, "ignore": ["X"], "rows": [{"kind": "patients", "columns": {"patient_id": "Nr", "sex": "Sex"}}]})";
    const auto delivery = import_of("nr;Sexx;Note\nP1;;\n", map);
    ASSERT_FALSE(delivery);
    EXPECT_THAT(delivery.error().context, UnorderedElementsAre(HasSubstr("t.csv:1:Sex: the table has no such column"),
                                                               HasSubstr("t.csv:1:X: the table has no such column"),
                                                               HasSubstr("t.csv:1:Sexx: the map does not say"),
                                                               HasSubstr("t.csv:1:Note: the map does not say")));
}

TEST(Imported, ReadsWordsOfAListOneByOne)
{
    const std::string map =
        R"({"nodtrack_import_map": 1, "rows": [{"kind": "visits", "columns": {"patient_id": "P", "visit_id": "V", "visit_date": "D",
        "symptoms": {"from": "Y", "list_at": ",", "words": {"Husten": "cough", "Luftnot": "dyspnoea", "keine": ""}}}}]})";
    EXPECT_EQ(csv_of("P;V;D;Y\nP1;V1;2026-01-02;husten, Luftnot\nP1;V2;2026-02-02;keine\n", map, "visits.csv"),
              "P1,V1,2026-01-02,,cough;dyspnoea,,\nP1,V2,2026-02-02,,,,\n");
    EXPECT_THAT(csv_of("P;V;D;Y\nP1;V1;2026-01-02;Husten, Fieber\n", map, "visits.csv"),
                HasSubstr("t.csv:2:Y: \"Fieber\""));
}

TEST(Imported, NeverTellsAnId)
{
    const auto delivery =
        import_of("P;S;N;V\n" + std::string(70, 'x') + ";A;N1;6\n", map_with("long_axis_mm", "\"V\""));
    ASSERT_TRUE(delivery);
    ASSERT_EQ(delivery->problems.size(), 1U);
    EXPECT_THAT(problems_of(*delivery).front(), ::testing::Not(HasSubstr("xxxx")));
}

}  // namespace
}  // namespace nodtrack::interop
