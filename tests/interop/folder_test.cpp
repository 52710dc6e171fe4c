#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/interop/record_reader.hpp"
#include "support.hpp"

namespace nodtrack::interop {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using testing_support::TempFolder;

const char* const one_patient = "patient_id\nP1\n";

TEST(Folder, MayHoldAnyOfTheFilesAndOthersToo)
{
    const TempFolder folder;
    folder.write("measurements.csv", "patient_id,scan_id,nodule_id,status\nP1,S1,N1,present\n");
    folder.write("README.txt", "not ours");
    folder.write("expected.csv", "not ours");
    folder.write("measurements.csv.bak", "not ours");
    folder.write("measurements.xlsx", "not ours");
    folder.write("data_dictionary.csv", "not ours");
    folder.write("history.csv", "not ours");
    folder.write("ages.csv", "not ours");
    folder.write("scan", "not ours");
    folder.write("ct_scan_protocol.pdf", "not ours");
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_THAT(read->measurements, SizeIs(1));
    EXPECT_EQ(read->place(RowKind::measurement, 2, "status"), "measurements.csv:2:status");
}

TEST(Folder, OfTheClinicalShapeIsRead)
{
    const TempFolder folder;
    folder.write("patients.csv", one_patient);
    folder.write("scans.csv", "patient_id,scan_id,scan_date,modality,purpose\nP1,S1,2024-01-01,ct,diagnostic\n");
    folder.write("measurements.csv", "patient_id,scan_id,nodule_id,status\nP1,S1,N1,present\n");
    folder.write("therapies.csv", "patient_id,kind,start_date\nP1,systemic,2024-01-01\n");
    folder.write("events.csv", "patient_id,nodule_id,kind,date\nP1,N1,board_baseline,2024-01-01\n");
    folder.write("visits.csv", "patient_id,visit_id,visit_date\nP1,V1,2024-01-01\n");
    folder.write("decisions.csv", "patient_id,decided_on,kind\nP1,2024-01-01,accept\n");
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_TRUE(read);
    EXPECT_THAT(read->patients, SizeIs(1));
    EXPECT_THAT(read->scans, SizeIs(1));
    EXPECT_THAT(read->measurements, SizeIs(1));
    EXPECT_THAT(read->therapies, SizeIs(1));
    EXPECT_THAT(read->events, SizeIs(1));
    EXPECT_THAT(read->visits, SizeIs(1));
    EXPECT_THAT(read->decisions, SizeIs(1));
}

TEST(Folder, WithAMistypedNameIsRefusedWithTheRightOne)
{
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"measurement.csv", "measurements.csv"},
        {"Patients.CSV", "patients.csv"},
        {"patient.csv", "patients.csv"},
        {"Scans.csv", "scans.csv"},
        {"scan.csv", "scans.csv"},
        {"therapy.csv", "therapies.csv"},
        {"event.csv", "events.csv"},
        {"Record.json", "record.json"},
        {"mesurements.csv", "measurements.csv"},
        {"measurements (1).csv", "measurements.csv"},
        {"measurements_old.csv", "measurements.csv"},
        {"Copy of scans.csv", "scans.csv"},
        {"scan (2).csv", "scans.csv"},
        {"scans - Kopie.csv", "scans.csv"},
        {"2024-05-01 measurements.csv", "measurements.csv"},
        {"visit.csv", "visits.csv"},
        {"decisions_2024.csv", "decisions.csv"},
        {"therapies final v2.csv", "therapies.csv"},
        {"record (1).json", "record.json"},
    };
    for (const auto& [name, right] : cases) {
        const TempFolder folder;
        if (std::string_view(right) != "patients.csv") folder.write("patients.csv", one_patient);
        folder.write(name, "anything");
        const Result<Delivery> read = read_folder(folder.path());
        ASSERT_FALSE(read) << name;
        EXPECT_EQ(read.error().code, ErrorCode::bad_input);
        EXPECT_THAT(read.error().context, ElementsAre(std::string(name) +
                                                      ":0:file: no file of a record has this name; "
                                                      "rename it to " +
                                                      right + ", or move it out of the folder"));
    }
}

TEST(Folder, WithAPartThatWasNotSavedAsCsvIsRefused)
{
    for (const char* const name : {"measurements.xlsx", "measurements.csv.bak", "measurements.txt", "scan.ods"}) {
        const TempFolder folder;
        folder.write("patients.csv", one_patient);
        folder.write(name, "anything");
        const Result<Delivery> read = read_folder(folder.path());
        ASSERT_FALSE(read) << name;
        EXPECT_THAT(read.error().context, ElementsAre(AllOf(StartsWith(name + std::string(":0:file: looks like ")),
                                                            HasSubstr("which is not there; save it as that"))));
    }
}

TEST(Folder, WithTwoFilesForOnePartIsRefused)
{
    const TempFolder folder;
    folder.write("patients.csv", one_patient);
    folder.write("patients (1).csv", "patient_id\nP2\n");
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().context,
                ElementsAre("patients (1).csv:0:file: looks like patients.csv, which is there too; "
                            "keep the right one under that name and move this file out of the "
                            "folder"));
}

