#include "nodtrack/report/answer_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "case_table.hpp"
#include "generated_patients.hpp"
#include "nodtrack/domain/natural_order.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/report_sentence.hpp"
#include "nodtrack/report/trend_html.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "nodtrack/report/trend_text.hpp"
#include "released_judge.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string fact_of(const PatientRecord& record, Date as_of = cases::day_zero())
{
    return deciding_fact(judge().assess(record, as_of), record, judge());
}

std::string summary_of(const PatientRecord& record, Date as_of = cases::day_zero())
{
    return summary_text(judge().assess(record, as_of), record, judge(), assess::Detail::fired);
}

struct Told {
    std::string_view claim;
    std::string patient;
    std::string timeline;
    std::string therapies;
    std::string events;
    std::string_view fact;
};

// One row a kind of fact; the day zero is 2026-06-15.
const Told facts[] = {
    {"growth names change, prior and limit", "", "-6m: N3 4.0x3.8 / 0: N3 6.3x5.9", "", "",
     "N3 grew 2.3 mm since 2025-12-15, limit 2.0"},
    {"a new nodule names its size and the limit of the rule", "", "-3m / 0: N2 6.4x6.0", "", "",
     "N2 is new and 6.4 mm, limit 6.0"},
    {"a size measured with more decimals reads as it is read", "", "-3m / 0: N2 6.447x6.0", "", "",
     "N2 is new and 6.4 mm, limit 6.0"},
    {"but never as if it had reached the cut-off", "", "-3m / 0: N2 5.962x5.5", "", "",
     "N2 is new and 5.962 mm (solid and round), limit 5.0"},
    {"growth that may be error names the possible", "", "-6m: N1 6.0x6.0 / 0: N1 7.6x6.0", "", "",
     "N1 may have grown 1.6 mm since 2025-12-15, above 1.5"},
    {"without a prior there is a size and a limit", "", "0: N1 6.1x5.0", "", "",
     "N1 is 6.1 mm, limit 6.0, without a prior to compare with"},
    {"a prior that is too young for stability is there all the same", "", "-49d: N1 6.1x5.0 / 0: N1 6.4x5.5", "", "",
     "N1 is 6.4 mm, limit 6.0, its prior too recent to call it stable"},
    {"a stable one says for how long", "", "-6m: N1 4.2x4.0 / 0: N1 4.4x4.0", "", "",
     "N1 is 4.4 mm, below 5.0, stable for 6 months"},
    {"the worst nodule tells, the others are counted", "",
     "-6m: N1 4.0x3.8 / 0: N1 6.3x5.9; N10 7.0x6.0 new; N2 6.5x6.0 new", "", "",
     "3 nodules of at least 5.0 mm that are new or grew: N1, N2 and N10 (limit 3)"},
    {"a size that meets trial criteria names their limit", "", "-3m / 0: N1 10.4x9.0", "", "",
     "N1 is new and 10.4 mm, limit 10.0"},
    {"several new nodules are named, in the order of their numbers", "", "-3m / 0: N10 4.0x3.0 right; N2 4.0x3.0 left",
     "", "", "2 nodules that are new on both sides: N2 and N10"},
    {"pathology has its date", "", "-3m: N1 8.0x7.0 / 0: N1 8.0x7.0", "", "pathology_malignant -1m N1",
     "N1 is malignant by pathology of 2026-05-15"},
    {"uptake has its date and limit", "", "-6m: N1 6.5x6.0 / -1m [pet_ct]: N1 suv=2.4 / 0: N1 6.5x6.0", "", "",
     "N1 has SUVmax 2.4 on 2026-05-15, limit 1.0"},
    {"what was not reported says where", "", "-3m: N1 4.2x4.0 / 0", "", "",
     "N1 was not reported on the CT of 2026-06-15"},
    {"a quiet scan says that there is nothing", "", "-3m / 0", "", "", "no nodule to judge on the CT of 2026-06-15"},
    {"a reading alone that is not complete is the reason, not a want of nodules", "",
     "-9m: N1 4.2x4.0 / 0 [reading=limited]: N1 4.3x4.0", "", "", "the CT of 2026-06-15 was read in part"},
    {"a CT that nobody said was read completely", "", "-9m: N1 4.2x4.0 / 0 [reading=?]: N1 4.3x4.0", "", "",
     "the CT of 2026-06-15 is not known to be read completely"},
    {"benign pathology comes before the size that it explains", "", "-6m: N1 9.0x8.0 / 0: N1 9.2x8.0", "",
     "pathology_benign -1m N1", "N1 is benign by pathology of 2026-05-15; it is 9.2 mm, stable for 6 months"},
    {"benign pathology of a new nodule", "", "-3m / -1m: N1 6.0x5.5 new", "", "pathology_benign 0 N1",
     "N1 is benign by pathology of 2026-06-15; it is new and 6.0 mm"},
    {"what was taken off the list is named with its day", "", "-3m: N1 6.0x5.5 / 0", "", "not_a_nodule -1m N1",
     "no nodule to judge on the CT of 2026-06-15: N1 was said on 2026-05-15 to be no nodule"},
    {"one prior that stands alone is not the criterion of the board", "",
     "-9m: N1 5.0x5.0 / -6m: N1 2.9x2.9 / -3m: N1 5.0x5.0 / 0: N1 5.0x5.0", "", "",
     "N1 may have grown 2.1 mm since 2025-12-15, limit 2.0, by one prior alone: measure again"},
    {"a hand-over has its reason", "primary_site=spine", "-3m / 0", "", "",
     "primary site spine is outside these criteria"},
    {"findings come before the reason of a hand-over", "primary_site=spine", "-6m: N3 4.0x3.8 / 0: N3 6.3x5.9", "", "",
     "N3 grew 2.3 mm since 2025-12-15, limit 2.0; out of scope because primary site spine is outside these criteria"},
    {"known metastases are the reason of a hand-over", "known_lung_metastases=present", "-3m / 0", "", "",
     "lung metastases are known and present"},
    {"who left is said to have left", "follow_up_status=declined", "-3m / 0", "", "", "follow-up status is declined"},
};

