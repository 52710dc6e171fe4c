#include "nodtrack/tracker/amend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/tracker/history.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::first_rows;
using test::occasion_on;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Amend : public test::RegistryTest {
  protected:
    Amend() { value_of(ingest(first_rows())); }

    Result<AmendReport> amend(const RowKey& row, std::vector<Correction> corrections,
                              const std::string& reason = "typed wrong")
    {
        return tracker::amend(registry_, row, corrections, occasion_on("2025-03-01", reason));
    }
    /// `column=text@day` of each past value.
    std::vector<std::string> past(const RowKey& row, std::string_view column = {})
    {
        std::vector<std::string> values;
        for (const PastValue& value : value_of(history(registry_, row, column))) {
            values.push_back(value.column + "=" + value.text + "@" + value.delivery.recorded_on.iso());
        }
        return values;
    }

    const RowKey patient_row_{.kind = RowKind::patient, .patient_id = "P1"};
    const RowKey measurement_row_{.kind = RowKind::measurement, .patient_id = "P1", .scan_id = "A", .nodule_id = "N1"};
};

TEST_F(Amend, PutsAValueInThePlaceOfAStoredOne)
{
    const AmendReport report =
        value_of(amend(measurement_row_, {{"long_axis_mm", "6.4"}, {"side", "left"}, {"shape", ""}}));
    EXPECT_EQ(report.delivery_no, 2);
    ASSERT_EQ(report.changed.size(), 2U);
    EXPECT_EQ(report.changed[0].column, "long_axis_mm");
    EXPECT_EQ(report.changed[0].before, "5.4");
    EXPECT_EQ(report.changed[0].after, "6.4");
    EXPECT_EQ(report.changed[1].column, "shape");
    EXPECT_EQ(report.changed[1].after, "");

    const Findings now = patient("P1").measurements[0].findings;
    EXPECT_EQ(now.long_axis, Length::from_thousandths(6400));
    EXPECT_EQ(now.shape, std::nullopt);
    EXPECT_EQ(now.side, Side::left);
    EXPECT_EQ(now.reader, "r1");
    EXPECT_EQ(patient("P1", day("2025-02-28")).measurements[0].findings.long_axis, Length::from_thousandths(5400));
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(Amend, RecordsNothingWhereNothingChanges)
{
    EXPECT_EQ(value_of(amend(measurement_row_, {{"side", "left"}})).delivery_no, 0);
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Amend, ReachesEveryKindOfRow)
{
    EXPECT_EQ(value_of(amend(patient_row_, {{"sex", "male"}})).delivery_no, 2);
    EXPECT_EQ(
        value_of(amend({.kind = RowKind::scan, .patient_id = "P1", .scan_id = "B"}, {{"symptoms", ""}})).delivery_no,
        3);
    EXPECT_EQ(value_of(amend({.kind = RowKind::therapy, .patient_id = "P1", .date = day("2024-07-01")},
                             {{"end_date", "2024-12-01"}}))
                  .delivery_no,
              4);
    EXPECT_EQ(value_of(amend({.kind = RowKind::event,
                              .patient_id = "P1",
                              .nodule_id = "N2",
                              .event_kind = EventKind::not_a_nodule,
                              .date = day("2024-09-02")},
                             {{"note", "vessel, seen again"}}))
                  .delivery_no,
              5);
    const PatientRecord record = patient("P1");
    EXPECT_EQ(record.patient.sex, Sex::male);
    EXPECT_TRUE(record.scans[1].symptoms.empty());
    EXPECT_EQ(record.therapies[0].end_date, day("2024-12-01"));
    EXPECT_EQ(record.events[0].note, "vessel, seen again");
    EXPECT_TRUE(value_of(check(registry_)).sound());
}

TEST_F(Amend, RefusesWithoutAReasonAndWhatTheRecordCannotSay)
{
    EXPECT_EQ(amend(measurement_row_, {{"side", "right"}}, "").error().code, ErrorCode::bad_input);
    EXPECT_THAT(amend(measurement_row_, {{"long_axis_mm", "6,4"}}).error().context,
                ElementsAre(HasSubstr("entry:1:long_axis_mm")));
    EXPECT_THAT(amend(measurement_row_, {{"length", "6.4"}}).error().context, ElementsAre(HasSubstr("length")));
    EXPECT_THAT(amend(measurement_row_, {{"status", ""}}).error().context, ElementsAre(HasSubstr("status")));
    EXPECT_THAT(amend(measurement_row_, {{"nodule_id", "N2"}}).error().context, ElementsAre(HasSubstr("key")));
    EXPECT_THAT(amend(measurement_row_, {{"short_axis_mm", "6.4"}}).error().context,
                ElementsAre(HasSubstr("short_axis_mm")));
    EXPECT_THAT(amend(patient_row_, {{"birth_date", "2024-07-01"}}).error().context.size(), 2U)
        << "a scan and a resection before birth";
    EXPECT_EQ(amend({.kind = RowKind::patient, .patient_id = "P9"}, {{"sex", "male"}}).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(amend({.kind = RowKind::scan, .patient_id = "P1", .scan_id = "Z"}, {{"symptoms", ""}}).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Amend, IsNotUndoneByTheNextExport)
{
    value_of(amend(measurement_row_, {{"long_axis_mm", "6.4"}}));
    EXPECT_THAT(refusal(first_rows(), "2025-04-01"), ElementsAre(HasSubstr("stored 6.4, delivered 5.4")));
}

TEST_F(Amend, ShowsInTheHistory)
{
    value_of(amend(measurement_row_, {{"long_axis_mm", "6.4"}, {"shape", ""}}));
    value_of(tracker::amend(registry_, measurement_row_, std::vector<Correction>{{"long_axis_mm", "5.4"}},
                            occasion_on("2025-03-02", "right the first time")));
    EXPECT_THAT(past(measurement_row_),
                ElementsAre("status=present@2025-02-01", "side=left@2025-02-01", "long_axis_mm=5.4@2025-02-01",
                            "long_axis_mm=6.4@2025-03-01", "long_axis_mm=5.4@2025-03-02", "shape=round@2025-02-01",
                            "shape=@2025-03-01", "reader=r1@2025-02-01"));
    EXPECT_THAT(past(measurement_row_, "shape"), ElementsAre("shape=round@2025-02-01", "shape=@2025-03-01"));
    EXPECT_THAT(past(measurement_row_, "volume_mm3"), ElementsAre());
    const PastValue last = value_of(history(registry_, measurement_row_, "long_axis_mm")).back();
    EXPECT_EQ(last.version, 3U);
    EXPECT_EQ(last.delivery.reason, "right the first time");
    EXPECT_EQ(last.delivery.actor, "ab");
    EXPECT_EQ(last.delivery.delivery_no, 3);
}

TEST_F(Amend, HistoryRefusesWhatIsNoColumnAndNoRow)
{
    EXPECT_EQ(history(registry_, measurement_row_, "length").error().code, ErrorCode::usage);
    EXPECT_EQ(history(registry_, measurement_row_, "scan_id").error().code, ErrorCode::usage);
    EXPECT_EQ(history(registry_, {.kind = RowKind::patient, .patient_id = "P9"}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace nodtrack::tracker
