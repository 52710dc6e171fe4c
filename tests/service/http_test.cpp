#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support.hpp"

namespace nodtrack::test {
namespace {

using namespace std::chrono_literals;

TEST(ETag, SparesTheAnswerUntilTheRecordIsAnother)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    for (const char* path : {"/api/v1/patients/P1", "/api/v1/patients/P1/assessment", "/api/v1/patients/P1/history",
                             "/api/v1/patients/P1/trend.svg", "/api/v1/worklist", "/api/v1/board"}) {
        const auto first = service.get(path, person);
        ASSERT_EQ(first->status, 200) << path << first->body;
        const std::string etag = first->get_header_value("ETag");
        EXPECT_EQ(first->get_header_value("Cache-Control"), "no-store") << path;
        const auto again = service.get(path, person, {{"If-None-Match", etag}});
        EXPECT_EQ(again->status, 304) << path;
        EXPECT_TRUE(again->body.empty()) << path;
    }
    const std::string before = service.get("/api/v1/patients/P1/assessment", person)->get_header_value("ETag");
    const std::string other = service.get("/api/v1/patients/P2/assessment", person)->get_header_value("ETag");
    ASSERT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement("N9", "12.5"), person)->status, 200);
    EXPECT_EQ(service.get("/api/v1/patients/P1/assessment", person, {{"If-None-Match", before}})->status, 200);
    EXPECT_EQ(service.get("/api/v1/patients/P2/assessment", person, {{"If-None-Match", other}})->status, 304);
}

TEST(Answers, ShowWhatAnotherProgramRecordsAtOnce)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    const std::string before = service.get("/api/v1/patients/P1", person)->body;
    const auto listed = service.json_of("/api/v1/worklist", person).at("patients");
    {
        store::Registry registry = value_of(store::Registry::open(service.registry_file()));
        value_of(tracker::ingest(registry,
                                 delivery_of({{RowKind::patient, "patient_id,primary_site\nP2,pelvis\nP7,trunk\n"},
                                              {RowKind::measurement,
                                               "patient_id,scan_id,nodule_id,status,long_axis_mm\nP1,B,N8,new,4.5\n"}}),
                                 provenance_on("2025-02-20")));
    }
    EXPECT_NE(service.get("/api/v1/patients/P1", person)->body, before);
    EXPECT_EQ(service.json_of("/api/v1/worklist", person).at("patients"), listed.get<int>() + 1);
}

TEST(Worklist, AfterWritesIsWhatItWouldBeMadeAnew)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    service.json_of("/api/v1/worklist", person);
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(service
                      .post("/api/v1/patients/P1/measurements",
                            typed_measurement("M" + std::to_string(i), std::to_string(4 + 3 * i)), person)
                      ->status,
                  200);
        const json kept = service.json_of("/api/v1/worklist", person);
        RunningService* other = &service;
        other->restart();
        EXPECT_EQ(service.json_of("/api/v1/worklist", person), kept) << i;
    }
}

/// All ids of a list, asked for page by page.
std::vector<std::string> paged_ids(RunningService& service, const std::string& path, const char* member,
                                   const Asker& person)
{
    std::vector<std::string> ids;
    std::string cursor;
    for (int pages = 0; pages < 20; ++pages) {
        const json page =
            service.json_of(path + (cursor.empty() ? "" : "&cursor=" + http::encode_query_param(cursor)), person);
        for (const json& entry : page.at(member))
            ids.push_back(entry.at("patient_id"));
        if (page.at("next").is_null()) break;
        cursor = page.at("next");
    }
    return ids;
}

TEST(Pages, OfTheWorklistGoOnByTheDateThatItIsSortedBy)
{
    RunningService service;
    const Asker admin = service.person("admin");
    json record;
    for (int i = 0; i < 12; ++i) {
        const std::string id = fmt::format("E{:02}", i);
        record["patients"].push_back({{"patient_id", id},
                                      {"histology", "leiomyosarcoma"},
                                      {"grade", "high"},
                                      {"birth_date", "1970-01-01"},
                                      {"curative_treatment", "completed"},
                                      {"curative_treatment_completed_on", "2024-06-01"}});
        record["scans"].push_back({{"patient_id", id},
                                   {"scan_id", "S1"},
                                   {"scan_date", fmt::format("2025-02-{:02}", 1 + i)},
                                   {"modality", "ct"},
                                   {"purpose", "diagnostic"},
                                   {"slice_thickness_mm", 1},
                                   {"reading", "complete"}});
        record["measurements"].push_back({{"patient_id", id},
                                          {"scan_id", "S1"},
                                          {"nodule_id", "N1"},
                                          {"status", "present"},
                                          {"long_axis_mm", 4},
                                          {"attenuation", "solid"}});
        // The later the answer is due, the earlier is the visit that was decided.
        record["decisions"].push_back({{"patient_id", id},
                                       {"decided_on", "2025-02-20"},
                                       {"kind", "accept"},
                                       {"next_step", "clinic_visit"},
                                       {"due_date", fmt::format("2025-03-{:02}", 25 - i)},
                                       {"decided_by", "b1"}});
    }
    const auto stored = service.post("/api/v1/records", record, admin);
    ASSERT_EQ(stored->status, 200) << stored->body;
    const json whole = service.json_of("/api/v1/worklist?limit=1000&within=200", admin).at("entries");
    std::vector<std::string> ids;
    int sorted_otherwise = 0;
    for (const json& entry : whole) {
        ids.push_back(entry.at("patient_id"));
        sorted_otherwise += entry.at("due_date") != entry.at("earliest_due_date") ? 1 : 0;
    }
    EXPECT_GE(sorted_otherwise, 12) << "else this proves nothing";
    EXPECT_EQ(paged_ids(service, "/api/v1/worklist?limit=5&within=200", "entries", admin), ids);
}

