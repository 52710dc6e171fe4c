#include "nodtrack/tracker/move.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "nodtrack/store/images.hpp"
#include "nodtrack/tracker/decide.hpp"
#include "nodtrack/tracker/history.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/ledger.hpp"
#include "nodtrack/tracker/row_version.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::provenance_on;
using test::value_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// P1's CT B is P2's.
class Moving : public test::RegistryTest {
  protected:
    Moving()
    {
        value_of(ingest({"P1,1980-02-29,female,,2024-01-10\nP2,1970-01-01,male,low,\n",
                         "P1,A,2024-06-01,ct,diagnostic,1,\nP1,B,2024-12-01,ct,diagnostic,1,\n"
                         "P2,A,2024-07-01,ct,diagnostic,1,\n",
                         "P1,A,N1,present,left,5.4,5.0,,round,r1\nP1,B,N1,present,left,12.0,11.0,,round,r1\n"
                         "P1,B,N2,new,right,3.0,3.0,,round,r1\nP2,A,N1,present,left,11.8,11.0,,round,r1\n",
                         {},
                         {},
                         "P1,V1,2024-09-05,phone,,called\n"},
                        "2025-01-05"));
    }

    Result<MoveReport> move(MoveRequest request, std::string_view on = "2025-02-01", const std::string& actor = "ab")
    {
        store::Provenance provenance = provenance_on(on, "mixed up");
        provenance.actor = actor;
        return move_rows(registry_, judge_, request, provenance);
    }
    static MoveRequest scan_b(bool confirm = true)
    {
        return {.row = {RowKind::scan, {"P1", "B"}}, .to = "P2", .confirm = confirm};
    }
    static MoveRequest whole(const std::string& from, const std::string& to, MoveRequest::Target target)
    {
        return {.row = {RowKind::patient, {from}}, .to = to, .target = target, .confirm = true};
    }
    std::vector<std::string> rows_of(const std::string& id, std::optional<Date> known_on = std::nullopt)
    {
        const PatientRecord record = patient(id, known_on);
        std::vector<std::string> rows;
        for (const Measurement& row : record.measurements)
            rows.push_back(record.scans[row.scan].scan_id + "/" + record.nodule_ids[row.nodule]);
        return rows;
    }
    void expect_sound()
    {
        EXPECT_THAT(value_of(audit_verify(registry_)).problems, IsEmpty());
        EXPECT_THAT(value_of(check(registry_)).problems, IsEmpty());
    }
    std::string assessed(const std::string& id)
    {
        const PatientRecord record = value_of(read_to_judge(registry_, id));
        const auto assessment = judge_.assess(record, day("2025-03-01"), assess::Detail::none);
        const auto proposal = assess::proposal_of(assessment, record, judge_.policy());
        return std::string(assess::word_of(proposal.action)) + " " + proposal.patient_class + " " + proposal.nodules;
    }

    const assess::Judge judge_ = assess::Judge::released();
};

TEST_F(Moving, TakesAScanWithEverythingOnItToTheRightPatient)
{
    const MoveReport report = value_of(move(scan_b()));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1"));
    EXPECT_THAT(rows_of("P2"), ElementsAre("A/N1", "B/N1", "B/N2"));
    EXPECT_THAT(rows_of("P1", day("2025-01-31")), ElementsAre("A/N1", "B/N1", "B/N2"));
    EXPECT_THAT(rows_of("P2", day("2025-01-31")), ElementsAre("A/N1"));
    EXPECT_THAT(report.answers, SizeIs(2)) << "of both patients";
    EXPECT_THAT(report.identities, ElementsAre(HasSubstr("N1 is taken for nodule N1 of patient P2"),
                                               HasSubstr("N2 is a nodule that patient P2 did not have")));
    expect_sound();
}

TEST_F(Moving, IsToldInBothHistories)
{
    value_of(move(scan_b()));
    const auto there = value_of(history(registry_, measurement_key("P2", "B", "N1"), "long_axis_mm"));
    ASSERT_THAT(there, SizeIs(1));
    EXPECT_EQ(there[0].delivery.reason, "moved from patient P1 to P2: mixed up");
    const auto here = value_of(history(registry_, measurement_key("P1", "B", "N1"), "long_axis_mm"));
    ASSERT_TRUE(here[0].in_error);
    EXPECT_EQ(here[0].in_error->reason, "moved from patient P1 to P2: mixed up");
    EXPECT_EQ(value_of(store::retractions_of(registry_, "P1"))[0].what.moved_to, "P2");
}

