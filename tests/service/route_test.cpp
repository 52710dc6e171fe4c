#include "route.hpp"

#include <gtest/gtest.h>

#include <set>

namespace nodtrack::service {
namespace {

TEST(Target, IsTakenApartBeforeItIsDecodedSoThatAnEscapedSlashStaysInItsSegment)
{
    const auto target = target_of("/api/v1/patients/A%2F1/assessment?as_of=2026-11-20&reasons=all");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, (std::vector<std::string>{"api", "v1", "patients", "A/1", "assessment"}));
    EXPECT_EQ(target->query,
              (std::vector<std::pair<std::string, std::string>>{{"as_of", "2026-11-20"}, {"reasons", "all"}}));
    const Match found = match("GET", *target);
    ASSERT_NE(found.route, nullptr);
    EXPECT_EQ(found.values, std::vector<std::string>{"A/1"});
}

TEST(Target, IsRefusedWhereAnEscapeIsBrokenOrANul)
{
    for (const char* text : {"/a%", "/a%2", "/a%zz", "/a%00b", "/a?b=%g1", "a/b", ""})
        EXPECT_FALSE(target_of(text)) << text;
}

TEST(Match, ClimbsNoFolder)
{
    for (const char* text : {"/api/v1/patients/../users", "/api/v1/patients/%2e%2e/users", "/api/v1/./users",
                             "/api//v1/users", "/api/v1/users/"}) {
        const auto target = target_of(text);
        ASSERT_TRUE(target) << text;
        EXPECT_EQ(match("GET", *target).route, nullptr) << text;
    }
}

TEST(Match, TellsTheMethodsThatAnAddressTakes)
{
    EXPECT_EQ(match("PUT", *target_of("/api/v1/session")).allowed, "POST, GET, DELETE");
    EXPECT_EQ(match("PUT", *target_of("/api/v1/nothing")).allowed, "");
}

TEST(Routes, EachHasItsAnswerItsWordsAndAnAddressOfItsOwn)
{
    std::set<std::pair<Method, std::string_view>> seen;
    for (const Route& route : routes()) {
        EXPECT_TRUE(seen.insert({route.method, route.path}).second) << route.path;
        EXPECT_NE(route.answer, nullptr) << route.path;
        EXPECT_FALSE(route.summary.empty()) << route.path;
        EXPECT_EQ(route.media == json_media, !route.response.empty()) << route.path;
        EXPECT_TRUE(route.rests_on == RestsOn::nothing_kept || route.method == Method::get) << route.path;
    }
}

TEST(Routes, WritingTakesNoTokenForReading)
{
    for (const Route& route : routes()) {
        if (route.method == Method::get || route.roles == nobody_needed || route.path == "/api/v1/preview") continue;
        EXPECT_TRUE(!route.scope || *route.scope != tracker::TokenScope::read) << route.path;
    }
}

TEST(ErrorCodes, HaveOneStatusEach)
{
    EXPECT_EQ(status_of(ErrorCode::usage), 400);
    EXPECT_EQ(status_of(ErrorCode::bad_input), 422);
    EXPECT_EQ(status_of(ErrorCode::not_found), 404);
    EXPECT_EQ(status_of(ErrorCode::conflict), 409);
    EXPECT_EQ(status_of(ErrorCode::registry_unusable), 503);
    EXPECT_EQ(status_of(ErrorCode::internal), 500);
}

}  // namespace
}  // namespace nodtrack::service
