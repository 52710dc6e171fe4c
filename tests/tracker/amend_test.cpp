#include "nodtrack/tracker/amend.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "nodtrack/tracker/history.hpp"
#include "nodtrack/tracker/row_version.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::first_rows;
using test::provenance_on;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Amend : public test::RegistryTest {
  protected:
    Amend() { value_of(ingest(first_rows())); }

    Result<AmendReport> amend(const RowKey& row, std::vector<Correction> corrections,
                              const std::string& reason = "typed wrong")
    {
        return tracker::amend(registry_, row, corrections, provenance_on("2025-03-01", reason));
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

    const RowKey patient_row_{RowKind::patient, {"P1"}};
    const RowKey measurement_row_ = measurement_key("P1", "A", "N1");
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
    EXPECT_EQ(value_of(amend({RowKind::scan, {"P1", "B"}}, {{"symptoms", ""}})).delivery_no, 3);
    EXPECT_EQ(value_of(amend({RowKind::therapy, {"P1", "systemic", "2024-07-01", ""}}, {{"end_date", "2024-12-01"}}))
                  .delivery_no,
              4);
    EXPECT_EQ(
        value_of(amend({RowKind::event, {"P1", "N2", "not_a_nodule", "2024-09-02"}}, {{"note", "vessel, seen again"}}))
            .delivery_no,
        5);
    EXPECT_EQ(value_of(amend({RowKind::visit, {"P1", "V1"}}, {{"symptoms", ""}})).delivery_no, 6);
    const RowKey decision{RowKind::decision, {"P1", "2024-09-10", "accept", "Dr A"}};
    EXPECT_EQ(value_of(amend(decision, {{"next_step", "biopsy"}, {"board", ""}})).delivery_no, 7);
    EXPECT_THAT(past(decision), ElementsAre("action=SHORT_INTERVAL_CT@2025-02-01", "next_step=biopsy@2025-03-01",
                                            "board=yes@2025-02-01", "board=@2025-03-01"));
    const RowKey of_nobody{RowKind::decision, {"P1", "2024-09-10", "close", ""}};
    EXPECT_EQ(value_of(amend(of_nobody, {{"reason", "moved away"}})).delivery_no, 8);
    const PatientRecord record = patient("P1");
    EXPECT_TRUE(record.visits[0].symptoms.empty());
    EXPECT_EQ(record.decisions[0].next_step, NextStep::biopsy);
    EXPECT_EQ(record.decisions[0].board, std::nullopt);
    EXPECT_EQ(record.decisions[1].reason, "moved away");
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
    EXPECT_THAT(
        amend({RowKind::decision, {"P1", "2024-09-10", "accept", "Dr A"}}, {{"decided_by", "Dr B"}}).error().context,
        ElementsAre(HasSubstr("key")));
    EXPECT_THAT(amend(measurement_row_, {{"short_axis_mm", "6.4"}}).error().context,
                ElementsAre(HasSubstr("short_axis_mm")));
    EXPECT_THAT(amend(patient_row_, {{"birth_date", "2024-07-01"}}).error().context.size(), 2U)
        << "a scan and a resection before birth";
    EXPECT_EQ(amend({RowKind::patient, {"P9"}}, {{"sex", "male"}}).error().code, ErrorCode::not_found);
    EXPECT_EQ(amend({RowKind::scan, {"P1", "Z"}}, {{"symptoms", ""}}).error().code, ErrorCode::not_found);
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
                            provenance_on("2025-03-02", "right the first time")));
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
    EXPECT_EQ(history(registry_, {RowKind::patient, {"P9"}}).error().code, ErrorCode::not_found);
}