class DecidingFact : public testing::TestWithParam<Told> {};

TEST_P(DecidingFact, IsToldInOneClause)
{
    const Told& row = GetParam();
    EXPECT_EQ(fact_of(cases::record_of(row.patient, row.timeline, row.therapies, row.events)), row.fact) << row.claim;
}

INSTANTIATE_TEST_SUITE_P(Facts, DecidingFact, testing::ValuesIn(facts),
                         [](const auto& row) { return "row_" + std::to_string(row.index); });

TEST(DecidingFact, OfASymptomNamesWhoHeardItAndWhen)
{
    auto record = cases::record_of("", "-3m / -1m");
    record.visits.push_back({"V1", add_days(cases::day_zero(), -3), VisitKind::phone, {}, {}, ""});
    record.visits.back().symptoms.insert(Symptom::haemoptysis);
    record.visits.push_back(record.visits.back());
    record.visits.back().visit_id = "V2";
    record.visits.back().visit_date = add_days(cases::day_zero(), -1);
    EXPECT_EQ(fact_of(record), "haemoptysis told by phone on 2026-06-12") << "the oldest, as the date counts from it";
}

TEST(DecidingFact, OfALocalSignSaysThatNobodyDecidedSince)
{
    auto record = cases::record_of("", "-3m / -1m");
    record.visits.push_back({"V1", add_days(cases::day_zero(), -3), VisitKind::clinic, {}, {}, ""});
    record.visits.back().symptoms.insert(Symptom::local_swelling);
    EXPECT_EQ(fact_of(record), "local swelling told in clinic on 2026-06-12, no decision since");
}

TEST(DecidingFact, IsThereForEveryGeneratedPatientAndNeverSaysTheClass)
{
    for (const PatientRecord& record : cases::generated_patients(11, 500)) {
        const std::string fact = fact_of(record);
        EXPECT_THAT(fact, Not(IsEmpty())) << record.patient.patient_id;
        EXPECT_THAT(fact, Not(HasSubstr("class"))) << record.patient.patient_id;
        if (judge().assess(record, cases::day_zero()).nodules.empty()) continue;
        EXPECT_THAT(fact, Not(HasSubstr("no nodule to judge"))) << record.patient.patient_id;
    }
}

// What stands

/// The alarm of the CT three months ago, and a CT today on which N2 was not looked at.
PatientRecord half_typed()
{
    return cases::record_of("", "-9m / -3m: N1 4.0x4.0 new; N2 6.4x6.0 new / 0 [reading=?]: N1 4.0x4.0");
}

