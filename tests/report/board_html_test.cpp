#include "nodtrack/report/board_html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "bibliography.hpp"
#include "board_content.hpp"
#include "case_table.hpp"
#include "generated_patients.hpp"
#include "markup_reader.hpp"
#include "nodtrack/report/counter_evidence.hpp"
#include "nodtrack/report/dose.hpp"
#include "released_judge.hpp"
#include "trial_definitions.hpp"

namespace nodtrack::report {
namespace {

using cases::judge;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

assess::Assessment judged(const PatientRecord& record)
{
    return judge().assess(record, cases::day_zero(), assess::Detail::none);
}

BoardPage page_of(const PatientRecord& record)
{
    return board_page(judged(record), record, judge(),
                      dose::dose_history(record, cases::day_zero(), released_dose_factors()));
}

std::string document_of(const PatientRecord& record)
{
    const BoardPage page = page_of(record);
    return board_html({&page, 1}, "Board", cases::day_zero());
}

TEST(BoardPage, HasEverySectionThatABoardAsksFor)
{
    const std::string html = document_of(cases::record_of("histology=osteosarcoma", "-6m / 0: N1 6.0x5.0 new"));
    for (const std::string_view section :
         {"TUMOUR BOARD, due", "osteosarcoma", "<svg", "N8d", "S1-050", "Trial definitions", "not met",
          "CT count is a lower bound", "dose of imaging", "metastatic?", "The other side",
          "CT every 3 or every 6 months?", "Would a chest radiograph do?", "5 mm or 6 mm?", "Decision of the board",
          "Present", "no medical device"}) {
        EXPECT_THAT(html, HasSubstr(section));
    }
}

TEST(BoardPage, SaysConfirmedByPathologyOnlyBesidePathology)
{
    // Three of 5 mm and more: imaging criteria met, nothing confirmed.
    const std::string timeline = "-6m / 0: N1 7.0x6.0 new; N2 6.0x5.0 new; N3 5.5x5.0 new";
    const std::string by_imaging = document_of(cases::record_of("histology=osteosarcoma", timeline));
    EXPECT_THAT(by_imaging, HasSubstr("imaging criteria of metastasis met, not proven by pathology"));
    EXPECT_THAT(by_imaging, Not(HasSubstr("onfirmed")));
    const std::string by_tissue =
        document_of(cases::record_of("histology=osteosarcoma", timeline, "", "pathology_malignant 0 N1"));
    EXPECT_THAT(by_tissue, HasSubstr("onfirmed by pathology"));
}

TEST(BoardPage, EscapesWhatComesFromTheRecord)
{
    auto record = cases::record_of("", "-6m / 0: N1 6.0x5.0 new");
    const std::string bad = "</p><script>alert('x')</script>&\"";
    record.patient.patient_id = bad;
    record.nodule_ids[0] = bad;
    record.scans[0].scan_id = bad;
    record.events.push_back({bad, EventKind::board_baseline, add_days(cases::day_zero(), -1), bad});
    const BoardPage page = page_of(record);
    const std::string html = board_html({&page, 1}, bad, cases::day_zero());
    EXPECT_EQ(test::markup_fault(html), "");
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
}

TEST(BoardPage, IsSoundMarkupForGeneratedPatientsAndLoadsNothing)
{
    std::vector<BoardPage> pages;
    for (const PatientRecord& record : cases::generated_patients(7, 300))
        pages.push_back(page_of(record));
    const std::string html = board_html(pages, "", cases::day_zero());
    EXPECT_EQ(test::markup_fault(html), "") << "and no id is given twice";
    for (const std::string_view word : {"<link", "<img", "@import", "http://", "https://", "src="}) {
        std::string rest = html;
        // The name of the SVG language is no address that anything loads.
        for (auto at = rest.find("http://www.w3.org/2000/svg"); at != std::string::npos;
             at = rest.find("http://www.w3.org/2000/svg"))
            rest.erase(at, 26);
        EXPECT_THAT(rest.find(word), std::string::npos) << word;
    }
}

TEST(BoardPage, ShowsTheFilmStripOfTheForemostNoduleWhereThereIsRoom)
{
    const PatientRecord record = cases::record_of("", "-6m / 0: N1 9.9x9.0 new; N2 3.0x3.0 new");
    const auto assessment = judge().assess(record, cases::day_zero(), assess::Detail::none);
    const std::vector<NodulePicture> pictures = {{"N2", "two", 1496, 307, ""}, {"N1", "one", 1496, 307, ""}};
    const std::string body = board_page(assessment, record, judge(), {}, pictures).body;
    EXPECT_THAT(body, HasSubstr("base64,b25l\"")) << "N1 is the worst";
    EXPECT_THAT(body, Not(HasSubstr("base64,dHdv"))) << "the page has room for one";
    EXPECT_THAT(body, HasSubstr("height:30.0mm"));
}

TEST(BoardPage, CountsTheNodulesThatDoNotFitAndShowsTheWorst)
{
    std::string timeline = "-6m / 0: N1 9.9x9.0 new";
    for (int i = 2; i <= 30; ++i)
        timeline += "; N" + std::to_string(i) + " 3.0x3.0 new";
    const std::string html = page_of(cases::record_of("", timeline)).body;
    EXPECT_THAT(html, HasSubstr("<td>N1</td>")) << "the worst stands first";
    EXPECT_THAT(html, HasSubstr(" more nodules, of no worse class: nodtrack explain"));
    const auto rows = [&] {
        std::size_t count = 0;
        for (auto at = html.find("<tr><td>"); at != std::string::npos; at = html.find("<tr><td>", at + 1))
            ++count;
        return count;
    }();
    EXPECT_THAT(html, HasSubstr(std::to_string(30 - rows) + " more nodules, of no worse class"));
}

TEST(BoardPage, ShowsEightNodulesOnTwelveScansWhole)
{
    std::string timeline;
    for (int scan = 11; scan >= 0; --scan) {
        timeline += scan == 0 ? "0: " : "-" + std::to_string(3 * scan) + "m: ";
        for (int i = 1; i <= 8; ++i) {
            timeline += (i > 1 ? "; N" : "N") + std::to_string(i) + " " + std::to_string(4 + i) + "." +
                        std::to_string(9 - scan % 3) + "x4.0";
        }
        if (scan > 0) timeline += " / ";
    }
    const std::string html = page_of(cases::record_of("histology=osteosarcoma", timeline)).body;
    for (int i = 1; i <= 8; ++i)
        EXPECT_THAT(html, HasSubstr("<td>N" + std::to_string(i) + "</td>"));
    EXPECT_THAT(html, Not(HasSubstr(" more nodule")));
}

TEST(BoardHtml, NumbersItsPages)
{
    const std::vector<BoardPage> pages(3, page_of(cases::record_of("", "0")));
    const std::string html = board_html(pages, "Tuesday", cases::day_zero());
    EXPECT_THAT(html, HasSubstr("Tuesday. Page 1 of 3."));
    EXPECT_THAT(html, HasSubstr("Tuesday. Page 3 of 3."));
}

struct TrialCase {
    std::string histology;
    std::string timeline;
    bool met;        ///< the definition that applies
    bool transfers;  ///< without extrapolation
    std::string_view why;
};

class TrialDefinitions : public testing::TestWithParam<TrialCase> {};

TEST_P(TrialDefinitions, AreWorkedOutFromThePolicysOwnConditions)
{
    const TrialCase& given = GetParam();
    const auto record = cases::record_of(given.histology, given.timeline);
    const auto assessment = judged(record);
    const auto rules = trial_rules(assessment, judge().policy());
    ASSERT_EQ(rules.size(), 1U);
    ASSERT_EQ(rules[0].definitions.size(), 2U);
    std::size_t applying = 0;
    for (const TrialDefinition& definition : rules[0].definitions) {
        EXPECT_EQ(definition.demands.size(), 2U);
        if (!definition.applies) continue;
        ++applying;
        EXPECT_EQ(definition.met(), given.met) << given.why;
        EXPECT_EQ(definition.transfers, given.transfers) << given.why;
    }
    EXPECT_EQ(applying, 1U) << "one population is the patient's";
    const auto& holding = assessment.patient_rules;
    EXPECT_EQ(std::find(holding.begin(), holding.end(), rules[0].rule) != holding.end(), given.met)
        << "the worksheet says what the judgement said: " << given.why;
}

INSTANTIATE_TEST_SUITE_P(
    P1, TrialDefinitions,
    testing::Values(TrialCase{"histology=osteosarcoma", "0: N1 10.0x9.0", true, true, "one of exactly 10.0"},
                    TrialCase{"histology=osteosarcoma", "0: N1 9.999x9.0", false, true, "one just below"},
                    TrialCase{"histology=osteosarcoma", "0: N1 5.0x5; N2 5.0x5; N3 5.0x5", true, true, "three of 5.0"},
                    TrialCase{"histology=osteosarcoma", "0: N1 5.0x5; N2 5.0x5; N3 4.999x4.9", false, true, "two"},
                    TrialCase{"histology=ewing_sarcoma", "0: N1 10.0x9.0", false, true, "Ewing: above 10.0"},
                    TrialCase{"histology=ewing_sarcoma", "0: N1 10.001x9.0", true, true, "Ewing: just above"},
                    TrialCase{"histology=ewing_sarcoma", "0: N1 5.001x5; N2 5.001x5", true, true, "Ewing: two above 5"},
                    TrialCase{"histology=ewing_sarcoma", "0: N1 5.0x5; N2 5.001x5", false, true, "Ewing: one above 5"},
                    TrialCase{"histology=leiomyosarcoma", "0: N1 10.0x9.0", true, false, "carried over"},
                    TrialCase{"", "0: N1 10.0x9.0", true, false, "histology not known"}));

TEST(OtherSide, CitesOnlyStatementsThatTheBibliographyHas)
{
    for (const Disagreement& question : disagreements()) {
        ASSERT_NE(statement_of(question.settled), nullptr) << question.settled;
        EXPECT_TRUE(question.settled.starts_with("X-")) << "how it is settled is a numbered conflict";
        EXPECT_FALSE(question.taken.empty());
        EXPECT_FALSE(question.others.empty());
        for (const auto side : {question.taken, question.others}) {
            for (const std::string_view item : side) {
                ASSERT_NE(statement_of(item), nullptr) << item;
                EXPECT_FALSE(statement_of(item)->statement.empty()) << item;
            }
        }
    }
    EXPECT_EQ(statement_of("S9-999"), nullptr);
}

struct SideCase {
    std::string patient;
    std::string timeline;
    std::string_view question;
    bool touches;
    std::string_view why;
};

class OtherSideOf : public testing::TestWithParam<SideCase> {};

TEST_P(OtherSideOf, IsShownWhereItTouchesTheAnswer)
{
    const SideCase& given = GetParam();
    const auto record = cases::record_of(given.patient, given.timeline);
    std::vector<std::string_view> questions;
    for (const Disagreement* question : counter_evidence(judged(record), record, judge()))
        questions.push_back(question->question);
    if (given.touches) {
        EXPECT_THAT(questions, Contains(given.question)) << given.why;
    } else {
        EXPECT_THAT(questions, Not(Contains(given.question))) << given.why;
    }
}

constexpr std::string_view size_question = "5 mm or 6 mm?";
INSTANTIATE_TEST_SUITE_P(
    Questions, OtherSideOf,
    testing::Values(SideCase{"", "0: N1 5.5x5", size_question, true, "between the two"},
                    SideCase{"", "0: N1 3.8x3", size_question, true, "1.2 mm below the lower"},
                    SideCase{"", "0: N1 3.799x3", size_question, false, "further"},
                    SideCase{"", "0: N1 7.2x7", size_question, true, "1.2 mm above the upper"},
                    SideCase{"", "0: N1 7.201x7", size_question, false, "further"},
                    SideCase{"", "0", "CT every 3 or every 6 months?", true, "in surveillance"},
                    SideCase{"", "0", "Would a chest radiograph do?", true, "in surveillance"},
                    SideCase{"primary_site=spine", "0", "Would a chest radiograph do?", false, "out of scope"},
                    SideCase{"", "-6m / 0: N1 4.0x4 new", "A new nodule: board or early CT?", true, "new"},
                    SideCase{"", "0: N1 4.0x4", "A new nodule: board or early CT?", false, "no prior"},
                    SideCase{"", "0: N1 4.0x4", "Is a solid nodule below 5 mm harmless?", true, "N9f"},
                    SideCase{"", "0: N1 5.0x4", "Is a solid nodule below 5 mm harmless?", false, "N9g"}));

}  // namespace
}  // namespace nodtrack::report