TEST(Pages, OfAListGoOnBehindTheirCursorAndTogetherAreTheList)
{
    RunningService service;
    const Asker person = service.person("admin");
    json record = {{"patients", json::array()}};
    for (int i = 100; i < 125; ++i)
        record["patients"].push_back({{"patient_id", "Q" + std::to_string(i)}});
    ASSERT_EQ(service.post("/api/v1/records", record, person)->status, 200);
    for (const std::string path : {"/api/v1/patients?query=Q&limit=7", "/api/v1/worklist?limit=7"}) {
        const bool is_list = path.find("worklist") != std::string::npos;
        const char* member = is_list ? "entries" : "patients";
        EXPECT_EQ(service.json_of(path, person).at(member).size(), 7U);
        const std::vector<std::string> ids = paged_ids(service, path, member, person);
        std::vector<std::string> whole;
        const json all =
            service.json_of(is_list ? "/api/v1/worklist?limit=1000" : "/api/v1/patients?query=Q&limit=1000", person);
        for (const json& entry : all.at(member))
            whole.push_back(entry.at("patient_id"));
        EXPECT_EQ(ids, whole) << path;
        EXPECT_GE(ids.size(), 25U) << path;
    }
    EXPECT_EQ(service.get("/api/v1/worklist?cursor=nonsense", person)->status, 400);
    EXPECT_EQ(service.get("/api/v1/worklist?limit=7&limit=8", person)->status, 400) << "which one is meant?";
    EXPECT_EQ(service.get("/api/v1/worklist?group=due&group=board", person)->status, 200);
    EXPECT_EQ(service.get("/api/v1/patients?limit=0", person)->status, 400);
    EXPECT_EQ(service.get("/api/v1/patients?limit=1001", person)->status, 400);
}

TEST(Query, WithWrongValuesOrUnknownParametersIsRefused)
{
    RunningService& service = shared_service();
    const Asker person = service.person("board");
    for (const char* path :
         {"/api/v1/patients/P1/assessment?as_of=2025-02-30", "/api/v1/patients/P1/assessment?reasons=some",
          "/api/v1/patients/P1/assessment?as-of=2025-02-28", "/api/v1/worklist?group=late",
          "/api/v1/worklist?within=-1", "/api/v1/patients/P1/history?kind=nodule"}) {
        const auto answer = service.get(path, person);
        EXPECT_EQ(answer->status, 400) << path;
        EXPECT_EQ(answer->get_header_value("Content-Type"), "application/problem+json") << path;
    }
    EXPECT_EQ(service.get("/api/v1/patients/P404/assessment", person)->status, 404);
    EXPECT_EQ(service.get("/api/v1/nothing", person)->status, 404);
    EXPECT_EQ(service.client().Put("/api/v1/worklist", person.headers(true), "", "text/plain")->status, 405);
}

TEST(Answers, CarryTheHeadersThatKeepBrowsersFromMischief)
{
    RunningService& service = shared_service();
    const Asker person = service.person("board");
    for (const char* path : {"/", "/patients/P1", "/healthz", "/api/v1/worklist", "/api/v1/nothing",
                             "/api/v1/patients/P1/worksheet.html"}) {
        const auto answer = service.get(path, person);
        ASSERT_TRUE(answer) << path;
        const std::string policy = answer->get_header_value("Content-Security-Policy");
        EXPECT_NE(policy.find("default-src 'self'") == std::string::npos,
                  policy.find("default-src 'none'") == std::string::npos)
            << path;
        EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << path;
        EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos) << path;
        EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff") << path;
        EXPECT_EQ(answer->get_header_value("Referrer-Policy"), "no-referrer") << path;
        EXPECT_FALSE(answer->get_header_value("Cache-Control").empty()) << path;
    }
}

TEST(Pages, OfThePathsOfPagesAreTheFirstPageAndNoFileOutsideThem)
{
    RunningService& service = shared_service();
    EXPECT_EQ(service.client().Get("/")->status, 200);
    EXPECT_EQ(service.client().Get("/patients/P1")->status, 200);
    for (const char* path : {"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd.txt", "/assets/..%2f..%2fCMakeLists.txt",
                             "/index.html.bak", "//etc/passwd.d"}) {
        const auto answer = service.client().Get(path);
        ASSERT_TRUE(answer) << path;
        EXPECT_EQ(answer->body.find("root:"), std::string::npos) << path;
        EXPECT_TRUE(answer->status == 404 || answer->get_header_value("Content-Type") == "text/html; charset=utf-8")
            << path;
    }
}

