#include "nodtrack/interop/study_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "nodtrack/interop/data_package.hpp"
#include "nodtrack/interop/statements.hpp"

namespace nodtrack::interop {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<StudyFile> all_files()
{
    std::vector<StudyFile> files;
    for (std::size_t i = 0; i < study_file_count; ++i)
        files.push_back(static_cast<StudyFile>(i));
    return files;
}

TEST(StudyFiles, NameEachColumnOnceAndSayWhatItMeans)
{
    for (const StudyFile file : all_files()) {
        std::set<std::string_view> names;
        for (const StudyColumn& column : columns_of(file)) {
            EXPECT_TRUE(names.insert(column.name).second) << name_of(file) << " " << column.name;
            EXPECT_FALSE(column.meaning.empty()) << name_of(file) << " " << column.name;
            EXPECT_EQ(column.words.empty(), column.type != "word") << name_of(file) << " " << column.name;
        }
    }
}

TEST(StudyFiles, OfCdiscKeepToWhatSasXportTakes)
{
    for (const StudyFile file : {StudyFile::tu, StudyFile::tr}) {
        for (const StudyColumn& column : columns_of(file)) {
            EXPECT_LE(column.name.size(), 8U) << column.name;
            EXPECT_LE(column.meaning.size(), 40U) << column.meaning;
        }
    }
}

TEST(StudyFiles, OfDeidentifiedExportsHaveNoDayOfRecordingAndNothingInError)
{
    for (const StudyFile file : {StudyFile::recorded, StudyFile::corrections, StudyFile::retractions})
        EXPECT_FALSE(is_in_deidentified(file)) << name_of(file);
}

TEST(StudyTable, WritesTextsSoThatTheyComeBack)
{
    std::ostringstream out;
    StudyTable table(out, StudyFile::retractions);
    table.add(std::vector<std::string>{"P1", "visits", "", "=typed twice", R"({"patient_id":"P1"})"});
    EXPECT_EQ(out.str(),
              "patient_id,row_kind,moved_to_patient_id,reason,row\n"
              "P1,visits,,'=typed twice,\"{\"\"patient_id\"\":\"\"P1\"\"}\"\n");
    EXPECT_THROW(table.add(std::vector<std::string>{"P1"}), std::logic_error) << "a row of another length is a bug";
}

class StatementsTest : public ::testing::Test {
  protected:
    StatementsTest()
    {
        std::string name = (std::filesystem::temp_directory_path() / "nodtrack_XXXXXX").string();
        folder_ = mkdtemp(name.data());
    }
    ~StatementsTest() override { std::filesystem::remove_all(folder_); }
    std::vector<std::string> problems(std::string_view name, const std::string& text)
    {
        std::ofstream(folder_ / name, std::ios::binary) << text;
        const auto read = read_statements(folder_);
        return read ? std::vector<std::string>{} : read.error().context;
    }

