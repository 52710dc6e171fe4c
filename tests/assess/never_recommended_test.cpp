// What no assessment may ever say (decision table, section 5), over generated patients and all texts of the policy.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "../support/case_table.hpp"
#include "../support/generated_patients.hpp"
#include "../support/outcome.hpp"
#include "../support/released_judge.hpp"

namespace nodtrack {
namespace {

using assess::Assessment;
using cases::judge;
using policy::Action;
using policy::PatientClass;

constexpr std::uint64_t seed = 5;
constexpr std::size_t how_many = 15000;

template <class Visitor>
void for_each_assessment(Visitor&& visit)
{
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        visit(record, judge().assess(record, cases::generated_as_of(), assess::Detail::none));
    }
}

const std::string& rule_id(const Assessment& assessment)
{
    return judge().policy().recommendations[assessment.recommendation.rule].id;
}

Date index_date(const PatientRecord& record, const Assessment& assessment)
{
    return record.scans[assessment.timeline.scans[*assessment.timeline.index_rank]].scan_date;
}

TEST(NeverRecommended, IsAnActionWithoutADate)
{
    for_each_assessment([](const auto& record, const Assessment& assessment) {
        EXPECT_EQ(assessment.recommendation.due_date.has_value(), rule_id(assessment) != "G0")
            << record.patient.patient_id << " by " << rule_id(assessment);
    });
}

TEST(NeverRecommended, IsPetWithoutItsSafetyNetCt)
{
    for_each_assessment([](const auto& record, const Assessment& assessment) {
        const auto& advice = assessment.recommendation;
        const auto& rule = judge().policy().recommendations[advice.rule];
        EXPECT_EQ(advice.safety_net_ct_date.has_value(), !rule.safety_net.empty() && assessment.timeline.index_rank)
            << record.patient.patient_id;
        if (advice.action != Action::pet_ct) return;
        ASSERT_TRUE(advice.safety_net_ct_date) << record.patient.patient_id;
        EXPECT_GT(*advice.safety_net_ct_date, *advice.due_date);
    });
}

TEST(NeverRecommended, IsPetAsRoutine)
{
    for_each_assessment([](const auto& record, const Assessment& assessment) {
        const auto& advice = assessment.recommendation;
        if (advice.action != Action::pet_ct && advice.options.empty()) return;
        EXPECT_EQ(assessment.patient_class, PatientClass::indeterminate) << record.patient.patient_id;
        EXPECT_TRUE(advice.options.empty() || advice.options == std::vector<Action>{Action::pet_ct});
        EXPECT_TRUE(advice.options.empty() || rule_id(assessment) == "R3") << record.patient.patient_id;
    });
}

TEST(NeverRecommended, IsAnEndOfSurveillance)
{
    // Whoever is in scope has a next date, and no routine is longer than a year.
    for_each_assessment([](const auto& record, const Assessment& assessment) {
        if (assessment.recommendation.action != Action::continue_surveillance) return;
        const auto& start = assessment.schedule.surveillance_start;
        const Date from = std::max(index_date(record, assessment), start.value_or(index_date(record, assessment)));
        EXPECT_GT(*assessment.recommendation.due_date, from) << record.patient.patient_id;
        EXPECT_LE(*assessment.recommendation.due_date, add_months(from, 12)) << record.patient.patient_id;
    });
}

TEST(NeverRecommended, IsReassuranceWithANoduleThatCouldNotBeJudged)
{
    for_each_assessment([](const auto& record, const Assessment& assessment) {
        if (assessment.recommendation.action != Action::continue_surveillance) return;
        EXPECT_EQ(assessment.also, std::vector<assess::AlsoAsked>{}) << record.patient.patient_id;
        for (const assess::NoduleAssessment& nodule : assessment.nodules) {
            EXPECT_NE(nodule.nodule_class, policy::NoduleClass::unclassifiable) << record.patient.patient_id;
            EXPECT_LE(nodule.nodule_class, policy::NoduleClass::low_suspicion) << record.patient.patient_id;
        }
    });
}

bool holds_word(std::string text, std::string_view word)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text.find(word) != std::string::npos;
}

constexpr std::array<std::string_view, 8> forbidden_words = {
    "cured",   "metastasis confirmed", "fleischner interval", "lung-rads interval",
    "pet/mri", "end of surveillance",  "end surveillance",    "discharge"};

TEST(NeverSaid, IsCuredOrConfirmedWithoutPathology)
{
    for_each_assessment([](const auto& record, const Assessment& assessment) {
        for (const assess::Flag& flag : assessment.flags) {
            for (const std::string_view word : forbidden_words) {
                EXPECT_FALSE(holds_word(flag.text, word)) << record.patient.patient_id << ": " << flag.text;
            }
            const bool by_pathology =
                flag.nodule && std::any_of(record.events.begin(), record.events.end(), [&](const auto& event) {
                    return event.kind == EventKind::pathology_malignant &&
                           event.nodule_id == record.nodule_ids[*flag.nodule];
                });
            EXPECT_TRUE(by_pathology || !holds_word(flag.text, "confirmed"))
                << record.patient.patient_id << ": " << flag.text;
        }
    });
}

TEST(NeverSaid, IsAnythingForbiddenInTheAdviceOfAnyRule)
{
    for (const policy::RecommendationRule& rule : judge().policy().recommendations) {
        for (const std::string_view word : forbidden_words)
            EXPECT_FALSE(holds_word(rule.advises, word)) << rule.advises;
        EXPECT_FALSE(holds_word(rule.advises, "confirmed")) << rule.advises;
        EXPECT_FALSE(holds_word(rule.advises, "fleischner")) << rule.advises;
        EXPECT_FALSE(holds_word(rule.advises, "whole-body")) << rule.advises;
        EXPECT_FALSE(holds_word(rule.advises, "surgery")) << rule.advises;
        EXPECT_FALSE(holds_word(rule.advises, "chemotherapy")) << rule.advises;
    }
}

TEST(NeverSaid, IsAChestCtWithContrast)
{
    for (const policy::RecommendationRule& rule : judge().policy().recommendations) {
        const bool names_the_next_ct = rule.action == Action::tumour_board || rule.action == Action::pet_ct;
        const bool asks_for_ct = rule.action == Action::short_interval_ct ||
                                 rule.action == Action::continue_surveillance || rule.id == "G6" || rule.id == "R0n" ||
                                 names_the_next_ct;
        EXPECT_EQ(holds_word(rule.advises, "chest ct without iv contrast"), asks_for_ct)
            << rule.id << ": " << rule.advises;
        EXPECT_FALSE(holds_word(rule.advises, "with iv contrast")) << rule.advises;
        EXPECT_FALSE(holds_word(rule.advises, "with contrast")) << rule.advises;
    }
}

TEST(NeverSaid, IsWhatTheGuidelinesForOtherPatientsSayWithoutAReason)
{
    const auto& notices = judge().policy().does_not_apply;
    for (const std::string_view name : {"Fleischner", "Lung-RADS", "RECIST"}) {
        EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [&](const policy::Notice& notice) {
            return notice.title.find(name) != std::string::npos && !notice.text.empty() &&
                   !notice.basis.citations.empty();
        })) << name;
    }
    EXPECT_EQ(judge().policy().never_recommended.size(), 8U);
}

}  // namespace
}  // namespace nodtrack
