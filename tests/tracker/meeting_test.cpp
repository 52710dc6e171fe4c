#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../support/released_judge.hpp"
#include "meeting_lines.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/tracker/decide.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using assess::LedgerKind;
using cases::judge;
using test::day;
using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

MeetingLines read(std::string_view text, std::string reason = {})
{
    return read_meeting_lines(text, {day("2025-03-10"), "Dr A", std::move(reason), {"Dr B"}});
}

TEST(MeetingLine, SaysWhatWasDecidedAndWhy)
{
    const auto lines = read(
        "# remarks and empty lines are passed over\n\r\n"
        "P1 [TUMOUR_BOARD 2025-03-15] accept next biopsy due 2025-03-20 baseline N2,N3 confirm: seen: agreed\r\n"
        "P2 override SHORT_INTERVAL_CT due 2025-04-10:too small\n"
        "P3 later\n"
        "P4 event pathology_benign N1 on 2025-03-09: hamartoma");
    EXPECT_THAT(lines.problems, ElementsAre(HasSubstr("line 4")))
        << "a colon without a blank behind it belongs to the word before it";
    ASSERT_THAT(lines.requests, SizeIs(2));
    const DecideRequest& first = lines.requests.front();
    EXPECT_EQ(first.kind, LedgerKind::accept);
    EXPECT_EQ(first.next_step, NextStep::biopsy);
    EXPECT_EQ(first.due_date, day("2025-03-20"));
    EXPECT_THAT(first.baselines, ElementsAre("N2", "N3"));
    EXPECT_TRUE(first.confirm);
    EXPECT_TRUE(first.board);
    EXPECT_EQ(first.reason, "seen: agreed");
    EXPECT_EQ(first.seen_answer->due_date, day("2025-03-15"));
    EXPECT_EQ(lines.requests.back().event->date, day("2025-03-09"));
    EXPECT_THAT(lines.later, ElementsAre("P3"));
}

TEST(MeetingLine, TakesTheMeetingsReasonWhereItHasNone)
{
    EXPECT_EQ(read("P1 accept", "agreed by all").requests.front().reason, "agreed by all");
    EXPECT_EQ(read("P1 accept: seen", "agreed by all").requests.front().reason, "seen");
}

/// A form that nobody filled in must not accept anything.
TEST(MeetingLine, IsRefusedWhereNobodyDecided)
{
    EXPECT_THAT(read("P1 [TUMOUR_BOARD 2025-03-15] ?").problems, ElementsAre(HasSubstr("nothing is decided yet")));
    EXPECT_THAT(read("P1").problems, ElementsAre(HasSubstr("nothing is decided yet")));
}

TEST(MeetingLine, IsToldWithItsNumberWhatIsWrongWithIt)
{
    const auto lines = read(
        "P1 agree: x\nP2 override BIOPSY: x\nP3 accept next week: x\nP4 accept due tomorrow: x\nP5 event scar N1: x\n"
        "P6 [TUMOUR_BOARD accept: x\nP7 accept sometime: x\nP8 accept baseline : x\n");
    EXPECT_THAT(
        lines.problems,
        ElementsAre(HasSubstr("line 1: P1: 'agree' is no decision"), HasSubstr("line 2: P2: 'BIOPSY' is no action"),
                    HasSubstr("line 3: P3: 'week' is no next step"), HasSubstr("line 4: P4: 'tomorrow'"),
                    HasSubstr("line 5: P5: 'scar' is no kind"), HasSubstr("line 6: P6: the bracket"),
                    HasSubstr("line 7: P7: 'sometime' is not understood"),
                    HasSubstr("line 8: P8: baseline names no nodule")));
    EXPECT_THAT(lines.requests, IsEmpty());
}

