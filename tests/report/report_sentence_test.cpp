#include "nodtrack/report/report_sentence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "case_table.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The first nodule's sentence as of day zero, 2026-06-15.
std::string said_of_nodule(const PatientRecord& record)
{
    return nodule_sentence(0, judge().assess(record, cases::day_zero()), record, judge());
}

std::string said_of_patient(const PatientRecord& record)
{
    return patient_sentence(judge().assess(record, cases::day_zero()), record, judge());
}

struct Dictated {
    std::string_view claim;
    std::string timeline;
    std::string therapies;
    std::string events;
    std::string_view sentence;
};

// One row a growth state, each sentence whole: it is pasted into reports as it stands.
const Dictated dictations[] = {
    {"growth names the size before, the change since the prior that shows it, and the doubling time",
     "-6m: N1 4.0x3.8 / -3m: N1 5.7x5.0 / 0: N1 6.2x5.6", "", "",
     "N1: right, solid, smooth, round, non-calcified nodule of 6.2 x 5.6 mm (CT of 2026-06-15); previously "
     "5.7 x 5.0 mm on 2026-03-15, +2.2 mm since 2025-12-15: unequivocal growth, volume doubling time about 96 days; "
     "suspicious by imaging criteria."},
    {"possible growth is called possible", "-6m: N1 6.0x6.0 / 0: N1 7.6x6.0", "", "",
     "N1: right, solid, smooth, round, non-calcified nodule of 7.6 x 6.0 mm (CT of 2026-06-15); previously "
     "6.0 x 6.0 mm on 2025-12-15, +1.6 mm since 2025-12-15: possible growth, volume doubling time about 178 days; "
     "indeterminate by imaging criteria."},
    {"stability says for how long, by whole months", "-6m: N1 6.0x6.0 / 0: N1 6.3x6.0", "", "",
     "N1: right, solid, smooth, round, non-calcified nodule of 6.3 x 6.0 mm (CT of 2026-06-15); previously "
     "6.0 x 6.0 mm on 2025-12-15, +0.3 mm since 2025-12-15: stable for 6 months; indeterminate by imaging criteria."},
    {"a new nodule is new", "-3m / 0: N1 6.0x5.0", "", "",
     "N1: right, solid, smooth, round, non-calcified nodule of 6.0 x 5.0 mm (CT of 2026-06-15); new; "
     "suspicious by imaging criteria."},
    {"without a prior nothing is said of growth", "0: N1 4.0x3.0", "", "",
     "N1: right, solid, smooth, round, non-calcified nodule of 4.0 x 3.0 mm (CT of 2026-06-15); no "
     "comparable prior CT; low suspicion by imaging criteria."},
    {"a prior of a few weeks shows no change, and no stability either", "-1m: N1 4.0x3.0 / 0: N1 4.0x3.0", "", "",
     "N1: right, solid, smooth, round, non-calcified nodule of 4.0 x 3.0 mm (CT of 2026-06-15); previously 4.0 x 3.0 "
     "mm on 2026-05-15, unchanged since 2026-05-15: the prior is too recent to call it stable; low suspicion by "
     "imaging criteria."},
    {"a nodule that is not mentioned is not said to be gone", "-3m: N1 4.2x4.0 / 0", "", "",
     "N1: not reported on the CT of 2026-06-15, last 4.2 x 4.0 mm on 2026-03-15; cannot be classified."},
    {"a nodule that is reported resolved is no longer seen", "-3m: N1 4.2x4.0 / 0: N1 resolved", "", "",
     "N1: no longer seen on the CT of 2026-06-15, last 4.2 x 4.0 mm on 2026-03-15."},
    {"a nodule without a size is not measured", "-3m: N1 4.2x4.0 / 0: N1 solid", "", "",
     "N1: solid nodule, not measured on the CT of 2026-06-15, last 4.2 x 4.0 mm on 2026-03-15; cannot be classified."},
    {"pathology alone confirms", "-3m: N1 8.0x7.0 / 0: N1 8.0x7.0", "", "pathology_malignant -1m N1",
     "N1: right, solid, smooth, round, non-calcified nodule of 8.0 x 7.0 mm (CT of 2026-06-15); previously "
     "8.0 x 7.0 mm on 2026-03-15, unchanged since 2026-03-15: stable for 3 months; malignancy confirmed by pathology "
     "of "
     "2026-05-15."},
    {"a treated nodule names its treatment and is compared after it",
     "-20m: N1 4.0x4.0 / -12m: N1 7.0x6.0 / 0: N1 7.0x6.0", "sbrt -14m..-14m N1", "",
     "N1: right, solid, smooth, round, non-calcified nodule of 7.0 x 6.0 mm (CT of 2026-06-15); previously "
     "7.0 x 6.0 mm on 2025-06-15, unchanged since 2025-06-15: stable for 12 months; treated by SBRT from 2025-04-15; "
     "low "
     "suspicion by imaging criteria."},
};

class NoduleSentence : public testing::TestWithParam<Dictated> {};

TEST_P(NoduleSentence, ReadsAsDictated)
{
    const Dictated& row = GetParam();
    const auto record = cases::record_of("", row.timeline, row.therapies, row.events);
    EXPECT_EQ(said_of_nodule(record), row.sentence) << row.claim;
}

INSTANTIATE_TEST_SUITE_P(Dictations, NoduleSentence, testing::ValuesIn(dictations),
                         [](const auto& row) { return "row_" + std::to_string(row.index); });

