#include "answers.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "route.hpp"
#include "use_route.hpp"

namespace nodtrack::service {
namespace {

using tracker::TokenScope;

using uses::repeated;
using uses::text;
using uses::with_moment;
using uses::with_pages;
using uses::word;

const uses::Parameter as_of = with_moment({}).front();

constexpr auto reads = TokenScope::read;
constexpr auto writes = TokenScope::write;
constexpr auto exports = TokenScope::export_data;
constexpr std::nullopt_t person = std::nullopt;
constexpr std::string_view html = uses::html_media;

std::vector<Route> with_use_cases(std::vector<Route> routes)
{
    for (const uses::UseCase& use : uses::all()) {
        for (Route& route : routes_of(use))
            routes.push_back(std::move(route));
    }
    return routes;
}

}  // namespace

const std::vector<Route>& routes()
{
    constexpr auto get = Method::get;
    constexpr auto post = Method::post;
    constexpr auto kept = RestsOn::patient;
    constexpr auto listed = RestsOn::registry;
    constexpr auto made = RestsOn::nothing_kept;
    static const std::vector<Route> table = with_use_cases({
        // clang-format off
        // method, path, who may, token's scope, what it does, query, request, response, rests on, media, answer
        {get, "/healthz", nobody_needed, reads, "Whether the program runs", {}, "", "Status", made, json_media, 200, health},
        {get, "/readyz", nobody_needed, reads, "Whether the registry can be read and requests are taken", {}, "", "Status", made, json_media, 200, readiness},
        {get, "/api/v1/openapi.json", nobody_needed, reads, "This document", {}, "", "OpenApi", made, json_media, 200, openapi},

        {post, "/api/v1/session", nobody_needed, person, "Signs a person in; the session is in the cookie nodtrack_session", {}, "SignIn", "Session", made, json_media, 200, sign_in},
        {get, "/api/v1/session", everybody, reads, "Who is signed in, and by which policy it is judged", {}, "", "Session", made, json_media, 200, session},
        {Method::remove, "/api/v1/session", everybody, person, "Signs out", {}, "", "Nothing", made, json_media, 200, sign_out},
        {post, "/api/v1/session/password", everybody, person, "Changes one's own password; all sessions and tokens of the account end, a new session begins", {}, "OwnPassword", "Session", made, json_media, 200, change_own_password},
        {get, "/api/v1/events", clinic, reads, "Server-sent events: `registry` with {delivery_no} whenever something was recorded, by any program", {}, "", "", made, "text/event-stream", 200, events},

        {get, "/api/v1/patients", clinic, reads, "Patients by the beginning of their id", with_pages({text("query", "the beginning of the id")}), "", "Patients", listed, json_media, 200, patients},
        {get, "/api/v1/board", clinic, reads, "The tumour board's list, the urgent first", with_moment({}), "", "BoardList", listed, json_media, 200, board_list},
        {get, "/api/v1/board.html", clinic, reads, "The tumour board's worksheet for printing, one A4 page a patient", {repeated(text("patients", "patient ids, comma-separated; else the board's list")), as_of, text("meeting", "for the foot of each page")}, "", "", made, html, 200, board_page},

        {get, "/api/v1/patients/{patient_id}", clinic, reads, "The record of one patient, and the version of each row", {}, "", "PatientRecord", kept, json_media, 200, patient},
        {get, "/api/v1/patients/{patient_id}/nodules/{nodule_id}/filmstrip.png", clinic, reads, "The nodule on every CT that has an image", {as_of}, "", "", made, "image/png", 200, filmstrip},

        {post, "/api/v1/records", radiologist | admin, writes, "Takes a record in: JSON, or its CSV files as multipart/form-data, all or nothing", {word("dry_run", "checks and counts, stores nothing", {"yes", "no"}), word("confirm", "implausible values are stored as they are, and flagged", {"yes", "no"}), text("amend", "why values that contradict stored ones supersede them")}, "Record", "IngestReport", made, json_media, 200, records},
        {post, "/api/v1/import", radiologist | admin, writes, "Takes a hospital's own table in by a map, all or nothing, as `nodtrack import`", {word("dry_run", "checks and counts, stores nothing", {"yes", "no"}), word("confirm", "implausible values are stored as they are, and flagged", {"yes", "no"}), text("amend", "why values that contradict stored ones supersede them")}, "Import", "IngestReport", made, json_media, 200, import_table},
        {post, "/api/v1/import/proposal", radiologist | admin, writes, "A draft of a map for a table; stores nothing", {}, "Import", "ImportMap", made, json_media, 200, proposed_map},
        {post, "/api/v1/patients/{patient_id}/scans", radiologist | admin, writes, "Records one scan", {}, "Scan", "IngestReport", made, json_media, 200, scan},
        {post, "/api/v1/patients/{patient_id}/measurements", radiologist | admin, writes, "Records one nodule on one scan, and says what it changes, as `nodtrack log`", {}, "Measurement", "LogReport", made, json_media, 200, measurement},
        {post, "/api/v1/preview", radiologist | board, reads, "What recording a measurement would say; stores nothing", {}, "Measurement", "Preview", made, json_media, 200, preview},

        {post, "/api/v1/export", researcher | admin, exports, "The de-identified record, history and assessments as a ZIP archive", {}, "Export", "", made, "application/zip", 200, export_record},
        {get, "/api/v1/export/preview", researcher | admin, exports, "The first rows of the export's files", {}, "", "ExportPreview", made, json_media, 200, export_preview},
        {get, "/api/v1/data-dictionary", everybody, exports, "Every column of the record and the export: type, unit, words, meaning", {}, "", "DataDictionary", made, json_media, 200, data_dictionary},
        // clang-format on
    });
    return table;
}

}  // namespace nodtrack::service
