// The check of a policy file finds the faults planted here, and none in the released policy.

#include "nodtrack/assess/check_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nodtrack::assess {
namespace {

using Json = nlohmann::ordered_json;

Json released()
{
    return Json::parse(policy::released_policy_json());
}

PolicyCheck check(const Json& policy)
{
    return check_policy(policy.dump(), policy::released_sources_json());
}

Json& rule_of(Json& list, std::string_view id)
{
    return *std::find_if(list.begin(), list.end(), [&](const Json& rule) { return rule["id"] == id; });
}

void remove(Json& list, std::string_view id)
{
    list.erase(std::find_if(list.begin(), list.end(), [&](const Json& rule) { return rule["id"] == id; }));
}

void insert_before(Json& list, std::string_view id, std::string_view text)
{
    const auto place = std::find_if(list.begin(), list.end(), [&](const Json& rule) { return rule["id"] == id; });
    list.insert(place, Json::parse(text));
}

/// The released policy with one fault of each kind.
Json with_faults()
{
    Json policy = released();
    Json& nodules = policy["nodule_rules"];
    remove(nodules, "N1");
    insert_before(nodules, "N9a", R"({"id": "N8z", "says": "new and large", "when": {"all": [
        {"fact": "growth_state", "is": "NEW"}, {"fact": "long_axis_mm", "at_least": 12.0}]},
        "then": {"class": "SUSPICIOUS"}, "basis": "local policy"})");
    insert_before(nodules, "N12b", R"({"id": "N12z", "says": "shrinking part-solid", "when": {"all": [
        {"fact": "growth_state", "is": "DECREASED"}, {"fact": "attenuation", "is": "part_solid"}]},
        "then": {"class": "SUSPICIOUS"}, "basis": "local policy"})");
    rule_of(nodules, "N12d")["when"] = Json::parse(R"({"all": [{"fact": "growth_state", "is": "DECREASED"},
        {"any": [{"fact": "long_axis_mm", "at_least": 3.0}, {"fact": "long_axis_mm", "below": 4.0}]}]})");
    rule_of(nodules, "N11c")["when"]["all"][1] = Json::parse(R"({"fact": "long_axis_mm", "at_most": 60.0})");
    policy["definitions"].push_back(Json::parse(R"({"name": "nobody_asks", "scope": "nodule", "means": "nothing",
        "when": {"fact": "measured", "is": true}, "basis": "local policy"})"));
    remove(policy["recommendations"], "R1");
    insert_before(policy["recommendations"], "R3", R"({"id": "R3z", "says": "indeterminate and five of them",
        "advises": "nothing", "when": {"all": [{"fact": "ungated_class", "is": "SUSPICIOUS"},
        {"count": {"of": "countable", "at_least": 5}}]}, "action": "SHORT_INTERVAL_CT",
        "due": {"from": "as_of"}, "basis": "local policy"})");
    policy["profiles"]["default"]["low_grade"][0]["interval_months"] = 12;
    for (Json& id : rule_of(nodules, "N10")["or_worse"]["rules"])
        EXPECT_NE(id, "N1");
    for (Json& part : policy["definitions"]) {
        Json* rules = nullptr;
        if (part["name"] == "suv_counts") rules = &part["when"]["all"][1]["not"]["in"];
        if (part["name"] == "unread") rules = &part["when"]["any"][0]["in"];
        if (rules) rules->erase(std::find(rules->begin(), rules->end(), "N1"));
    }
    rule_of(policy["recommendations"], "R0n")["when"]["count"]["where"]["all"][0]["is"] = "N1c";
    return policy;
}

const PolicyCheck& faulty()
{
    static const PolicyCheck check_of_faults = check(with_faults());
    return check_of_faults;
}

const PolicyCheck& clean()
{
    static const PolicyCheck check_of_released = check(released());
    return check_of_released;
}

std::vector<PolicyFinding> found(const PolicyCheck& check, FindingKind kind, std::string_view rule)
{
    std::vector<PolicyFinding> findings;
    for (const PolicyFinding& finding : check.findings) {
        if (finding.kind == kind && finding.rule == rule) findings.push_back(finding);
    }
    return findings;
}

std::string said(const PolicyCheck& check, FindingKind kind)
{
    std::string text;
    for (const PolicyFinding& finding : check.findings) {
        if (finding.kind == kind) text += finding.text + "\n";
    }
    return text;
}

bool shows(const PolicyFinding& finding, std::string_view fact, std::string_view value)
{
    return std::any_of(finding.example.begin(), finding.example.end(),
                       [&](const ExampleFact& shown) { return shown.fact == fact && shown.value == value; });
}

TEST(ReleasedPolicy, HasNoProblems)
{
    EXPECT_TRUE(clean().clean());
    EXPECT_EQ(said(clean(), FindingKind::not_loadable), "");
    EXPECT_EQ(said(clean(), FindingKind::gap), "");
    EXPECT_EQ(said(clean(), FindingKind::unreachable), "");
}

TEST(ReleasedPolicy, HasNoNumberWithoutEffectAndNoUnusedDefinition)
{
    EXPECT_EQ(said(clean(), FindingKind::number_without_effect), "");
    EXPECT_EQ(said(clean(), FindingKind::unused_definition), "");
    EXPECT_EQ(said(clean(), FindingKind::unusual_number), "");
}

TEST(ReleasedPolicy, IsSearchedSystematicallyWhereItIsAboutOneNodule)
{
    for (const PolicySearch& search : clean().searches) {
        if (search.list != "nodule_rules") continue;
        EXPECT_TRUE(search.systematic) << search.question;
    }
}

