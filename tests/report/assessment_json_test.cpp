#include "nodtrack/report/assessment_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "case_table.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/change_text.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using nlohmann::json;

std::string line_of(const cases::ClinicalCase& clinical, assess::Detail detail)
{
    AssessmentJson writer(judge());
    std::string line;
    writer.append(line, judge().assess(clinical.record, clinical.as_of, detail), clinical.record, detail);
    return line;
}

std::set<std::string> keys_of(const json& object)
{
    std::set<std::string> keys;
    for (const auto& [key, value] : object.items())
        keys.insert(key);
    return keys;
}

TEST(AssessmentJson, IsOneLineOfValidJsonWithTheKeysOfTheContractForEveryClinicalCase)
{
    ASSERT_FALSE(cases::clinical_cases().cases.empty());
    for (const auto& clinical : cases::clinical_cases().cases) {
        for (const assess::Detail detail : {assess::Detail::none, assess::Detail::fired, assess::Detail::all}) {
            const std::string line = line_of(clinical, detail);
            ASSERT_EQ(line.find('\n'), line.size() - 1) << clinical.title;
            const json object = json::parse(line);
            EXPECT_EQ(keys_of(object),
                      (std::set<std::string>{"patient_id", "as_of", "index_scan", "policy", "patient_class",
                                             "count_band", "recommendation", "rules", "flags", "nodules", "reasons"}));
            EXPECT_EQ(
                keys_of(object["recommendation"]),
                (std::set<std::string>{"action", "due_date", "safety_net_ct_date", "options", "also", "stands_since"}));
            for (const json& nodule : object["nodules"]) {
                EXPECT_EQ(keys_of(nodule), (std::set<std::string>{"nodule_id", "growth_state", "class", "rules",
                                                                  "long_axis_mm", "vdt_days", "stable_months"}));
            }
            for (const json& flag : object["flags"]) {
                EXPECT_EQ(keys_of(flag), (std::set<std::string>{"code", "subject", "text"}));
            }
        }
    }
}

TEST(AssessmentJson, AnswersAlikeWhateverReasonsAreAskedFor)
{
    for (const auto& clinical : cases::clinical_cases().cases) {
        json none = json::parse(line_of(clinical, assess::Detail::none));
        json all = json::parse(line_of(clinical, assess::Detail::all));
        EXPECT_TRUE(none["reasons"].empty());
        none.erase("reasons");
        all.erase("reasons");
        EXPECT_EQ(none, all) << clinical.title;
    }
}

TEST(AssessmentJson, GivesForEachRuleOfTheAnswerAFiredReason)
{
    for (const auto& clinical : cases::clinical_cases().cases) {
        const json object = json::parse(line_of(clinical, assess::Detail::fired));
        std::set<std::string> fired;
        for (const json& reason : object["reasons"]) {
            EXPECT_EQ(reason["verdict"], "fired") << clinical.title;
            fired.insert(reason["subject"].get<std::string>() + "/" + reason["rule"].get<std::string>());
            const bool grounded = !reason["citations"].empty() || reason["local_policy"] == true;
            EXPECT_TRUE(grounded) << "a reason rests on a citation or says that it is local policy: " << reason["rule"];
        }
        for (const json& rule : object["rules"]) {
            EXPECT_TRUE(fired.count("patient/" + rule.get<std::string>()) == 1) << clinical.title << ": " << rule;
        }
        for (const json& nodule : object["nodules"]) {
            for (const json& rule : nodule["rules"]) {
                const std::string reason = nodule["nodule_id"].get<std::string>() + "/" + rule.get<std::string>();
                EXPECT_TRUE(fired.count(reason) == 1) << clinical.title << ": " << reason;
            }
        }
    }
}

TEST(AssessmentJson, NamesTheRowsAFactCameFrom)
{
    const PatientRecord record = cases::record_of("", "-91d: N1 4.0x3.6 / 0: N1 6.0x5.4");
    const auto assessment = judge().assess(record, cases::day_of("0"), assess::Detail::fired);
    AssessmentJson writer(judge());
    std::string line;
    writer.append(line, assessment, record, assess::Detail::fired);
    const json object = json::parse(line);
    const json& reason = object["reasons"].at(0);
    ASSERT_EQ(reason["rule"], "N4a");
    const json& fact = reason["facts"].at(0);
    EXPECT_EQ(fact["fact"], "growth_state");
    EXPECT_EQ(fact["value"], "UNEQUIVOCAL_GROWTH");
    EXPECT_EQ(fact["rows"].size(), 2U) << "the prior's row and the index scan's";
    ASSERT_EQ(reason["comparisons"].size(), 1U);
    EXPECT_EQ(reason["comparisons"][0]["long_axis_change_mm"], 2.0);
    EXPECT_EQ(reason["comparisons"][0]["beyond_limit95"], true);
    EXPECT_EQ(reason["growth_limits"][0]["parameter"], "caliper_growth_mm");
    EXPECT_FALSE(reason["growth_limits"][0]["citations"].empty());
}

