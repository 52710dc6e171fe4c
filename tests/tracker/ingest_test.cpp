#include "nodtrack/tracker/ingest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::first_rows;
using test::Rows;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Ingest : public test::RegistryTest {};

/// added, filled in, superseded, unchanged
std::vector<std::uint64_t> counts(const IngestReport& report, RowKind kind)
{
    const RowTally& tally = report.of(kind);
    return {tally.added, tally.filled_in, tally.superseded, tally.unchanged};
}

TEST_F(Ingest, StoresANewDeliveryAndCountsIt)
{
    const IngestReport report = value_of(ingest(first_rows()));
    EXPECT_EQ(report.delivery_no, 1);
    EXPECT_THAT(counts(report, RowKind::patient), ElementsAre(2, 0, 0, 0));
    EXPECT_THAT(counts(report, RowKind::scan), ElementsAre(3, 0, 0, 0));
    EXPECT_THAT(counts(report, RowKind::measurement), ElementsAre(4, 0, 0, 0));
    EXPECT_THAT(counts(report, RowKind::therapy), ElementsAre(1, 0, 0, 0));
    EXPECT_THAT(counts(report, RowKind::event), ElementsAre(1, 0, 0, 0));
    EXPECT_THAT(counts(report, RowKind::visit), ElementsAre(1, 0, 0, 0));
    EXPECT_THAT(counts(report, RowKind::decision), ElementsAre(2, 0, 0, 0));
    EXPECT_THAT(report.warnings, IsEmpty());
    EXPECT_EQ(patient("P1").measurements.size(), 3U);
    EXPECT_TRUE(value_of(check(registry_)).sound());
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(Ingest, OfTheSameRowsAgainChangesNothing)
{
    value_of(ingest(first_rows()));
    const AuditHead head = value_of(audit_head(registry_));
    const IngestReport report = value_of(ingest(first_rows(), "2025-03-01"));
    EXPECT_EQ(report.delivery_no, std::nullopt);
    EXPECT_THAT(counts(report, RowKind::measurement), ElementsAre(0, 0, 0, 4));
    EXPECT_THAT(counts(report, RowKind::patient), ElementsAre(0, 0, 0, 2));
    EXPECT_THAT(counts(report, RowKind::visit), ElementsAre(0, 0, 0, 1));
    EXPECT_THAT(counts(report, RowKind::decision), ElementsAre(0, 0, 0, 2));
    EXPECT_EQ(value_of(audit_head(registry_)), head);
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Ingest, TakesFromNextMonthsExportWhatIsNew)
{
    value_of(ingest(first_rows()));
    Rows next = first_rows();
    next.patients += "P3,,,,\n";
    next.scans += "P1,C,2025-03-01,ct,diagnostic,1.25,\n";
    next.measurements += "P1,C,N1,present,left,6.4,5.0,,,\nP1,C,N3,new,right,4.0,,,,\n";
    const IngestReport report = value_of(ingest(next, "2025-03-02"));
    EXPECT_EQ(report.delivery_no, 2);
    EXPECT_THAT(counts(report, RowKind::patient), ElementsAre(1, 0, 0, 2));
    EXPECT_THAT(counts(report, RowKind::measurement), ElementsAre(2, 0, 0, 4));
    const PatientRecord record = patient("P1");
    EXPECT_EQ(record.measurements.size(), 5U);
    EXPECT_THAT(record.nodule_ids, ElementsAre("N1", "N2", "N3"));
    EXPECT_EQ(patient("P1", day("2025-03-01")).measurements.size(), 3U);
}

TEST_F(Ingest, FillsInAValueWhereThereWasNone)
{
    value_of(ingest(first_rows()));
    const IngestReport report =
        value_of(ingest({"P1,,,high,\n", "P1,B,2024-09-01,ct,diagnostic,1.5,\n", "P1,A,N1,present,,,4.1,,,\n",
                         "P1,systemic,2024-07-01,2024-08-01,\n", "P1,N2,not_a_nodule,2024-09-02,a vessel\n",
                         "P1,V1,2024-09-05,,,told by the GP\n", "P1,2024-09-10,accept,,2024-12-10,,,Dr A,,\n"},
                        "2025-03-01"));
    for_each_kind(
        [&]<RowKind kind>() { EXPECT_THAT(counts(report, kind), ElementsAre(0, 1, 0, 0)) << kind_name(kind); });
    const PatientRecord record = patient("P1");
    EXPECT_EQ(record.patient.grade, Grade::high);
    EXPECT_EQ(record.patient.sex, Sex::female) << "a value not delivered stays";
    EXPECT_EQ(record.scans[1].slice_thickness, Length::from_thousandths(1500));
    EXPECT_TRUE(record.scans[1].symptoms.contains(Symptom::cough));
    EXPECT_EQ(record.measurements[0].findings.short_axis, Length::from_thousandths(4100));
    EXPECT_EQ(record.measurements[0].findings.long_axis, Length::from_thousandths(5400));
    EXPECT_EQ(record.therapies[0].end_date, day("2024-08-01"));
    EXPECT_EQ(record.events[0].note, "a vessel");
    EXPECT_EQ(record.visits[0].note, "told by the GP");
    EXPECT_TRUE(record.visits[0].symptoms.contains(Symptom::cough));
    EXPECT_EQ(record.decisions[0].due_date, day("2024-12-10"));
    EXPECT_EQ(record.decisions[0].action, Action::short_interval_ct);
    EXPECT_FALSE(patient("P1", day("2025-02-28")).patient.grade.has_value());
}

TEST_F(Ingest, TakesEmptyAndUnknownAsNoChange)
{
    value_of(ingest(first_rows()));
    const IngestReport report =
        value_of(ingest({"P1,,unknown,unknown,\n", "", "P1,A,N1,present,unknown,,,,unknown,\n"}, "2025-03-01"));
    EXPECT_EQ(report.delivery_no, std::nullopt);
    EXPECT_EQ(patient("P1").patient.sex, Sex::female);
    EXPECT_EQ(patient("P1").measurements[0].findings.side, Side::left);
}

TEST_F(Ingest, RefusesContradictionsAndNamesAllOfThem)
{
    value_of(ingest(first_rows()));
    const std::string remedy =
        "; deliver the stored value or leave the field empty to keep it, or give a reason to supersede it (--amend "
        "\"REASON\" on the command line, amend in the API)";
    EXPECT_THAT(
        refusal({"P2,,male,low,\nP1,1981-02-28,male,high,\n", "P1,B,2024-09-02,ct,diagnostic,,cough;local_pain\n",
                 "P1,A,N1,new,right,5.5,4.0,,oval,r1\nP1,B,N1,present,left,5.9,4.5,,,\n", "",
                 "P1,N2,not_a_nodule,2024-09-02,a vessel\n", "P1,V1,2024-09-06,phone,cough,\n",
                 "P1,2024-09-10,accept,PET_CT,,,no,Dr A,,\n"}),
        ElementsAre("patients.csv:3:birth_date: stored 1980-02-29, delivered 1981-02-28" + remedy,
                    "patients.csv:3:sex: stored female, delivered male" + remedy,
                    "scans.csv:2:scan_date: stored 2024-09-01, delivered 2024-09-02" + remedy,
                    "scans.csv:2:symptoms: stored cough, delivered cough;local_pain" + remedy,
                    "measurements.csv:2:status: stored present, delivered new" + remedy,
                    "measurements.csv:2:side: stored left, delivered right" + remedy,
                    "measurements.csv:2:long_axis_mm: stored 5.4, delivered 5.5" + remedy,
                    "measurements.csv:2:shape: stored round, delivered oval" + remedy,
                    "visits.csv:2:visit_date: stored 2024-09-05, delivered 2024-09-06" + remedy,
                    "decisions.csv:2:action: stored SHORT_INTERVAL_CT, delivered PET_CT" + remedy,
                    "decisions.csv:2:board: stored yes, delivered no" + remedy));
    EXPECT_EQ(deliveries(), 1);
    EXPECT_FALSE(patient("P1").patient.grade.has_value()) << "nothing of the delivery is stored";
}

TEST_F(Ingest, SupersedesWithAReasonAndKeepsTheEarlierValue)
{
    value_of(ingest(first_rows()));
    const Rows second = {"", "", "P1,A,N1,present,right,5.5,,,,\nP1,B,N1,present,left,5.9,4.5,,,\n"};
    const IngestOptions amending = {.amend_reason = "second reading", .confirm = true};
    const IngestReport report = value_of(ingest(second, "2025-03-01", amending));
    EXPECT_THAT(counts(report, RowKind::measurement), ElementsAre(0, 0, 1, 1));
    EXPECT_EQ(patient("P1").measurements[0].findings.side, Side::right);
    EXPECT_EQ(patient("P1").measurements[0].findings.shape, Shape::round);
    EXPECT_EQ(patient("P1", day("2025-02-28")).measurements[0].findings.side, Side::left);
    const auto versions =
        value_of(store::versions_of<RowKind::measurement>(registry_, std::vector<std::string>{"P1", "A", "N1"}));
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_THAT(versions[1].delivery.reason, HasSubstr("second reading; confirmed: measurements.csv:"));
    EXPECT_EQ(value_of(ingest(second, "2025-03-01", amending)).delivery_no, std::nullopt);
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(Ingest, SupersedesVisitsAndDecisionsInTheSameWay)
{
    value_of(ingest(first_rows()));
    const Rows second = {.visits = "P1,V1,2024-09-06,phone,,\n",
                         .decisions = "P1,2024-09-10,accept,PET_CT,,,,Dr A,,as in the minutes\n"};
    const IngestReport report = value_of(ingest(second, "2025-03-01", {"from the letters", false}));
    EXPECT_THAT(counts(report, RowKind::visit), ElementsAre(0, 0, 1, 0));
    EXPECT_THAT(counts(report, RowKind::decision), ElementsAre(0, 0, 1, 0));
    const PatientRecord now = patient("P1");
    EXPECT_EQ(now.visits[0].visit_date, day("2024-09-06"));
    EXPECT_TRUE(now.visits[0].symptoms.contains(Symptom::cough));
    EXPECT_EQ(now.decisions[0].action, Action::pet_ct);
    EXPECT_EQ(now.decisions[0].reason, "as in the minutes");
    EXPECT_EQ(now.decisions[0].board, Answer::yes);
    ASSERT_EQ(now.decisions.size(), 2U);
    EXPECT_EQ(now.decisions[1].kind, DecisionKind::close);
    const PatientRecord before = patient("P1", day("2025-02-28"));
    EXPECT_EQ(before.visits[0].visit_date, day("2024-09-05"));
    EXPECT_EQ(before.decisions[0].action, Action::short_interval_ct);
    EXPECT_EQ(before.decisions[0].reason, "");
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
    EXPECT_TRUE(value_of(check(registry_)).sound());
}

TEST_F(Ingest, TellsDecisionsOfOneDayApartByKindAndPerson)
{
    value_of(ingest(first_rows()));
    const IngestReport report =
        value_of(ingest({.decisions = "P1,2024-09-10,accept,PET_CT,,,,,,\nP1,2024-09-10,accept,PET_CT,,,,Dr B,,\n"
                                      "P1,2024-09-10,override,PET_CT,,,,Dr A,,\n"}));
    EXPECT_THAT(counts(report, RowKind::decision), ElementsAre(3, 0, 0, 0));
    EXPECT_EQ(patient("P1").decisions.size(), 5U);
}

TEST_F(Ingest, RefusesVisitsAndDecisionsThatTheRecordCannotHave)
{
    value_of(ingest(first_rows()));
    EXPECT_THAT(refusal({.visits = "P1,V2,1979-01-01,,,\nP1,V3,2025-02-02,,,\nP9,V1,2024-01-01,,,\n",
                         .decisions = "P1,1979-01-01,close,,,,,,,\nP1,2025-02-02,close,,,,,,,\n"
                                      "P1,2025-01-01,accept,PET_CT,2026-01-01,,,,,\n"}),
                ElementsAre(HasSubstr("visits.csv:2:visit_date: 1979-01-01 is before the date of birth"),
                            HasSubstr("visits.csv:3:visit_date: 2025-02-02 lies after the day of ingest"),
                            HasSubstr("visits.csv:4:patient_id: no such patient"),
                            HasSubstr("decisions.csv:2:decided_on: 1979-01-01 is before the date of birth"),
                            HasSubstr("decisions.csv:3:decided_on: 2025-02-02 lies after the day of ingest")))
        << "a due date may lie ahead";
}

TEST_F(Ingest, CountsButStoresNothingOnADryRun)
{
    const IngestReport report = value_of(ingest(first_rows(), "2025-02-01", {"", true}));
    EXPECT_THAT(counts(report, RowKind::measurement), ElementsAre(4, 0, 0, 0));
    EXPECT_EQ(report.delivery_no, std::nullopt);
    EXPECT_EQ(deliveries(), 0);
    EXPECT_FALSE(ingest({"", "P9,A,2024-01-01,ct,diagnostic,,\n"}, "2025-02-01", {"", true}));
}

TEST_F(Ingest, RefusesRowsOfUnknownPatientsAndScans)
{
    value_of(ingest(first_rows()));
    const std::vector<std::string> lines =
        refusal({"", "P9,A,2024-01-01,ct,diagnostic,,\n",
                 "P1,Z,N1,present,,,,,,\nP8,A,N1,present,,,,,,\nP1,B,N2,present,,,,,,\n", "P7,systemic,2024-01-01,,\n",
                 "P6,N1,not_a_nodule,2024-01-01,\n"});
    ASSERT_EQ(lines.size(), 5U);
    EXPECT_THAT(lines[0], HasSubstr("scans.csv:2:patient_id: no such patient"));
    EXPECT_THAT(lines[1], HasSubstr("measurements.csv:2:scan_id: this patient has no such scan"));
    EXPECT_THAT(lines[2], HasSubstr("measurements.csv:3:patient_id: no such patient"));
    EXPECT_THAT(lines[3], HasSubstr("therapies.csv:2:patient_id: no such patient"));
    EXPECT_THAT(lines[4], HasSubstr("events.csv:2:patient_id: no such patient"));
}

TEST_F(Ingest, RefusesARecordThatContradictsItself)
{
    value_of(ingest(first_rows()));
    EXPECT_THAT(refusal({"", "P1,C,1979-01-01,ct,diagnostic,,\n"}), ElementsAre(HasSubstr("scans.csv:2:scan_date: ")));
    EXPECT_THAT(refusal({"", "P1,C,2025-02-02,ct,diagnostic,,\n"}), ElementsAre(HasSubstr("scans.csv:2:scan_date: ")));
    EXPECT_THAT(refusal({"", "", "", "P1,sbrt,2024-07-01,2024-07-02,N9\n"}),
                ElementsAre(HasSubstr("therapies.csv:2:nodule_id: ")));
    EXPECT_THAT(refusal({"", "", "", "", "P1,N9,not_a_nodule,2024-07-01,\n"}),
                ElementsAre(HasSubstr("events.csv:2:nodule_id: ")));
    EXPECT_THAT(refusal({"P2,2025-01-02,,,\n"}), ElementsAre(HasSubstr("patients.csv:2:")))
        << "a date of birth that a stored scan lies before";
    EXPECT_THAT(refusal({"", "", "P1,A,N1,present,,,5.5,,,\n"}),
                ElementsAre(HasSubstr("measurements.csv:2:short_axis_mm: together with the stored row")));
    EXPECT_THAT(refusal({"", "", "P1,A,N1,present,,,,900.0,,\n"}),
                ElementsAre(HasSubstr("measurements.csv:2:volume_mm3: together with the stored row")));
    EXPECT_EQ(deliveries(), 1);
}

TEST_F(Ingest, IsNotHeldUpByWhatWasStoredBefore)
{
    value_of(ingest(first_rows()));
    // A computer whose clock was set back: the stored scan lies ahead now, and that is not this delivery's doing.
    EXPECT_THAT(refusal({"", "P2,B,2024-12-01,ct,diagnostic,,\n"}, "2024-12-31"), IsEmpty());
}

TEST_F(Ingest, WarnsOfANoduleReportedNewWithAnEarlierRow)
{
    value_of(ingest(first_rows()));
    const IngestReport later = value_of(ingest({"", "P1,C,2025-01-01,ct,diagnostic,,\n", "P1,C,N2,new,,4.0,,,,\n"}));
    EXPECT_THAT(later.warnings, ElementsAre(HasSubstr("measurements.csv:2:status: reported new, but the nodule has an "
                                                      "earlier row, of 2024-06-01")));
    const IngestReport earlier =
        value_of(ingest({"", "P1,Z,2023-01-01,ct,diagnostic,,\n", "P1,Z,N2,present,,4.0,,,,\n"}));
    ASSERT_EQ(earlier.warnings.size(), 2U) << "rows on two later scans say new";
    EXPECT_THAT(earlier.warnings[0], HasSubstr("measurements.csv:2:status: the nodule is reported new later"));
    EXPECT_THAT(value_of(ingest({"P1,,,high,\n"})).warnings, IsEmpty()) << "told once";
}

TEST_F(Ingest, RefusesTwoRowsOfOneKeyWhoeverMadeTheDelivery)
{
    Delivery delivery = test::delivery_of_rows(first_rows());
    delivery.measurements.push_back(delivery.measurements[0]);
    delivery.measurements.back().line = 99;
    delivery.patients.push_back(delivery.patients[0]);
    delivery.patients.back().line = 98;
    const Result<IngestReport> report = tracker::ingest(registry_, delivery, test::provenance_on("2025-02-01"));
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().context,
                ElementsAre(HasSubstr("patients.csv:98:patient_id: row 2 has the same key"),
                            HasSubstr("measurements.csv:99:nodule_id: row 2 has the same key")));
}

TEST_F(Ingest, KeepsWhatALaterDeliveryLeavesOut)
{
    value_of(ingest(first_rows()));
    value_of(ingest({"P1,,,high,\n"}));
    EXPECT_EQ(patient("P1").measurements.size(), 3U);
    EXPECT_EQ(patient("P2").scans.size(), 1U);
}

/// Everything of every patient as one text.
std::string contents_of(const store::Registry& registry)
{
    PatientReader reader = value_of(PatientReader::open(registry));
    PatientRecord record;
    std::string contents;
    while (value_of(reader.next(record)))
        contents += record.patient.patient_id + '\n';
    return contents + value_of(audit_head(registry)).text();
}

std::string shuffled(const std::string& rows, std::mt19937& random)
{
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < rows.size(); begin = rows.find('\n', begin) + 1) {
        lines.push_back(rows.substr(begin, rows.find('\n', begin) - begin + 1));
    }
    std::shuffle(lines.begin(), lines.end(), random);
    std::string text;
    for (const std::string& line : lines)
        text += line;
    return text;
}

