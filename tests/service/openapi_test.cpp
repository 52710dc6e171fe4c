#include <gtest/gtest.h>

#include <set>

#include "nodtrack/assess/worklist.hpp"
#include "route.hpp"
#include "support.hpp"

namespace nodtrack::test {
namespace {

void collect_references(const json& node, std::set<std::string>& references)
{
    if (node.is_object()) {
        for (const auto& [name, value] : node.items()) {
            if (name == "$ref" && value.is_string()) references.insert(value);
            collect_references(value, references);
        }
    } else if (node.is_array()) {
        for (const json& item : node)
            collect_references(item, references);
    }
}

TEST(OpenApi, DescribesEachRouteAndRefersToNothingThatIsNotThere)
{
    const json document = json::parse(service::openapi_document("1.0.0"));
    EXPECT_EQ(document.at("openapi"), "3.1.0");
    std::size_t operations = 0;
    for (const auto& [path, methods] : document.at("paths").items())
        operations += methods.size();
    EXPECT_EQ(operations, service::routes().size());
    std::set<std::string> references;
    collect_references(document, references);
    EXPECT_GT(references.size(), 40U);
    for (const std::string& reference : references) {
        ASSERT_TRUE(reference.starts_with("#/")) << reference;
        EXPECT_TRUE(document.contains(json::json_pointer(reference.substr(1)))) << reference;
    }
}

TEST(OpenApi, HasTheMembersAndWordsOfADecisionAsTheServerTakesThem)
{
    const json document = json::parse(service::openapi_document("1.0.0"));
    const json& decision = document.at("components").at("schemas").at("Decision").at("properties");
    const auto words_of = [&](const char* member) {
        return decision.at(member).at("enum").get<std::vector<std::string>>();
    };
    EXPECT_EQ(words_of("kind"),
              (std::vector<std::string>{std::begin(assess::ledger_kind_words), std::end(assess::ledger_kind_words)}));
    EXPECT_EQ(words_of("next_step"),
              (std::vector<std::string>{Vocabulary<NextStep>::words.begin(), Vocabulary<NextStep>::words.end()}));
    EXPECT_EQ(decision.at("confirm").at("type"), "boolean");
    EXPECT_EQ(decision.at("baselines").at("items").at("type"), "string");
    const json& entry = document.at("components").at("schemas").at("WorklistEntry").at("properties");
    EXPECT_EQ(
        entry.at("group").at("enum").get<std::vector<std::string>>(),
        (std::vector<std::string>{std::begin(assess::worklist_group_words), std::end(assess::worklist_group_words)}));
}

TEST(OpenApi, IsServedToAnybody)
{
    const auto answer = shared_service().get("/api/v1/openapi.json", {});
    ASSERT_EQ(answer->status, 200);
    EXPECT_EQ(json::parse(answer->body).at("info").at("title"), "nodtrack");
}

}  // namespace
}  // namespace nodtrack::test
