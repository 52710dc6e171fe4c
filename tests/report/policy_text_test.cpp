// The policy as tables: everything is shown, nothing is passed off as better founded than it is.

#include "nodtrack/report/policy_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nodtrack/assess/judge.hpp"
#include "policy_text_table.hpp"

namespace nodtrack::report {
namespace {

using testing::HasSubstr;

const policy::Policy& released()
{
    static const assess::Judge judge = assess::Judge::released();
    return judge.policy();
}

/// Text with line breaks and runs of blanks as one blank, so that wrapped phrases can be looked for.
std::string unwrapped(const std::string& text)
{
    std::istringstream words(text);
    std::string result;
    for (std::string word; words >> word;)
        result += word + " ";
    return result;
}

TEST(PolicyText, ShowsEveryRuleDefinitionParameterAndCitation)
{
    const std::string text = policy_text(released());
    for (const auto& rule : released().nodule_rules)
        EXPECT_THAT(text, HasSubstr("\n" + rule.id + " "));
    for (const auto& rule : released().adjustments)
        EXPECT_THAT(text, HasSubstr("\n" + rule.id + " "));
    for (const auto& rule : released().patient_rules)
        EXPECT_THAT(text, HasSubstr("\n" + rule.id + " "));
    for (const auto& rule : released().recommendations)
        EXPECT_THAT(text, HasSubstr("\n" + rule.id + " "));
    for (const auto& parameter : released().parameters)
        EXPECT_THAT(text, HasSubstr("\n" + parameter.name + " "));
    for (const auto& citation : released().citations)
        EXPECT_THAT(text, HasSubstr("\n" + citation.item + " "));
    for (const auto& never : released().never_recommended)
        EXPECT_THAT(unwrapped(text), HasSubstr(never));
    for (const auto& notice : released().does_not_apply)
        EXPECT_THAT(text, HasSubstr(notice.title.substr(0, 20)));
}

TEST(PolicyText, NamesThePolicyByVersionAndHash)
{
    EXPECT_THAT(policy_text(released()), HasSubstr("sarcoma-lung-surveillance " + released().version));
    EXPECT_THAT(policy_text(released()), HasSubstr("sha256 " + released().sha256));
}

TEST(PolicyText, MarksEveryUnverifiedStatement)
{
    const std::string text = policy_markdown(released());
    std::istringstream lines(text);
    std::size_t marked = 0;
    for (std::string line; std::getline(lines, line);) {
        for (const auto& citation : released().citations) {
            if (line.rfind("| " + citation.item + " |", 0) != 0) continue;
            const bool says_so = line.find("not verified against the source") != std::string::npos;
            EXPECT_EQ(says_so, citation.verification == policy::Verification::unverified) << line;
            marked += says_so ? 1U : 0U;
        }
    }
    EXPECT_GT(marked, 0U);
}

TEST(PolicyText, MarksLocalPolicy)
{
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "N16")), HasSubstr("rests on local policy"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "suv_window_days")), HasSubstr("rests on local policy"));
}

TEST(PolicyText, FitsAPageOf120Characters)
{
    std::istringstream lines(policy_text(released()));
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(lines_of(line, 100000).front().size(), 140U);  // bytes; dashes of UTF-8 take three
        const auto characters = std::count_if(line.begin(), line.end(),
                                              [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        EXPECT_LE(characters, 120) << line;
    }
}

TEST(PolicyText, SaysDueDatesInWords)
{
    const std::string r3 = unwrapped(*policy_rule_text(released(), "R3"));
    EXPECT_THAT(r3,
                HasSubstr("42 days after the index scan where [soon again] {O-71}; otherwise 3 months after the index "
                          "scan {S0-027}"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "R4")),
                HasSubstr("42 days, or the routine interval where that ends earlier, after the index scan where"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "R0")),
                HasSubstr("3 months after the index scan, or the routine interval where that is shorter"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "G6")), HasSubstr("due on the as-of day"));
}