TEST(Events, TellOfEachWriteAndOfOtherPrograms)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    std::mutex mutex;
    std::string heard;
    std::atomic<bool> enough = false;
    std::thread listener([&] {
        auto client = service.client();
        client.Get("/api/v1/events", person.headers(), [&](const char* bytes, std::size_t size) {
            const std::lock_guard lock(mutex);
            heard.append(bytes, size);
            return !enough;
        });
    });
    const auto hears = [&](const std::string& text) {
        for (int i = 0; i < 100; ++i) {
            {
                const std::lock_guard lock(mutex);
                if (heard.find(text) != std::string::npos) return true;
            }
            std::this_thread::sleep_for(50ms);
        }
        return false;
    };
    EXPECT_TRUE(hears("event: registry\nid: 1\ndata: {\"delivery_no\":1}\n\n"));
    ASSERT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement(), person)->status, 200);
    EXPECT_TRUE(hears("\"delivery_no\":2"));
    {
        store::Registry registry = value_of(store::Registry::open(service.registry_file()));
        value_of(tracker::ingest(registry, delivery_of({{RowKind::patient, "patient_id\nP6\n"}}),
                                 provenance_on("2025-02-20")));
    }
    EXPECT_TRUE(hears("\"delivery_no\":3"));
    enough = true;
    service.stop();
    listener.join();
}

TEST(Events, AreForSoManyListenersAndNoMore)
{
    RunningService service([](service::ServeOptions& options) { options.most_listeners = 1; });
    const Asker person = service.person("radiologist");
    std::atomic<bool> listens = false;
    std::thread listener([&] {
        auto client = service.client();
        client.Get("/api/v1/events", person.headers(), [&](const char*, std::size_t) { return listens = true; });
    });
    while (!listens)
        std::this_thread::sleep_for(10ms);
    const auto second = service.get("/api/v1/events", person);
    EXPECT_EQ(second->status, 503);
    EXPECT_EQ(second->get_header_value("Retry-After"), "30");
    service.stop();
    listener.join();
}

TEST(Stop, LetsRequestsInFlightFinishAndKeepsNobodyWaitingForIdleConnections)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    auto idle = service.client();
    idle.set_keep_alive(true);
    ASSERT_EQ(idle.Get("/healthz")->status, 200);
    std::atomic<int> good = 0;
    std::atomic<int> bad = 0;
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&, i] {
            for (int n = 0; n < 200; ++n) {
                const auto answer =
                    service.post("/api/v1/patients/P1/measurements",
                                 typed_measurement("W" + std::to_string(i) + "-" + std::to_string(n)), person);
                if (!answer) return;  // stopped
                ++(answer->status == 200 ? good : bad);
            }
        });
    }
    while (good < 8)
        std::this_thread::sleep_for(5ms);
    const auto began = std::chrono::steady_clock::now();
    const int port = service.port();
    EXPECT_GT(port, 0);
    service.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
    for (auto& writer : writers)
        writer.join();
    EXPECT_EQ(bad, 0);
    const store::Registry registry = value_of(store::Registry::open(service.registry_file()));
    EXPECT_GE(value_of(registry.row_counts()).deliveries, good + 1);
    EXPECT_TRUE(value_of(store::audit_verify(registry)).intact());
    EXPECT_FALSE(std::filesystem::exists(service.registry_file().string() + "-wal") &&
                 std::filesystem::file_size(service.registry_file().string() + "-wal") > 0)
        << "what was in the log is in the file";
}

TEST(Listening, OutsideTheLoopbackNeedsACertificate)
{
    TemporaryFolder folder;
    service::ServeOptions options;
    options.registry_file = folder / "r.db";
    options.create = true;
    options.host = "0.0.0.0";
    options.port = 0;
    options.clock = [] { return service::Moment{"2025-03-01T08:00:00Z", day("2025-03-01")}; };
    const auto refused = service::Service::start(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::usage);
    EXPECT_NE(refused.error().message.find("--tls-cert"), std::string::npos);
    options.certificate = folder / "none.pem";
    options.private_key = folder / "none.pem";
    const auto unreadable = service::Service::start(options);
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error().code, ErrorCode::bad_input);
}

TEST(Tls, ServesOverItAndMarksTheCookieSecure)
{
    TemporaryFolder folder;
    const std::string command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout " +
                                (folder / "key.pem").string() + " -out " + (folder / "cert.pem").string() +
                                " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
    RunningService service([&](service::ServeOptions& options) {
        options.certificate = folder / "cert.pem";
        options.private_key = folder / "key.pem";
    });
    http::Client client("127.0.0.1", service.port(), true);
    const auto answer =
        client.Post("/api/v1/session", json({{"name", "board"}, {"password", password}}).dump(), "application/json");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_NE(answer->get_header_value("Set-Cookie").find("; Secure"), std::string::npos);
    EXPECT_FALSE(answer->get_header_value("Strict-Transport-Security").empty());
    EXPECT_FALSE(service.client().Get("/healthz")) << "clear text finds nobody";
}

}  // namespace
}  // namespace nodtrack::test
