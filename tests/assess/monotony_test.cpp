// A larger size, another nodule, a growth or a symptom never lowers the action (decision table, opening), nodules that
// shrank since a prior apart. Over generated patients; OUT_OF_SCOPE stands apart from the order of concern.

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
constexpr std::size_t how_many = 12000;

Assessment judged(const PatientRecord& record)
{
    return judge().assess(record, cases::generated_as_of(), assess::Detail::none);
}

/// The one gap of the letter: P2 and P4a count nodules that are NEW. A new nodule that starts to grow possibly is
/// POSSIBLE_GROWTH and leaves that count, so that the patient may need less. See TheLetterOfTheTable below.
bool a_new_nodule_left_the_count(const Assessment& before, const Assessment& after)
{
    for (const assess::NoduleAssessment& old : before.nodules) {
        if (old.growth_state != GrowthState::newly_seen) continue;
        for (const assess::NoduleAssessment& now : after.nodules) {
            if (now.nodule == old.nodule && now.growth_state == GrowthState::possible_growth) return true;
        }
    }
    return false;
}

bool is_lower(Action before, Action after)
{
    if (before == Action::out_of_scope) return false;
    return after == Action::out_of_scope || after < before;
}

void expect_not_lower(const PatientRecord& old_record, const Assessment& before, const PatientRecord& record)
{
    const Assessment after = judged(record);
    if (!is_lower(before.recommendation.action, after.recommendation.action)) return;
    if (a_new_nodule_left_the_count(before, after)) return;
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

TEST(Monotony, ALargerSizeNeverLowersTheAction)
{
    Chance chance(seed);
    for_each_nodule_that_did_not_shrink([&](const auto& record, const auto& before, const auto& nodule) {
        PatientRecord larger = record;
        Findings& findings = larger.measurements[*nodule.index_measurement].findings;
        findings.long_axis = *findings.long_axis + any_step(chance);
        expect_not_lower(record, before, larger);
    });
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

TEST(Monotony, AnotherNoduleNeverLowersTheAction)
{
    Chance chance(seed);
    const auto patients = cases::generated_patients(seed, how_many);
    for (const PatientRecord& record : patients) {
        const Assessment before = judged(record);
        const auto& donor = patients[chance.below(static_cast<std::uint32_t>(patients.size()))].measurements;
        if (!before.timeline.index_rank || donor.empty()) continue;
        const Findings& findings = donor[chance.below(static_cast<std::uint32_t>(donor.size()))].findings;
        PatientRecord more = record;
        more.nodule_ids.emplace_back("another");
        more.measurements.push_back({before.timeline.scans[*before.timeline.index_rank],
                                     static_cast<std::uint32_t>(record.nodule_ids.size()), findings});
        expect_not_lower(record, before, more);
    }
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

TEST(Monotony, ALocalSymptomHandsOverOrLeavesTheActionAsItIs)
{
    for (const PatientRecord& record : cases::generated_patients(seed, how_many)) {
        const Assessment before = judged(record);
        if (!before.timeline.index_rank) continue;
        PatientRecord worse = record;
        worse.scans[before.timeline.scans[*before.timeline.index_rank]].symptoms.insert(Symptom::local_mass);
        const Action action = judged(worse).recommendation.action;
        EXPECT_TRUE(action == Action::out_of_scope || action == before.recommendation.action)
            << record.patient.patient_id;
    }
}

TEST(TheLetterOfTheTable, LetsANewNoduleThatStartsToGrowLeaveTheCountOfNewOnes)
{
    // Two small nodules reported new two months ago, one on each side: P2 sends them to the board. Had the left one
    // grown by 1.6 mm since, it would be POSSIBLE_GROWTH, one new nodule would be left, and P2 would not hold.
    const auto quiet = cases::record_of("",
                                        "-60d: N1 4.0x4.0 new oval left; N2 4.0x4.0 new oval / "
                                        "0: N1 4.0x4.0 oval left; N2 4.0x4.0 oval");
    const auto grown = cases::record_of("",
                                        "-60d: N1 4.0x4.0 new oval left; N2 4.0x4.0 new oval / "
                                        "0: N1 5.6x4.0 oval left; N2 4.0x4.0 oval");
    EXPECT_EQ(judge().assess(quiet, cases::day_zero()).recommendation.action, Action::tumour_board);
    EXPECT_EQ(judge().assess(grown, cases::day_zero()).recommendation.action, Action::short_interval_ct);
}

}  // namespace
}  // namespace nodtrack
