// What the sample cohort's own papers say of it: people learn the criteria by them.

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

const std::filesystem::path folder = std::filesystem::path(NODTRACK_SOURCE_DIR) / "sample_data";

/// `ACTION, CLASS | due | rules`, as the README has it.
std::string told(const std::string& action, const std::string& patient_class, const std::string& due,
                 const std::string& rules)
{
    return action + ", " + patient_class + " | " + (due.empty() ? "none" : due) + " | " + rules;
}

/// The answers of today's program as of the day that the papers name, by patient.
std::map<std::string, std::string> answers()
{
    const auto delivery = interop::read_folder(folder / "cohort");
    EXPECT_TRUE(delivery) << delivery.error().message;
    const auto judge = assess::Judge::released();
    const policy::Policy& policy = judge.policy();
    std::map<std::string, std::string> answers;
    for (const PatientRecord& record : cases::patient_records_of(*delivery)) {
        const auto assessment = judge.assess(record, *Date::parse("2026-11-20"), assess::Detail::none);
        const assess::Recommendation& given = assessment.recommendation;
        std::string rules;
        for (const std::uint32_t rule : assessment.patient_rules)
            rules += policy.patient_rules[rule].id + " ";
        rules += policy.recommendations[given.rule].id;
        answers[record.patient.patient_id] =
            told(std::string(policy::action_words[static_cast<std::size_t>(given.action)]),
                 std::string(policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)]),
                 given.due_date ? given.due_date->iso() : "", rules);
    }
    return answers;
}

TEST(SampleCohort, HasTheAnswersThatItsTableExpects)
{
    std::ifstream file(folder / "cohort/expected.csv");
    std::map<std::string, std::string> expected;
    std::string line;
    std::getline(file, line);
    ASSERT_EQ(line, "patient_id,story,action,patient_class,due_date,rules");
    while (std::getline(file, line)) {
        const auto cells = cases::cells_of(line);
        ASSERT_EQ(cells.size(), 6U) << line;
        expected[cells[0]] = told(cells[2], cells[3], cells[4], cells[5]);
    }
    EXPECT_EQ(expected, answers());
}

TEST(SampleCohort, HasTheAnswersThatItsReadmeTells)
{
    std::ifstream file(folder / "README.md");
    std::map<std::string, std::string> readme;
    std::string line;
    while (std::getline(file, line)) {
        if (!line.starts_with("| SARC-")) continue;
        const auto cells = cases::split(line, " | ");
        ASSERT_EQ(cells.size(), 6U) << line;
        readme[cells[0].substr(2)] = cells[2] + " | " + cells[3] + " | " + cells[4];
    }
    EXPECT_EQ(readme, answers());
}

}  // namespace
}  // namespace nodtrack
