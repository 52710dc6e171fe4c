#include <gtest/gtest.h>

#include <thread>

#include "support.hpp"

namespace nodtrack::test {
namespace {

std::int64_t deliveries(const RunningService& service)
{
    return value_of(value_of(store::Registry::open(service.registry_file())).row_counts()).deliveries;
}

TEST(Measurement, IsStoredByTheAccountThroughTheServiceAndJudgedAtOnce)
{
    RunningService service;
    const auto answer = service.post("/api/v1/patients/P1/measurements", typed_measurement("N9", "8.40"),
                                     service.person("radiologist"));
    ASSERT_EQ(answer->status, 200) << answer->body;
    const json body = json::parse(answer->body);
    EXPECT_EQ(body.at("delivery_no"), 2);
    EXPECT_EQ(body.at("assessment").at("patient_id"), "P1");
    const json history = service.json_of(
        "/api/v1/patients/P1/history?kind=measurements&nodule_id=N9&column=long_axis_mm", service.person("board"));
    ASSERT_EQ(history.at("values").size(), 1U);
    EXPECT_EQ(history.at("values")[0].at("value"), "8.4");
    EXPECT_EQ(history.at("values")[0].at("actor"), "radiologist");
    EXPECT_EQ(history.at("values")[0].at("door"), "service");
}

TEST(Measurement, IsRefusedAsAWholeInTheWordsOfTheCommandLine)
{
    RunningService service;
    json wrong = typed_measurement("N9", "5.0");
    wrong["measurement"]["short_axis_mm"] = 9.5;
    wrong["measurement"]["lobe"] = "elbow";
    const auto answer = service.post("/api/v1/patients/P1/measurements", wrong, service.person("radiologist"));
    EXPECT_EQ(answer->status, 422);
    EXPECT_EQ(answer->get_header_value("Content-Type"), "application/problem+json");
    const json problem = json::parse(answer->body);
    EXPECT_EQ(problem.at("status"), 422);
    EXPECT_FALSE(problem.at("problems").empty());
    EXPECT_NE(problem.dump().find("entry:1:lobe"), std::string::npos) << problem.dump();
    EXPECT_EQ(deliveries(service), 1);
}

TEST(Measurement, WithAColumnGivenTwiceIsRefusedNotTakenWithTheLastValue)
{
    RunningService service;
    std::string body = typed_measurement("N9", "6.1").dump();
    body.replace(body.find("\"long_axis_mm\""), 0, "\"long_axis_mm\":\"9.9\",");
    const auto answer = service.client().Post("/api/v1/patients/P1/measurements",
                                              service.person("radiologist").headers(true), body, "application/json");
    EXPECT_EQ(answer->status, 400);
    EXPECT_EQ(json::parse(answer->body).at("detail"),
              "the body: key \"long_axis_mm\" is given twice in one object; keep one of them");
    EXPECT_EQ(deliveries(service), 1);
}

TEST(Measurement, OfANewScanNeedsItsDate)
{
    RunningService service;
    json typed = typed_measurement();
    typed["scan_id"] = "C";
    EXPECT_EQ(service.post("/api/v1/patients/P1/measurements", typed, service.person("radiologist"))->status, 400);
    typed["scan"] = {{"scan_date", "2025-02-20"}, {"slice_thickness_mm", 1.0}, {"reading", "complete"}};
    EXPECT_EQ(service.post("/api/v1/patients/P1/measurements", typed, service.person("radiologist"))->status, 200);
}

TEST(Preview, SaysWhatStoringWouldSayAndStoresNothing)
{
    RunningService service;
    const auto before = service.get("/api/v1/patients/P1", service.person("board"))->get_header_value("ETag");
    const auto answer = service.post("/api/v1/preview", typed_measurement("N9", "7.7"), service.person("board"));
    ASSERT_EQ(answer->status, 200) << answer->body;
    const json body = json::parse(answer->body);
    EXPECT_EQ(body.at("would_store"), true);
    EXPECT_FALSE(body.at("change_text").get<std::string>().empty());
    EXPECT_EQ(service.get("/api/v1/patients/P1", service.person("board"))->get_header_value("ETag"), before);
    EXPECT_EQ(deliveries(service), 1);
}

TEST(Idempotency, TheSameRequestWithTheSameKeyIsDoneOnceAndAnsweredAlike)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const http::Headers key = {{"Idempotency-Key", "k-1"}};
    const auto first = service.post("/api/v1/patients/P1/measurements", typed_measurement(), person, key);
    ASSERT_EQ(first->status, 200);
    const auto again = service.post("/api/v1/patients/P1/measurements", typed_measurement(), person, key);
    EXPECT_EQ(again->status, 200);
    EXPECT_EQ(again->body, first->body);
    EXPECT_EQ(again->get_header_value("Idempotency-Replayed"), "true");
    service.restart();
    const auto later = service.post("/api/v1/patients/P1/measurements", typed_measurement(), person, key);
    EXPECT_EQ(later->body, first->body) << "also after a restart";
    EXPECT_EQ(deliveries(service), 2);
}

TEST(Idempotency, AKeyIsNotReusedForAnotherRequest)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const http::Headers key = {{"Idempotency-Key", "k-1"}};
    ASSERT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement("N9"), person, key)->status, 200);
    EXPECT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement("N8"), person, key)->status, 422);
    EXPECT_EQ(
        service.post("/api/v1/patients/P1/measurements", typed_measurement("N8"), service.person("radiologist2"), key)
            ->status,
        200)
        << "keys are each account's own";
    EXPECT_EQ(deliveries(service), 3);
}

