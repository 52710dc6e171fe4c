#include "nodtrack/report/context_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "case_table.hpp"
#include "json_schema.hpp"
#include "nodtrack/report/appropriateness.hpp"
#include "nodtrack/report/board_html.hpp"
#include "nodtrack/report/dose.hpp"
#include "nodtrack/report/policy_text.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Json = nlohmann::json;

std::vector<std::string> topics_of(const PatientRecord& record)
{
    const auto assessment = judge().assess(record, cases::day_zero());
    std::vector<std::string> ids;
    for (const dose::ContextTopic* topic : context_of(assessment, record, judge().policy()))
        ids.push_back(topic->id);
    return ids;
}

/// What `policy show`, `appropriateness`, with and without `--child`, and `dose` of a child print.
std::string all_doors()
{
    std::string text = policy_text(judge().policy()) + all_context_text();
    const dose::Appropriateness& tables = released_appropriateness();
    std::vector<const dose::Pathway*> pathways;
    for (const dose::Pathway& pathway : tables.pathways)
        pathways.push_back(&pathway);
    text += pathways_text(pathways);
    for (const auto group : {dose::AgeGroup::adult, dose::AgeGroup::child}) {
        for (const dose::Variant& variant : tables.variants)
            text += variant_text(variant, group, tables);
        text += appropriateness_notes(group, tables);
    }
    auto child = cases::record_of("", "0");
    child.patient.birth_date = add_months(cases::day_zero(), -84);
    const dose::DoseFactors& factors = released_dose_factors();
    return text + dose_text(dose::dose_history(child, cases::day_zero(), factors), child, factors);
}

/// `S1-118`, `O-7`, `X-04`: every run of letters, digits and hyphens.
std::set<std::string> numbers_in(const std::string& text)
{
    std::set<std::string> numbers;
    std::string run;
    for (const char c : text + " ") {
        const bool belongs = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-';
        if (belongs) run += c;
        if (!belongs && !run.empty()) numbers.insert(std::exchange(run, {}));
    }
    return numbers;
}

TEST(Context, GivesEveryStoredStatementADoor)
{
    // A file that cites it is no door: somebody must be able to read it.
    const std::set<std::string> shown = numbers_in(all_doors());
    const Json sources = Json::parse(policy::released_sources_json());
    std::size_t statements = 0;
    for (const Json& source : sources.at("sources")) {
        for (const Json& item : source.at("items")) {
            EXPECT_THAT(shown, Contains(item.at("id").get<std::string>())) << "no command prints it";
            ++statements;
        }
    }
    EXPECT_GT(statements, 180U);
}

TEST(Context, OfTheHistologyStandsFirstOnTheBoardPageWhichMayHaveRoomForOneTopic)
{
    for (const char* timeline :
         {"-9m: N1 8.5x8.0 / -3m: N1 8.6x8.0 / 0: N1 8.6x8.0", "-3m / 0: N1 7.0x6.0", "-3m / 0"}) {
        const auto record = cases::record_of("histology=myxoid_liposarcoma tissue=soft_tissue grade=high", timeline);
        EXPECT_THAT(topics_of(record).front(), "spread-outside-the-lungs") << timeline;
        const auto assessment = judge().assess(record, cases::day_zero());
        const BoardPage page = board_page(assessment, record, judge(),
                                          dose::dose_history(record, cases::day_zero(), released_dose_factors()));
        EXPECT_THAT(board_html({&page, 1}, "Board", cases::day_zero()), HasSubstr("S1-063")) << timeline;
    }
}

TEST(Context, EveryTopicIsInTheWholeListWithItsStatements)
{
    const std::string text = all_context_text();
    for (const dose::ContextTopic& topic : released_context().topics) {
        EXPECT_THAT(text, HasSubstr(topic.title + ":"));
        for (const dose::Citation& citation : topic.citations)
            EXPECT_THAT(context_line(topic), HasSubstr("[" + citation.item));
    }
}

TEST(Context, FitsTheHistology)
{
    EXPECT_THAT(topics_of(cases::record_of("histology=myxoid_liposarcoma", "-3m / 0")),
                Contains("spread-outside-the-lungs"));
    EXPECT_THAT(topics_of(cases::record_of("histology=synovial_sarcoma", "-3m / 0")),
                Contains("spread-to-lymph-nodes"));
    const auto others = topics_of(cases::record_of("histology=leiomyosarcoma", "-3m / 0"));
    EXPECT_THAT(others, Not(Contains("spread-outside-the-lungs")));
    EXPECT_THAT(others, Not(Contains("spread-to-lymph-nodes")));
}

TEST(Context, FitsTheAnswer)
{
    const auto board = topics_of(cases::record_of("", "-3m / 0: N1 7.0x6.0"));
    for (const char* topic : {"board-options", "contradictory-findings", "new-primary"})
        EXPECT_THAT(board, Contains(topic));
    EXPECT_THAT(board, Not(Contains("radiograph-for")));
    EXPECT_THAT(board, Not(Contains("osteosarcoma-resection"))) << "treatment only beside metastases (X-12)";
    const auto quiet = topics_of(cases::record_of("", "-3m / 0"));
    EXPECT_THAT(quiet, Contains("radiograph-for"));
    EXPECT_THAT(quiet, Not(Contains("board-options")));
}

TEST(Context, FitsTheFindings)
{
    EXPECT_THAT(topics_of(cases::record_of("histology=osteosarcoma", "-3m / 0: N1 12.0x11.0")),
                Contains("osteosarcoma-resection"));
    EXPECT_THAT(topics_of(cases::record_of("", "-6m: N1 6.5x6.0 / -1m [pet_ct]: N1 suv=0.4 / 0: N1 6.5x6.0")),
                Contains("pet-false-results"));
    auto local = cases::record_of("", "-3m / 0");
    local.scans.back().suspected_local_recurrence = Answer::yes;
    EXPECT_THAT(topics_of(local), Contains("local-sign"));
}

TEST(Context, PutsWhatIsAskedOfThePatientFirst)
{
    const auto topics = topics_of(cases::record_of("histology=synovial_sarcoma", "-3m / 0: N1 7.0x6.0"));
    ASSERT_FALSE(topics.empty());
    EXPECT_EQ(topics.front(), "spread-to-lymph-nodes");
}

TEST(ContextSchema, HoldsForTheReleasedFileAndHasTheWordsOfTheLoader)
{
    std::ifstream in(std::filesystem::path(NODTRACK_SOURCE_DIR) / "schema/context.schema.json");
    const auto schema = nlohmann::ordered_json::parse(in);
    EXPECT_THAT(tests::schema_problems(schema, nlohmann::ordered_json::parse(dose::released_context_json())),
                IsEmpty());
    const auto& when = schema.at("$defs").at("topic").at("properties").at("when").at("properties");
    std::vector<std::string> findings(std::begin(dose::context_finding_words), std::end(dose::context_finding_words));
    EXPECT_EQ(when.at("findings").at("items").at("enum").get<std::vector<std::string>>(), findings);
    std::vector<std::string> actions(policy::action_words.begin(), policy::action_words.end());
    EXPECT_EQ(when.at("actions").at("items").at("enum").get<std::vector<std::string>>(), actions);
}

}  // namespace
}  // namespace nodtrack::report