TEST(Standing, IsToldFirstInEveryText)
{
    const PatientRecord record = half_typed();
    const auto assessment = judge().assess(record, cases::day_zero(), assess::Detail::all);
    ASSERT_TRUE(assessment.standing);
    const std::string line =
        "stands since 2026-03-15: not looked at again on the CT of 2026-06-15: N2. A decision ends it, or a CT on "
        "which these are measured";
    const auto lines = standing_lines(assessment, record, judge());
    ASSERT_EQ(lines.size(), 2U) << "what the newest CT asks for is told once";
    EXPECT_EQ(lines[0], line);
    EXPECT_THAT(lines[1], StartsWith("by the CT of 2026-06-15 alone: DATA_REQUIRED due "));
    EXPECT_THAT(answer_line(assessment, record, judge()),
                AllOf(StartsWith("TUMOUR_BOARD due 2026-03-29"), HasSubstr(": N2 is new and 6.4 mm, limit 6.0")));
    const std::string part = "stands since 2026-03-15";
    for (const std::string& text :
         {summary_text(assessment, record, judge(), assess::Detail::none),
          explanation_text(assessment, record, judge(), std::nullopt).value(),
          patient_sentence(assessment, record, judge()), trend_text(assessment, record, judge()),
          trend_html(assessment, record, judge()), trend_svg(assessment, record, judge())}) {
        EXPECT_THAT(text, AllOf(HasSubstr(part), HasSubstr("N2")));
    }
}

TEST(Standing, IsNotThereWhereNothingStands)
{
    const PatientRecord record = cases::record_of("", "-3m / 0: N1 4.0x3.0");
    EXPECT_THAT(standing_lines(judge().assess(record, cases::day_zero()), record, judge()), IsEmpty());
}

TEST(Standing, NamesAlarmsThatWereNeverAnswered)
{
    const PatientRecord record = cases::record_of("", "-9m / -6m: N1 6.4x6.0 new / 0: N1 2.0x2.0");
    const auto assessment = judge().assess(record, cases::day_zero());
    ASSERT_FALSE(assessment.unanswered.empty());
    EXPECT_THAT(standing_lines(assessment, record, judge()).back(),
                StartsWith("never answered: TUMOUR_BOARD due 2025-12-29 of the CT of 2025-12-15 (rule R4)"));
}

// Decisions

PatientRecord decided()
{
    PatientRecord record = cases::record_of("", "-6m / -1m: N1 6.4x6.0 new");
    Decision decision;
    decision.decided_on = add_days(cases::day_zero(), -20);
    decision.kind = DecisionKind::supersede;
    decision.action = Action::short_interval_ct;
    decision.due_date = add_days(cases::day_zero(), 20);
    decision.next_step = NextStep::clinic_visit;
    decision.board = Answer::yes;
    decision.decided_by = "Dr A. Board";
    decision.reason = "wants to wait";
    record.decisions.push_back(decision);
    decision.decided_on = add_days(cases::day_zero(), -200);
    decision.reason = "an older one";
    record.decisions.push_back(decision);
    decision.decided_on = add_days(cases::day_zero(), 1);
    decision.reason = "of tomorrow";
    record.decisions.push_back(decision);
    return record;
}

TEST(NewestDecision, SaysWhoWhatNextAndWhy)
{
    EXPECT_EQ(newest_decision_text(decided(), cases::day_zero()),
              "decided 2026-05-26 by Dr A. Board (tumour board): override SHORT_INTERVAL_CT due 2026-07-05; next step "
              "clinic visit (wants to wait)");
    EXPECT_FALSE(newest_decision_text(cases::record_of("", "0"), cases::day_zero()));
}

TEST(NewestDecision, StandsInTheHeadsAndIsAMarkInTheTrend)
{
    const PatientRecord record = decided();
    const auto assessment = judge().assess(record, cases::day_zero(), assess::Detail::all);
    for (const std::string& text : {summary_text(assessment, record, judge(), assess::Detail::none),
                                    explanation_text(assessment, record, judge(), std::nullopt).value(),
                                    patient_sentence(assessment, record, judge()),
                                    trend_text(assessment, record, judge()), trend_html(assessment, record, judge())}) {
        EXPECT_THAT(text, HasSubstr("ecided 2026-05-26 by Dr A. Board")) << text;
        EXPECT_THAT(text, Not(HasSubstr("of tomorrow")));
    }
    std::vector<std::string> marks;
    for (const TrendEvent& event : trend_of(assessment, record, judge()).events)
        marks.push_back(event.date.iso() + " " + event.text.substr(0, 17));
    EXPECT_THAT(marks, ElementsAre("2025-11-27 decided: override", "2026-05-26 decided: override"));
}