TEST_F(Amend, RefusesACorrectionOfAVersionThatHoldsNoMore)
{
    const auto amend_version = [&](store::Version version, const std::string& text) {
        store::Provenance provenance = provenance_on("2025-03-02", "typed wrong");
        provenance.actor = "cd";
        const std::vector<Correction> corrections = {{"long_axis_mm", text}};
        return tracker::amend(registry_, measurement_row_, corrections, provenance, {.expected_version = version});
    };
    value_of(amend_version(1, "6.4"));
    value_of(amend(measurement_row_, {{"shape", ""}, {"reader", "r7"}}));
    const std::int64_t held = deliveries();
    const auto stale = amend_version(1, "7.0");
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, ErrorCode::conflict);
    EXPECT_THAT(stale.error().message, HasSubstr("patient_id P1, scan_id A, nodule_id N1 was changed meanwhile"));
    EXPECT_THAT(stale.error().context, ElementsAre("version 3 holds, recorded by ab at 2025-03-01T08:30:00Z",
                                                   "version 1 was recorded by ab at 2025-02-01T08:30:00Z",
                                                   "long_axis_mm: was '5.4' in version 1, is '6.4' in version 3",
                                                   "shape: was 'round' in version 1, is not known in version 3",
                                                   "reader: was 'r1' in version 1, is 'r7' in version 3"));
    const auto unheard_of = amend_version(9, "7.0");
    EXPECT_EQ(unheard_of.error().code, ErrorCode::conflict);
    EXPECT_THAT(unheard_of.error().context, ::testing::Contains("version 9 was never recorded"));
    EXPECT_EQ(deliveries(), held);
    EXPECT_EQ(value_of(amend_version(3, "7.0")).changed.size(), 1U);
}

TEST_F(Amend, TellsTheVersionsOfARowAndWhoRecordedThem)
{
    value_of(amend(measurement_row_, {{"long_axis_mm", "6.4"}}));
    const auto versions = value_of(row_versions(registry_, measurement_row_));
    ASSERT_EQ(versions.size(), 2U);
    const auto value = [&](std::size_t version, std::string_view column) {
        return std::ranges::find(versions[version].values, column, &ColumnValue::column)->text;
    };
    EXPECT_EQ(value(0, "long_axis_mm"), "5.4");
    EXPECT_EQ(value(1, "long_axis_mm"), "6.4");
    EXPECT_EQ(value(1, "shape"), "round");
    EXPECT_EQ(versions[1].delivery.reason, "typed wrong");
    const CurrentVersion current = value_of(current_version(registry_, measurement_row_));
    EXPECT_EQ(current.version, 2U);
    EXPECT_EQ(current.delivery.actor, "ab");
    EXPECT_TRUE(value_of(recorded_only_by(registry_, measurement_row_, "ab")));
    EXPECT_FALSE(value_of(recorded_only_by(registry_, measurement_row_, "cd")));
    store::Provenance other = provenance_on("2025-03-02", "read again");
    other.actor = "cd";
    const std::vector<Correction> corrections = {{"short_axis_mm", "4"}};
    value_of(tracker::amend(registry_, measurement_row_, corrections, other));
    EXPECT_FALSE(value_of(recorded_only_by(registry_, measurement_row_, "ab"))) << "two people's by now";
    const RowKey none{RowKind::scan, {"P1", "Z"}};
    EXPECT_EQ(current_version(registry_, none).error().code, ErrorCode::not_found);
}

TEST_F(Amend, NamesEveryRowOfARecordWithItsVersion)
{
    value_of(amend(measurement_row_, {{"long_axis_mm", "6.4"}}));
    store::PatientReader reader = value_of(store::PatientReader::open(registry_));
    PatientRecord record;
    ASSERT_TRUE(value_of(reader.find("P1", record)));
    std::vector<std::string> rows;
    for (const RowAndVersion& row : row_keys_of(record, reader.versions())) {
        EXPECT_EQ(value_of(current_version(registry_, row.key)).version, row.version);
        rows.push_back(fmt::format("{} {}{} {}", kind_name(row.key.kind), row.key.value("scan_id"),
                                   row.key.value("nodule_id"), row.version));
    }
    EXPECT_THAT(rows, ElementsAre("patients  1", "scans A 1", "scans B 1", "measurements AN1 2", "measurements AN2 1",
                                  "measurements BN1 1", "therapies  1", "events N2 1", "visits  1", "decisions  1",
                                  "decisions  1"));
}

}  // namespace
}  // namespace nodtrack::tracker
