#include "nodtrack/report/beside.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "case_table.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::HasSubstr;
using testing::Not;

struct Told {
    PatientRecord record;
    assess::Assessment assessment;
    Beside beside;
};

Told told(const std::string& patient, const std::string& timeline)
{
    Told result{cases::record_of(patient, timeline), {}, {}};
    result.assessment = judge().assess(result.record, cases::day_zero(), assess::Detail::all);
    result.beside = beside(result.assessment, result.record, judge().policy());
    return result;
}

/// Ids of what is shown, variants first: `variant-4 local-recurrence-bone`.
std::string shown(const Told& of)
{
    std::string text;
    for (const dose::Variant* variant : of.beside.shown.variants)
        text += (text.empty() ? "" : " ") + variant->id;
    for (const dose::Pathway* pathway : of.beside.shown.pathways)
        text += (text.empty() ? "" : " ") + pathway->id;
    return text;
}

// Decision table, section 2: each row that says "show", and those that do not.
TEST(Beside, ShowsWhatTheDecisionTableNames)
{
    struct Row {
        std::string says;
        std::string patient;
        std::string timeline;
        std::string shown;
    };
    const Row rows[] = {
        {"G1 with bone pain: the lumbar spine", "", "0 [bone_pain]:", "lumbar-spine-mri"},
        {"G1 with a neurological back pain: the lumbar spine", "", "0 [back_pain_neurological]:", "lumbar-spine-mri"},
        {"G1 with a cough: nothing", "", "0 [cough]:", ""},
        {"G3: variants 1 and 2", "curative_treatment=not_completed", "0:", "variant-1 variant-2 initial-staging"},
        {"G4 of bone: variant 4", "histology=osteosarcoma tissue=bone",
         "0 [local_mass]:", "variant-4 local-recurrence-bone"},
        {"G4 of soft tissue: variant 5", "histology=leiomyosarcoma tissue=soft_tissue",
         "0 [local_mass]:", "variant-5 local-recurrence-soft-tissue"},
        {"R4 with criteria met: variant 2", "", "-3m / 0: N1 10.0x9.0", "variant-2 restaging"},
        {"R4 on suspicion alone: nothing", "", "-3m / 0: N1 9.9x9.0", ""},
        {"R1: surveillance of the lungs", "", "-3m / 0:", "variant-3 lung-surveillance"},
        {"R3: surveillance of the lungs", "", "0: N1 5.5x5.0", "variant-3 lung-surveillance"},
        {"G0: nothing", "follow_up_status=deceased", "0:", ""}};
    for (const Row& row : rows)
        EXPECT_EQ(shown(told(row.patient, row.timeline)), row.shown) << row.says;
}

TEST(Beside, ReadsLevelsInTheColumnOfTheAgeOnTheDay)
{
    // Eighteen on the day itself is an adult; the day before, a child (adult_from_years).
    const auto adult = told("birth_date=2008-06-15", "0:");
    const auto child = told("birth_date=2008-06-16", "0:");
    EXPECT_EQ(adult.beside.group, dose::AgeGroup::adult);
    EXPECT_EQ(child.beside.group, dose::AgeGroup::child);
    EXPECT_THAT(shown_text(adult.beside), HasSubstr("3, 1–10 mSv"));
    EXPECT_THAT(shown_text(child.beside), HasSubstr("4, 3–10 mSv"));
    EXPECT_THAT(shown_text(child.beside), Not(HasSubstr("1–10 mSv")));
}

TEST(Beside, SaysThatTheLevelsAreAnAdultsWhereTheAgeIsNotKnown)
{
    auto unknown = told("", "0:");
    unknown.record.patient.birth_date.reset();
    unknown.beside = beside(unknown.assessment, unknown.record, judge().policy());
    EXPECT_THAT(shown_text(unknown.beside), HasSubstr("birth date not known"));
}

TEST(Beside, TellsTheDoseAndThatItGatesNothing)
{
    const auto text = told("birth_date=2019-06-15", "0:");
    const auto said = beside_text(text.beside, text.record);
    EXPECT_THAT(said, HasSubstr("never a reason against an examination"));
    EXPECT_THAT(said, HasSubstr("level 4, 3–10 mSv (child)"));
    EXPECT_THAT(said, HasSubstr("ask for the lowest dose"));
}

TEST(ExplanationJson, HoldsTheAssessmentAsAssessGivesItAndWhatStandsBeside)
{
    const auto of = told("curative_treatment=not_completed", "0: N1 4.0x3.0");
    const auto json = nlohmann::json::parse(explanation_json(of.assessment, of.record, judge(), of.beside));
    std::string line;
    AssessmentJson(judge()).append(line, of.assessment, of.record, assess::Detail::all);
    EXPECT_EQ(json["assessment"], nlohmann::json::parse(line));
    EXPECT_EQ(json["beside"]["variants"][0]["variant"], "variant-1");
    EXPECT_EQ(json["beside"]["pathways"][0]["pathway"], "initial-staging");
    EXPECT_TRUE(json["dose"]["cumulative"].contains("low_msv"));
}

}  // namespace
}  // namespace nodtrack::report
