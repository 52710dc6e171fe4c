#include "nodtrack/interop/match_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nodtrack::interop {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> problems_of(std::string_view text)
{
    const auto answers = read_match_answers(text, "a.jsonl", "P1");
    return answers ? std::vector<std::string>() : answers.error().context;
}

TEST(MatchAnswers, AreThoseOfFollowToo)
{
    const auto answers = read_match_answers(
        "{\"nodule_id\":\"N1\",\"status\":\"found\",\"confidence\":0.5}\n"
        "{\"point\":\"a\",\"predicted_mm\":[1,2,3]}\n\n"
        "{\"nodule_id\":\"N2\",\"status\":\"not_found\",\"confidence\":1,\"candidate_id\":null}\n"
        "{\"nodule_id\":\"N3\",\"status\":\"uncertain\",\"confidence\":0.3}\n"
        "{\"nodule_id\":null,\"candidate_id\":\"9\"}\r\n",
        "f.jsonl", "P1");
    ASSERT_TRUE(answers);
    ASSERT_EQ(answers->size(), 4U);
    EXPECT_EQ(answers->at(0).current_id, "N1") << "found without candidates: recorded under its own id";
    EXPECT_EQ(answers->at(0).confidence_permille, 500);
    EXPECT_EQ(answers->at(1).current_id, std::nullopt);
    EXPECT_TRUE(answers->at(2).uncertain);
    EXPECT_EQ(answers->at(3).prior_id, std::nullopt);
    EXPECT_EQ(answers->at(3).line, 6);
}

TEST(MatchAnswers, AreTakenForOneExam)
{
    const std::string text =
        "{\"exam\":\"P1\",\"prior_id\":\"N1\",\"current_id\":\"7\",\"confidence\":0.5}\n"
        "{\"exam\":\"P2\",\"prior_id\":\"N1\",\"current_id\":\"7\",\"confidence\":0.5}\n";
    EXPECT_EQ(read_match_answers(text, "a", "P2")->size(), 1U);
    EXPECT_THAT(read_match_answers(text, "a", "P3").error().context,
                ElementsAre(HasSubstr("no answer for exam 'P3'; it holds P1 and others")));
}

TEST(MatchAnswers, AreRefusedWithTheirLine)
{
    EXPECT_THAT(problems_of(""), ElementsAre("a.jsonl: no answer in it"));
    EXPECT_THAT(problems_of("x\n"), ElementsAre(HasSubstr("a.jsonl:1: this is no JSON object")));
    EXPECT_THAT(problems_of("{}\n"), ElementsAre(HasSubstr("neither prior_id nor nodule_id")));
    EXPECT_THAT(problems_of("{\"prior_id\":7,\"current_id\":null,\"confidence\":1}"),
                ElementsAre(HasSubstr("prior_id: a nodule id in quotes")));
    EXPECT_THAT(problems_of("{\"prior_id\":\"a\",\"current_id\":null,\"confidence\":1.5}"),
                ElementsAre(HasSubstr("confidence: a number from 0 to 1")));
    EXPECT_THAT(problems_of("{\"prior_id\":\"a\",\"current_id\":null}"), ElementsAre(HasSubstr("confidence")));
    EXPECT_THAT(problems_of("{\"prior_id\":null,\"current_id\":null,\"confidence\":1}"),
                ElementsAre(HasSubstr("names no nodule")));
    EXPECT_THAT(problems_of("{\"nodule_id\":\"a\",\"status\":\"lost\",\"confidence\":1}"),
                ElementsAre(HasSubstr("one of found, not_found, uncertain")));
    EXPECT_THAT(problems_of("{\"prior_id\":\"a\",\"current_id\":\"7\",\"confidence\":1}\n"
                            "{\"prior_id\":\"b\",\"current_id\":\"7\",\"confidence\":1}\n"),
                ElementsAre(HasSubstr("a.jsonl:2: 7 of the later scan is answered in line 1 already")));
    EXPECT_THAT(problems_of(std::string(100'000, '[')), ElementsAre(HasSubstr("no JSON object")));
    EXPECT_THAT(problems_of("\n{\"prior_id\":\"a\",\"current_id\":\"7\",\"current_id\":\"8\",\"confidence\":1}"),
                ElementsAre("a.jsonl:2: this: key \"current_id\" is given twice in one object; keep one of them"));
}

}  // namespace
}  // namespace nodtrack::interop
