#include "nodtrack/report/worklist_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nodtrack::report {
namespace {

using assess::WorklistEntry;
using assess::WorklistGroup;
using testing::HasSubstr;
using testing::Not;

WorklistEntry entry_of_board()
{
    WorklistEntry entry;
    entry.group = WorklistGroup::board;
    entry.groups = {WorklistGroup::board};
    entry.patient_id = "B01";
    entry.action = policy::Action::tumour_board;
    entry.due_date = Date::parse("2026-11-24");
    entry.reason = "N3 grew 2.3 mm since 2024-08-13, limit 2.0";
    entry.rule = "R4";
    return entry;
}

TEST(WorklistText, TellsTheFactThatDecidesAndNamesRulesSoThatNobodyTakesThemForNodules)
{
    WorklistEntry entry = entry_of_board();
    entry.also = {{"R0", policy::Action::data_required, Date::parse("2026-12-03")},
                  {"G4", policy::Action::out_of_scope, Date::parse("2026-12-04")}};
    const std::string text = worklist_text(entry, entry.group);
    EXPECT_THAT(text, HasSubstr("N3 grew 2.3 mm since 2024-08-13, limit 2.0\n             (rule R4)"));
    EXPECT_THAT(text, HasSubstr("asked for beside it: DATA_REQUIRED 2026-12-03 (rule R0); OUT_OF_SCOPE 2026-12-04 "
                                "(rule G4)"));
    EXPECT_THAT(worklist_json(entry), HasSubstr(R"("also":"R0 DATA_REQUIRED 2026-12-03; G4)")) << "the columns stay";
}

TEST(WorklistText, SaysWhatStandsInTheWordsOfTheAssessment)
{
    WorklistEntry entry = entry_of_board();
    entry.stands_since = entry.unanswered_since = Date::parse("2025-11-11");
    entry.stands = "the due date stands since 2025-11-11";
    const std::string text = worklist_text(entry, entry.group);
    EXPECT_THAT(text, HasSubstr("unanswered since 2025-11-11\n"));
    EXPECT_THAT(text, HasSubstr("the due date stands since 2025-11-11\n"));
    EXPECT_THAT(text, Not(HasSubstr("not looked at again"))) << "of a date alone: the nodules were measured since";
}

}  // namespace
}  // namespace nodtrack::report
