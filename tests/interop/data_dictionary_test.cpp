#include "nodtrack/interop/data_dictionary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "nodtrack/domain/delivery.hpp"
#include "support.hpp"

namespace nodtrack::interop {
namespace {

using nlohmann::json;
using testing_support::text_of;

const std::filesystem::path schema_folder = std::filesystem::path(NODTRACK_SOURCE_DIR) / "schema";

/// NODTRACK_UPDATE=1 writes the committed file anew instead of comparing with it.
void expect_committed(const std::string& name, const std::string& made)
{
    if (std::getenv("NODTRACK_UPDATE") != nullptr) std::ofstream(schema_folder / name, std::ios::binary) << made;
    EXPECT_EQ(text_of(schema_folder / name), made)
        << "schema/" << name << " has drifted: run the interop tests with NODTRACK_UPDATE=1";
}

TEST(DataDictionary, IsTheCommittedOne)
{
    expect_committed("data-dictionary.md", data_dictionary_markdown());
    expect_committed("data-dictionary.csv", data_dictionary_csv());
}

TEST(RecordSchema, IsTheCommittedOne)
{
    expect_committed("record.schema.json", record_schema_json());
}

TEST(DataDictionary, KnowsTypeUnitAndWords)
{
    std::map<std::string, DictionaryEntry> entries;
    for (const DictionaryEntry& entry : data_dictionary()) {
        const std::string name = std::string(entry.file) + "." + std::string(entry.column);
        EXPECT_TRUE(entries.emplace(name, entry).second) << name << " stands twice";
        EXPECT_FALSE(entry.meaning.empty()) << name;
        EXPECT_EQ(entry.words.empty(), entry.type != "word" && entry.type != "words") << name;
    }
    EXPECT_EQ(entries.at("measurements.long_axis_mm").unit, "mm");
    EXPECT_EQ(entries.at("measurements.volume_mm3").type, "decimal");
    EXPECT_EQ(entries.at("measurements.status").words, "present, new, resolved, not_assessed");
    EXPECT_TRUE(entries.at("measurements.status").required);
    EXPECT_EQ(entries.at("patients.sex").words, "female, male, other, unknown");
    EXPECT_FALSE(entries.at("patients.sex").required);
    EXPECT_EQ(entries.at("scans.symptoms").type, "words");
    EXPECT_EQ(entries.at("events.note").type, "text");
    EXPECT_EQ(entries.at("therapies.nodule_id").type, "identifier");
    EXPECT_FALSE(entries.at("therapies.nodule_id").required);
    EXPECT_EQ(entries.at("history.vdt_days").unit, "d");
}

std::vector<std::string> words_of(const DictionaryEntry& entry)
{
    std::vector<std::string> words;
    std::string_view rest = entry.words;
    while (!rest.empty()) {
        const std::size_t end = rest.find(", ");
        words.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
    return words;
}

/// What the schema must say of a column, but for its title.
json schema_of(const DictionaryEntry& entry)
{
    if (entry.type == "identifier") return {{"$ref", "#/$defs/identifier"}};
    if (entry.type == "date") return {{"$ref", "#/$defs/date"}};
    if (entry.type == "decimal") {
        const bool rounded = entry.column.starts_with("position_") || entry.column == "mean_hu" ||
                             entry.column == "dlp_mgy_cm" || entry.column == "tube_voltage_kv";
        return {{"$ref", rounded ? "#/$defs/rounded_decimal" : "#/$defs/decimal"}};
    }
    if (entry.type == "decimals") return {{"$ref", "#/$defs/axis_ends"}};
    if (entry.type == "words") return {{"$ref", "#/$defs/" + std::string(entry.column)}};
    if (entry.type == "text") return {{"$ref", "#/$defs/text"}};
    // Whether the adopted policy has the profile is known where it is stored.
    if (entry.column == "schedule_profile") return {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]{0,63}$"}};
    if (entry.column == "dose_phantom_cm") return {{"enum", {16, 32}}};
    return {{"enum", words_of(entry)}};
}

TEST(RecordSchema, SaysOfEveryColumnWhatTheFieldTablesSay)
{
    const json schema = json::parse(text_of(schema_folder / "record.schema.json"));
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema["additionalProperties"], false);
    std::set<std::string> arrays;
    for (const auto& [name, array] : schema["properties"].items())
        arrays.insert(name);
    EXPECT_EQ(arrays, std::set<std::string>(row_kind_names.begin(), row_kind_names.end()));
    for (const std::string_view kind : row_kind_names) {
        const json& row = schema["properties"][std::string(kind)]["items"];
        EXPECT_EQ(row["additionalProperties"], false) << kind;
        json properties = json::object();
        json required = json::array();
        for (const DictionaryEntry& entry : data_dictionary()) {
            if (entry.file != kind) continue;
            json column = schema_of(entry);
            column["description"] = entry.meaning;
            properties[std::string(entry.column)] = column;
            if (entry.required) required.push_back(entry.column);
        }
        EXPECT_EQ(row["properties"], properties) << json::diff(row["properties"], properties).dump(1);
        EXPECT_EQ(row["required"], required) << kind;
    }
}

template <class Word>
std::string pattern_of_words()
{
    std::string words;
    for (const std::string_view word : Vocabulary<Word>::words) {
        words += (words.empty() ? "" : "|") + std::string(word);
    }
    return "^(" + words + ")(;(" + words + "))*$";
}

TEST(RecordSchema, HasTheWordsOfSetsOfWords)
{
    const json schema = json::parse(text_of(schema_folder / "record.schema.json"));
    EXPECT_EQ(schema["$defs"]["symptoms"]["pattern"], pattern_of_words<Symptom>());
    EXPECT_EQ(schema["$defs"]["other_findings"]["pattern"], pattern_of_words<OtherFinding>());
}

}  // namespace
}  // namespace nodtrack::interop