TEST_F(Ingest, DoesNotGoByTheOrderOfRows)
{
    Rows rows;
    for (int i = 0; i < 40; ++i) {
        const std::string id = "P" + std::to_string(i);
        rows.patients += id + ",1980-01-01,,,\n";
        for (const std::string scan : {"10", "9", "2024"}) {
            rows.scans += id + "," + scan + ",2024-01-" + (scan == "2024" ? "20" : "1" + scan.substr(0, 1)) +
                          ",ct,diagnostic,,\n";
            for (const std::string nodule : {"N1", "N10", "N2"}) {
                rows.measurements +=
                    id + "," + scan + "," + nodule + ",present,,5." + std::to_string(i % 10) + ",,,,\n";
            }
        }
        rows.therapies += id + ",sbrt,2024-02-01,2024-02-02,N10\n" + id + ",ablation,2024-02-01,,N2\n" + id +
                          ",systemic,2023-02-01,,\n";
        rows.events += id + ",N2,not_a_nodule,2024-02-01,\n" + id + ",N10,board_baseline,2024-02-01,x\n";
    }
    value_of(ingest(rows));
    const std::string expected = contents_of(registry_);  // the head of the log hashes every row
    std::mt19937 random(7);
    for (int tries = 0; tries < 20; ++tries) {
        const test::TemporaryFolder folder;
        store::Registry other = value_of(store::Registry::open(folder / "r.db"));
        const Rows mixed = {shuffled(rows.patients, random), shuffled(rows.scans, random),
                            shuffled(rows.measurements, random), shuffled(rows.therapies, random),
                            shuffled(rows.events, random)};
        value_of(tracker::ingest(other, test::delivery_of_rows(mixed), test::provenance_on("2025-02-01")));
        EXPECT_EQ(contents_of(other), expected);
        EXPECT_EQ(value_of(tracker::ingest(other, test::delivery_of_rows(rows), test::provenance_on("2025-02-02")))
                      .delivery_no,
                  std::nullopt);
    }
}

