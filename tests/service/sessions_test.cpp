#include <gtest/gtest.h>

#include "support.hpp"

namespace nodtrack::test {
namespace {

std::string cookie_of(const http::Result& answer)
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

TEST(ReadLog, IsThereBeforeTheAnswer)
{
    RunningService service;
    const Asker reader = service.person("board");
    const store::Registry registry = value_of(store::Registry::open(service.registry_file()));
    for (std::size_t i = 1; i <= 20; ++i) {
        ASSERT_EQ(service.get("/api/v1/patients/P1", reader)->status, 200);
        ASSERT_EQ(value_of(store::reads_of(registry, {.patient_id = "P1"})).size(), i);
    }
    service.stop();
    EXPECT_TRUE(value_of(store::audit_verify(registry)).intact());
}

std::string details_of(RunningService& service, const std::string& account, const std::string& route)
{
    std::string details;
    const json reads =
        service.json_of("/api/v1/audit/reads?limit=1000&account=" + account, service.person("admin")).at("reads");
    for (const json& read : reads) {
        if (read.at("route") != route) continue;
        details += read.at("patient_id").get<std::string>() + " " + read.at("detail").get<std::string>() + "\n";
    }
    return details;
}

TEST(ReadLog, NamesWhomListsShowAndWhatWasInVain)
{
    RunningService service;
    const Asker reader = service.person("radiologist");
    service.get("/api/v1/worklist", reader);
    service.get("/api/v1/patients?query=P1", reader);
    service.get("/api/v1/patients/NOBODY/assessment", reader);
    service.get("/api/v1/patients/P1", service.person("researcher"));
    service.post("/api/v1/records?dry_run=yes", {{"patients", {{{"patient_id", "P2"}}}}}, reader);
    EXPECT_NE(details_of(service, "radiologist", "GET /api/v1/worklist").find("* patients: ["), std::string::npos);
    EXPECT_EQ(details_of(service, "radiologist", "GET /api/v1/patients"), "* patients: [\"P1\"]\n");
    EXPECT_EQ(details_of(service, "radiologist", "GET /api/v1/patients/{patient_id}/assessment"),
              "NOBODY status 404\n");
    EXPECT_EQ(details_of(service, "researcher", "GET /api/v1/patients/{patient_id}"), "P1 status 403\n");
    EXPECT_EQ(details_of(service, "radiologist", "POST /api/v1/records"), "* dry run; patients: [\"P2\"]\n");
    // Who asks for a patient's reads finds the lists too.
    const json of_patient = service.json_of("/api/v1/audit/reads?patient_id=P2", service.person("admin")).at("reads");
    EXPECT_FALSE(of_patient.empty());
}

TEST(ReadLog, HasSignInsAlsoFailedOnesAndExports)
{
    RunningService service;
    service.post("/api/v1/session", {{"name", "adm\nin"}, {"password", "wrong password"}}, {});
    ASSERT_EQ(service.client()
                  .Post("/api/v1/export", service.person("researcher").headers(true), "{}", "application/json")
                  ->status,
              200);
    EXPECT_EQ(details_of(service, "adm?in", "POST /api/v1/session"), "- failed from 127.0.0.1\n");
    EXPECT_EQ(details_of(service, "researcher", "POST /api/v1/session"), "- signed in from 127.0.0.1\n");
    EXPECT_EQ(details_of(service, "researcher", "POST /api/v1/export").find("- de-identified export of "), 0U);
}

TEST(Password, IsChangedByItsOwnerAndEndsAllElse)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const Asker program = service.program("radiologist", tracker::TokenScope::read);
    const auto wrong = service.post("/api/v1/session/password",
                                    {{"current_password", "not this one"}, {"password", "another good one"}}, person);
    EXPECT_EQ(wrong->status, 403) << "who asks is signed in";
    const auto same =
        service.post("/api/v1/session/password", {{"current_password", password}, {"password", password}}, person);
    EXPECT_EQ(same->status, 422);
    const auto changed = service.post("/api/v1/session/password",
                                      {{"current_password", password}, {"password", "another good one"}}, person);
    ASSERT_EQ(changed->status, 200) << changed->body;
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 401) << "the session of before";
    EXPECT_EQ(service.get("/api/v1/worklist", program)->status, 401) << "the token of before";
    EXPECT_EQ(service.client().Get("/api/v1/session", {{"Cookie", cookie_of(changed)}})->status, 200) << "a new one";
    EXPECT_EQ(service.post("/api/v1/session", {{"name", "radiologist"}, {"password", password}}, {})->status, 401);
}