TEST(Idempotency, OfRequestsAtTheSameTimeOneIsDone)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            const auto answer = service.post("/api/v1/patients/P1/measurements", typed_measurement(), person,
                                             {{"Idempotency-Key", "k"}});
            if (answer && answer->status == 200) ++good;
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(good, 8);
    EXPECT_EQ(deliveries(service), 2);
}

TEST(Amendment, OfAVersionThatHoldsNoMoreIsRefusedWithBoth)
{
    RunningService service;
    const Asker admin = service.person("admin");
    json correction = {{"row", "measurements"},
                       {"patient_id", "P1"},
                       {"scan_id", "A"},
                       {"nodule_id", "N1"},
                       {"reason", "measured again"},
                       {"expected_version", 1},
                       {"changes", {{"long_axis_mm", "5.6"}}}};
    const auto first = service.post("/api/v1/amendments", correction, admin);
    ASSERT_EQ(first->status, 200) << first->body;
    EXPECT_EQ(json::parse(first->body).at("version"), 2);
    correction["changes"] = {{"long_axis_mm", "5.7"}};
    const auto stale = service.post("/api/v1/amendments", correction, admin);
    EXPECT_EQ(stale->status, 409);
    EXPECT_NE(stale->body.find("long_axis_mm: was '5.4' in version 1, is '5.6' in version 2"), std::string::npos)
        << stale->body;
    const json record = service.json_of("/api/v1/patients/P1", admin);
    int found = 0;
    for (const json& row : record.at("versions")) {
        if (row.at("row") == "measurements" && row.at("scan_id") == "A" && row.at("nodule_id") == "N1") {
            EXPECT_EQ(row.at("version"), 2);
            ++found;
        }
    }
    EXPECT_EQ(found, 1);
}

