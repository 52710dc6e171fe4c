#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "../support/case_table.hpp"
#include "../support/generated_patients.hpp"
#include "../support/outcome.hpp"
#include "../support/released_judge.hpp"

// Nodules that split or merged: RECIST 1.1 adds fragments up and gives a coalesced lesion one diameter, which is held
// against the sum of what merged. Read on the safe side: a split never lowers.

namespace nodtrack::assess {
namespace {

using cases::day_of;
using cases::judge;
using ::testing::Contains;
using ::testing::HasSubstr;
using Kind = NoduleKinship::Kind;
using policy::NoduleClass;

PatientRecord split(PatientRecord record, const std::string& fragment, const std::string& of, const std::string& day)
{
    record.kinships.push_back({Kind::split_from, fragment, of, day_of(day)});
    return record;
}

PatientRecord merged(PatientRecord record, const std::string& nodule, const std::string& into, const std::string& day)
{
    record.kinships.push_back({Kind::merged_into, nodule, into, day_of(day)});
    return record;
}

Assessment judged(const PatientRecord& record, const Judge& by = judge())
{
    return by.assess(record, cases::day_zero(), Detail::none);
}

const NoduleAssessment* nodule_of(const Assessment& assessment, const PatientRecord& record, std::string_view id)
{
    for (const NoduleAssessment& nodule : assessment.nodules) {
        if (record.nodule_ids[nodule.nodule] == id) return &nodule;
    }
    return nullptr;
}

std::vector<std::string> flags_of(const Assessment& assessment, const PatientRecord& record)
{
    std::vector<std::string> lines;
    for (const Flag& flag : assessment.flags)
        lines.push_back(cases::flag_line(record, flag));
    return lines;
}

/// A nodule of 10 mm for two years that is two pieces at the index scan.
PatientRecord split_nodule(const std::string& pieces)
{
    const std::string before = "-24m: N1 10.0x10.0 / -12m: N1 10.0x10.0 / -6m: N1 10.0x10.0 / 0: ";
    return split(cases::record_of("", before + pieces), "N2", "N1", "0");
}

TEST(Split, IsJudgedByTheSumOfItsFragments)
{
    struct Row {
        std::string pieces;
        GrowthState state;
        std::string says;
    };
    for (const Row& row :
         {Row{"N1 5.9x5.0; N2 4.1x4.0", GrowthState::stable, "10.0 mm are as many as before"},
          Row{"N1 5.9x5.0; N2 5.6x4.0", GrowthState::stable, "1.5 mm more is within error"},
          Row{"N1 5.9x5.0; N2 5.601x4.0", GrowthState::possible_growth, "above 1.5 mm more is possible growth"},
          Row{"N1 5.9x5.0; N2 6.099x4.0", GrowthState::possible_growth, "1.999 mm more than before is possible growth"},
          Row{"N1 5.9x5.0; N2 6.1x4.0", GrowthState::unequivocal_growth, "2.0 mm more is unequivocal"},
          Row{"N1 5.9x5.0; N2 6.101x4.0", GrowthState::unequivocal_growth, "and so is all above"},
          Row{"N1 6.0x5.0; N2 4.0x4.0", GrowthState::decreased,
              "a piece of 6.0 mm is indeterminate by itself, and that counts"}}) {
        const PatientRecord record = split_nodule(row.pieces);
        const Assessment assessment = judged(record);
        const NoduleAssessment* const n1 = nodule_of(assessment, record, "N1");
        ASSERT_NE(n1, nullptr);
        EXPECT_EQ(n1->growth_state, row.state) << row.says;
        EXPECT_THAT(flags_of(assessment, record), Contains(HasSubstr("fragments_summed(N1)"))) << row.says;
        EXPECT_THAT(flags_of(assessment, record), Contains(HasSubstr("fragment_of_nodule(N2)"))) << row.says;
    }
}

TEST(Split, LeavesEachFragmentTheClassOfItsOwnSize)
{
    for (const std::string pieces : {"N1 6.0x5.0; N2 4.0x4.0", "N1 6.0x5.0; N2 6.5x6.0", "N1 2.0x2.0; N2 8.0x8.0"}) {
        const PatientRecord record = split_nodule(pieces);
        PatientRecord alone = record;
        alone.kinships.clear();
        const Assessment with = judged(record);
        const Assessment without = judged(alone);
        for (const std::string_view id : {"N1", "N2"}) {
            EXPECT_GE(nodule_of(with, record, id)->nodule_class, nodule_of(without, alone, id)->nodule_class)
                << pieces << ": " << id;
        }
        EXPECT_GE(with.patient_class, without.patient_class) << pieces;
    }
}

TEST(Split, DoesNotAskForANoduleWhosePiecesAllHaveIdsOfTheirOwn)
{
    PatientRecord record = split_nodule("N2 6.0x5.0; N3 4.0x4.0");
    record.kinships.push_back({Kind::split_from, "N3", "N1", day_of("0")});
    const Assessment assessment = judged(record);
    const NoduleAssessment* const n1 = nodule_of(assessment, record, "N1");
    ASSERT_NE(n1, nullptr) << "it stays listed, as the sum";
    EXPECT_EQ(n1->growth_state, GrowthState::stable);
    EXPECT_EQ(*n1->long_axis, Length::whole(10));
    EXPECT_TRUE(assessment.also.empty());
    PatientRecord grown = split_nodule("N2 6.0x5.0; N3 6.0x4.0");
    grown.kinships.push_back({Kind::split_from, "N3", "N1", day_of("0")});
    EXPECT_EQ(nodule_of(judged(grown), grown, "N1")->growth_state, GrowthState::unequivocal_growth);
}

TEST(Split, DoesNotTakeOnePieceForTheWhole)
{
    // One piece of 4 mm where 10 mm were: the rest was not reported, and 4 mm must not pass for a decrease.
    const PatientRecord record = split_nodule("N2 4.0x4.0");
    const Assessment assessment = judged(record);
    EXPECT_EQ(nodule_of(assessment, record, "N1")->growth_state, GrowthState::not_reported);
    // As a lower bound it alarms: the one piece alone is larger than the whole was.
    const PatientRecord large = split_nodule("N2 12.0x12.0");
    EXPECT_EQ(nodule_of(judged(large), large, "N1")->growth_state, GrowthState::unequivocal_growth);
}

TEST(Split, NeverLowersWhateverThePatient)
{
    // A link that says of any nodule that it split from another one leaves every class where it was, or raises it.
    int tried = 0;
    std::size_t i = 0;
    for (const PatientRecord& alone : cases::generated_patients(15, 2000)) {
        ++i;
        if (alone.nodule_ids.size() < 2 || alone.scans.empty()) continue;
        PatientRecord linked = alone;
        linked.kinships.push_back({Kind::split_from, alone.nodule_ids[1], alone.nodule_ids[0],
                                   alone.scans[i % alone.scans.size()].scan_date});
        const Date as_of = cases::generated_as_of();
        const Assessment with = judge().assess(linked, as_of, Detail::none);
        const Assessment without = judge().assess(alone, as_of, Detail::none);
        for (const NoduleAssessment& before : without.nodules) {
            if (before.nodule_class <= NoduleClass::unclassifiable) continue;
            const NoduleAssessment* const after = nodule_of(with, linked, alone.nodule_ids[before.nodule]);
            ASSERT_NE(after, nullptr);
            EXPECT_GE(after->nodule_class, before.nodule_class) << cases::whole_outcome(judge(), linked, as_of);
        }
        ++tried;
    }
    EXPECT_GT(tried, 500);
}

/// Two nodules of 5 mm for two years that are one of the given size at the index scan.
PatientRecord merged_nodule(const std::string& size)
{
    return merged(cases::record_of("", "-24m: N1 5.0x5.0; N2 5.0x5.0 / -6m: N1 5.0x5.0; N2 5.0x5.0 / 0: N1 " + size),
                  "N2", "N1", "0");
}

TEST(Merge, HoldsTheNoduleAgainstTheSumOfWhatMerged)
{
    struct Row {
        std::string size;
        GrowthState state;
        std::string says;
    };
    for (const Row& row :
         {Row{"10.0x6.0", GrowthState::stable, "10 mm where 5 + 5 were"},
          Row{"11.5x6.0", GrowthState::stable, "1.5 mm more is within error"},
          Row{"11.501x6.0", GrowthState::possible_growth, "above 1.5 mm is possible growth"},
          Row{"12.0x6.0", GrowthState::unequivocal_growth, "2.0 mm more than the sum is unequivocal"}}) {
        const PatientRecord record = merged_nodule(row.size);
        const Assessment assessment = judged(record);
        ASSERT_NE(nodule_of(assessment, record, "N1"), nullptr);
        EXPECT_EQ(nodule_of(assessment, record, "N1")->growth_state, row.state) << row.says;
        EXPECT_THAT(flags_of(assessment, record), Contains(HasSubstr("merged_nodules(N1)")));
    }
}

TEST(Merge, DoesNotFireRapidGrowth)
{
    const std::string timeline = "-2m: N1 5.0x5.0; N2 5.0x5.0 / 0: N1 10.0x6.0";
    const PatientRecord alone = cases::record_of("", timeline);
    EXPECT_EQ(judged(alone).recommendation.action, policy::Action::urgent_escalation) << "so it is without the link";
    const PatientRecord record = merged(alone, "N2", "N1", "0");
    EXPECT_NE(judged(record).recommendation.action, policy::Action::urgent_escalation);
    // A merged nodule that does grow rapidly is rapid: 10 mm were, 16 mm are.
    const PatientRecord grown =
        merged(cases::record_of("", "-2m: N1 5.0x5.0; N2 5.0x5.0 / 0: N1 20.1x9.0"), "N2", "N1", "0");
    EXPECT_EQ(judged(grown).recommendation.action, policy::Action::urgent_escalation);
}

TEST(Merge, AsksNoMoreForWhatWentUpInAnother)
{
    const std::string timeline = "-24m: N1 5.0x5.0; N2 4.0x4.0 / -12m: N1 8.6x5.0 / -6m: N1 8.6x5.0 / 0: N1 8.6x5.0";
    const PatientRecord alone = cases::record_of("", timeline, "", "accept -13m");
    EXPECT_EQ(nodule_of(judged(alone), alone, "N2")->growth_state, GrowthState::not_reported);
    const PatientRecord record = merged(alone, "N2", "N1", "-12m");
    const Assessment assessment = judged(record);
    EXPECT_EQ(nodule_of(assessment, record, "N2"), nullptr);
    EXPECT_NE(assessment.recommendation.action, policy::Action::data_required);
    EXPECT_TRUE(assessment.also.empty());
    // A row of its own later on brings it back.
    const PatientRecord back = merged(cases::record_of("", timeline + "; N2 4.0x4.0"), "N2", "N1", "-12m");
    EXPECT_NE(nodule_of(judged(back), back, "N2"), nullptr);
    // Before the merge it is asked for as ever.
    const PatientRecord later = merged(cases::record_of("", timeline), "N2", "N1", "+1m");
    EXPECT_NE(nodule_of(judged(later), later, "N2"), nullptr);
}

TEST(Merge, KeepsWhatAlarmsOfTheNoduleThatWentUp)
{
    const std::string timeline = "-6m: N1 5.0x5.0; N2 4.0x4.0 / 0: N1 9.0x5.0";
    const PatientRecord malignant =
        merged(cases::record_of("", timeline, "", "pathology_malignant -3m N2"), "N2", "N1", "0");
    ASSERT_NE(nodule_of(judged(malignant), malignant, "N2"), nullptr);
    EXPECT_EQ(nodule_of(judged(malignant), malignant, "N2")->nodule_class, NoduleClass::suspicious);
}

TEST(Merge, LooksAtTheAlarmOfWhatMergedOnlyWhereTheOtherIsMeasured)
{
    const std::string before = "-6m: N1 4.0x4.0; N2 9.0x9.0 / ";
    const PatientRecord unmeasured = merged(cases::record_of("", before + "0: N1"), "N2", "N1", "0");
    const Assessment stands = judged(unmeasured);
    EXPECT_EQ(stands.recommendation.action, policy::Action::tumour_board);
    ASSERT_TRUE(stands.standing);
}

TEST(Merge, OfANewNumberIsNotNew)
{
    PatientRecord record =
        cases::record_of("", "-24m: N1 5.0x5.0; N2 5.0x5.0 / -6m: N1 5.0x5.0; N2 5.0x5.0 / 0: N3 10.0x6.0");
    record = merged(merged(std::move(record), "N1", "N3", "0"), "N2", "N3", "0");
    const Assessment assessment = judged(record);
    ASSERT_EQ(assessment.nodules.size(), 1U);
    EXPECT_EQ(assessment.nodules.front().growth_state, GrowthState::stable);
}

TEST(SplitAndMerge, GoByThePolicyWhereItSaysSo)
{
    using Json = nlohmann::ordered_json;
    Json file = Json::parse(policy::released_policy_json());
    file["split_and_merge"] = {{"fragments_by_sum", false},
                               {"merged_against_sum", false},
                               {"means", "each nodule by itself"},
                               {"basis", "local policy"}};
    auto policy = policy::load(file.dump(), policy::released_sources_json(), catalogue());
    ASSERT_TRUE(policy);
    const Judge alone = *Judge::from(std::move(*policy));
    const PatientRecord pieces = split_nodule("N1 6.0x5.0; N2 6.0x4.0");
    EXPECT_EQ(nodule_of(judged(pieces, alone), pieces, "N1")->growth_state, GrowthState::decreased);
    const PatientRecord one = merged_nodule("10.0x6.0");
    EXPECT_EQ(nodule_of(judged(one, alone), one, "N1")->growth_state, GrowthState::unequivocal_growth);
    EXPECT_EQ(nodule_of(judged(one, alone), one, "N2"), nullptr) << "what merged is not asked for in either case";
}

}  // namespace
}  // namespace nodtrack::assess
