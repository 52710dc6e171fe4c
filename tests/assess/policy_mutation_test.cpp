// No number of the policy file can change unnoticed: each is moved by one unit of its last place, up and down, and some
// row of tests/cases must then fail.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>

#include "../support/case_table.hpp"
#include "../support/json_numbers.hpp"
#include "../support/outcome.hpp"

namespace nodtrack {
namespace {

/// Numbers that cannot change a judged outcome, each with the reason. As near to empty as possible.
const std::map<std::string, std::string> cannot_matter = {
    {"/parameters/caliper_change_limit95_mm/value",
     "shown beside a growth and never compared with; Judge.HandsTheChangeLimitToExplanations sees it arrive"},
    {"/recommendations/G4/safety_net/0/add/days_at_most_routine",
     "an indeterminate nodule, the ground for the earlier CT, makes R3 or R4b decide before G4"},
};

enum class Fate { caught, refused, survived };

struct Mutant {
    cases::WrittenNumber number;
    std::string replacement;
    Fate fate = Fate::survived;
    std::string witness;  ///< the case that caught it, or why it was refused

    std::string name() const
    {
        return number.pointer + " (line " + std::to_string(number.line) + "): " + number.text + " -> " + replacement;
    }
};

void judge_mutant(const std::string& policy_text, Mutant& mutant)
{
    auto policy = policy::load(policy_text, policy::released_sources_json(), assess::catalogue());
    auto judge = policy ? assess::Judge::from(std::move(*policy)) : tl::unexpected(policy.error());
    if (!judge) {
        mutant.fate = Fate::refused;
        mutant.witness = judge.error().context.empty() ? judge.error().message : judge.error().context.front();
        return;
    }
    for (const cases::ClinicalCase& row : cases::clinical_cases().cases) {
        if (cases::contradiction(*judge, row).empty()) continue;
        mutant.fate = Fate::caught;
        mutant.witness = row.file + ".csv:" + std::to_string(row.line);
        return;
    }
}

const std::vector<Mutant>& mutants()
{
    static const std::vector<Mutant> all = [] {
        const std::string_view text = policy::released_policy_json();
        std::vector<Mutant> list;
        for (const cases::WrittenNumber& number : cases::numbers_of(text)) {
            for (const int step : {1, -1}) {
                Mutant mutant{number, cases::stepped(number.text, step), Fate::survived, {}};
                judge_mutant(cases::with_number(text, number, mutant.replacement), mutant);
                list.push_back(std::move(mutant));
            }
        }
        return list;
    }();
    return all;
}

TEST(PolicyMutation, FindsTheNumbersOfTheFile)
{
    EXPECT_EQ(cases::stepped("2.0", 1), "2.1");
    EXPECT_EQ(cases::stepped("2.0", -1), "1.9");
    EXPECT_EQ(cases::stepped("28", -1), "27");
    EXPECT_EQ(cases::stepped("1.73", 1), "1.74");
    EXPECT_EQ(cases::stepped("10.0", -1), "9.9");
    EXPECT_EQ(cases::stepped("0.05", -1), "0.04");
    const auto numbers = cases::numbers_of(R"({"a": [1, {"b": -2.5}, "7"], "c": {"d": true, "e": 3}})");
    ASSERT_EQ(numbers.size(), 3U);
    EXPECT_EQ(numbers[1].pointer, "/a/1/b");
    EXPECT_EQ(numbers[1].text, "-2.5");
    EXPECT_EQ(numbers[2].pointer, "/c/e");
}

TEST(PolicyMutation, FailsACaseForEveryNumberUpAndDown)
{
    std::set<std::string> survivors;
    std::size_t refused = 0;
    for (const Mutant& mutant : mutants()) {
        if (mutant.fate == Fate::refused) ++refused;
        if (mutant.fate != Fate::survived) continue;
        survivors.insert(mutant.number.pointer);
        EXPECT_TRUE(cannot_matter.count(mutant.number.pointer) == 1) << "no case notices " << mutant.name();
    }
    for (const auto& [pointer, reason] : cannot_matter) {
        EXPECT_TRUE(survivors.count(pointer) == 1)
            << pointer << " matters by now: take it off the list (" << reason << ")";
    }
    EXPECT_GE(mutants().size(), 240U) << "numbers of the policy file got lost";
    std::cout << mutants().size() << " mutations of " << mutants().size() / 2
              << " numbers; refused by the loader: " << refused << "; allowed to survive: " << cannot_matter.size()
              << " numbers\n";
}

TEST(PolicyMutation, IsRefusedOnlyWhereACountWouldBeZero)
{
    for (const Mutant& mutant : mutants()) {
        if (mutant.fate != Fate::refused) continue;
        std::cout << "refused: " << mutant.name() << ": " << mutant.witness << "\n";
        EXPECT_EQ(mutant.replacement, "0") << mutant.name() << ": " << mutant.witness;
    }
}

TEST(Judge, HandsTheChangeLimitToExplanations)
{
    EXPECT_EQ(assess::Judge::released().limits().caliper_change_limit95, Length::from_thousandths(1730));
}

}  // namespace
}  // namespace nodtrack