TEST(NoduleSentence, NamesTheLobeRatherThanTheSide)
{
    auto record = cases::record_of("", "0: N1 4.0x3.0 subpleural");
    record.measurements[0].findings.lobe = Lobe::rul;
    EXPECT_THAT(said_of_nodule(record), StartsWith("N1: right upper lobe, subpleural, solid"));
}

TEST(NoduleSentence, SaysNothingThatIsNotReported)
{
    const auto record =
        cases::record_of("", "0: N1 4.0 side=? location=? attenuation=? shape=? margin=? calcification=?");
    EXPECT_THAT(said_of_nodule(record), StartsWith("N1: nodule of 4.0 mm (CT"));
}

TEST(NoduleSentence, LeavesCalcificationOutWhereContrastBlursIt)
{
    EXPECT_THAT(said_of_nodule(cases::record_of("", "0 [iv=given]: N1 4.0x3.0 diffuse")), Not(HasSubstr("calcif")));
    EXPECT_THAT(said_of_nodule(cases::record_of("", "0: N1 4.0x3.0 diffuse")), HasSubstr("diffusely calcified"));
}

TEST(NoduleSentence, SaysThatMethodsDisagree)
{
    const auto record = cases::record_of("", "-6m: N1 6.0x5.8 vol=113 / 0: N1 8.0x5.8 vol=115");
    EXPECT_THAT(said_of_nodule(record), HasSubstr("possible growth (calipers and volume disagree: re-measure)"));
}

TEST(PatientSentence, OfAQuietScanSpeaksOfThisScanOnly)
{
    const auto said = said_of_patient(cases::record_of("", "-3m / 0"));
    EXPECT_THAT(said, StartsWith("Chest CT of 2026-06-15 without IV contrast, 1.0 mm slices, compared with that of "
                                 "2026-03-15; no nodule followed; no evidence of metastasis at this scan;"));
    EXPECT_THAT(said, EndsWith(": Continue surveillance: chest CT without IV contrast on 2026-09-15."));
}

TEST(PatientSentence, OfMetCriteriaSaysThatNothingIsProven)
{
    const auto said = said_of_patient(cases::record_of("", "-3m / 0: N1 10.0x9.0"));
    EXPECT_THAT(said, HasSubstr("imaging criteria of metastasis met, not proven by pathology"));
    EXPECT_THAT(said, HasSubstr("1 nodule, 1 counts towards the criteria, count band 1-2 (CT count is a lower bound)"));
}

TEST(PatientSentence, NamesTheSafetyNet)
{
    const auto said = said_of_patient(cases::record_of("", "-3m: N1 4.2x4.0 / 0"));
    EXPECT_THAT(said, HasSubstr("(due 2026-06-29; in any case chest CT without IV contrast on 2026-09-15)."));
}

TEST(PatientSentence, WithoutACtSaysSo)
{
    EXPECT_THAT(said_of_patient(cases::record_of("", "0 [radiograph]")),
                StartsWith("No diagnostic chest CT recorded up to 2026-06-15;"));
}

/// Every patient of the case tables, told.
std::vector<std::pair<const cases::ClinicalCase*, std::string>> all_told()
{
    std::vector<std::pair<const cases::ClinicalCase*, std::string>> told;
    for (const cases::ClinicalCase& row : cases::clinical_cases().cases) {
        told.emplace_back(&row, sentences_text(judge().assess(row.record, row.as_of), row.record, judge()));
    }
    return told;
}

TEST(Sentences, NeverConfirmWithoutPathologyNorPromiseACure)
{
    for (const auto& [row, text] : all_told()) {
        bool has_pathology = false;
        for (const NoduleEvent& event : row->record.events) {
            has_pathology = has_pathology || (event.kind == EventKind::pathology_malignant && event.date <= row->as_of);
        }
        if (!has_pathology) {
            EXPECT_THAT(text, Not(HasSubstr("confirmed"))) << row->title;
        }
        for (const char* word :
             {"cured", "cure ", "free of disease", "Fleischner", "radiograph is", "biopsy", "resect"}) {
            EXPECT_THAT(text, Not(HasSubstr(word))) << row->title;
        }
    }
}

TEST(Sentences, AreWhole)
{
    for (const auto& [row, text] : all_told()) {
        for (const char* fault : {"  ", ";;", ",,", "..", ", ;", ": ;", "; .", " ,", " ;", " .", "{", " nan", "inf "}) {
            EXPECT_THAT(text, Not(HasSubstr(fault))) << row->title;
        }
        EXPECT_THAT(text, EndsWith(".\n"));
    }
}

TEST(Sentences, AsJsonHoldTheSameWords)
{
    const auto record = cases::record_of("", "-3m / 0: N1 6.0x5.0; N2 3.0x3.0");
    const auto assessment = judge().assess(record, cases::day_zero());
    const auto json = nlohmann::json::parse(sentences_json(assessment, record, judge()));
    EXPECT_EQ(json["patient_id"], "P");
    EXPECT_EQ(json["index_scan"], "2026-06-15");
    EXPECT_EQ(json["patient"], patient_sentence(assessment, record, judge()));
    ASSERT_EQ(json["nodules"].size(), 2U);
    EXPECT_EQ(json["nodules"][1]["nodule_id"], "N2");
    EXPECT_EQ(json["nodules"][1]["sentence"], nodule_sentence(1, assessment, record, judge()));
}

}  // namespace
}  // namespace nodtrack::report