TEST(Amendment, OfRowsThatOthersRecordedIsNotForRadiologistsByAnyRoute)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const json measurement = {
        {"scan_id", "A"}, {"amend", "measured again"}, {"measurement", {{"nodule_id", "N1"}, {"long_axis_mm", 5.6}}}};
    const json scan = {{"amend", "wrong header"},
                       {"scan", {{"scan_id", "A"}, {"scan_date", "2024-06-01"}, {"slice_thickness_mm", 2}}}};
    const json record = {{"measurements",
                          {{{"patient_id", "P1"},
                            {"scan_id", "A"},
                            {"nodule_id", "N1"},
                            {"status", "present"},
                            {"long_axis_mm", 5.6}}}}};
    const struct {
        const char* path;
        const json& body;
    } routes[] = {{"/api/v1/patients/P1/measurements", measurement},
                  {"/api/v1/patients/P1/scans", scan},
                  {"/api/v1/records?amend=measured%20again", record},
                  {"/api/v1/records?amend=measured%20again&dry_run=yes", record}};
    for (const auto& [path, body] : routes) {
        const auto refused = service.post(path, body, person);
        EXPECT_EQ(refused->status, 403) << path << ": " << refused->body;
        EXPECT_NE(refused->body.find("others have recorded it"), std::string::npos) << refused->body;
    }
    EXPECT_EQ(deliveries(service), 1);
    const Asker admin = service.person("admin");
    for (const auto& [path, body] : routes)
        EXPECT_EQ(service.post(path, body, admin)->status, 200) << path;

    ASSERT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement("N9"), person)->status, 200);
    json own = typed_measurement("N9");
    own["amend"] = "typed wrong";
    own["measurement"]["long_axis_mm"] = 7.7;
    EXPECT_EQ(service.post("/api/v1/patients/P1/measurements", own, person)->status, 200) << "their own";
    EXPECT_EQ(service.post("/api/v1/patients/P1/measurements", own, service.person("radiologist2"))->status, 200)
        << "what says nothing new corrects nothing";
    own["measurement"]["long_axis_mm"] = 8.8;
    EXPECT_EQ(service.post("/api/v1/patients/P1/measurements", own, service.person("radiologist2"))->status, 403);
}

TEST(Decision, StandsBesideTheRecommendationThatWasOnTheScreen)
{
    RunningService service;
    const Asker person = service.person("board");
    const json seen = service.json_of("/api/v1/patients/P1/assessment", person).at("recommendation");
    json decision = {{"kind", "override"},       {"action", "SHORT_INTERVAL_CT"},
                     {"due_date", "2025-04-01"}, {"decided_by", "Dr A"},
                     {"reason", "as discussed"}, {"board", true},
                     {"present", {"Dr B"}},      {"seen", {{"action", "HAND_OVER"}, {"due_date", nullptr}}}};
    const auto stale = service.post("/api/v1/patients/P1/decisions", decision, person);
    EXPECT_EQ(stale->status, 409) << stale->body;
    EXPECT_NE(stale->body.find("action: was"), std::string::npos);
    decision["seen"] = {{"action", seen.at("action")}};
    EXPECT_EQ(service.post("/api/v1/patients/P1/decisions", decision, person)->status, 400) << "for when, is not said";
    decision["seen"] = seen;
    const auto asked = service.post("/api/v1/patients/P1/decisions", decision, person);
    EXPECT_EQ(asked->status, 422) << "a decision weaker than the policy's answer is asked about";
    EXPECT_NE(asked->body.find("confirm: SHORT_INTERVAL_CT due 2025-04-01 is weaker"), std::string::npos);
    decision["confirm"] = true;
    const auto answer = service.post("/api/v1/patients/P1/decisions", decision, person);
    ASSERT_EQ(answer->status, 200) << answer->body;
    const json ledger = service.json_of("/api/v1/patients/P1/ledger", person);
    ASSERT_EQ(ledger.at("entries").size(), 1U);
    EXPECT_EQ(ledger.at("entries")[0].at("decisions")[0].at("actor"), "board");
}

TEST(Rows, AreRecordedOneByOneAndJudgedAtOnce)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const auto added = service.post("/api/v1/patients", {{"patient_id", "P8"}, {"sex", "female"}}, person);
    ASSERT_EQ(added->status, 200) << added->body;
    EXPECT_TRUE(json::parse(added->body).at("delivery_no").is_number());
    EXPECT_TRUE(json::parse(service.post("/api/v1/patients", {{"patient_id", "P8"}, {"sex", "female"}}, person)->body)
                    .at("delivery_no")
                    .is_null())
        << "nothing new";
    EXPECT_EQ(service.post("/api/v1/patients", {{"patient_id", "P8"}, {"sex", "male"}}, person)->status, 422)
        << "a contradiction needs a reason";
    EXPECT_EQ(service.post("/api/v1/patients", {{"patient_id", "p8"}}, person)->status, 422) << "looks like P8";
    const json visit = {{"visit_id", "V1"}, {"visit_date", "2025-02-20"}, {"symptoms", "haemoptysis"}};
    ASSERT_EQ(service.post("/api/v1/patients/P8/visits", visit, person)->status, 200);
    EXPECT_EQ(
        service.json_of("/api/v1/patients/P8/assessment", person).at("recommendation").at("action"),
        service.json_of("/api/v1/patients/P8/assessment", service.person("board")).at("recommendation").at("action"));
    EXPECT_EQ(service.post("/api/v1/patients/P9/visits", visit, person)->status, 422) << "there is no such patient";
    EXPECT_EQ(service
                  .post("/api/v1/patients/P1/events",
                        {{"nodule_id", "N1"}, {"kind", "pathology_benign"}, {"date", "2025-02-20"}}, person)
                  ->status,
              403)
        << "what can end an alarm is the board's to record";
    EXPECT_EQ(service.post("/api/v1/patients", {{"patient_id", "P10"}}, service.person("researcher"))->status, 403);
}