TEST(AssessmentJson, EscapesWhatJsonCannotHoldAsItIs)
{
    PatientRecord record = cases::record_of("", "0: N1 4.0x3.6");
    record.patient.patient_id = "A\"B\\C\tD";
    record.nodule_ids[0] = "N\"1";
    AssessmentJson writer(judge());
    std::string line;
    writer.append(line, judge().assess(record, cases::day_of("0"), assess::Detail::all), record, assess::Detail::all);
    const json object = json::parse(line);
    EXPECT_EQ(object["patient_id"], "A\"B\\C\tD");
    EXPECT_EQ(object["nodules"][0]["nodule_id"], "N\"1");
}

TEST(ExplanationText, SpeaksForEveryClinicalCaseOfRuleCitationAndWhatDoesNotApply)
{
    for (const auto& clinical : cases::clinical_cases().cases) {
        const auto assessment = judge().assess(clinical.record, clinical.as_of, assess::Detail::all);
        const auto text = explanation_text(assessment, clinical.record, judge(), std::nullopt);
        ASSERT_TRUE(text) << clinical.title;
        const auto& rule = judge().policy().recommendations[assessment.recommendation.rule];
        EXPECT_NE(text->find(rule.id + " holds"), std::string::npos) << clinical.title;
        EXPECT_NE(text->find("Fleischner"), std::string::npos)
            << "which guideline does not apply is part of the answer";
        const bool proven = text->find("pathology") != std::string::npos;
        EXPECT_TRUE(proven || text->find("confirmed") == std::string::npos) << clinical.title;
        EXPECT_EQ(text->find("cured"), std::string::npos) << clinical.title;
    }
}

TEST(ExplanationText, ToldOfANoduleThatIsNotJudgedNamesThoseThatAre)
{
    const PatientRecord record = cases::record_of("", "0: N1 4.0x3.6");
    const auto assessment = judge().assess(record, cases::day_of("0"), assess::Detail::all);
    const auto text = explanation_text(assessment, record, judge(), "N7");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::not_found);
    EXPECT_NE(text.error().message.find("N1"), std::string::npos);
}

TEST(ChangeText, SaysTheChangeSinceTheLastAndSinceTheFirstComparableCt)
{
    const PatientRecord record = cases::record_of("", "-182d: N1 4.0x3.6 / -91d: N1 5.0x4.6 / 0: N1 6.2x5.6");
    const auto assessment = judge().assess(record, cases::day_of("0"), assess::Detail::fired);
    const std::string& newest = record.scans[assessment.timeline.scans.back()].scan_id;
    const std::string text = change_text(assessment, record, judge(), newest, "N1");
    EXPECT_NE(text.find("since the last measured CT"), std::string::npos);
    EXPECT_NE(text.find("5.0 -> 6.2 mm, +1.2 mm"), std::string::npos) << text;
    EXPECT_NE(text.find("since the first comparable CT"), std::string::npos);
    EXPECT_NE(text.find("4.0 -> 6.2 mm, +2.2 mm"), std::string::npos) << text;
    EXPECT_NE(text.find("TUMOUR_BOARD"), std::string::npos) << "the new assessment follows";
}

TEST(ChangeText, SaysSoWhereTheMeasurementIsNotOnTheNewestCt)
{
    const PatientRecord record = cases::record_of("", "-91d: N1 5.0x4.6 / 0: N1 5.2x4.6");
    const auto assessment = judge().assess(record, cases::day_of("0"), assess::Detail::fired);
    const std::string& older = record.scans[assessment.timeline.scans.front()].scan_id;
    EXPECT_NE(change_text(assessment, record, judge(), older, "N1").find("not on the newest"), std::string::npos);
    EXPECT_NE(change_text(assessment, record, judge(), older, "N9").find("not judged"), std::string::npos);
}

}  // namespace
}  // namespace nodtrack::report