TEST(Folder, MayHoldHiddenFilesOfSystemsAndPrograms)
{
    const TempFolder folder;
    folder.write("patients.csv", one_patient);
    for (const char* const name : {"._patients.csv", "._measurements.csv", "~$measurements.csv", "~$patients.xlsx",
                                   ".DS_Store", ".~lock.scans.csv#", ".measurements.csv"}) {
        folder.write(name, "not ours");
    }
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_THAT(read->patients, SizeIs(1));
    EXPECT_THAT(read->measurements, SizeIs(0));
}

TEST(Folder, WithoutARecordIsRefused)
{
    const TempFolder folder;
    folder.write("notes.txt", "nothing");
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::bad_input);
    EXPECT_THAT(read.error().message, HasSubstr("holds no file of a record; put patients.csv"));
}

TEST(Folder, ThatIsNotThereIsNotFound)
{
    const TempFolder folder;
    folder.write("file", "");
    EXPECT_EQ(read_folder(folder.path() / "nowhere").error().code, ErrorCode::not_found);
    EXPECT_EQ(read_folder(folder.path() / "file").error().code, ErrorCode::not_found);
    EXPECT_EQ(read_json_file(folder.path() / "nowhere.json").error().code, ErrorCode::not_found);
}

TEST(Folder, MayHoldAJsonDocumentInstead)
{
    const TempFolder folder;
    folder.write("record.json", R"({"patients": [{"patient_id": "P1"}]})");
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_TRUE(read);
    EXPECT_THAT(read->patients, SizeIs(1));
    folder.write("patients.csv", one_patient);
    const Result<Delivery> both = read_folder(folder.path());
    ASSERT_FALSE(both);
    EXPECT_THAT(both.error().context,
                ElementsAre("record.json:0:file: stands beside CSV files of a record; keep either "
                            "it or them"));
}

TEST(Folder, WithAFileThatCannotBeReadIsRefused)
{
    const TempFolder folder;
    std::filesystem::create_directory(folder.path() / "patients.csv");
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().context, ElementsAre(StartsWith("patients.csv:0:file: cannot be read")));
}

TEST(Folder, ReportsTheProblemsOfAllItsFiles)
{
    const TempFolder folder;
    folder.write("patients.csv", "patient_id,sex\nP1,m\n");
    folder.write("scans.csv", "patient_id\nP1\n");
    folder.write("event.csv", "");
    const Result<Delivery> read = read_folder(folder.path());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "6 problems in 3 files; nothing was stored");
    EXPECT_THAT(read.error().context,
                ElementsAre(StartsWith("event.csv:0:file: "), StartsWith("patients.csv:2:sex: "),
                            StartsWith("scans.csv:1:scan_id: "), StartsWith("scans.csv:1:scan_date: "),
                            StartsWith("scans.csv:1:modality: "), StartsWith("scans.csv:1:purpose: ")));
}

TEST(FolderWithProblems, KeepsTheRowsThatSaySomething)
{
    const TempFolder folder;
    folder.write("scans.csv",
                 "patient_id,scan_id,scan_date,modality,purpose,slice_thickness_mm\n"
                 "P1,S1,2024-01-01,ct,diagnostic,\"1,5\"\n"  // kept, without its thickness
                 "P1,S2,01.02.2024,ct,diagnostic,1.5\n"      // a scan of no day is none
                 "P1,,2024-01-03,ct,diagnostic,1.5\n");
    folder.write("patients.csv", "patient_id,birth_date\nP1,1.2.2001\n");
    const Result<Delivery> read = read_folder_with_problems(folder.path());
    ASSERT_TRUE(read);
    ASSERT_THAT(read->scans, SizeIs(1));
    EXPECT_EQ(read->scans[0].scan.scan_id, "S1");
    EXPECT_FALSE(read->scans[0].scan.slice_thickness);
    ASSERT_THAT(read->patients, SizeIs(1));
    EXPECT_FALSE(read->patients[0].patient.birth_date);
    EXPECT_THAT(read->problems, SizeIs(4));
    EXPECT_TRUE(read->rows_lost[static_cast<std::size_t>(RowKind::scan)]);
    EXPECT_FALSE(read->rows_lost[static_cast<std::size_t>(RowKind::patient)]);
}

TEST(FolderWithProblems, KnowsOfJsonRowsThatAreNone)
{
    const TempFolder folder;
    folder.write("record.json", R"({"scans": [5], "patients": [{"patient_id": "P1"}]})");
    const Result<Delivery> read = read_folder_with_problems(folder.path());
    ASSERT_TRUE(read);
    EXPECT_THAT(read->problems, SizeIs(1));
    EXPECT_TRUE(read->rows_lost[static_cast<std::size_t>(RowKind::scan)]);
}

}  // namespace
}  // namespace nodtrack::interop