TEST(Disabling, EndsTokensForGoodAndEventStreams)
{
    RunningService service;
    const Asker program = service.program("radiologist", tracker::TokenScope::read);
    std::atomic<bool> ended = false;
    std::atomic<bool> listens = false;
    std::thread listener([&] {
        auto client = service.client();
        client.Get("/api/v1/events", program.headers(), [&](const char*, std::size_t) { return listens = true; });
        ended = true;
    });
    while (!listens)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const Asker admin = service.person("admin");
    ASSERT_EQ(service.post("/api/v1/users/radiologist/disable", json::object(), admin)->status, 200);
    EXPECT_EQ(service.get("/api/v1/worklist", program)->status, 401);
    // Whatever happens next, it is not told to who may not hear it.
    ASSERT_EQ(service.post("/api/v1/records", {{"patients", {{{"patient_id", "P77"}}}}}, admin)->status, 200);
    for (int i = 0; i < 100 && !ended; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_TRUE(ended);
    ASSERT_EQ(service.post("/api/v1/users/radiologist/disable", {{"disabled", false}}, admin)->status, 200);
    EXPECT_EQ(service.get("/api/v1/worklist", program)->status, 401) << "enabled again, the token is not";
    service.stop();
    listener.join();
}

TEST(Requests, ThatHoldAPasswordAreNotKept)
{
    RunningService service;
    const Asker admin = service.person("admin");
    const http::Headers key = {{"Idempotency-Key", "k"}};
    ASSERT_EQ(service.post("/api/v1/users/board/password", {{"password", "another good one"}}, admin, key)->status,
              200);
    const auto again = service.post("/api/v1/users/board/password", {{"password", "another good one"}}, admin, key);
    EXPECT_EQ(again->status, 200);
    EXPECT_TRUE(again->get_header_value("Idempotency-Replayed").empty());
}

TEST(Export, TakesNoDaysOfOnesChoice)
{
    RunningService& service = shared_service();
    const Asker researcher = service.person("researcher");
    EXPECT_EQ(service.post("/api/v1/export", {{"as_of", "2025-01-01"}}, researcher)->status, 400);
    EXPECT_EQ(service.post("/api/v1/export", {{"known_on", "2025-01-01"}}, researcher)->status, 400);
}

TEST(Registry, ThatWasTurnedBackIsServedAsItIsNow)
{
    RunningService service;
    const Asker person = service.program("radiologist", tracker::TokenScope::write);
    const auto copy = service.registry_file().parent_path() / "copy.db";
    value_of(store::back_up(value_of(store::Registry::open(service.registry_file())), copy));
    service.json_of("/api/v1/worklist", person);
    for (int i = 0; i < 3; ++i) {
        const json record = {{"patients", {{{"patient_id", "GONE" + std::to_string(i)}}}}};
        ASSERT_EQ(service.post("/api/v1/records", record, person)->status, 200);
    }
    const auto count = service.json_of("/api/v1/worklist", person).at("patients").get<int>();
    value_of(store::restore(copy, service.registry_file(), true));
    EXPECT_EQ(service.json_of("/api/v1/worklist", person).at("patients"), count - 3);
    EXPECT_EQ(service.get("/api/v1/patients/GONE1", person)->status, 404);
    // As many deliveries as before: the number alone does not tell the two apart.
    for (int i = 0; i < 3; ++i) {
        const json record = {{"patients", {{{"patient_id", "NEW"}, {"sex", i == 0 ? "female" : "male"}}}}};
        service.post("/api/v1/records?amend=x", record, person);
    }
    EXPECT_EQ(service.json_of("/api/v1/worklist", person).at("patients"), count - 2);
}

TEST(Registry, ThatWasReplacedIsNotServed)
{
    RunningService service;
    const Asker person = service.program("board", tracker::TokenScope::read);
    ASSERT_EQ(service.get("/api/v1/worklist", person)->status, 200);
    const auto other = service.registry_file().parent_path() / "other.db";
    value_of(store::back_up(value_of(store::Registry::open(service.registry_file())), other));
    std::filesystem::rename(other, service.registry_file());
    const auto refused = service.get("/api/v1/worklist", person);
    EXPECT_EQ(refused->status, 503);
    EXPECT_NE(refused->body.find("start the service again"), std::string::npos);
    EXPECT_EQ(refused->body.find(service.registry_file().string()), std::string::npos) << "no path of the server";
}

}  // namespace
}  // namespace nodtrack::test
