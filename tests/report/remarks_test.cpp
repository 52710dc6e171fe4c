#include "remarks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "case_table.hpp"
#include "comparison_text.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "released_judge.hpp"

namespace nodtrack::report {
namespace {

using assess::FlagCode;
using cases::judge;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> noted(const PatientRecord& record, FlagCode code)
{
    const auto assessment = judge().assess(record, cases::day_zero());
    std::vector<std::string> texts;
    for (const Remark& remark : remarks(assessment, record, judge()).shown) {
        if (remark.code == code) texts.push_back(remark.text);
    }
    return texts;
}

bool is_flagged(const PatientRecord& record, FlagCode code)
{
    const auto flags = judge().assess(record, cases::day_zero()).flags;
    return std::any_of(flags.begin(), flags.end(), [&](const assess::Flag& flag) { return flag.code == code; });
}

TEST(Remarks, TellOfACutOffWhereTheOtherSideIsAnotherClass)
{
    const auto record = cases::record_of("", "-3m / 0: N1 5.9x5.5 triangular");
    ASSERT_TRUE(is_flagged(record, FlagCode::straddles_cut_off));
    EXPECT_THAT(noted(record, FlagCode::straddles_cut_off),
                Contains(HasSubstr("N1: 5.9 mm straddles the cut-off of 6.0 mm")));
}

TEST(Remarks, TellOfTheNearestCutOffAlone)
{
    const auto record = cases::record_of("", "0: N1 6.1x5.0");
    const auto told = noted(record, FlagCode::straddles_cut_off);
    ASSERT_EQ(told.size(), 1U) << "6.1 mm lies within 1.2 mm of 5.0 too";
    EXPECT_THAT(told.front(), HasSubstr("cut-off of 6.0 mm"));
}

TEST(Remarks, AreSilentOfACutOffThatDecidesNothing)
{
    // New at 8.9: SUSPICIOUS on either side of 10.0 … but for the trial criteria, which 10.0 meets; beside a nodule
    // that meets them anyhow nothing hangs on it.
    const auto record = cases::record_of("", "-3m / 0: N1 9.0x8.0; N2 14.0x13.0");
    ASSERT_TRUE(is_flagged(record, FlagCode::straddles_cut_off));
    EXPECT_THAT(noted(record, FlagCode::straddles_cut_off), IsEmpty());
    EXPECT_GT(remarks(judge().assess(record, cases::day_zero()), record, judge()).left_out, 0U);
}

TEST(Remarks, AreSilentOfACutOffThatChangesANoduleAndNotTheAnswer)
{
    // Five new nodules are urgent, whatever the class of one of them.
    const auto record = cases::record_of("", "-3m / 0: N1 4.4x4.0; N2 4.1x4.0; N3 3.6x3.0; N4 3.2x3.0; N5 2.9x2.0");
    ASSERT_TRUE(is_flagged(record, FlagCode::straddles_cut_off));
    EXPECT_THAT(noted(record, FlagCode::straddles_cut_off), IsEmpty());
    // Alone, N1 is another answer on the other side.
    EXPECT_THAT(noted(cases::record_of("", "-3m / 0: N1 4.4x4.0"), FlagCode::straddles_cut_off), Not(IsEmpty()));
}

TEST(Remarks, TellOfWhatIsNotKnownOnlyWhereItDecides)
{
    // A new nodule of 7.0: SUSPICIOUS whatever its calcification; on a stable small one it decides nothing either.
    const auto quiet = cases::record_of("", "-12m: N1 4.0x4.0 / 0: N1 4.0x4.0 side=?");
    ASSERT_TRUE(is_flagged(quiet, FlagCode::side_unknown));
    EXPECT_THAT(noted(quiet, FlagCode::side_unknown), IsEmpty());
    // Two new nodules: on both sides they are suspicious.
    const auto open = cases::record_of("", "-12m / 0: N1 4.0x4.0 right; N2 4.0x4.0 side=?");
    EXPECT_THAT(noted(open, FlagCode::side_unknown), Contains(HasSubstr("N2: side not reported")));
}

TEST(Remarks, SayOnceWhatSeveralNodulesShare)
{
    const auto record = cases::record_of("", "0: N10 7.0x6.0; N2 7.0x6.0");
    EXPECT_THAT(noted(record, FlagCode::priors_missing),
                testing::ElementsAre("N2, N10: no comparable prior: ask for the earlier examinations"));
}

TEST(Remarks, LeaveTheRecordAsItIs)
{
    // Every value is put back: judging twice gives the same remarks.
    const auto record =
        cases::record_of("grade=? histology=?", "-3m / 0: N1 5.9x5.5 attenuation=? calcification=? side=?");
    const auto assessment = judge().assess(record, cases::day_zero());
    EXPECT_EQ(remarks_text(remarks(assessment, record, judge())), remarks_text(remarks(assessment, record, judge())));
}

TEST(Comparison, ADecreaseBeyondErrorSaysSo)
{
    const auto text = [](const std::string& timeline) {
        const auto record = cases::record_of("", timeline);
        return comparisons_text(0, judge().assess(record, cases::day_zero()), record, judge());
    };
    EXPECT_THAT(
        text("-6m: N1 8.0x7.0 / 0: N1 5.0x4.0"),
        HasSubstr("8.0 -> 5.0 mm, -3.0 mm (mean diameter -3.0 mm); limit 2.0 mm; 95 % of reading error 1.73 mm: "
                  "beaten, it decreased"));
    EXPECT_THAT(text("-6m: N1 8.0x7.0 / 0: N1 7.0x6.0"), HasSubstr(": not beaten"));
    EXPECT_THAT(text("-6m: N1 5.0x4.0 / 0: N1 8.0x7.0"),
                testing::AllOf(HasSubstr(": beaten\n"), Not(HasSubstr("decreased"))));
    EXPECT_THAT(text("-6m: N1 8.0x7.0 vol=260 / 0: N1 8.0x7.0 vol=120"),
                HasSubstr("volume -54 %, 95 % limit 54.1 %: beaten, it decreased"));
}

}  // namespace
}  // namespace nodtrack::report