TEST_F(Ingest, InAnyPartsComesToTheSameRecord)
{
    std::mt19937 random(13);
    const Rows all = first_rows();
    value_of(ingest(all));
    for (int tries = 0; tries < 10; ++tries) {
        const test::TemporaryFolder folder;
        store::Registry other = value_of(store::Registry::open(folder / "r.db"));
        const auto store = [&](const Rows& rows) {
            value_of(tracker::ingest(other, test::delivery_of_rows(rows), test::provenance_on("2025-02-01")));
        };
        store({shuffled(all.patients, random)});
        store({"", all.scans});
        store({"", "", shuffled(all.measurements, random)});
        store({all.patients, "", "", all.therapies, all.events});
        for (const char* id : {"P1", "P2"}) {
            const PatientRecord one = patient(id);
            const PatientRecord two = value_of(read_patient(other, id));
            EXPECT_EQ(one.patient, two.patient);
            EXPECT_EQ(one.scans, two.scans);
            EXPECT_EQ(one.nodule_ids, two.nodule_ids);
            EXPECT_EQ(one.therapies, two.therapies);
            EXPECT_EQ(one.events, two.events);
            ASSERT_EQ(one.measurements.size(), two.measurements.size());
            for (std::size_t i = 0; i < one.measurements.size(); ++i) {
                EXPECT_EQ(one.measurements[i].findings, two.measurements[i].findings);
            }
        }
    }
}

}  // namespace
}  // namespace nodtrack::tracker
