#include "nodtrack/dose/context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "released.hpp"

namespace nodtrack::dose {
namespace {

using test::told;
using testing::HasSubstr;

Result<Context> loaded(const std::string& topics)
{
    return load_context(R"({"id":"c","version":"1.0.0","title":"t","topics":[)" + topics + "]}",
                        policy::released_sources_json());
}

TEST(Context, OfTheReleaseLoads)
{
    const auto context = load_context(released_context_json(), policy::released_sources_json());
    ASSERT_TRUE(context) << told(context.error());
    EXPECT_FALSE(context->topics.empty());
}

TEST(Context, RefusesWhatItDoesNotKnowWithThePlace)
{
    struct Row {
        std::string topic;
        std::string_view problem;
    };
    const Row rows[] = {
        {R"({"id":"a","title":"A","when":{"actions":["WAIT"]},"cite":["S1-063"]})",
         "/topics/0/when/actions/0: \"WAIT\""},
        {R"({"id":"a","title":"A","when":{"histologies":["sarcoma"]},"cite":["S1-063"]})",
         "/topics/0/when/histologies/0"},
        {R"({"id":"a","title":"A","when":{"grades":["middle"]},"cite":["S1-063"]})", "/topics/0/when/grades/0"},
        {R"({"id":"a","title":"A","when":{"findings":["luck"]},"cite":["S1-063"]})", "/topics/0/when/findings/0"},
        {R"({"id":"a","title":"A","when":{"weather":["wet"]},"cite":["S1-063"]})", "no key \"weather\""},
        {R"({"id":"a","title":"A","when":{},"cite":["S1-063"]})", "at least one condition"},
        {R"({"id":"a","title":"A","when":{"grades":["low"]},"cite":["S9-999"]})", "no statement \"S9-999\""},
        {R"({"id":"a","title":"A","when":{"grades":["low"]},"cite":["S1-063","S1-063"]})", "stands here twice"},
        {R"({"id":"a","title":"A","when":{"grades":["low"]}})", "\"cite\" is missing"},
        {R"({"id":"a","title":"A","when":{"grades":["low"]},"cite":["S1-063"]},)"
         R"({"id":"a","title":"B","when":{"grades":["low"]},"cite":["S1-063"]})",
         "this topic stands here twice"},
        {"", "at least one topic"},
    };
    for (const Row& row : rows) {
        const auto context = loaded(row.topic);
        ASSERT_FALSE(context) << row.topic;
        EXPECT_THAT(told(context.error()), HasSubstr(row.problem)) << row.topic;
    }
}

TEST(Context, TopicsAskForOneWordOfEachListAndForAllFindings)
{
    const auto context =
        loaded(R"({"id":"a","title":"A","when":{"actions":["PET_CT","TUMOUR_BOARD"],"histologies":["angiosarcoma"],)"
               R"("findings":["growth","child"]},"cite":["S1-063"]})");
    ASSERT_TRUE(context) << told(context.error());
    const ContextTopic& topic = context->topics.front();
    EXPECT_EQ(topic.conditions(), 3);
    ContextSubject subject{
        .action = Action::tumour_board, .histology = Histology::angiosarcoma, .grade = {}, .findings = {}};
    subject.findings.set(static_cast<std::size_t>(ContextFinding::growth));
    EXPECT_FALSE(topic.is_shown_for(subject)) << "one of two findings";
    subject.findings.set(static_cast<std::size_t>(ContextFinding::child));
    EXPECT_TRUE(topic.is_shown_for(subject));
    subject.histology.reset();
    EXPECT_FALSE(topic.is_shown_for(subject)) << "not known is not one of them";
    subject.histology = Histology::angiosarcoma;
    subject.action = Action::continue_surveillance;
    EXPECT_FALSE(topic.is_shown_for(subject));
}

}  // namespace
}  // namespace nodtrack::dose
