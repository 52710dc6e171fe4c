#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "route.hpp"
#include "support.hpp"

namespace nodtrack::test {
namespace {

using service::Method;
using service::Route;

/// What each route must answer: nobody, radiologist, board, researcher, admin; then a token (of the admin's account, or
/// of the first role that may) for reading, writing, exporting. A body is sent that passes the rights and is refused
/// afterwards (400, 422) where the route writes, so that all rows can be tried on one registry.
struct Expected {
    const char* method;
    const char* path;
    std::array<int, 8> status;
};

const Expected table[] = {
    // clang-format off
    //                                                            nobody  R    B    S    A  read write export
    {"GET", "/healthz",                                            {200, 200, 200, 200, 200, 200, 200, 200}},
    {"GET", "/readyz",                                             {200, 200, 200, 200, 200, 200, 200, 200}},
    {"GET", "/api/v1/openapi.json",                                {200, 200, 200, 200, 200, 200, 200, 200}},
    {"POST", "/api/v1/session",                                    {400, 400, 400, 400, 400, 400, 400, 400}},
    {"GET", "/api/v1/session",                                     {401, 200, 200, 200, 200, 200, 200, 403}},
    {"DELETE", "/api/v1/session",                                  {401, 200, 200, 200, 200, 403, 403, 403}},
    {"POST", "/api/v1/session/password",                           {401, 400, 400, 400, 400, 403, 403, 403}},
    {"GET", "/api/v1/events",                                      {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/worklist",                                    {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients",                                    {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/board",                                       {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/board.html",                                  {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}",                       {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/assessment",            {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/history",               {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/what-if",               {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/explanation",           {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/ledger",                {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/dose",                  {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/recist",                {401, 422, 422, 403, 422, 422, 422, 403}},
    {"GET", "/api/v1/patients/{patient_id}/identities",            {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/trend.svg",             {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/trend.json",            {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/worksheet.html",        {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/sentence",              {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/recommendation",        {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/nodules/{nodule_id}/filmstrip.png",
                                                                   {401, 404, 404, 403, 404, 404, 404, 403}},
    {"POST", "/api/v1/records",                                    {401, 422, 403, 403, 422, 403, 422, 403}},
    {"GET", "/api/v1/letters",                                     {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/letters.html",                                {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/reminders.ics",                               {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/meetings/agenda",                             {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/meetings/agenda.html",                        {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/meetings/minutes",                            {401, 200, 200, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/meetings/minutes.html",                       {401, 200, 200, 403, 200, 200, 200, 403}},
    {"POST", "/api/v1/meetings/decisions",                         {401, 403, 400, 403, 403, 403, 400, 403}},
    {"POST", "/api/v1/import",                                     {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/import/proposal",                            {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/cts",                  {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/therapies/end",        {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients",                                   {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/visits",               {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/therapies",            {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/died",                 {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/moved",                {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/declined",             {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/returned",             {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/contact",              {401, 400, 400, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/events",               {401, 400, 400, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/scans",                {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/measurements",         {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/preview",                                    {401, 400, 400, 403, 403, 400, 400, 403}},
    {"POST", "/api/v1/amendments",                                 {401, 400, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/retractions",                                {401, 400, 400, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/moves",                                      {401, 400, 400, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/rename",               {401, 403, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/merge",                {401, 403, 403, 403, 400, 403, 400, 403}},
    {"POST", "/api/v1/erasures",                                   {401, 403, 403, 403, 400, 403, 403, 403}},
    {"POST", "/api/v1/patients/{patient_id}/decisions",            {401, 403, 400, 403, 403, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/links",                {401, 400, 403, 403, 403, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/links/confirm",        {401, 400, 403, 403, 403, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/links/undo",           {401, 400, 403, 403, 403, 403, 400, 403}},
    {"POST", "/api/v1/export",                                     {401, 403, 403, 400, 400, 403, 403, 400}},
    {"GET", "/api/v1/export/preview",                              {401, 403, 403, 200, 200, 403, 403, 200}},
    {"GET", "/api/v1/data-dictionary",                             {401, 200, 200, 200, 200, 403, 403, 200}},
    {"GET", "/api/v1/policy",                                      {401, 200, 200, 200, 200, 200, 200, 403}},
    {"GET", "/api/v1/policy.html",                                 {401, 200, 200, 200, 200, 200, 200, 403}},
    {"GET", "/api/v1/policy/adoptions",                            {401, 200, 200, 403, 200, 200, 200, 403}},
    {"POST", "/api/v1/policy/adoptions",                           {401, 403, 403, 403, 400, 403, 403, 403}},
    {"GET", "/api/v1/audit/deliveries",                            {401, 403, 403, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/audit/head",                                  {401, 403, 403, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/audit/verify",                                {401, 403, 403, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/audit/reads",                                 {401, 403, 403, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/pacs",                                        {401, 200, 403, 403, 200, 200, 200, 403}},
    {"GET", "/api/v1/patients/{patient_id}/pacs/{name}/studies",   {401, 404, 403, 403, 403, 404, 404, 403}},
    {"POST", "/api/v1/patients/{patient_id}/pacs/{name}/pull",     {401, 400, 403, 403, 403, 403, 400, 403}},
    {"POST", "/api/v1/patients/{patient_id}/pacs/{name}/push",     {401, 400, 403, 403, 403, 403, 400, 403}},
    {"GET", "/api/v1/users",                                       {401, 403, 403, 403, 200, 403, 403, 403}},
    {"POST", "/api/v1/users",                                      {401, 403, 403, 403, 400, 403, 403, 403}},
    {"POST", "/api/v1/users/{name}/disable",                       {401, 403, 403, 403, 400, 403, 403, 403}},
    {"POST", "/api/v1/users/{name}/role",                          {401, 403, 403, 403, 400, 403, 403, 403}},
    {"POST", "/api/v1/users/{name}/password",                      {401, 403, 403, 403, 400, 403, 403, 403}},
    // clang-format on
};

const char* const askers[] = {"nobody",
                              "radiologist",
                              "board",
                              "researcher",
                              "admin",
                              "a token for reading",
                              "a token for writing",
                              "a token for exporting"};

std::string filled_in(std::string path)
{
    const auto put = [&](const std::string& brace, const std::string& value) {
        if (const auto at = path.find(brace); at != std::string::npos) path.replace(at, brace.size(), value);
    };
    put("{patient_id}", "P1");
    put("{nodule_id}", "N1");
    put("{name}", "board");
    return path;
}

/// The status alone: of the stream of events, which does not end by itself, the head is enough.
int status_of(const RunningService& service, const Expected& row, const Asker& asker)
{
    const std::string path = filled_in(row.path);
    const std::string method = row.method;
    auto client = service.client();
    const auto headers = asker.headers(true);
    if (method == "GET") {
        int status = 0;
        const auto answer = client.Get(
            path, headers,
            [&](const http::Response& response) {
                status = response.status;
                return response.get_header_value("Content-Type") != "text/event-stream";
            },
            [](const char*, std::size_t) { return true; });
        return status != 0 ? status : answer ? answer->status : 0;
    }
    // An object with a member that there is nowhere: it passes the rights and is refused for what it is.
    const std::string body = R"({"no_such_member": 1})";
    const auto answer =
        method == "POST" ? client.Post(path, headers, body, "application/json") : client.Delete(path, headers);
    return answer ? answer->status : 0;
}

std::string account_that_may(const Route& route)
{
    for (const auto& [role, name] :
         {std::pair(tracker::Role::admin, "admin"), std::pair(tracker::Role::radiologist, "radiologist"),
          std::pair(tracker::Role::board, "board"), std::pair(tracker::Role::researcher, "researcher")}) {
        if (route.roles == service::nobody_needed || service::may(route.roles, role)) return name;
    }
    return {};
}

TEST(Rights, EachRouteIsForThoseWhomTheTableNamesAndForNobodyElse)
{
    RunningService service;
    for (const Expected& row : table) {
        const auto target = service::target_of(filled_in(row.path));
        const Route* route = service::match(row.method, *target).route;
        ASSERT_NE(route, nullptr) << row.path;
        const std::string account = account_that_may(*route);
        for (std::size_t i = 0; i < std::size(askers); ++i) {
            Asker asker;
            if (i >= 1 && i <= 4) {
                // Signing out would end the session that the next rows use.
                RunningService& of = service;
                asker = of.person(askers[i]);
                if (std::string(row.method) == "DELETE") {
                    const auto answer = of.post("/api/v1/session", {{"name", askers[i]}, {"password", password}}, {});
                    const std::string cookie = answer->get_header_value("Set-Cookie");
                    asker.cookie = cookie.substr(17, cookie.find(';') - 17);
                    asker.csrf = json::parse(answer->body).at("csrf_token");
                }
            }
            if (i >= 5) asker = service.program(account, static_cast<tracker::TokenScope>(i - 5));
            EXPECT_EQ(status_of(service, row, asker), row.status[i])
                << row.method << " " << row.path << " by " << askers[i];
        }
    }
}

TEST(Rights, NoRouteIsMissingFromTheTable)
{
    std::set<std::pair<std::string, std::string>> tried;
    for (const Expected& row : table)
        tried.emplace(row.method, row.path);
    for (const Route& route : service::routes()) {
        const std::string method(service::method_words[static_cast<std::size_t>(route.method)]);
        EXPECT_TRUE(tried.count({method, std::string(route.path)}) == 1) << method << " " << route.path;
    }
    EXPECT_EQ(tried.size(), service::routes().size());
}

TEST(Rights, AWriteWithTheCookieNeedsTheTokenOfItsOwnSession)
{
    RunningService& service = shared_service();
    Asker forged = service.person("radiologist");
    forged.csrf.clear();
    EXPECT_EQ(service.post("/api/v1/preview", typed_measurement(), forged)->status, 403);
    forged.csrf = service.person("board").csrf;
    EXPECT_EQ(service.post("/api/v1/preview", typed_measurement(), forged)->status, 403);
    EXPECT_EQ(service.post("/api/v1/preview", typed_measurement(), service.person("radiologist"))->status, 200);
}

TEST(Rights, APageOfAnotherSiteCannotWriteEvenWithCookieAndToken)
{
    RunningService& service = shared_service();
    const Asker person = service.person("radiologist");
    EXPECT_EQ(service.post("/api/v1/preview", typed_measurement(), person, {{"Origin", "http://evil.example"}})->status,
              403);
    const std::string own = "http://127.0.0.1:" + std::to_string(service.port());
    EXPECT_EQ(service.post("/api/v1/preview", typed_measurement(), person, {{"Origin", own}})->status, 200);
}

TEST(Rights, AnotherHostNameThanTheServicesOwnIsMisdirected)
{
    RunningService& service = shared_service();
    const Asker person = service.person("radiologist");
    EXPECT_EQ(service.get("/api/v1/worklist", person, {{"Host", "evil.example"}})->status, 421);
    EXPECT_EQ(service.get("/api/v1/worklist", person, {{"Host", "localhost:1"}})->status, 200);
}

TEST(Rights, ARadiologistCorrectsOnlyRowsThatTheyRecordedThemselves)
{
    RunningService service;
    const Asker first = service.person("radiologist");
    ASSERT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement("N7"), first)->status, 200);
    const json correction = {{"row", "measurements"},
                             {"patient_id", "P1"},
                             {"scan_id", "B"},
                             {"nodule_id", "N7"},
                             {"reason", "misread"},
                             {"expected_version", 1},
                             {"changes", {{"long_axis_mm", "6.4"}}}};
    EXPECT_EQ(service.post("/api/v1/amendments", correction, service.person("radiologist2"))->status, 403);
    EXPECT_EQ(service.post("/api/v1/amendments", correction, first)->status, 200);
    json of_others = correction;
    of_others["nodule_id"] = "N1";
    of_others["changes"] = {{"long_axis_mm", "6.0"}};
    EXPECT_EQ(service.post("/api/v1/amendments", of_others, first)->status, 403);
    EXPECT_EQ(service.post("/api/v1/amendments", of_others, service.person("admin"))->status, 200);
}

TEST(Rights, EverybodyRetractsAndMovesOnlyWhatTheyRecordedThemselvesAndAdminsAll)
{
    RunningService service;
    const Asker first = service.person("radiologist");
    ASSERT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement("N7"), first)->status, 200);
    json row = {{"row", "measurements"}, {"patient_id", "P1"},        {"scan_id", "B"},
                {"nodule_id", "N7"},     {"reason", "counted twice"}, {"confirm", true}};
    EXPECT_EQ(service.post("/api/v1/retractions", row, service.person("radiologist2"))->status, 403);
    EXPECT_EQ(service.post("/api/v1/retractions", row, service.person("board"))->status, 403);
    row["dry_run"] = true;
    EXPECT_EQ(service.post("/api/v1/retractions", row, first)->status, 200);
    row.erase("dry_run");
    const auto retracted = service.post("/api/v1/retractions", row, first);
    ASSERT_EQ(retracted->status, 200) << retracted->body;
    const json undo = {{"undo", json::parse(retracted->body).at("delivery_no")}, {"reason", "it was right"}};
    EXPECT_EQ(service.post("/api/v1/retractions", undo, service.person("radiologist2"))->status, 403);
    EXPECT_EQ(service.post("/api/v1/retractions", undo, first)->status, 200);

    const json of_others = {
        {"patient_id", "P1"}, {"to", "P3"}, {"scan_id", "A"}, {"reason", "mixed up"}, {"confirm", true}};
    EXPECT_EQ(service.post("/api/v1/moves", of_others, first)->status, 403);
    EXPECT_EQ(service.post("/api/v1/moves", of_others, service.person("admin"))->status, 200);
}

TEST(Rights, ErasingTakesAPersonWhoTypesTheIdTwiceAndLeavesNoTraceInTheReadLog)
{
    RunningService service;
    const Asker admin = service.person("admin");
    ASSERT_EQ(service.get("/api/v1/patients/P2", admin)->status, 200);
    json request = {{"patient_id", "P2"}, {"again", "P3"}, {"reason", "request 2026/118"}};
    EXPECT_EQ(service.post("/api/v1/erasures", request, admin)->status, 400);
    request["again"] = "P2";
    const auto erased = service.post("/api/v1/erasures", request, admin);
    ASSERT_EQ(erased->status, 200) << erased->body;
    EXPECT_EQ(service.get("/api/v1/audit/reads", admin)->body.find("\"P2\""), std::string::npos);
    EXPECT_EQ(service.get("/api/v1/patients/P2", admin)->status, 404);
    EXPECT_TRUE(json::parse(service.get("/api/v1/audit/verify", admin)->body).at("intact").get<bool>());
}

TEST(Rights, AResearcherSeesNoIdentifierOfTheRegistry)
{
    RunningService& service = shared_service();
    const Asker researcher = service.person("researcher");
    for (const char* path : {"/api/v1/export/preview", "/api/v1/data-dictionary", "/api/v1/session"}) {
        const auto answer = service.get(path, researcher);
        ASSERT_EQ(answer->status, 200) << path;
        for (const char* id : {"\"P1\"", "\"P2\"", "\"P3\"", "1980-02-29"})
            EXPECT_EQ(answer->body.find(id), std::string::npos) << path << " says " << id;
    }
    // Each patient's days lie back by a number of days of their own, so some day may be another patient's real one; but
    // the latest of all cannot be there.
    const Delivery recorded = delivery_of(sample_record());
    const auto date_of = [](const ScanRow& row) { return row.scan.scan_date; };
    const Date latest = date_of(std::ranges::max(recorded.scans, {}, date_of));
    const auto preview = nlohmann::json::parse(service.get("/api/v1/export/preview", researcher)->body);
    std::size_t days = 0;
    for (const auto& file : preview.at("files")) {
        const auto& columns = file.at("columns");
        const auto column = std::ranges::find(columns, "scan_date");
        if (column == columns.end()) continue;
        for (const auto& row : file.at("rows")) {
            EXPECT_LT(row.at(static_cast<std::size_t>(column - columns.begin())).get<std::string>(), latest.iso());
            ++days;
        }
    }
    EXPECT_GT(days, 0U);
    // A picture is in the archive's bytes only compressed, so its preview is what is looked at; the archive itself is
    // looked at by tests of the export.
}

}  // namespace
}  // namespace nodtrack::test
