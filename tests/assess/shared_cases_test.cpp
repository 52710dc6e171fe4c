// The worked patients that were given with the decision table, the realistic ones, and the random ones with the answers
// of an independent reference: every answer the same. They lie beside the repository, so a lone clone skips this.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "../support/case_notation.hpp"
#include "../support/outcome.hpp"
#include "../support/patient_records.hpp"
#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;

std::vector<Row> rows_of(const fs::path& path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    const auto columns = cases::cells_of(cases::trimmed(line));
    std::vector<Row> rows;
    while (std::getline(file, line)) {
        const auto cells = cases::cells_of(cases::trimmed(line));
        Row row;
        for (std::size_t i = 0; i < columns.size(); ++i)
            row[columns[i]] = i < cells.size() ? cells[i] : "";
        rows.push_back(std::move(row));
    }
    return rows;
}

/// What the reference demands of one patient.
struct Demanded {
    Date as_of;
    std::vector<std::string> lines;  ///< outcome lines
};

/// By patient. The nodules' lines are absent where the folder has no file of them.
std::map<std::string, Demanded> demanded_outcomes(const fs::path& folder)
{
    const auto or_none = [](const std::string& text) { return text.empty() ? "none" : text; };
    std::map<std::string, Demanded> demanded;
    for (Row& row : rows_of(folder / "expected.csv")) {
        const std::string as_of = row["as_of"].empty() ? "2026-12-31" : row["as_of"];
        demanded[row["patient_id"]] = {
            *Date::parse(as_of),
            {"class " + row["patient_class"], "action " + row["action"], "due " + or_none(row["due_date"]),
             "safety net " + or_none(row["safety_net_ct_date"]), "options " + or_none(row["options"]),
             "count band " + row["count_band"], "rules " + row["rules"], "also " + or_none(row["also"]),
             "stands since " + or_none(row["stands_since"])}};
    }
    for (Row& row : rows_of(folder / "expected_nodules.csv")) {
        std::string line = row["nodule_id"] + " " + row["growth_state"] + " " + row["class"] + " " + row["rules"];
        if (!row["vdt_days"].empty()) line += " vdt " + row["vdt_days"];
        if (row["stable_months"] != "0") line += " stable " + row["stable_months"];
        demanded[row["patient_id"]].lines.push_back(line);
    }
    return demanded;
}

class SharedCases : public testing::TestWithParam<const char*> {};

TEST_P(SharedCases, AreJudgedAsTheReferenceDoes)
{
    const fs::path folder = fs::path(NODTRACK_SHARED_DIR) / "clinical" / GetParam();
    if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there: it does not belong to the repository";
    const auto delivery = interop::read_folder(folder);
    ASSERT_TRUE(delivery) << delivery.error().message << "\n" << cases::joined_lines(delivery.error().context);
    const auto judge = assess::Judge::released();
    const bool has_nodules = fs::exists(folder / "expected_nodules.csv");
    auto demanded = demanded_outcomes(folder);
    ASSERT_FALSE(demanded.empty());
    for (const PatientRecord& record : cases::patient_records_of(*delivery)) {
        const auto node = demanded.extract(record.patient.patient_id);
        ASSERT_FALSE(node.empty()) << record.patient.patient_id << " has no demanded outcome";
        const auto assessment = judge.assess(record, node.mapped().as_of, assess::Detail::none);
        auto judged = cases::outcome_lines(judge, record, assessment);
        if (!has_nodules) judged.resize(judged.size() - assessment.nodules.size());
        if (node.mapped().lines[5] == "count band ") judged[5] = "count band ";  // the realistic ones do not say it
        EXPECT_EQ(cases::joined_lines(judged), cases::joined_lines(node.mapped().lines)) << record.patient.patient_id;
    }
    EXPECT_TRUE(demanded.empty()) << demanded.size() << " demanded outcomes have no patient";
}

INSTANTIATE_TEST_SUITE_P(Clinical, SharedCases, testing::Values("cases", "random", "realistic"),
                         [](const auto& folder) { return folder.param; });

}  // namespace
}  // namespace nodtrack
