#include "nodtrack/interop/history_export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "csv_scanner.hpp"
#include "nodtrack/interop/data_dictionary.hpp"

namespace nodtrack::interop {
namespace {

using testing::SizeIs;

Date day(std::string_view iso)
{
    return *Date::parse(iso);
}

PatientRecord record_of_three_scans()
{
    PatientRecord record;
    record.patient.patient_id = "P1";
    record.patient.birth_date = day("2000-06-15");
    record.patient.resection_date = day("2024-02-01");
    record.patient.histology = Histology::osteosarcoma;
    record.scans.resize(3);
    record.scans[0].scan_id = "C";
    record.scans[0].scan_date = day("2024-06-15");
    record.scans[1].scan_id = "A";
    record.scans[1].scan_date = day("2024-01-01");
    record.scans[1].modality = Modality::radiograph;
    record.scans[2].scan_id = "B";
    record.scans[2].scan_date = day("2024-06-14");
    record.scans[2].slice_thickness = Length::from_thousandths(1250);
    record.nodule_ids = {"N2", "N1"};
    Findings seen;
    seen.long_axis = Length::from_thousandths(5400);
    seen.reader = "=R,1";
    record.measurements = {{0, 0, seen}, {2, 0, seen}, {2, 1, seen}};
    record.therapies.push_back({TherapyKind::systemic, day("2024-06-15"), {}, ""});
    return record;
}

TEST(HistoryRows, AreOneANoduleAScanInOrder)
{
    const PatientRecord record = record_of_three_scans();
    const std::vector<HistoryRow> rows = history_rows_of(record);
    ASSERT_THAT(rows, SizeIs(3));
    EXPECT_EQ(rows[0].nodule_id, "N1");
    EXPECT_EQ(rows[1].nodule_id, "N2");
    EXPECT_EQ(rows[1].scan->scan_id, "B");
    EXPECT_EQ(rows[2].scan->scan_id, "C");
    EXPECT_EQ(rows[0].patient, &record.patient);
}

TEST(HistoryRows, CountDaysAndYears)
{
    const PatientRecord record = record_of_three_scans();
    const std::vector<HistoryRow> rows = history_rows_of(record);
    EXPECT_EQ(rows[1].days_since_first_scan, 165);  // the radiograph
    EXPECT_EQ(rows[1].days_since_first_seen, 0);
    EXPECT_FALSE(rows[1].days_since_last_row);
    EXPECT_EQ(rows[2].days_since_first_seen, 1);
    EXPECT_EQ(rows[2].days_since_last_row, 1);
    EXPECT_EQ(rows[2].days_since_resection, 135);
    EXPECT_EQ(rows[1].age_years, 23);  // the day before the birthday
    EXPECT_EQ(rows[2].age_years, 24);
    EXPECT_FALSE(rows[1].after_systemic_therapy_start);
    EXPECT_TRUE(rows[2].after_systemic_therapy_start);
}

TEST(HistoryRows, LeaveAbsentWhatIsNotKnown)
{
    PatientRecord record = record_of_three_scans();
    record.patient.birth_date.reset();
    record.patient.resection_date.reset();
    const HistoryRow row = history_rows_of(record).front();
    EXPECT_FALSE(row.age_years);
    EXPECT_FALSE(row.days_since_resection);
    EXPECT_TRUE(history_rows_of(PatientRecord()).empty());
}

std::string written(HistoryFormat format, bool with_rows)
{
    const PatientRecord record = record_of_three_scans();
    std::ostringstream out;
    HistoryWriter writer(out, format);
    if (with_rows) {
        std::vector<HistoryRow> rows = history_rows_of(record);
        rows[0].growth_state = "NO_PRIOR";
        rows[0].nodule_class = "INDETERMINATE";
        rows[0].vdt_days = 99.96;
        rows[0].stable_months = 0;
        for (const HistoryRow& row : rows)
            writer.add(row);
    }
    writer.finish();
    return out.str();
}

std::vector<std::string> history_columns()
{
    std::vector<std::string> names;
    for (const DictionaryEntry& entry : data_dictionary()) {
        if (entry.file == "history") names.emplace_back(entry.column);
    }
    return names;
}

TEST(HistoryCsv, HasTheColumnsOfTheDictionary)
{
    std::string text = written(HistoryFormat::csv, true);
    CsvScanner scanner(text);
    CsvRecord record;
    ASSERT_TRUE(scanner.next(record));
    const std::vector<std::string> names = history_columns();
    ASSERT_EQ(std::vector<std::string>(record.cells.begin(), record.cells.end()), names);
    ASSERT_TRUE(scanner.next(record));
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < names.size(); ++i)
        row[names[i]] = record.cells[i];
    EXPECT_EQ(row.size(), names.size()) << "a name stands twice";
    EXPECT_EQ(row["patient_id"], "P1");
    EXPECT_EQ(row["scan_date"], "2024-06-14");
    EXPECT_EQ(row["slice_thickness_mm"], "1.25");
    EXPECT_EQ(row["long_axis_mm"], "5.4");
    EXPECT_EQ(row["histology"], "osteosarcoma");
    EXPECT_EQ(row["reader"], "'=R,1") << "no spreadsheet runs it";
    EXPECT_EQ(row["age_years"], "23");
    EXPECT_EQ(row["after_systemic_therapy_start"], "no");
    EXPECT_EQ(row["class"], "INDETERMINATE");
    EXPECT_EQ(row["vdt_days"], "100.0");
    EXPECT_EQ(row["stable_months"], "0");
    EXPECT_EQ(row["iv_contrast"], "");
    EXPECT_EQ(row.count("birth_date"), 0U);
    ASSERT_TRUE(scanner.next(record));
    ASSERT_TRUE(scanner.next(record));
    EXPECT_FALSE(scanner.next(record));
}

TEST(HistoryJson, IsAnArrayOfObjectsWithEveryColumn)
{
    const nlohmann::json document = nlohmann::json::parse(written(HistoryFormat::json, true));
    ASSERT_THAT(document, SizeIs(3));
    for (const std::string& name : history_columns()) {
        EXPECT_TRUE(document[0].contains(name)) << name;
    }
    EXPECT_EQ(document[0]["long_axis_mm"], 5.4);
    EXPECT_EQ(document[0]["days_since_first_scan"], 165);
    EXPECT_EQ(document[0]["vdt_days"], 100.0);
    EXPECT_EQ(document[1]["vdt_days"], nullptr);
    EXPECT_EQ(document[1]["class"], nullptr);
    EXPECT_EQ(document[0]["reader"], "=R,1");
    EXPECT_EQ(nlohmann::json::parse(written(HistoryFormat::json, false)), nlohmann::json::array());
}

}  // namespace
}  // namespace nodtrack::interop