TEST_F(Moving, AsksBeforeAnAnswerBecomesQuieter)
{
    const auto refused = move(scan_b(false));
    ASSERT_FALSE(refused) << "P1's growth goes with the scan";
    EXPECT_THAT(refused.error().questions, Contains(HasSubstr("P1 would be answered more quietly")));
    MoveRequest dry = scan_b(false);
    dry.dry_run = true;
    EXPECT_EQ(value_of(move(dry)).delivery_no, 0);
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Moving, RefusesAScanOfAnIdThatThePatientHas)
{
    MoveRequest request{.row = {RowKind::scan, {"P1", "A"}}, .to = "P2", .confirm = true};
    const auto refused = move(request);
    EXPECT_THAT(refused.error().message, HasSubstr("give the scan another id there (--as ID)"));
    EXPECT_THAT(refused.error().context, Contains(HasSubstr("patient_id P2, scan_id A is recorded already")));
    request.scan_id = "A2";
    value_of(move(request));
    EXPECT_THAT(rows_of("P2"), ElementsAre("A/N1", "A2/N1"));
    EXPECT_EQ(move({.row = {RowKind::scan, {"P1", "B"}}, .to = "P9"}).error().code, ErrorCode::not_found);
    EXPECT_EQ(move({.row = {RowKind::scan, {"P1", "B"}}, .to = "P1"}).error().code, ErrorCode::bad_input);
}

TEST_F(Moving, EndsLinksAndTakesImagesAlong)
{
    const IdentityProposal said{{"P1", "B", "N2"}, "N7", LinkMethod::typed, {}};
    value_of(link(registry_, {&said, 1}, provenance_on("2025-01-10")));
    store::NoduleImage image = test::sample_image();
    image.observation = {"P1", "B", "N1"};
    value_of(ingest({{}, "P1,C,2025-01-01,ct,diagnostic,1,\n"}, "2025-01-11", {.images = {image}}));
    value_of(move(scan_b()));
    EXPECT_THAT(rows_of("P2"), ElementsAre("A/N1", "B/N1", "B/N2")) << "N7 was said at the wrong patient";
    EXPECT_THAT(value_of(store::images_of(registry_, "P1")), IsEmpty());
    const auto images = value_of(store::images_of(registry_, "P2"));
    ASSERT_THAT(images, SizeIs(1));
    EXPECT_EQ(images[0].observation, (store::ObservationKey{"P2", "B", "N1"}));
    expect_sound();
}

TEST_F(Moving, IsTakenBackWhole)
{
    const MoveReport moved = value_of(move(scan_b()));
    const auto undo = [&](bool confirm) {
        return retract(registry_, judge_, {.undo = moved.delivery_no, .confirm = confirm},
                       provenance_on("2025-02-02", "it was right"));
    };
    value_of(undo(true));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1", "B/N1", "B/N2"));
    EXPECT_THAT(rows_of("P2"), ElementsAre("A/N1"));
    value_of(move(scan_b(), "2025-02-03"));
    EXPECT_THAT(rows_of("P2"), ElementsAre("A/N1", "B/N1", "B/N2"));
    expect_sound();
}

TEST_F(Moving, OfOneRow)
{
    value_of(move({.row = {RowKind::visit, {"P1", "V1"}}, .to = "P2", .confirm = true}));
    EXPECT_THAT(patient("P1").visits, IsEmpty());
    EXPECT_THAT(patient("P2").visits, SizeIs(1));
}

TEST_F(Moving, OfRowsThatOthersRecordedIsNotForEverybody)
{
    MoveRequest request = scan_b();
    request.own_rows_alone = true;
    EXPECT_EQ(move(request, "2025-02-01", "cd").error().code, ErrorCode::not_allowed);
    EXPECT_TRUE(move(request, "2025-02-01", "ab"));
}

class Renaming : public Moving {
  protected:
    Renaming()
    {
        DecideRequest decision;
        decision.patient_id = "P1";
        decision.kind = assess::LedgerKind::accept;
        decision.decided_on = day("2025-01-10");
        decision.decided_by = "Dr A";
        decision.reason = "seen";
        decision.board = true;
        value_of(decide(registry_, judge_, decision, provenance_on("2025-01-10")));
        value_of(ingest({{}, {}, {}, {}, {}, {}, "P1,2025-01-11,close,,,,,Dr B,,\n"}, "2025-01-11"));
        const IdentityProposal said{{"P1", "B", "N2"}, "N7", LinkMethod::typed, {}};
        value_of(link(registry_, {&said, 1}, provenance_on("2025-01-12")));
    }
};

