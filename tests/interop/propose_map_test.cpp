#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../report/json_schema.hpp"
#include "nodtrack/interop/import_table.hpp"
#include "support.hpp"

namespace nodtrack::interop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_support::text_of;
using Json = nlohmann::ordered_json;

Json proposal(const std::string& text)
{
    const TableForm form = likely_form(text);
    const auto table = read_table(text, "t.csv", form);
    if (!table) {
        ADD_FAILURE() << table.error().context.front();
        return {};
    }
    const Json map = Json::parse(proposed_map(*table, form));
    const Json schema = Json::parse(text_of(std::string(NODTRACK_SOURCE_DIR) + "/schema/import-map.schema.json"));
    EXPECT_THAT(tests::schema_problems(schema, map), IsEmpty());
    return map;
}

std::vector<std::string> notes_of(const Json& map)
{
    return map["notes"].get<std::vector<std::string>>();
}

const Json& columns_of(const Json& map, const std::string& kind)
{
    for (const Json& rows : map["rows"]) {
        if (rows["kind"] == kind) return rows["columns"];
    }
    static const Json none = Json::object();
    return none;
}

TEST(ProposedMap, OfTheExampleTakesItInOnceWordsAreDecided)
{
    Json map = proposal(std::string(example_table()));
    EXPECT_EQ(columns_of(map, "measurements")["lobe"]["words"]["rechts oben"], "rul");
    EXPECT_EQ(columns_of(map, "measurements")["long_axis_mm"]["split"]["part"], 1);
    EXPECT_EQ(columns_of(map, "measurements")["short_axis_mm"]["split"]["part"], 2);
    EXPECT_EQ(columns_of(map, "patients")["sex"]["words"]["w"], "female");
    EXPECT_EQ(map["dates"]["forms"], Json::array({"dd.mm.yyyy"}));
    EXPECT_EQ(map["numbers"]["decimal"], ",");
    EXPECT_THAT(map["ignore"].get<std::vector<std::string>>(), Contains("Name"));
    EXPECT_FALSE(read_import_map(map.dump(), "m.json")) << "k.A. has to be decided by a person";
    map["not_known"] = {"k.A."};
    for (Json& rows : map["rows"]) {
        if (rows["columns"].contains("calcification")) rows["columns"]["calcification"]["words"].erase("k.A.");
    }
    const auto read = read_import_map(map.dump(), "m.json");
    ASSERT_TRUE(read) << read.error().context.front();
    const auto table = read_table(std::string(example_table()), "t.csv", read->table);
    const auto delivery = imported(*table, *read);
    ASSERT_TRUE(delivery) << delivery.error().context.front();
    EXPECT_THAT(delivery->problems, IsEmpty());
    EXPECT_EQ(delivery->measurements.size(), 4U);
}

TEST(ProposedMap, FindsTheNodulesOfAWideTable)
{
    const Json map = proposal("PatNr;CT-Datum;N1 (mm);N1 Lappen;N2 (mm);N2 Lappen\nP1;12.01.2026;6,2;rechts oben;;\n");
    const Json& block = map["rows"][2];
    EXPECT_EQ(block["repeat"]["to"], 2);
    EXPECT_EQ(block["where_filled"], Json::array({"N{n} (mm)"}));
    EXPECT_EQ(block["columns"]["long_axis_mm"], "N{n} (mm)");
    EXPECT_EQ(block["columns"]["nodule_id"]["constant"], "N{n}");
    EXPECT_EQ(block["columns"]["lobe"]["from"], "N{n} Lappen");
}

TEST(ProposedMap, LeavesToAPersonWhatCanBeReadTwoWays)
{
    const std::string header = "PatNr;CT-Datum;Herd;Lappen;Durchmesser\n";
    const Json unclear = proposal(header + "P1;03/04/2026;N1;RUL;0,8\nP1;05/06/2026;N1;LUL;1.5\n");
    EXPECT_FALSE(unclear.contains("dates"));
    EXPECT_FALSE(unclear.contains("numbers"));
    EXPECT_TRUE(columns_of(unclear, "measurements")["lobe"]["words"]["RUL"].is_null());
    EXPECT_THAT(notes_of(unclear), Contains(HasSubstr("two ways")));
    EXPECT_FALSE(read_import_map(unclear.dump(), "m.json"));
    const Json german = proposal(header + "P1;23/04/2026;N1;RUL;0,8\nP1;05/06/2026;N1;ROL;1,5\n");
    EXPECT_EQ(columns_of(german, "measurements")["lobe"]["words"]["RUL"], "rll")
        << "beside ROL, RUL is the right Unterlappen";
    EXPECT_EQ(german["dates"]["forms"], Json::array({"dd/mm/yyyy"}));
    const Json english = proposal(header + "P1;2026-04-23;N1;RUL;0,8\nP1;2026-06-05;N1;RLL;1,5\n");
    EXPECT_EQ(columns_of(english, "measurements")["lobe"]["words"]["RUL"], "rul");
}

TEST(ProposedMap, OfATableOfSomethingElseIsNoMap)
{
    const auto table = read_table("Artikel;Preis\nTisch;99\n", "t.csv", {});
    ASSERT_TRUE(table);
    const Json map = Json::parse(proposed_map(*table, {}));
    EXPECT_THAT(notes_of(map), Contains(HasSubstr("patient's number")));
    EXPECT_FALSE(read_import_map(map.dump(), "m.json"));
}

}  // namespace
}  // namespace nodtrack::interop
