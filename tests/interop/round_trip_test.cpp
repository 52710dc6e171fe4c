#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "support.hpp"
#include "value_text.hpp"

namespace nodtrack::interop {
namespace {

using testing::HasSubstr;
using testing_support::RandomRecord;
using testing_support::records_of;
using testing_support::TempFolder;
using testing_support::text_of;

TEST(Formula, IsWhatASpreadsheetWouldRunAlsoBehindWhatIsNotSeen)
{
    for (const std::string_view text : {"=1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''-1", " =1", "\n=1",
                                        "\xC2\xA0=1", "\xE2\x80\x8B+1", "\xEF\xBB\xBF@x",
                                        "\xEF\xBC\x9D"
                                        "1"}) {
        EXPECT_TRUE(would_be_formula(text)) << text;
    }
    for (const std::string_view text : {"", "'", "1", "a=1", " a", "'a", "M\xC3\xBCller", "5 - 6"}) {
        EXPECT_FALSE(would_be_formula(text)) << text;
    }
}

/// A record with its vectors in one order, and measurements by their ids: what two equal records have in common.
struct Comparable {
    Patient patient;
    std::map<std::string, Scan> scans;
    std::map<std::pair<std::string, std::string>, Findings> findings;
    std::map<std::tuple<Date, TherapyKind, std::string>, Therapy> therapies;
    std::map<std::tuple<Date, EventKind, std::string>, NoduleEvent> events;
    std::map<std::string, Visit> visits;
    std::map<std::tuple<Date, DecisionKind, std::string>, Decision> decisions;
    bool operator==(const Comparable&) const = default;
};

Comparable comparable(const PatientRecord& record)
{
    Comparable made;
    made.patient = record.patient;
    for (const Scan& scan : record.scans)
        made.scans[scan.scan_id] = scan;
    for (const Measurement& row : record.measurements) {
        made.findings[{record.scans[row.scan].scan_id, record.nodule_ids[row.nodule]}] = row.findings;
    }
    for (const Therapy& t : record.therapies)
        made.therapies[{t.start_date, t.kind, t.nodule_id}] = t;
    for (const NoduleEvent& e : record.events)
        made.events[{e.date, e.kind, e.nodule_id}] = e;
    for (const Visit& visit : record.visits)
        made.visits[visit.visit_id] = visit;
    for (const Decision& d : record.decisions)
        made.decisions[{d.decided_on, d.kind, d.decided_by}] = d;
    EXPECT_EQ(made.scans.size(), record.scans.size());
    EXPECT_EQ(made.findings.size(), record.measurements.size());
    EXPECT_EQ(made.therapies.size(), record.therapies.size());
    EXPECT_EQ(made.events.size(), record.events.size());
    EXPECT_EQ(made.visits.size(), record.visits.size());
    EXPECT_EQ(made.decisions.size(), record.decisions.size());
    return made;
}

std::vector<PatientRecord> random_records(std::uint32_t seed, int count)
{
    RandomRecord random(seed);
    std::vector<PatientRecord> records;
    for (int i = 0; i < count; ++i) {
        records.push_back(random.record(random.identifier() + " " + std::to_string(i)));
    }
    return records;
}

void expect_same(const std::vector<PatientRecord>& written, const Result<Delivery>& read)
{
    ASSERT_TRUE(read) << read.error().message << "\n" << (read.error().context.empty() ? "" : read.error().context[0]);
    const std::map<std::string, PatientRecord> back = records_of(*read);
    ASSERT_EQ(back.size(), written.size());
    for (const PatientRecord& record : written) {
        const auto found = back.find(record.patient.patient_id);
        ASSERT_NE(found, back.end()) << record.patient.patient_id;
        EXPECT_TRUE(comparable(found->second) == comparable(record)) << record.patient.patient_id;
    }
}

TEST(RoundTrip, ThroughCsvIsTheSameRecord)
{
    for (std::uint32_t seed = 0; seed < 30; ++seed) {
        const TempFolder folder;
        const std::vector<PatientRecord> records = random_records(seed, 25);
        Result<RecordWriter> writer = RecordWriter::into_csv_folder(folder.path() / "new");
        ASSERT_TRUE(writer) << writer.error().message;
        for (const PatientRecord& record : records) {
            ASSERT_TRUE(writer->add(record));
        }
        ASSERT_TRUE(writer->finish());
        expect_same(records, read_folder(folder.path() / "new"));
    }
}

TEST(RoundTrip, ThroughJsonIsTheSameRecord)
{
    for (std::uint32_t seed = 100; seed < 130; ++seed) {
        const TempFolder folder;
        const std::vector<PatientRecord> records = random_records(seed, 25);
        Result<RecordWriter> writer = RecordWriter::into_json_file(folder.path() / "record.json");
        ASSERT_TRUE(writer) << writer.error().message;
        for (const PatientRecord& record : records) {
            ASSERT_TRUE(writer->add(record));
        }
        ASSERT_TRUE(writer->finish());
        expect_same(records, read_folder(folder.path()));
        EXPECT_EQ(text_of(folder.path() / "record.json"), record_json(records));
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "parts were left behind";
    }
}

TEST(RoundTrip, OfNothingIsNothing)
{
    const TempFolder folder;
    ASSERT_TRUE(RecordWriter::into_csv_folder(folder.path())->finish());
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->patients.empty());
    EXPECT_TRUE(read_json_text(record_json({})));
}

TEST(RecordWriter, WritesRowsByDateAndId)
{
    PatientRecord record;
    record.patient.patient_id = "P1";
    record.scans.resize(3);
    const std::array<std::pair<const char*, const char*>, 3> scans = {
        {{"S3", "2024-02-01"}, {"S2", "2024-01-01"}, {"S1", "2024-02-01"}}};
    for (std::size_t i = 0; i < scans.size(); ++i) {
        record.scans[i].scan_id = scans[i].first;
        record.scans[i].scan_date = *Date::parse(scans[i].second);
    }
    record.nodule_ids = {"N2", "N1"};
    record.measurements = {{0, 0, {}}, {0, 1, {}}, {1, 0, {}}};
    const std::string document = record_json(std::vector<PatientRecord>{record});
    EXPECT_EQ(document,
              "{\n\"patients\": [\n{\"patient_id\":\"P1\"}\n],\n\"scans\": [\n"
              "{\"patient_id\":\"P1\",\"scan_id\":\"S2\",\"scan_date\":\"2024-01-01\",\"modality\":\"ct\",\"purpose\":"
              "\"diagnostic\"},\n"
              "{\"patient_id\":\"P1\",\"scan_id\":\"S1\",\"scan_date\":\"2024-02-01\",\"modality\":\"ct\",\"purpose\":"
              "\"diagnostic\"},\n"
              "{\"patient_id\":\"P1\",\"scan_id\":\"S3\",\"scan_date\":\"2024-02-01\",\"modality\":\"ct\",\"purpose\":"
              "\"diagnostic\"}\n"
              "],\n\"measurements\": [\n"
              "{\"patient_id\":\"P1\",\"scan_id\":\"S2\",\"nodule_id\":\"N2\",\"status\":\"present\"},\n"
              "{\"patient_id\":\"P1\",\"scan_id\":\"S3\",\"nodule_id\":\"N1\",\"status\":\"present\"},\n"
              "{\"patient_id\":\"P1\",\"scan_id\":\"S3\",\"nodule_id\":\"N2\",\"status\":\"present\"}\n"
              "],\n\"therapies\": [],\n\"events\": [],\n\"visits\": [],\n\"decisions\": []\n}\n");
}

TEST(RecordWriter, NeverOverwritesARecord)
{
    const TempFolder folder;
    folder.write("events.csv", "precious");
    folder.write("record.json", "precious");
    const Result<RecordWriter> csv = RecordWriter::into_csv_folder(folder.path());
    ASSERT_FALSE(csv);
    EXPECT_EQ(csv.error().code, ErrorCode::bad_input);
    EXPECT_THAT(csv.error().message, HasSubstr("events.csv: exists already"));
    EXPECT_FALSE(RecordWriter::into_json_file(folder.path() / "record.json"));
    EXPECT_EQ(text_of(folder.path() / "events.csv"), "precious");
    EXPECT_EQ(text_of(folder.path() / "record.json"), "precious");
}

TEST(RecordWriter, LeavesNothingWhenItIsGivenUp)
{
    const TempFolder folder;
    {
        Result<RecordWriter> csv = RecordWriter::into_csv_folder(folder.path());
        Result<RecordWriter> json = RecordWriter::into_json_file(folder.path() / "record.json");
        ASSERT_TRUE(csv->add(random_records(1, 1)[0]));
        ASSERT_TRUE(json->add(random_records(1, 1)[0]));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(RecordWriter, ReportsAPlaceThatCannotBeWritten)
{
    const TempFolder folder;
    folder.write("file", "");
    EXPECT_EQ(RecordWriter::into_csv_folder(folder.path() / "file" / "x").error().code, ErrorCode::bad_input);
    EXPECT_EQ(RecordWriter::into_json_file(folder.path() / "nowhere" / "x.json").error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace nodtrack::interop