/// P1 and P2 have a suspicious nodule on a CT of 2025-03-01 (board due 2025-03-15), P3 is quiet.
class Meetings : public testing::Test {
  protected:
    Meetings()
    {
        value_of(ingest(registry_,
                        test::delivery_of(
                            {{RowKind::patient,
                              "patient_id,birth_date,histology,grade,primary_site,curative_treatment,resection_date,"
                              "known_lung_metastases,follow_up_status\n"
                              "P1,1980-02-28,leiomyosarcoma,high,extremity,completed,2024-01-10,none,active\n"
                              "P2,1980-02-28,leiomyosarcoma,high,extremity,completed,2024-01-10,none,active\n"
                              "P3,1980-02-28,leiomyosarcoma,high,extremity,completed,2024-01-10,none,active\n"},
                             {RowKind::scan,
                              "patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm,reading\n"
                              "P1,A,2025-03-01,ct,diagnostic,1.0,complete\nP2,A,2025-03-01,ct,diagnostic,1.0,complete\n"
                              "P3,A,2025-03-01,ct,diagnostic,1.0,complete\n"},
                             {RowKind::measurement,
                              "patient_id,scan_id,nodule_id,status,long_axis_mm,short_axis_mm\n"
                              "P1,A,N1,present,7.2,6.0\nP2,A,N1,present,7.2,6.0\nP2,A,N2,present,4.2,4.0\n"}}),
                        provenance_on("2025-03-02")));
    }
    Result<std::vector<DecideReport>> decide(std::string_view text)
    {
        const auto lines = read(text, "agreed");
        return decide_meeting(registry_, judge(), lines.requests, provenance_on("2025-03-10"), lines.problems);
    }
    std::size_t entries() const { return value_of(store::deliveries(registry_)).size(); }

    TemporaryFolder folder_;
    store::Registry registry_ = value_of(store::Registry::open(folder_ / "registry.db"));
};

TEST_F(Meetings, AreStoredAsOneEntryOfTheLog)
{
    const auto reports = value_of(
        decide("P2 accept next biopsy due 2025-03-14 baseline N2\nP1 accept next surgery due 2025-03-14\nP3 accept\n"));
    EXPECT_THAT(reports, SizeIs(3));
    EXPECT_EQ(entries(), 2U);
    for (const char* const id : {"P1", "P2", "P3"})
        EXPECT_THAT(value_of(store::decisions_of(registry_, id)), SizeIs(1)) << id;
    EXPECT_THAT(value_of(read_patient(registry_, "P2")).events, SizeIs(1)) << "the nodule that was accepted as it is";
    EXPECT_TRUE(value_of(store::audit_verify(registry_)).intact());
}

TEST_F(Meetings, StoreNothingWhereOneLineIsWrongAndTellAllThatAre)
{
    const auto failed = decide("P1 accept\nP2 accept next biopsy due 2025-03-14\nP9 accept\nP3 oh\n");
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().context,
                ElementsAre(HasSubstr("line 4: P3: 'oh'"), HasSubstr("P9: patient P9 is not recorded")));
    EXPECT_EQ(entries(), 1U);
    EXPECT_THAT(value_of(store::decisions_of(registry_, "P2")), IsEmpty());
}

TEST_F(Meetings, AskAboutWhatDecideAsksAbout)
{
    EXPECT_THAT(decide("P1 close\n").error().context, ElementsAre(HasSubstr("P1: confirm:")));
    EXPECT_TRUE(decide("P1 close confirm\n"));
}

/// Decided was what stood on the agenda, and nothing else.
TEST_F(Meetings, RefuseADecisionOnAnAnswerThatIsAnotherOneByNow)
{
    EXPECT_THAT(decide("P1 [PET_CT 2025-03-15] accept\n").error().context, ElementsAre(HasSubstr("P1: seen:")));
    const auto proposal = value_of(decide("P3 accept\n")).front().decision.proposal;
    EXPECT_THAT(decide("P3 [CONTINUE_SURVEILLANCE 2031-01-01] accept: again\n").error().context,
                ElementsAre(HasSubstr(proposal.due_date->iso())));
}

TEST_F(Meetings, TakeOneDecisionAPatient)
{
    EXPECT_THAT(decide("P3 accept: one\nP3 accept: two\n").error().context,
                ElementsAre(HasSubstr("P3: is there twice")));
}

}  // namespace
}  // namespace nodtrack::tracker