TEST_F(Renaming, GoesOnUnderTheNewNumberWithEverythingThatWasSaid)
{
    const std::string before = assessed("P1");
    const auto ledger = value_of(ledger_of(registry_, judge_, "P1", day("2025-03-01")));
    const MoveReport report = value_of(move(whole("P1", "K1", MoveRequest::Target::is_new)));
    ASSERT_THAT(report.answers, SizeIs(1));
    EXPECT_FALSE(report.answers[0].changes()) << "it is the same patient";
    EXPECT_EQ(assessed("K1"), before);
    EXPECT_THAT(rows_of("K1"), ElementsAre("A/N1", "B/N1", "B/N7"));
    EXPECT_THAT(patient("K1").decisions, SizeIs(2));
    const auto moved = value_of(ledger_of(registry_, judge_, "K1", day("2025-03-01")));
    ASSERT_EQ(moved.size(), ledger.size());
    EXPECT_EQ(moved[0].proposal, ledger[0].proposal);
    ASSERT_EQ(moved[0].decisions.size(), ledger[0].decisions.size());
    EXPECT_EQ(moved[0].decisions[0].decided_by, "Dr A");
    EXPECT_EQ(moved[0].progress, ledger[0].progress);
    expect_sound();
}

TEST_F(Renaming, KeepsTheOldNumberFindable)
{
    value_of(move(whole("P1", "K1", MoveRequest::Target::is_new)));
    EXPECT_THAT(tracker::read_patient(registry_, "P1").error().message, HasSubstr("that number is patient K1 now"));
    EXPECT_THAT(rows_of("P1", day("2025-01-31")), ElementsAre("A/N1", "B/N1", "B/N7")) << "as known on a day before";
    EXPECT_THAT(ingest({"P1,1980-02-29,female,,2024-01-10\n"}, "2025-02-02").error().context,
                ElementsAre(HasSubstr("that number is patient K1 now")));
    const auto list = ingest({"P1,1980-02-29,female,,2024-01-10\n"}, "2025-02-02", {.is_list = true});
    EXPECT_THAT(value_of(list).warnings, ElementsAre(HasSubstr("moved from patient P1 to K1")));
    EXPECT_EQ(move(whole("P2", "K1", MoveRequest::Target::is_new)).error().code, ErrorCode::bad_input);
}

TEST_F(Renaming, IsTakenBack)
{
    const std::string before = assessed("P1");
    const MoveReport moved = value_of(move(whole("P1", "K1", MoveRequest::Target::is_new)));
    value_of(retract(registry_, judge_, {.undo = moved.delivery_no, .confirm = true},
                     provenance_on("2025-02-02", "the old number is right")));
    EXPECT_EQ(assessed("P1"), before);
    EXPECT_EQ(tracker::read_patient(registry_, "K1").error().code, ErrorCode::not_found);
    value_of(move(whole("P1", "K1", MoveRequest::Target::is_new), "2025-02-03"));
    EXPECT_EQ(assessed("K1"), before);
    expect_sound();
}

TEST_F(Renaming, OfTwoNumbersOfOnePatientRefusesContradictions)
{
    const auto refused = move(whole("P1", "P2", MoveRequest::Target::is_there));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().context, Contains(HasSubstr("birth_date: stored 1970-01-01, delivered 1980-02-29")));
}

TEST_F(Renaming, OfTwoNumbersOfOnePatientJoinsThem)
{
    value_of(ingest({"P3,,female,,\n", "P3,A,2024-06-01,ct,diagnostic,1,\nP3,D,2025-01-03,ct,diagnostic,1,\n",
                     "P3,D,N1,present,left,13.0,12.0,,round,r1\n"},
                    "2025-01-20"));
    const MoveReport report = value_of(move(whole("P3", "P1", MoveRequest::Target::is_there)));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1", "B/N1", "B/N7", "D/N1"));
    ASSERT_THAT(report.answers, SizeIs(2));
    EXPECT_EQ(report.answers[0].patient_id, "P3, now P1");
    EXPECT_EQ(report.answers[1].patient_id, "P1");
    EXPECT_THAT(tracker::read_patient(registry_, "P3").error().message, HasSubstr("that number is patient P1 now"));
    expect_sound();
    value_of(retract(registry_, judge_, {.undo = report.delivery_no, .confirm = true},
                     provenance_on("2025-02-02", "two people after all")));
    EXPECT_THAT(rows_of("P1"), ElementsAre("A/N1", "B/N1", "B/N7"));
    EXPECT_THAT(rows_of("P3"), ElementsAre("D/N1"));
    expect_sound();
}

}  // namespace
}  // namespace nodtrack::tracker