TEST(PolicyText, SaysWhatStandsUntilItIsLookedAtAgain)
{
    const std::string text = unwrapped(policy_text(released()));
    EXPECT_THAT(text, HasSubstr("An answer SHORT_INTERVAL_CT or worse stands at a later examination"));
    EXPECT_THAT(text, HasSubstr("An answer TUMOUR_BOARD or worse keeps its first date"));
    EXPECT_THAT(text, HasSubstr("listed for 365 days"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "G1")), HasSubstr("about a sign: stands until a decision"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "R0")), HasSubstr("asked for beside every answer"));
}

TEST(PolicyText, SaysByWhichDayAFactIsDatedAndWhichSizeIsTaken)
{
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "N1b")), HasSubstr("dated by the scan of the SUVmax"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "N15")), HasSubstr("dated by the newest finding of pathology"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "N7a")), HasSubstr("dated by the scan of the SUVmax"));
    EXPECT_THAT(unwrapped(*policy_rule_text(released(), "N1c")), HasSubstr("keeps that bound as its size"));
}

TEST(PolicyRuleText, ShowsTheDefinitionsARuleNamesAndTheirSources)
{
    const std::string text = unwrapped(*policy_rule_text(released(), "N8e"));
    EXPECT_THAT(text, HasSubstr("[soft tissue primary]"));
    EXPECT_THAT(text, HasSubstr("tissue is soft_tissue"));
    EXPECT_THAT(text, HasSubstr("X-02"));
}

TEST(PolicyRuleText, IsAbsentForAnIdThePolicyDoesNotHave)
{
    EXPECT_FALSE(policy_rule_text(released(), "N99"));
}

TEST(CriteriaPage, IsWhatTheProgramPrints)
{
    std::ifstream in(std::filesystem::path(NODTRACK_SOURCE_DIR) / "docs/criteria.md", std::ios::binary);
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(page, policy_markdown(released()))
        << "docs/criteria.md is out of date: nodtrack policy show --markdown > docs/criteria.md";
}

TEST(TableLines, BreakAtSpacesAndInsideLongWords)
{
    EXPECT_EQ(lines_of("one two three", 7), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(lines_of("abcdefghij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
    EXPECT_EQ(lines_of("a\nb", 10), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(lines_of("ééé é", 3), (std::vector<std::string>{"ééé", "é"}));
}

TEST(TableMarkdown, EscapesTheBarThatPartsCells)
{
    const Section section{"t", {}, {{"c", 3}}, {{"a|b"}}, {}};
    EXPECT_THAT(markdown(section), HasSubstr("| a\\|b |"));
}

assess::PolicyCheck two_findings()
{
    assess::PolicyCheck check;
    check.id = "p";
    check.version = "1";
    check.findings.push_back({assess::FindingKind::gap, "", "", "no nodule rule holds", {{"long axis", "4.9 mm"}}});
    check.findings.push_back({assess::FindingKind::overlap, "A", "B", "A and B", {{"long axis", "6.0 mm"}}});
    check.searches.push_back({"nodule_rules", "gaps", true, 12});
    return check;
}

TEST(PolicyCheckText, TellsProblemsWithTheirExampleAndHowItWasSearched)
{
    const std::string text = policy_check_text(two_findings());
    EXPECT_THAT(text, HasSubstr("Problems: 1"));
    EXPECT_THAT(text, HasSubstr("for example long axis 4.9 mm"));
    EXPECT_THAT(text, HasSubstr("A before B"));
    EXPECT_THAT(text, HasSubstr("systematically"));
    EXPECT_THAT(text, HasSubstr("NOT CLEAN"));
}

TEST(PolicyCheckJson, IsOneObjectWithAllFindings)
{
    const auto json = nlohmann::json::parse(policy_check_json(two_findings()));
    EXPECT_EQ(json["clean"], false);
    EXPECT_EQ(json["problems"], 1);
    EXPECT_EQ(json["findings"].size(), 2U);
    EXPECT_EQ(json["findings"][0]["kind"], "gap");
    EXPECT_EQ(json["findings"][0]["severity"], "problem");
    EXPECT_EQ(json["findings"][1]["example"][0]["value"], "6.0 mm");
    EXPECT_EQ(json["searches"][0]["systematic"], true);
}

}  // namespace
}  // namespace nodtrack::report
