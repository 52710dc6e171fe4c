#include <filesystem>
#include <fstream>

#include "nodtrack/interop/record_reader.hpp"
#include "support.hpp"

namespace nodtrack::test {
namespace {

/// Every problem of every file is reported at once: those a reader finds in one cell, and those that only the whole
/// delivery, beside the registry, shows.
class AllProblems : public RegistryTest {
  protected:
    void write(const std::string& name, std::string_view header, const std::string& rows)
    {
        std::ofstream(folder_ / name, std::ios::binary) << header << rows;
    }

    std::vector<std::string> places()
    {
        const auto delivery = interop::read_folder_with_problems(folder_.path());
        EXPECT_TRUE(delivery);
        const auto report = tracker::ingest(registry_, *delivery, provenance_on("2025-02-01"));
        EXPECT_FALSE(report) << "a delivery with problems is never stored";
        std::vector<std::string> places;
        if (report) return places;
        for (const std::string& line : report.error().context) {
            places.push_back(line.substr(0, line.find(": ")));
        }
        return places;
    }
};

TEST_F(AllProblems, OfCellsAndOfTheWholeAreToldTogetherInOrder)
{
    write("patients.csv", patients_header, "P1,1980-02-29,femal,,\nP2,,,low,\n");
    write("scans.csv", scans_header,
          "P1,A,2024-06-01,ct,diagnostic,,\nP9,A,2024-06-01,ct,diagnostic,,\nP2,A,2024-06-01,CT,diagnostic,,\n");
    write("measurements.csv", measurements_header, "P1,A,N1,present,left,5.4,,,round,\nP1,Z,N1,present,left,5.4,,,,\n");
    EXPECT_EQ(places(), (std::vector<std::string>{"patients.csv:2:sex", "scans.csv:3:patient_id",
                                                  "scans.csv:4:modality", "measurements.csv:3:scan_id"}));
}

TEST_F(AllProblems, LeaveOutWhatOnlyFollowsFromARowThatCouldNotBeRead)
{
    write("patients.csv", patients_header, "P1,1980-02-29,female,,,too many cells\n");
    write("scans.csv", scans_header, "P1,A,2024-06-01,ct,diagnostic,,\n");
    write("measurements.csv", measurements_header, "P1,Z,N1,present,left,5.4,,,round,\n");
    EXPECT_EQ(places(), (std::vector<std::string>{"patients.csv:2:column 6"}))
        << "that P1 is not known, and so its scans, is the fault of the row that could not be read";
}

TEST_F(AllProblems, OfOneRowAreNotToldTwice)
{
    write("patients.csv", patients_header, "P1,1980-02-29,female,,\n");
    write("scans.csv", scans_header, "P1,A,2024-06-31,ct,diagnostic,,\n");
    EXPECT_EQ(places(), (std::vector<std::string>{"scans.csv:2:scan_date"}))
        << "the day that could not be read is no day before birth";
}

}  // namespace
}  // namespace nodtrack::test
