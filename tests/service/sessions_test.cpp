#include <gtest/gtest.h>

#include "support.hpp"

namespace nodtrack::test {
namespace {

std::string cookie_of(const httplib::Result& answer)
{
    const std::string text = answer->get_header_value("Set-Cookie");
    return text.substr(0, text.find(';'));
}

TEST(Session, IsInACookieThatNoScriptReadsAndNoOtherSiteSends)
{
    const auto answer = shared_service().post("/api/v1/session", {{"name", "board"}, {"password", password}}, {});
    ASSERT_EQ(answer->status, 200);
    const std::string cookie = answer->get_header_value("Set-Cookie");
    EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
    EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos);
    EXPECT_NE(cookie.find("; Path=/"), std::string::npos);
    EXPECT_EQ(cookie.find("Secure"), std::string::npos) << "no TLS here";
    const json body = json::parse(answer->body);
    EXPECT_EQ(body.at("account").at("role"), "board");
    EXPECT_EQ(body.at("idle_minutes"), 15);
    EXPECT_EQ(body.at("as_of"), "2025-03-01");
    EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
}

TEST(Session, IsANewOneAtEachSignInAndTheOneBroughtAlongIsOver)
{
    RunningService& service = shared_service();
    const auto first = service.post("/api/v1/session", {{"name", "board"}, {"password", password}}, {});
    const std::string before = cookie_of(first);
    const auto second =
        service.client().Post("/api/v1/session", {{"Cookie", before}},
                              json({{"name", "board"}, {"password", password}}).dump(), "application/json");
    ASSERT_EQ(second->status, 200);
    EXPECT_NE(cookie_of(second), before);
    EXPECT_EQ(service.client().Get("/api/v1/session", {{"Cookie", before}})->status, 401);
    EXPECT_EQ(service.client().Get("/api/v1/session", {{"Cookie", cookie_of(second)}})->status, 200);
}

TEST(Session, IsNotOfTheCallersChoice)
{
    RunningService& service = shared_service();
    const std::string chosen = "nodtrack_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const auto answer =
        service.client().Post("/api/v1/session", {{"Cookie", chosen}},
                              json({{"name", "board"}, {"password", password}}).dump(), "application/json");
    ASSERT_EQ(answer->status, 200);
    EXPECT_NE(cookie_of(answer), chosen);
    EXPECT_EQ(service.client().Get("/api/v1/session", {{"Cookie", chosen}})->status, 401);
}

TEST(Session, EndsWithSigningOut)
{
    RunningService service;
    const Asker person = service.person("board");
    ASSERT_EQ(service.get("/api/v1/worklist", person)->status, 200);
    const auto out = service.client().Delete("/api/v1/session", person.headers(true));
    ASSERT_EQ(out->status, 200);
    EXPECT_NE(out->get_header_value("Set-Cookie").find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 401);
}

TEST(Session, EndsAfterAQuarterOfAnHourInWhichNothingWasAsked)
{
    RunningService service;
    const Asker person = service.person("board");
    service.seconds_on = 14 * 60;
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 200);
    service.seconds_on = 28 * 60;
    std::this_thread::sleep_for(std::chrono::milliseconds(1'500));  // what is remembered of it is looked up again
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 200) << "it was in use in between";
    service.seconds_on = 28 * 60 + 16 * 60;
    std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 401);
}

TEST(Session, OutlivesARestart)
{
    RunningService service;
    const Asker person = service.person("board");
    service.restart();
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 200);
}

TEST(Session, OfADisabledAccountIsOver)
{
    RunningService service;
    const Asker person = service.person("board");
    ASSERT_EQ(service.get("/api/v1/worklist", person)->status, 200);
    ASSERT_EQ(service.post("/api/v1/users/board/disable", json::object(), service.person("admin"))->status, 200);
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 401);
    EXPECT_EQ(service.post("/api/v1/session", {{"name", "board"}, {"password", password}}, {})->status, 401);
}

