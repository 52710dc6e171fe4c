// The published schemas say what the program takes and gives: schema/policy.schema.json, schema/assessment.schema.json.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "../support/case_table.hpp"
#include "json_schema.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/policy/describe.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "released_judge.hpp"

namespace nodtrack {
namespace {

using cases::judge;
using Json = nlohmann::ordered_json;
using testing::IsEmpty;
using testing::Not;
using tests::schema_problems;

Json file(const std::string& path)
{
    std::ifstream in(std::filesystem::path(NODTRACK_SOURCE_DIR) / path);
    return Json::parse(in);
}

const Json& policy_schema()
{
    static const Json schema = file("schema/policy.schema.json");
    return schema;
}

const Json& assessment_schema()
{
    static const Json schema = file("schema/assessment.schema.json");
    return schema;
}

Json released_policy()
{
    return Json::parse(policy::released_policy_json());
}

template <class List>
Json list_of(const List& words)
{
    Json list = Json::array();
    for (const std::string_view word : words)
        list.push_back(std::string(word));
    return list;
}

TEST(PolicySchema, HoldsForTheReleasedPolicy)
{
    EXPECT_THAT(schema_problems(policy_schema(), released_policy()), IsEmpty());
}

TEST(PolicySchema, RefusesWhatTheLoaderRefuses)
{
    const auto refused = [](const char* pointer, const Json& value) {
        Json policy = released_policy();
        policy[Json::json_pointer(pointer)] = value;
        EXPECT_THAT(schema_problems(policy_schema(), policy), Not(IsEmpty())) << pointer;
        EXPECT_FALSE(policy::load(policy.dump(), policy::released_sources_json(), assess::catalogue())) << pointer;
    };
    refused("/colour", "red");
    refused("/nodule_rules/0/colour", "red");
    refused("/nodule_rules/0/then/class", "HARMLESS");
    refused("/nodule_rules/0/when/is", "yes");
    refused("/nodule_rules/0/when/fact", "weather");
    refused("/nodule_rules/0/when/if_unknown", "no");
    refused("/nodule_rules/0/cite", Json::array());
    refused("/parameters/caliper_sd_mm/means", "");
    refused("/recommendations/0/action", "WAIT");
    refused("/profiles/default/low_grade/0/interval_months", 0);
}

TEST(PolicySchema, NamesTheFactsOfTheCatalogueByTheirType)
{
    std::map<policy::FactType, std::vector<std::string_view>> by_type;
    for (const policy::Scope scope : {policy::Scope::nodule, policy::Scope::patient}) {
        for (const policy::FactDeclaration& fact : assess::catalogue().of(scope))
            by_type[fact.type].push_back(fact.name);
    }
    const auto names = [](const char* definition) {
        auto list = policy_schema()["$defs"][definition]["enum"].get<std::vector<std::string>>();
        std::sort(list.begin(), list.end());
        return list;
    };
    const auto sorted = [](std::vector<std::string_view> list) {
        std::sort(list.begin(), list.end());
        return std::vector<std::string>(list.begin(), list.end());
    };
    auto words = by_type[policy::FactType::word];
    words.insert(words.end(), by_type[policy::FactType::rule].begin(), by_type[policy::FactType::rule].end());
    EXPECT_EQ(names("number_fact"), sorted(by_type[policy::FactType::number]));
    EXPECT_EQ(names("yes_no_fact"), sorted(by_type[policy::FactType::yes_no]));
    EXPECT_EQ(names("word_fact"), sorted(words));
    EXPECT_EQ(names("ordered_fact"), sorted(by_type[policy::FactType::ordered_word]));
}

TEST(Schemas, ListTheWordsOfTheCode)
{
    for (const Json* schema : {&policy_schema(), &assessment_schema()}) {
        const Json& definitions = (*schema)["$defs"];
        EXPECT_EQ(definitions["nodule_class"]["enum"], list_of(policy::nodule_class_words));
        EXPECT_EQ(definitions["patient_class"]["enum"], list_of(policy::patient_class_words));
        EXPECT_EQ(definitions["action"]["enum"], list_of(policy::action_words));
    }
    const Json& definitions = assessment_schema()["$defs"];
    EXPECT_EQ(definitions["flag_code"]["enum"], list_of(assess::flag_code_words));
    EXPECT_EQ(definitions["growth_state"]["enum"], list_of(assess::growth_state_words));
    EXPECT_EQ(definitions["threshold"]["properties"]["comparison"]["enum"], list_of(policy::threshold_comparators));
}

class AssessmentSchema : public testing::TestWithParam<assess::Detail> {};

TEST_P(AssessmentSchema, HoldsForEveryClinicalCase)
{
    report::AssessmentJson writer(judge());
    for (const cases::ClinicalCase& row : cases::clinical_cases().cases) {
        std::string line;
        writer.append(line, judge().assess(row.record, row.as_of, GetParam()), row.record, GetParam());
        ASSERT_THAT(schema_problems(assessment_schema(), Json::parse(line)), IsEmpty())
            << row.file << ":" << row.line << "\n"
            << line;
    }
}

INSTANTIATE_TEST_SUITE_P(Details, AssessmentSchema,
                         testing::Values(assess::Detail::none, assess::Detail::fired, assess::Detail::all));

TEST(AssessmentSchema, RefusesAnUnknownFlagAndAMissingKey)
{
    const auto record = cases::record_of("", "");
    const auto assessment = judge().assess(record, cases::day_zero());
    std::string line;
    report::AssessmentJson(judge()).append(line, assessment, record, assess::Detail::fired);
    Json json = Json::parse(line);
    ASSERT_THAT(schema_problems(assessment_schema(), json), IsEmpty());
    Json flagged = json;
    flagged["flags"].push_back({{"code", "all_is_well"}, {"subject", "patient"}, {"text", "x"}});
    EXPECT_THAT(schema_problems(assessment_schema(), flagged), Not(IsEmpty()));
    json.erase("as_of");
    EXPECT_THAT(schema_problems(assessment_schema(), json), Not(IsEmpty()));
}

}  // namespace
}  // namespace nodtrack