TEST(Records, AreTakenInAsJsonAndAsCsvFiles)
{
    RunningService service;
    const Asker admin = service.person("admin");
    const json record = {{"patients", {{{"patient_id", "P8"}, {"sex", "female"}}}}};
    const auto tried = service.post("/api/v1/records?dry_run=yes", record, admin);
    ASSERT_EQ(tried->status, 200) << tried->body;
    EXPECT_TRUE(json::parse(tried->body).at("delivery_no").is_null());
    EXPECT_EQ(deliveries(service), 1);
    const auto taken = service.post("/api/v1/records", record, admin);
    ASSERT_EQ(taken->status, 200) << taken->body;
    EXPECT_EQ(json::parse(taken->body).at("tally").at("patients").at("added"), 1);

    const http::MultipartFormDataItems files = {
        {"files", "patient_id,sex\nP9,male\n", "patients.csv", "text/csv"},
        {"files", "patient_id,scan_id,scan_date,modality,purpose\nP9,A,2025-01-01,ct,diagnostic\n", "scans.csv",
         "text/csv"}};
    http::Headers headers = admin.headers(true);
    headers.emplace("Idempotency-Key", "once");
    const auto uploaded = service.client().Post("/api/v1/records", headers, files);
    ASSERT_EQ(uploaded->status, 200) << uploaded->body;
    const auto again = service.client().Post("/api/v1/records", headers, files);
    EXPECT_EQ(again->body, uploaded->body) << "the same files, whatever stands between them";
    EXPECT_EQ(again->get_header_value("Idempotency-Replayed"), "true");
    const json list = service.json_of("/api/v1/patients?query=P", admin);
    EXPECT_EQ(list.at("patients").size(), 5U);

    const http::MultipartFormDataItems strange = {{"files", "x", "notes.txt", "text/plain"}};
    EXPECT_EQ(service.client().Post("/api/v1/records", admin.headers(true), strange)->status, 400);
}

TEST(Links, ArePutConfirmedAndUndone)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const json proposed = {{"scan_id", "B"}, {"observation_id", "N1"}, {"nodule_id", "N5"}, {"propose", true}};
    const auto put = service.post("/api/v1/patients/P1/links", proposed, person);
    ASSERT_EQ(put->status, 200) << put->body;
    const auto confirmed = service.post("/api/v1/patients/P1/links/confirm", {{"link", "B/N1#1"}}, person);
    ASSERT_EQ(confirmed->status, 200) << confirmed->body;
    EXPECT_NE(service.json_of("/api/v1/patients/P1", person).dump().find("\"N5\""), std::string::npos);
    EXPECT_EQ(service.post("/api/v1/patients/P1/links/undo", {{"link", "B/N1#2"}}, person)->status, 400) << "say why";
    const auto undone =
        service.post("/api/v1/patients/P1/links/undo", {{"link", "B/N1#2"}, {"reason", "mixed up"}}, person);
    EXPECT_EQ(undone->status, 200) << undone->body;
    EXPECT_EQ(service.post("/api/v1/patients/P1/links/confirm", {{"link", "B/N1#9"}}, person)->status, 404);
}

