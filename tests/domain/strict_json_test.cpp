#include "nodtrack/domain/strict_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace nodtrack {
namespace {

std::string refusal_of(std::string_view text, int deepest = 3)
{
    const auto parsed = parsed_strictly<nlohmann::ordered_json>(text, "the file", deepest, ErrorCode::usage);
    if (parsed) return {};
    EXPECT_EQ(parsed.error().code, ErrorCode::usage);
    return parsed.error().message;
}

TEST(StrictJson, RefusesAKeyGivenTwiceInOneObject)
{
    const auto twice = [](const std::string& key) {
        return "the file: key \"" + key + "\" is given twice in one object; keep one of them";
    };
    EXPECT_EQ(refusal_of(R"({"a": 1, "a": 1})"), twice("a"));
    EXPECT_EQ(refusal_of(R"({"": 1, "": 2})"), twice("")) << "the empty key is one too";
    EXPECT_EQ(refusal_of(R"({"a": 1, "\u0061": 2})"), twice("a")) << "however it is written";
    EXPECT_EQ(refusal_of(R"({"b": [{}, {"a": 1, "c": {"x": 2}, "a": null}]})", 4), twice("a"));
    EXPECT_EQ(refusal_of(R"({"a": {"a": [{"a": 1}, {"a": 2}]}, "b": {"a": 3}})", 4), "") << "each stands once";
}

TEST(StrictJson, RefusesNestingBeyondItsLimit)
{
    EXPECT_EQ(refusal_of("[[[1]]]"), "");
    EXPECT_EQ(refusal_of("[[[[1]]]]"), "the file is nested more than 3 deep");
    EXPECT_EQ(refusal_of(std::string(1'000'000, '[') + std::string(1'000'000, ']')),
              "the file is nested more than 3 deep");
}

TEST(StrictJson, SaysWhereItStoppedButNotWhatStoodThere)
{
    EXPECT_EQ(refusal_of("{\"name\": \"Doe\",\n \"x\": -\xFF}"),
              "the file is no JSON from line 2, character 8 on; expected digit after '-'");
    EXPECT_EQ(refusal_of("{} {}"), "the file is no JSON from line 1, character 4 on; expected end of input");
    EXPECT_EQ(refusal_of("[1e999]"), "the file has a number too large to be read; write a smaller one");
}

}  // namespace
}  // namespace nodtrack