    std::filesystem::path folder_;
};

TEST_F(StatementsTest, AreNoneWhereThereIsNoFile)
{
    EXPECT_TRUE(read_statements(folder_).value().empty());
}

TEST_F(StatementsTest, TellWhatIsWrongWithARowAndWhere)
{
    EXPECT_THAT(problems("retractions.csv", "patient_id,row_kind,row\nP1,scan,{}\n"),
                ElementsAre(HasSubstr("retractions.csv:2:row_kind: is \"scan\"; expected one of patients, scans")));
    EXPECT_THAT(problems("retractions.csv", "patient_id,row_kind,row\nP1,scans,no\n"),
                ElementsAre("retractions.csv:2:row: is no JSON object; write the columns of the row"));
    EXPECT_THAT(problems("retractions.csv", "patient_id,row_kind,row\nP1,scans,\"{\"\"patient_id\"\":\"\"P2\"\"}\"\n"),
                ElementsAre(HasSubstr("is of another patient than the line")));
    EXPECT_THAT(problems("retractions.csv",
                         "patient_id,row_kind,row\nP1,patients,\"{\"\"patient_id\"\":\"\"P1\"\"}\"\n"
                         "P1,visits,\"{\"\"patient_id\"\":\"\"P1\"\",\"\"visit_id\"\":\"\"V\"\",\"\"visit_date\"\":"
                         "\"\"soon\"\"}\"\n"),
                ElementsAre(HasSubstr("retractions.csv:3:row: visit_date: ")))
        << "a row of its kind is read as strictly as any other";
    EXPECT_THAT(problems("retractions.csv", "patient_id,row_kind\n"),
                ElementsAre(HasSubstr("retractions.csv:1:row: the column is missing")));
}

PackageFacts facts()
{
    return {.program_version = "1.0.0",
            .policy_id = "p",
            .policy_version = "1.1.0",
            .policy_sha256 = "ab",
            .as_of = *Date::parse("2026-11-20"),
            .patients = 2,
            .scans = 3,
            .nodules = 4};
}

TEST(DataPackage, HasATableSchemaForEachCsvFile)
{
    const std::vector<PackagedFile> files = {{"patients.csv", 10, "ff"}, {"links.csv", 20, "00"}, {"tu.xpt", 1, "11"}};
    const json package = json::parse(data_package_json(files, facts()));
    ASSERT_EQ(package["resources"].size(), 3U);
    const json& patients = package["resources"][0];
    EXPECT_EQ(patients["hash"], "sha256:ff");
    EXPECT_EQ(patients["schema"]["primaryKey"], json::array({"patient_id"}));
    const json& sex = patients["schema"]["fields"][2];
    EXPECT_EQ(sex["constraints"]["enum"], json::array({"female", "male", "other", "unknown"}));
    EXPECT_EQ(patients["schema"]["fields"][1]["type"], "date");
    EXPECT_EQ(package["resources"][1]["schema"]["foreignKeys"][0]["reference"]["resource"], "patients");
    EXPECT_FALSE(package["resources"][2].contains("schema"));
    EXPECT_EQ(data_package_json(files, facts()), data_package_json(files, facts())) << "no clock";
}

TEST(DataPackage, NamesTheVersionsInTheMethodsParagraph)
{
    EXPECT_THAT(methods_text(facts()), HasSubstr("nodtrack 1.0.0 by the surveillance policy p 1.1.0 (SHA-256 ab)"));
    EXPECT_THAT(methods_text(facts()), HasSubstr("2 patients, 3 scans and 4 nodules"));
    EXPECT_THAT(citation_cff(facts()), HasSubstr("cff-version: 1.2.0\n"));
    PackageFacts moved = facts();
    moved.exported = Exported::deidentified;
    EXPECT_THAT(methods_text(moved), HasSubstr("the dates of each patient were moved"));
}

TEST(Labels, HaveTypeLabelAndWordsOfEachColumn)
{
    const std::vector<DictionaryEntry> entries = export_dictionary(Exported::as_recorded);
    const std::string r = labels_for_r(entries);
    EXPECT_THAT(r, HasSubstr("    birth_date = \"Date\",\n"));
    EXPECT_THAT(r, HasSubstr("  patients$sex <- factor(patients$sex, levels = c(\"female\", \"male\""));
    EXPECT_THAT(r,
                HasSubstr("attr(measurements$long_axis_mm, \"label\") <- \"longest diameter on an axial slice (mm)\""));
    const std::string spss = labels_for_spss(entries);
    EXPECT_THAT(spss, HasSubstr("\n  scan_date SDATE10"));
    EXPECT_THAT(spss, HasSubstr("VALUE LABELS sex\n  'female' 'female'"));
    const std::string stata = labels_for_stata(entries);
    EXPECT_THAT(stata, HasSubstr("    label define _words 1 \"female\" 2 \"male\""));
    EXPECT_THAT(stata, HasSubstr("generate long _day = daily(scan_date, \"YMD\")"));
    for (const DictionaryEntry& entry : entries)
        EXPECT_LE(entry.column.size(), 32U) << entry.column << ": Stata takes no longer name";
}

}  // namespace
}  // namespace nodtrack::interop
