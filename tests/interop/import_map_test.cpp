#include "nodtrack/interop/import_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../report/json_schema.hpp"
#include "nodtrack/interop/import_table.hpp"
#include "support.hpp"

namespace nodtrack::interop {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_support::text_of;
using Json = nlohmann::ordered_json;

Json schema()
{
    return Json::parse(text_of(std::string(NODTRACK_SOURCE_DIR) + "/schema/import-map.schema.json"));
}

/// A map that is right, to be made wrong.
Json right_map()
{
    return Json::parse(
        R"({"nodtrack_import_map": 1, "rows": [{"kind": "patients", "columns": {"patient_id": "Nr"}}]})");
}

std::vector<std::string> problems_of(const Json& map)
{
    const auto read = read_import_map(map.dump(), "m.json");
    return read ? std::vector<std::string>() : read.error().context;
}

/// What is said of the map with one value changed.
std::string problem_with(const std::string& place, const Json& value)
{
    Json map = right_map();
    map[Json::json_pointer(place)] = value;
    const std::vector<std::string> problems = problems_of(map);
    return problems.empty() ? "" : problems.front();
}

TEST(ImportMap, OfTheExampleIsReadAndFollowsItsSchema)
{
    EXPECT_THAT(problems_of(Json::parse(example_map())), IsEmpty());
    EXPECT_THAT(tests::schema_problems(schema(), Json::parse(example_map())), IsEmpty());
    EXPECT_THAT(problems_of(right_map()), IsEmpty());
}

TEST(ImportMap, RefusesWhatItDoesNotKnowWithItsPlace)
{
    EXPECT_THAT(problem_with("/colums", 1), HasSubstr("m.json:0:/colums: no such key"));
    EXPECT_THAT(problem_with("/table", {{"seperator", ";"}}),
                HasSubstr("m.json:0:/table/seperator: no such key; write separator"));
    EXPECT_THAT(problem_with("/rows/0/kind", "patient"), HasSubstr("m.json:0:/rows/0/kind: "));
    EXPECT_THAT(problem_with("/rows/0/columns/hystology", "H"),
                HasSubstr("/rows/0/columns/hystology: patients has no such column; write histology"));
    EXPECT_THAT(problem_with("/rows/0/columns/sex", {{"from", "S"}, {"words", {{"w", "femal"}}}}),
                HasSubstr("/rows/0/columns/sex/words/w: "));
    EXPECT_THAT(problem_with("/rows/0/columns/sex", {{"from", "S"}, {"words", {{"w", nullptr}}}}),
                HasSubstr("not decided yet"));
    EXPECT_THAT(problem_with("/rows/0/columns/sex", {{"constant", "frau"}}),
                HasSubstr("/rows/0/columns/sex/constant: "));
    EXPECT_THAT(problem_with("/rows/0/columns/sex", {{"from", "S"}, {"unit", "cm"}}),
                HasSubstr("for columns with a unit"));
    EXPECT_THAT(problem_with("/numbers", {{"decimal", ";"}}), HasSubstr("/numbers/decimal"));
    EXPECT_THAT(problem_with("/numbers", {{"decimal", ","}, {"thousands", ","}}), HasSubstr("one sign cannot be both"));
    EXPECT_THAT(problem_with("/dates", {{"forms", {"dd.mm.yyyy", "mm.dd.yyyy"}}}), HasSubstr("contradicts"));
    EXPECT_THAT(problem_with("/dates", {{"forms", {"dd.mm.yy"}}}), HasSubstr("two_digit_years_from"));
    EXPECT_THAT(problem_with("/dates", {{"forms", {"d. MMM"}}}), HasSubstr("no form of a date"));
    EXPECT_THAT(problem_with("/nodtrack_import_map", 2), HasSubstr("/nodtrack_import_map"));
    EXPECT_THAT(problem_with("/rows", Json::array()), HasSubstr("/rows"));
}

TEST(ImportMap, NamesWhatARowOfTheRecordNeeds)
{
    Json map = right_map();
    map["rows"][0] = {{"kind", "scans"}, {"columns", {{"patient_id", "Nr"}, {"scan_id", "CT"}}}};
    EXPECT_THAT(problems_of(map), ElementsAre(HasSubstr("scan_date is missing"), HasSubstr("modality is missing"),
                                              HasSubstr("purpose is missing")));
}

TEST(ImportMap, RepeatsRowsByANumberInTheNamesAlone)
{
    Json block = {{"kind", "measurements"},
                  {"repeat", {{"from", 1}, {"to", 3}}},
                  {"where_filled", {"N{n}"}},
                  {"columns",
                   {{"patient_id", "Nr"},
                    {"scan_id", "CT"},
                    {"nodule_id", {{"constant", "N{n}"}}},
                    {"status", {{"constant", "present"}}},
                    {"long_axis_mm", "N{n}"}}}};
    Json map = right_map();
    map["rows"].push_back(block);
    EXPECT_THAT(problems_of(map), IsEmpty());
    EXPECT_THAT(tests::schema_problems(schema(), map), IsEmpty());
    Json without = map;
    without["rows"][1].erase("where_filled");
    EXPECT_THAT(problems_of(without), ElementsAre(HasSubstr("where_filled: is missing")));
    without = map;
    without["rows"][1].erase("repeat");
    EXPECT_THAT(problems_of(without).front(), HasSubstr("names {n}, and the rows have no \"repeat\""));
    without = map;
    without["rows"][1]["columns"]["long_axis_mm"] = "N1";
    EXPECT_THAT(problems_of(without), ElementsAre(HasSubstr("would be the same each time")));
}

TEST(ImportMap, TellsAllProblemsAtOnceAndWhereItIsNoJson)
{
    Json map = right_map();
    map["numbers"] = {{"decimal", "x"}};
    map["rows"][0]["columns"]["sx"] = "S";
    map["rows"][0]["columns"]["grade"] = 3;
    EXPECT_EQ(problems_of(map).size(), 3U);
    const auto text = read_import_map("{\"nodtrack_import_map\": 1,\n \"rows\": [}", "m.json");
    ASSERT_FALSE(text);
    EXPECT_THAT(text.error().context, ElementsAre(HasSubstr("line 2")));
    EXPECT_THAT(read_import_map("{\"rows\": [], \"rows\": []}", "m.json").error().context,
                ElementsAre(HasSubstr("given twice")));
    EXPECT_FALSE(read_import_map("\xFF", "m.json"));
}

TEST(ImportMap, SchemaAndLoaderRefuseTheSameKeysAndForms)
{
    for (
        const char* wrong :
        {R"({"nodtrack_import_map": 1})", R"({"nodtrack_import_map": 1, "rows": [{"kind": "patients"}]})",
         R"({"nodtrack_import_map": 1, "rows": [{"kind": "patients", "columns": {"patient_id": {"from": "a", "when": 1}}}]})",
         R"({"nodtrack_import_map": 1, "table": {"separator": ":"}, "rows": [{"kind": "patients", "columns": {"patient_id": "a"}}]})",
         R"({"nodtrack_import_map": 1, "dates": {"forms": ["yyyy"]}, "rows": [{"kind": "patients", "columns": {"patient_id": "a"}}]})",
         R"({"nodtrack_import_map": 1, "rows": [{"kind": "patients", "columns": {"patient_id": {"constant": "a", "from": "b"}}}]})"}) {
        EXPECT_THAT(problems_of(Json::parse(wrong)), ::testing::Not(IsEmpty())) << wrong;
        EXPECT_THAT(tests::schema_problems(schema(), Json::parse(wrong)), ::testing::Not(IsEmpty())) << wrong;
    }
    for (const char* form :
         {"dd.mm.yyyy", "dd/mm/yyyy", "mm-dd-yyyy", "yyyymmdd", "yyyy-mm-dd", "excel_1900", "excel_1904"}) {
        Json map = right_map();
        map["dates"]["forms"] = {form};
        EXPECT_THAT(problems_of(map), IsEmpty()) << form;
        EXPECT_THAT(tests::schema_problems(schema(), map), IsEmpty()) << form;
    }
}

}  // namespace
}  // namespace nodtrack::interop
