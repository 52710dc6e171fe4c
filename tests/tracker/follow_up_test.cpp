#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../support/released_judge.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/worklist.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using cases::judge;
using test::day;
using test::provenance_on;
using test::TemporaryFolder;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A patient whose follow-up status and its day come in lists, again and again.
class FollowUp : public testing::Test {
  protected:
    Result<IngestReport> list(std::string_view status, std::string_view on, std::string_view contact = "",
                              std::string_view today = "2026-11-20")
    {
        const std::string row = "P1," + std::string(status) + "," + std::string(on) + "," + std::string(contact) + "\n";
        return ingest(registry_,
                      test::delivery_of({{RowKind::patient,
                                          "patient_id,follow_up_status,follow_up_status_on,last_contact_on\n" + row}}),
                      provenance_on(today), {.is_list = true});
    }
    Patient stored() const { return value_of(read_patient(registry_, "P1")).patient; }

    TemporaryFolder folder_;
    store::Registry registry_ = value_of(store::Registry::open(folder_ / "registry.db"));
};

/// A patient who came back must not stay off the lists because the older value was there before.
TEST_F(FollowUp, GoesBackToAnOlderStatusWhereItsDayIsNewer)
{
    value_of(list("active", "2026-01-10"));
    value_of(list("moved", "2026-05-02"));
    const auto report = value_of(list("active", "2026-10-01"));
    EXPECT_EQ(stored().follow_up_status, FollowUpStatus::active);
    EXPECT_EQ(stored().follow_up_status_on, day("2026-10-01"));
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("active since 2026-10-01, and no longer moved")));
}

TEST_F(FollowUp, NeedsNoReasonForANewerDayAndOneForAnOlderDay)
{
    value_of(list("active", "2026-01-10"));
    EXPECT_TRUE(list("deceased", "2026-01-11")) << "a day later";
    EXPECT_FALSE(list("active", "2026-01-10", "", "2026-11-21")->warnings.empty()) << "the old list again is told";
    EXPECT_EQ(stored().follow_up_status, FollowUpStatus::deceased);
    EXPECT_FALSE(list("moved", "2026-01-11")) << "the same day contradicts";
    EXPECT_FALSE(list("moved", "2025-12-31")) << "an earlier one too";
}

/// What takes a patient off the lists is never taken over by the way.
TEST_F(FollowUp, LetsAStatusWithoutADayGiveWayToActiveAlone)
{
    value_of(list("active", ""));
    EXPECT_FALSE(list("deceased", "2026-05-02"));
    EXPECT_EQ(stored().follow_up_status, FollowUpStatus::active);
    const auto amended =
        ingest(registry_, test::delivery_of({{RowKind::patient, "patient_id,follow_up_status\nP1,moved\n"}}),
               provenance_on("2026-11-20"), {.amend_reason = "told"});
    ASSERT_TRUE(amended);
    EXPECT_TRUE(list("active", "2026-10-01"));
    EXPECT_EQ(stored().follow_up_status, FollowUpStatus::active);
}

TEST_F(FollowUp, KeepsTheNewestContact)
{
    value_of(list("active", "2026-01-10", "2026-03-01"));
    value_of(list("", "", "2026-06-01"));
    EXPECT_EQ(stored().last_contact_on, day("2026-06-01"));
    EXPECT_EQ(value_of(list("", "", "2026-04-01")).delivery_no, std::nullopt) << "an older one says nothing new";
    EXPECT_EQ(stored().last_contact_on, day("2026-06-01"));
}

TEST_F(FollowUp, RefusesADayWithoutAStatusOrAheadOfToday)
{
    EXPECT_THAT(list("", "2026-01-10").error().context, ElementsAre(HasSubstr("follow_up_status_on")));
    EXPECT_THAT(list("deceased", "2026-11-21").error().context, ElementsAre(HasSubstr("follow_up_status_on")));
    EXPECT_THAT(list("active", "", "2026-11-21").error().context, ElementsAre(HasSubstr("last_contact_on")));
}

/// Nothing dated after the day of a judgement is seen.
TEST_F(FollowUp, EndsOnItsDayAndNotBefore)
{
    value_of(ingest(registry_,
                    test::delivery_of({{RowKind::patient,
                                        "patient_id,follow_up_status,follow_up_status_on\nP1,deceased,2026-06-10\n"},
                                       {RowKind::scan,
                                        "patient_id,scan_id,scan_date,modality,purpose,reading\n"
                                        "P1,A,2026-03-01,ct,diagnostic,complete\n"}}),
                    provenance_on("2026-11-20")));
    const auto action_on = [&](std::string_view on) {
        const PatientRecord record = value_of(read_patient(registry_, "P1"));
        return judge().assess(record, day(on), assess::Detail::none).recommendation.action;
    };
    EXPECT_NE(action_on("2026-06-09"), policy::Action::out_of_scope);
    EXPECT_EQ(action_on("2026-06-10"), policy::Action::out_of_scope);
    EXPECT_EQ(action_on("2026-06-11"), policy::Action::out_of_scope);
}

}  // namespace
}  // namespace nodtrack::tracker
