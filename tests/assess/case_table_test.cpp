// The clinical tables of tests/cases: each row is a test of its own, named by file and line.

#include <gtest/gtest.h>

#include <set>

#include "../support/case_notation.hpp"
#include "../support/case_table.hpp"
#include "../support/outcome.hpp"
#include "../support/released_judge.hpp"

namespace nodtrack {
namespace {

using cases::clinical_cases;
using cases::ClinicalCase;
using cases::judge;

class ClinicalTable : public testing::TestWithParam<ClinicalCase> {};

TEST_P(ClinicalTable, IsJudgedAsTheRowSays)
{
    const ClinicalCase& row = GetParam();
    EXPECT_EQ(cases::contradiction(judge(), row), "") << row.file << ".csv:" << row.line << ": " << row.title;
}

INSTANTIATE_TEST_SUITE_P(Cases, ClinicalTable, testing::ValuesIn(clinical_cases().cases),
                         [](const auto& row) { return row.param.file + "_line_" + std::to_string(row.param.line); });

TEST(ClinicalTables, AreReadWithoutAProblem)
{
    EXPECT_EQ(cases::joined_lines(clinical_cases().problems), "");
    EXPECT_GT(clinical_cases().cases.size(), 300U);
}

TEST(ClinicalTables, GiveEachCaseATitleOfItsOwn)
{
    std::set<std::string> titles;
    for (const ClinicalCase& row : clinical_cases().cases) {
        EXPECT_TRUE(titles.insert(row.title).second) << row.file << ".csv:" << row.line << ": " << row.title;
        EXPECT_GE(cases::words_of(row.title).size(), 4U) << "a title is a sentence: " << row.title;
    }
}

/// Words of the outcome lines that begin with `key`, or of the nodules' lines where `key` is empty.
std::set<std::string> expected_words(const std::string& key)
{
    constexpr std::size_t lines_before_nodules = 9;
    std::set<std::string> words;
    for (const ClinicalCase& row : clinical_cases().cases) {
        for (std::size_t i = 0; i < row.expected.size(); ++i) {
            const bool wanted = key.empty() ? i >= lines_before_nodules : row.expected[i].rfind(key + " ", 0) == 0;
            if (!wanted) continue;
            for (auto& word : cases::words_of(row.expected[i]))
                words.insert(std::move(word));
        }
    }
    return words;
}

template <class Words>
void expect_all(const Words& wanted, const std::set<std::string>& found)
{
    for (const auto& word : wanted)
        EXPECT_TRUE(found.count(std::string(word)) == 1) << "no case expects " << word;
}

template <class Rules>
void expect_rules(const Rules& rules, const std::set<std::string>& found)
{
    for (const auto& rule : rules)
        EXPECT_TRUE(found.count(rule.id) == 1) << "no case expects rule " << rule.id;
}

TEST(ClinicalTables, HitEveryRule)
{
    expect_rules(judge().policy().nodule_rules, expected_words(""));
    expect_rules(judge().policy().adjustments, expected_words(""));
    expect_rules(judge().policy().patient_rules, expected_words("rules"));
    expect_rules(judge().policy().recommendations, expected_words("rules"));
}

TEST(ClinicalTables, HitEveryGrowthStateAndClass)
{
    expect_all(assess::growth_state_words, expected_words(""));
    expect_all(policy::nodule_class_words, expected_words(""));
    expect_all(policy::patient_class_words, expected_words("class"));
}

TEST(ClinicalTables, HitEveryActionAndCountBand)
{
    expect_all(policy::action_words, expected_words("action"));
    expect_all(std::vector<std::string>{"0", "1-2", ">=3"}, expected_words("count band"));
    expect_all(std::vector<std::string>{"PET_CT"}, expected_words("options"));
}

TEST(ClinicalTables, HitEveryFlag)
{
    std::set<std::string> demanded;
    for (const ClinicalCase& row : clinical_cases().cases) {
        for (const cases::ExpectedFlag& flag : row.expected_flags) {
            if (flag.present) demanded.insert(flag.code);
        }
    }
    expect_all(assess::flag_code_words, demanded);
}

}  // namespace
}  // namespace nodtrack