TEST(Text, OfAnyKindComesBackAsData)
{
    RunningService service;
    const Asker person = service.person("admin");
    for (const std::string text : {"Robert'); DROP TABLE patient;--", "<script>alert(1)</script>", "\" onload=\"x",
                                   "a\tb", "{{7*7}}", "%00%2e%2e/", "=1+1", "\u202egnp.exe", "日本語 ü \\ \\u0000"}) {
        const json record = {{"patients", {{{"patient_id", text}}}},
                             {"scans",
                              {{{"patient_id", text},
                                {"scan_id", text},
                                {"scan_date", "2025-01-01"},
                                {"modality", "ct"},
                                {"purpose", "diagnostic"}}}},
                             {"measurements",
                              {{{"patient_id", text},
                                {"scan_id", text},
                                {"nodule_id", text},
                                {"status", "present"},
                                {"long_axis_mm", 5.5},
                                {"reader", text}}}},
                             {"events",
                              {{{"patient_id", text},
                                {"nodule_id", text},
                                {"kind", "not_a_nodule"},
                                {"date", "2025-01-02"},
                                {"note", text}}}}};
        const auto taken = service.post("/api/v1/records?dry_run=no", record, person);
        if (taken->status == 422) continue;  // the record's own rules refuse it: nothing was stored
        ASSERT_EQ(taken->status, 200) << text << taken->body;
        std::string escaped;
        for (const char c : text) {
            char hexadecimal[4];
            std::snprintf(hexadecimal, sizeof hexadecimal, "%%%02X", static_cast<unsigned char>(c));
            escaped += hexadecimal;
        }
        const json back = service.json_of("/api/v1/patients/" + escaped, person);
        EXPECT_EQ(back.at("patients")[0].at("patient_id"), text);
        EXPECT_EQ(back.at("measurements")[0].at("reader"), text);
        EXPECT_EQ(back.at("events")[0].at("note"), text);
        for (const char* page : {"trend.svg", "worksheet.html"}) {
            const auto shown = service.get("/api/v1/patients/" + escaped + "/" + page, person);
            ASSERT_EQ(shown->status, 200);
            EXPECT_EQ(shown->body.find("<script"), std::string::npos);
            EXPECT_EQ(shown->body.find("\" onload=\""), std::string::npos);
        }
    }
    const store::Registry registry = value_of(store::Registry::open(service.registry_file()));
    EXPECT_TRUE(value_of(store::check(registry)).sound());
}

TEST(Audit, HoldsAfterAllThis)
{
    RunningService service;
    service.post("/api/v1/patients/P1/measurements", typed_measurement(), service.person("radiologist"));
    const Asker admin = service.person("admin");
    EXPECT_EQ(service.json_of("/api/v1/audit/verify", admin).at("intact"), true);
    const json deliveries = service.json_of("/api/v1/audit/deliveries?limit=1", admin);
    EXPECT_EQ(deliveries.at("deliveries")[0].at("actor"), "radiologist");
    EXPECT_EQ(deliveries.at("next"), "2");
    EXPECT_EQ(service.json_of("/api/v1/audit/deliveries?limit=1&cursor=2", admin).at("deliveries")[0].at("delivery_no"),
              1);
}

TEST(Users, AreMadeGivenRolesAndPasswordsAndDisabledByAdmins)
{
    RunningService service;
    const Asker admin = service.person("admin");
    EXPECT_EQ(service.post("/api/v1/users", {{"name", "new"}, {"role", "board"}, {"password", "short"}}, admin)->status,
              422);
    EXPECT_EQ(
        service.post("/api/v1/users", {{"name", "new"}, {"role", "board"}, {"password", password}}, admin)->status,
        201);
    EXPECT_EQ(service.get("/api/v1/worklist", service.person("new"))->status, 200);
    EXPECT_EQ(service.post("/api/v1/users/new/role", {{"role", "researcher"}}, admin)->status, 200);
    EXPECT_EQ(service.get("/api/v1/worklist", service.person("new"))->status, 403) << "at once";
    EXPECT_EQ(service.post("/api/v1/users/new/password", {{"password", "another long one"}}, admin)->status, 200);
    EXPECT_EQ(service.get("/api/v1/session", service.person("new"))->status, 401) << "signed out everywhere";
    EXPECT_EQ(service.post("/api/v1/users/nobody/disable", json::object(), admin)->status, 404);
    EXPECT_EQ(service.post("/api/v1/users/admin/disable", json::object(), admin)->status, 422) << "the last admin";
}

}  // namespace
}  // namespace nodtrack::test
