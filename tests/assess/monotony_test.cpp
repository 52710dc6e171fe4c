// A growth or a symptom never lowers the action (decision table, opening), nodules that shrank since a prior apart, and
// a local symptom is never lost. Over generated patients; OUT_OF_SCOPE stands apart from the order of concern. Other
// changes for the worse: pairs_test.cpp.

#include <gtest/gtest.h>

#include <algorithm>

#include "../support/case_table.hpp"
#include "../support/generated_patients.hpp"
#include "../support/outcome.hpp"
#include "../support/released_judge.hpp"

namespace nodtrack {
namespace {

using assess::Assessment;
using assess::GrowthState;
using assess::NoduleTimeline;
using cases::Chance;
using cases::judge;
using policy::Action;

constexpr std::uint64_t seed = 11;
constexpr std::size_t how_many = 6000;

Assessment judged(const PatientRecord& record)
{
    return judge().assess(record, cases::generated_as_of(), assess::Detail::none);
}

/// What the table says at the index scan: a smaller prior also makes what its own examination asked for milder.
Action own_action(const Assessment& assessment)
{
    return assessment.standing ? assessment.standing->own.recommendation.action : assessment.recommendation.action;
}

bool is_lower(Action before, Action after)
{
    if (before == Action::out_of_scope) return false;
    return after == Action::out_of_scope || after < before;
}

void expect_not_lower(const PatientRecord& old_record, const Assessment& before, const PatientRecord& record)
{
    const Assessment after = judged(record);
    if (!is_lower(own_action(before), own_action(after))) return;
    ADD_FAILURE() << old_record.patient.patient_id << " was\n"
                  << cases::whole_outcome(judge(), old_record, before) << "and became\n"
                  << cases::whole_outcome(judge(), record, after);
}

bool shrank_since_a_prior(const NoduleTimeline& nodule)
{
    return std::any_of(nodule.comparisons.begin(), nodule.comparisons.end(), [](const assess::PriorComparison& prior) {
        const growth::Comparison& comparison = prior.comparison;
        return comparison.caliper_change == growth::Change::decreased ||
               comparison.volume_change == growth::Change::decreased;
    });
}

Length any_step(Chance& chance)
{
    return Length::from_thousandths(chance.pick({1, 100, 400, 500, 1000, 1500, 1600, 2000, 3000, 5000}));
}

/// Calls `visit` for each measured nodule of each patient that shrank since no prior.
template <class Visitor>
void for_each_nodule_that_did_not_shrink(Visitor&& visit)
{
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        const Assessment before = judged(record);
        for (std::size_t i = 0; i < before.nodules.size(); ++i) {
            const NoduleTimeline& nodule = before.timeline.nodules[i];
            if (!nodule.index_measurement || shrank_since_a_prior(nodule)) continue;
            const Findings& findings = record.measurements[*nodule.index_measurement].findings;
            const bool reported = findings.status == Status::present || findings.status == Status::newly_seen;
            if (reported && findings.long_axis) visit(record, before, nodule);
        }
    }
}

TEST(Monotony, AGrowthNeverLowersTheAction)
{
    // It grew more where it was smaller before.
    Chance chance(seed);
    for_each_nodule_that_did_not_shrink([&](const auto& record, const auto& before, const auto& nodule) {
        // A smaller prior may also say that it was no nodule after all.
        if (nodule.comparisons.empty() || nodule.not_a_nodule_reopened) return;
        const auto& prior = nodule.comparisons[chance.below(static_cast<std::uint32_t>(nodule.comparisons.size()))];
        PatientRecord grown = record;
        Findings& findings = grown.measurements[nodule.rows[prior.row].measurement].findings;
        findings.long_axis = std::max(Length::from_thousandths(500), *findings.long_axis - any_step(chance));
        if (findings.short_axis) findings.short_axis = std::min(*findings.short_axis, *findings.long_axis);
        expect_not_lower(record, before, grown);
    });
}

TEST(Monotony, ASymptomOfTheChestOrAPleuralEventNeverLowersTheAction)
{
    Chance chance(seed);
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        const Assessment before = judged(record);
        Scan radiograph;
        radiograph.scan_id = "with-symptom";
        radiograph.scan_date = cases::generated_as_of();
        radiograph.modality = Modality::radiograph;
        switch (chance.below(3)) {
            case 0:
                radiograph.symptoms.insert(chance.pick({Symptom::cough, Symptom::bone_pain, Symptom::chest_pain}));
                break;
            case 1:
                radiograph.new_pneumothorax = Answer::yes;
                break;
            default:
                radiograph.new_pleural_effusion = Answer::yes;
        }
        PatientRecord worse = record;
        worse.scans.push_back(radiograph);
        expect_not_lower(record, before, worse);
        const Action action = judged(worse).recommendation.action;
        EXPECT_TRUE(action == Action::urgent_escalation || record.patient.follow_up_status != FollowUpStatus::active ||
                    action == before.recommendation.action)
            << record.patient.patient_id;
    }
}

TEST(Monotony, ALocalSymptomIsHandedOverBesideTheAnswerOrInPlaceOfARoutineOne)
{
    const auto& rules = judge().policy().recommendations;
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        const Assessment before = judged(record);
        const policy::Matter matter = rules[before.recommendation.rule].matter;
        const bool gated = matter == policy::Matter::scope_gate || matter == policy::Matter::not_followed;
        Visit visit;
        visit.visit_id = "with-mass";
        visit.visit_date = add_days(cases::generated_as_of(), 1);
        visit.symptoms.insert(Symptom::local_mass);
        PatientRecord worse = record;
        worse.visits.push_back(visit);
        const Assessment unseen = judged(worse);
        worse.visits.back().visit_date = cases::generated_as_of();
        std::erase_if(worse.decisions, [](const Decision& decision) {
            return decision.decided_on == cases::generated_as_of();  // it would close the sign
        });
        const Assessment after = judged(worse);
        EXPECT_EQ(unseen.recommendation.action, before.recommendation.action) << record.patient.patient_id;
        if (gated) continue;
        const bool decides = rules[after.recommendation.rule].matter == policy::Matter::local_sign;
        const bool beside = std::any_of(after.also.begin(), after.also.end(), [&](const assess::AlsoAsked& also) {
            return rules[also.rule].matter == policy::Matter::local_sign;
        });
        EXPECT_NE(decides, beside) << record.patient.patient_id;
        EXPECT_TRUE(!decides || before.recommendation.action == Action::continue_surveillance ||
                    before.recommendation.action == Action::out_of_scope)
            << record.patient.patient_id;
        EXPECT_TRUE(decides || after.recommendation.action == before.recommendation.action)
            << record.patient.patient_id;
    }
}

}  // namespace
}  // namespace nodtrack