// Order and counts

TEST(Summary, NamesTheWorstNoduleFirstThenByNumbers)
{
    const std::string text =
        summary_of(cases::record_of("", "-6m: N1 4.0x3.8 / 0: N1 4.0x3.8; N10 4.0x3.0; N2 4.0x3.0; N3 7.0x6.0"));
    const auto at = [&](const std::string& id) { return text.find("\n  " + id + " "); };
    EXPECT_LT(at("N3"), at("N2"));
    EXPECT_LT(at("N2"), at("N10")) << "both are new";
    EXPECT_LT(at("N10"), at("N1")) << "N1 is stable";
    EXPECT_THAT(text, HasSubstr("4 nodules, "));
    EXPECT_THAT(text, HasSubstr(" towards the criteria"));
}

TEST(Summary, NamesRulesSoThatNobodyTakesThemForNodules)
{
    const std::string text = summary_of(cases::record_of("", "-6m: N1 4.2x4.0 / 0: N1 4.4x4.0"));
    EXPECT_THAT(text, HasSubstr("rule N11c"));
    EXPECT_THAT(text, Not(HasSubstr("  N11c")));
}

TEST(Count, SaysHowManyCountTowardsTheCriteria)
{
    const auto text = [](const std::string& timeline) {
        return count_text(judge().assess(cases::record_of("", timeline), cases::day_zero()));
    };
    EXPECT_EQ(text("-3m / 0"), "no nodule");
    EXPECT_EQ(text("-3m / 0: N1 4.0x3.0"), "1 nodule, 1 counts towards the criteria");
    EXPECT_EQ(text("-12m: N1 4.0x3.0; N2 3.0x3.0 / 0: N1 4.0x3.0; N2 3.0x3.0; N3 3.0x3.0 new"),
              "3 nodules, 1 counts towards the criteria");
    EXPECT_EQ(text("-12m: N1 4.0x3.0 / 0: N1 4.0x3.0"), "1 nodule, none counts towards the criteria");
}

// Words

TEST(ShownSize, HasOneDecimalUnlessThatWouldReadAsACutOff)
{
    const auto shown = [](std::int64_t micrometres) { return shown_size(Length::from_thousandths(micrometres)); };
    EXPECT_EQ(shown(8447), "8.4");
    EXPECT_EQ(shown(8450), "8.5");
    EXPECT_EQ(shown(6000), "6.0");
    EXPECT_EQ(shown(5962), "5.962") << "below 6.0, and must not read as 6.0";
    EXPECT_EQ(shown(5040), "5.04") << "above 5.0";
}

TEST(ShownChange, HasOneDecimalUnlessThatWouldReadAsALimit)
{
    const auto shown = [](std::int64_t micrometres, double limit = 2.0) {
        return shown_change(Length::from_thousandths(micrometres),
                            Length::from_thousandths(static_cast<std::int64_t>(1000 * limit)),
                            Length::from_thousandths(1500));
    };
    EXPECT_EQ(shown(1960), "+1.96") << "below the limit of 2.0";
    EXPECT_EQ(shown(1520), "+1.52") << "above the limit of 1.5";
    EXPECT_EQ(shown(-2347), "-2.3");
    EXPECT_EQ(shown(-2547), "-2.5") << "no limit lies there";
    EXPECT_EQ(shown(2468), "+2.5");
    EXPECT_EQ(shown(2468, 2.5), "+2.468") << "slices of 2.5 mm: below the limit";
    EXPECT_EQ(shown(-1960), "-1.96") << "no decrease yet";
    EXPECT_EQ(shown(-1520), "-1.5") << "possible growth is no matter of a decrease";
    EXPECT_EQ(shown(2040), "+2.0");
    EXPECT_EQ(shown(-20), "0.0");
}

TEST(NaturalOrder, ComparesNumbersAsNumbers)
{
    EXPECT_TRUE(in_natural_order("N2", "N10"));
    EXPECT_FALSE(in_natural_order("N10", "N2"));
    EXPECT_TRUE(in_natural_order("N2", "N2a"));
    EXPECT_TRUE(in_natural_order("L9", "N1"));
    EXPECT_FALSE(in_natural_order("N2", "N2"));
    EXPECT_NE(in_natural_order("N2", "N02"), in_natural_order("N02", "N2")) << "a strict order";
}

}  // namespace
}  // namespace nodtrack::report
