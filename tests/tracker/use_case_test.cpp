#include "nodtrack/tracker/uses/use_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nodtrack::uses {
namespace {

const UseCase& named(std::string_view name)
{
    return *std::ranges::find(all(), name, &UseCase::name);
}

TEST(UseCases, EachHasANameOfItsOwnOrARouteAndSomethingToRun)
{
    std::set<std::string> names;
    for (const UseCase& use : all()) {
        EXPECT_NE(use.run, nullptr) << use.name;
        EXPECT_FALSE(use.name.empty() && use.routes.empty());
        if (use.name.empty()) continue;
        EXPECT_TRUE(names.insert(use.name).second) << use.name;
        EXPECT_FALSE(use.summary.empty() || use.examples.empty() || use.listed_after.empty()) << use.name;
    }
}

TEST(UseCases, RoutesNameParametersThatThereAre)
{
    for (const UseCase& use : all()) {
        const auto is_parameter = [&](const std::string& name) {
            return std::ranges::count(use.parameters, name, &Parameter::name) == 1;
        };
        for (const Route& route : use.routes) {
            EXPECT_FALSE(route.summary.empty()) << route.path;
            EXPECT_TRUE(std::ranges::all_of(route.takes, is_parameter)) << route.path;
            for (std::size_t at = route.path.find('{'); at != std::string_view::npos;
                 at = route.path.find('{', at + 1)) {
                const std::string name(route.path.substr(at + 1, route.path.find('}', at) - at - 1));
                EXPECT_TRUE(is_parameter(name)) << route.path;
            }
        }
    }
}

TEST(UseCases, EachDoorSpellsAParameterItsOwnWay)
{
    const std::string_view text = "{due_date} goes with {action} ACTION; {no_such} and { stay";
    EXPECT_EQ(spelled(text, named("decide"), Door::command_line),
              "--due goes with --override ACTION; {no_such} and { stay");
    EXPECT_EQ(spelled(text, named("decide"), Door::service), "due_date goes with action ACTION; {no_such} and { stay");
    EXPECT_EQ(spelled("{decided_on}", named("decide"), Door::command_line), "--decided-on");
}

TEST(UseCases, AValueOfTheWrongTypeIsToldWithWhatWouldBeRight)
{
    const auto problem = [](const Parameter& parameter, const std::string& text) {
        const auto checked = check_value(parameter, "x", text);
        return checked ? std::string() : checked.error().message;
    };
    EXPECT_EQ(problem({.name = "x", .type = Type::date}, "2026-02-29"),
              "x: '2026-02-29' is not a valid date; expected YYYY-MM-DD, e.g. 2026-12-31");
    EXPECT_EQ(problem({.name = "x", .type = Type::date}, "2028-02-29"), "");
    EXPECT_EQ(problem({.name = "x", .type = Type::count, .least = 1}, "0"), "x: '0' is not a whole number from 1 on");
    EXPECT_EQ(problem({.name = "x", .type = Type::count, .most = 9}, "10"),
              "x: '10' is not a whole number from 0 to 9");
    EXPECT_EQ(problem({.name = "x", .type = Type::share}, "1.01"), "x: '1.01' is not a number from 0 to 1");
    EXPECT_EQ(problem({.name = "x", .type = Type::share}, "nan"), "x: 'nan' is not a number from 0 to 1");
    EXPECT_EQ(problem({.name = "x", .words = {"a", "b"}}, "c"), "x: 'c' is not one of a, b");
}

}  // namespace
}  // namespace nodtrack::uses
