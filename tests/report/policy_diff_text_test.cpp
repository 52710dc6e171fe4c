#include "nodtrack/report/policy_diff_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "case_table.hpp"

namespace nodtrack::report {
namespace {

using ::testing::HasSubstr;

class PolicyDiffTextTest : public ::testing::Test {
  protected:
    const assess::Judge judge_ = assess::Judge::released();
    const PatientRecord record_ = cases::record_of("", "0: N1 5.9x5.4");
    const PatientRecord larger_ = cases::record_of("", "0: N1 6.0x5.4");
    const assess::Assessment a_ = judge_.assess(record_, cases::day_zero());
    const assess::Assessment b_ = judge_.assess(larger_, cases::day_zero());
    const PolicyDiffReport report_{{PolicySideText{&judge_.policy(), ""}, {&judge_.policy(), "six_monthly"}}};
    PolicyTotals totals_;

    void SetUp() override
    {
        totals_.burden[0].add(a_, record_, dose::AgeGroup::adult);
        totals_.burden[1].add(b_, larger_, dose::AgeGroup::adult);
        totals_.other_action = 1;
    }
};

TEST_F(PolicyDiffTextTest, SaysWhichTwoAreCompared)
{
    EXPECT_THAT(report_.heading(), HasSubstr("A  sarcoma-lung-surveillance 1.1.0"));
    EXPECT_THAT(report_.heading(), HasSubstr("every patient on the schedule \"six_monthly\""));
}

TEST_F(PolicyDiffTextTest, GivesBothAnswersWithBothRules)
{
    std::string line;
    report_.append_line(line, record_, a_, b_);
    EXPECT_THAT(line, HasSubstr("SHORT_INTERVAL_CT      2026-09-15  R3"));
    EXPECT_THAT(line, HasSubstr("TUMOUR_BOARD           2026-06-29  R4"));
    EXPECT_THAT(line, HasSubstr("N1 N9g > N9h"));
}

TEST_F(PolicyDiffTextTest, GivesTheSameAsJson)
{
    std::string line;
    report_.append_json(line, record_, a_, b_);
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["a"]["action"], "SHORT_INTERVAL_CT");
    EXPECT_EQ(json["b"]["rules"], nlohmann::json({"R4"}));
    EXPECT_EQ(json["nodules"][0]["b"]["rules"], "N9h");
}

TEST_F(PolicyDiffTextTest, TotalsTellLoadAndDifference)
{
    const std::string text = report_.totals_text(totals_);
    EXPECT_THAT(text, HasSubstr("1 patients: 1 with another action, 0 with another day alone"));
    EXPECT_THAT(text, ::testing::ContainsRegex("tumour boards +0 +1 +\\+1"));
    EXPECT_THAT(text, ::testing::ContainsRegex("chest CTs a year +4 +4"));
    const auto json = nlohmann::json::parse(report_.totals_json(totals_));
    EXPECT_EQ(json["totals"]["other_action"], 1);
    EXPECT_EQ(json["totals"]["a"]["SHORT_INTERVAL_CT"], 1);
    EXPECT_EQ(json["totals"]["b"]["profile"], "six_monthly");
    EXPECT_DOUBLE_EQ(json["totals"]["a"]["cts_a_year"].get<double>(), 4.0) << "one decimal";
}

TEST_F(PolicyDiffTextTest, DosesAreTheEndsOfEachAgeGroupsOwnLevel)
{
    // Four CTs a year: an adult's are 4 x 1-10 mSv (S1-118), a child's 4 x 3-10 mSv (S0-021).
    totals_.burden[1] = {};
    totals_.burden[1].add(a_, record_, dose::AgeGroup::child);
    const auto json = nlohmann::json::parse(report_.totals_json(totals_))["totals"];
    const double cts = assess::cts_a_year(a_, record_);
    EXPECT_NEAR(json["a"]["ct_msv_a_year"][0].get<double>(), cts * 1, 0.06);
    EXPECT_NEAR(json["a"]["ct_msv_a_year"][1].get<double>(), cts * 10, 0.06);
    EXPECT_NEAR(json["b"]["ct_msv_a_year"][0].get<double>(), cts * 3, 0.06);
    EXPECT_NEAR(json["b"]["ct_msv_a_year"][1].get<double>(), cts * 10, 0.06);
    EXPECT_THAT(report_.totals_text(totals_), ::testing::ContainsRegex("mSv a year of these, low end +4 +12 +\\+8"));
}

TEST_F(PolicyDiffTextTest, APetCtOfAChildHasNoLevelAndIsSaidToBeMissing)
{
    totals_.burden[0].pet_cts_by_group = {2, 1};
    const auto json = nlohmann::json::parse(report_.totals_json(totals_))["totals"];
    EXPECT_EQ(json["a"]["pet_ct_msv"], nlohmann::json({20.0, 60.0})) << "two adults at 10-30 mSv (S1-018)";
    EXPECT_EQ(json["a"]["pet_cts_without_level"], 1);
    EXPECT_THAT(report_.totals_text(totals_), HasSubstr("PET/CTs of children are not in it"));
}

TEST_F(PolicyDiffTextTest, ASafetyNetDateThatIsAnotherIsShown)
{
    assess::Assessment other = judge_.assess(record_, cases::day_zero());
    other.recommendation.safety_net_ct_date = cases::day_zero();
    std::string line;
    report_.append_line(line, record_, a_, other);
    EXPECT_THAT(line, HasSubstr("safety-net CT - > " + cases::day_zero().iso()));
}

}  // namespace
}  // namespace nodtrack::report