TEST(ReleasedPolicy, OverlapsWhereTheTableReliesOnItsOrder)
{
    // New ground-glass of 6.0 mm meets N8c and N8d, which give different classes: the order decides.
    const auto overlaps = found(clean(), FindingKind::overlap, "N8c");
    ASSERT_EQ(overlaps.size(), 1U);
    EXPECT_EQ(overlaps[0].other_rule, "N8d");
    EXPECT_TRUE(shows(overlaps[0], "long axis", "6.0 mm"));
}

TEST(ReleasedPolicy, ListsTheBoundariesThatWereChosenDifferently)
{
    EXPECT_EQ(found(clean(), FindingKind::boundary, "trial_criteria").size(), 1U) << "5.0 mm: three from it, two above";
    const auto at_ten = found(clean(), FindingKind::boundary, "typical_node");
    ASSERT_EQ(at_ten.size(), 1U) << "10.0 mm is no typical node any more, and in Ewing sarcoma not yet large";
    EXPECT_EQ(at_ten[0].other_rule, "trial_criteria");
    EXPECT_EQ(found(clean(), FindingKind::boundary, "N5a").size(), 1U);
}

TEST(ReleasedPolicy, CountsWhatIsUnverifiedAndWhatIsLocalPolicy)
{
    EXPECT_GT(clean().citations.unverified, 0U);
    EXPECT_GT(clean().citations.local_policy, 0U);
}

TEST(PlantedGap, AmongNoduleRulesIsFoundWithAnExample)
{
    const auto gaps = found(faulty(), FindingKind::gap, "");
    ASSERT_EQ(gaps.size(), 2U);
    EXPECT_TRUE(shows(gaps[0], "growth state", "NOT_REPORTED") || shows(gaps[0], "growth state", "UNMEASURED"));
    EXPECT_FALSE(faulty().clean());
}

TEST(PlantedGap, AmongRecommendationsIsFound)
{
    const auto gaps = found(faulty(), FindingKind::gap, "");
    ASSERT_EQ(gaps.size(), 2U);
    EXPECT_NE(gaps[1].text.find("recommendation"), std::string::npos);
}

TEST(PlantedUnreachableRule, IsFoundWithTheRulesThatTakeWhatItWould)
{
    const auto unreachable = found(faulty(), FindingKind::unreachable, "N8z");
    ASSERT_EQ(unreachable.size(), 1U);
    EXPECT_NE(unreachable[0].text.find("always taken by"), std::string::npos);
    EXPECT_NE(unreachable[0].text.find("N8d"), std::string::npos);
    EXPECT_EQ(unreachable[0].text.find("N9"), std::string::npos);
}

TEST(PlantedUnreachableRule, AmongRecommendationsIsFound)
{
    EXPECT_EQ(found(faulty(), FindingKind::unreachable, "R3z").size(), 1U);
}

TEST(PlantedOverlap, IsFoundWithAnExampleOfBoth)
{
    const auto overlaps = found(faulty(), FindingKind::overlap, "N12z");
    ASSERT_EQ(overlaps.size(), 1U);
    EXPECT_EQ(overlaps[0].other_rule, "N12b");
    EXPECT_TRUE(shows(overlaps[0], "attenuation", "part_solid"));
}

TEST(PlantedSpecialCase, IsToldFromAnOverlap)
{
    const auto special = found(faulty(), FindingKind::special_case, "N12z");
    ASSERT_EQ(special.size(), 1U);
    EXPECT_EQ(special[0].other_rule, "N12d");
}

TEST(PlantedDeadNumber, IsFoundOnceForEachNumber)
{
    EXPECT_EQ(found(faulty(), FindingKind::number_without_effect, "N12d").size(), 2U);
}

TEST(PlantedDeadNumber, InAScheduleIsFound)
{
    EXPECT_EQ(found(faulty(), FindingKind::number_without_effect, "default").size(), 1U);
}

TEST(PlantedDefinition, ThatNobodyUsesIsFound)
{
    EXPECT_EQ(found(faulty(), FindingKind::unused_definition, "nobody_asks").size(), 1U);
}

TEST(PlantedUnitSlip, IsFound)
{
    EXPECT_EQ(found(faulty(), FindingKind::unusual_number, "N11c").size(), 1U);
}

TEST(CheckPolicy, ReportsEveryProblemOfTheLoader)
{
    Json policy = released();
    policy["nodule_rules"][0]["then"]["class"] = "HARMLESS";
    policy["nodule_rules"][1]["colour"] = "red";
    const PolicyCheck report = check(policy);
    EXPECT_FALSE(report.clean());
    EXPECT_EQ(report.count(Severity::problem), 2U);
    EXPECT_TRUE(report.id.empty());
}

TEST(CheckPolicy, ReportsAMissingParameter)
{
    Json policy = released();
    policy["parameters"].erase("suv_window_days");
    EXPECT_NE(said(check(policy), FindingKind::not_loadable).find("suv_window_days"), std::string::npos);
}

TEST(CheckPolicy, FindsTheSameTwice)
{
    const PolicyCheck again = check(released());
    ASSERT_EQ(again.findings.size(), clean().findings.size());
    for (std::size_t i = 0; i < again.findings.size(); ++i) {
        EXPECT_EQ(again.findings[i].text, clean().findings[i].text);
        EXPECT_EQ(again.findings[i].example.size(), clean().findings[i].example.size());
    }
}

}  // namespace
}  // namespace nodtrack::assess