TEST(SignIn, SaysTheSameOfAnUnknownNameAndAWrongPassword)
{
    RunningService& service = shared_service();
    const auto unknown = service.post("/api/v1/session", {{"name", "nobody"}, {"password", password}}, {});
    const auto wrong = service.post("/api/v1/session", {{"name", "admin"}, {"password", "wrong password"}}, {});
    EXPECT_EQ(unknown->status, 401);
    EXPECT_EQ(wrong->status, 401);
    EXPECT_EQ(unknown->body, wrong->body);
}

TEST(SignIn, IsHeldBackAfterFiveFailures)
{
    RunningService service;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(service.post("/api/v1/session", {{"name", "board"}, {"password", "wrong password"}}, {})->status, 401)
            << i;
    }
    const auto held = service.post("/api/v1/session", {{"name", "board"}, {"password", password}}, {});
    EXPECT_EQ(held->status, 429) << "even with the right password";
    EXPECT_GE(std::stoi(held->get_header_value("Retry-After")), 1);
    EXPECT_EQ(service.post("/api/v1/session", {{"name", "admin"}, {"password", password}}, {})->status, 200)
        << "another account is not locked out";
}

TEST(SignIn, TakesNoFormOfAnotherSite)
{
    const auto answer =
        shared_service().client().Post("/api/v1/session", "name=board&password=x", "application/x-www-form-urlencoded");
    EXPECT_EQ(answer->status, 415);
}

TEST(AccessLog, NamesRoutesAndAccountsAndNothingElse)
{
    RunningService service;
    service.post("/api/v1/session", {{"name", "board"}, {"password", "a wrong secret"}}, {});
    service.get("/api/v1/patients/P1/assessment?as_of=2025-02-02", service.person("board"));
    service.get("/api/v1/patients/SECRET-ID/nodules/SECRET-N/filmstrip.png", service.person("board"));
    service.stop();
    std::string log;
    for (const std::string& line : service.log_lines()) {
        const json entry = json::parse(line);
        EXPECT_TRUE(entry.contains("status")) << line;
        log += line + "\n";
    }
    EXPECT_NE(log.find("/api/v1/patients/{patient_id}/assessment"), std::string::npos);
    EXPECT_NE(log.find("\"account\":\"board\""), std::string::npos);
    for (const char* secret : {"P1", "SECRET", "2025-02-02", "secret", password})
        EXPECT_EQ(log.find(secret), std::string::npos) << secret;
}

TEST(ReadLog, HasEachReadOfAPatientAlsoWhereTheAnswerWasKept)
{
    RunningService service;
    const Asker reader = service.person("radiologist");
    for (int i = 0; i < 3; ++i)
        ASSERT_EQ(service.get("/api/v1/patients/P1/assessment", reader)->status, 200);
    ASSERT_EQ(service.get("/api/v1/patients/P2", reader)->status, 200);
    ASSERT_EQ(service.post("/api/v1/preview", typed_measurement(), reader)->status, 200);
    const json reads = service.json_of("/api/v1/audit/reads?account=radiologist", service.person("admin")).at("reads");
    std::map<std::string, int> count;
    for (const json& read : reads)
        ++count[read.at("patient_id").get<std::string>() + " " + read.at("route").get<std::string>()];
    EXPECT_EQ(count["P1 GET /api/v1/patients/{patient_id}/assessment"], 3);
    EXPECT_EQ(count["P2 GET /api/v1/patients/{patient_id}"], 1);
    EXPECT_EQ(count["P1 POST /api/v1/preview"], 1);
}

TEST(ReadLog, IsWrittenOutWhenTheServiceStops)
{
    RunningService service;
    ASSERT_EQ(service.get("/api/v1/patients/P1", service.person("board"))->status, 200);
    service.stop();
    const store::Registry registry = value_of(store::Registry::open(service.registry_file()));
    EXPECT_EQ(value_of(store::reads_of(registry, {.patient_id = "P1"})).size(), 1U);
}

}  // namespace
}  // namespace nodtrack::test
