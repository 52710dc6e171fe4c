#include "answers.hpp"
#include "route.hpp"

namespace nodtrack::service {
namespace {

using tracker::TokenScope;

const Parameter as_of{"as_of", "date", "the day of the judgement; else today. Nothing dated after it is seen"};
const Parameter known_on{"known_on", "date", "only what was recorded on or before that day"};
const Parameter limit{"limit", "count", "at most so many; else 100, at most 1000"};
const Parameter cursor{"cursor", "text", "`next` of the page before: goes on behind it"};
const Parameter group{"group", "urgent|lost|overdue|board|due|data_required|hand_over", "this group alone", true};
const Parameter within{"within", "count", "how many days ahead the group `due` looks; else 30"};
const Parameter lost_after{"lost_after", "count", "the silence, in days, that means lost; else 180"};

constexpr auto reads = TokenScope::read;
constexpr auto writes = TokenScope::write;
constexpr auto exports = TokenScope::export_data;
constexpr std::nullopt_t person = std::nullopt;
constexpr std::string_view svg = "image/svg+xml";
constexpr std::string_view html = "text/html; charset=utf-8";

}  // namespace

const std::vector<Route>& routes()
{
    constexpr auto get = Method::get;
    constexpr auto post = Method::post;
    constexpr auto kept = RestsOn::patient;
    constexpr auto listed = RestsOn::registry;
    constexpr auto made = RestsOn::nothing_kept;
    static const std::vector<Route> table = {
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

        {get, "/api/v1/worklist", clinic, reads, "Who needs something done, as `nodtrack worklist --json`", {as_of, known_on, group, within, lost_after, limit, cursor}, "", "Worklist", listed, json_media, 200, worklist},
        {get, "/api/v1/patients", clinic, reads, "Patients by the beginning of their id", {{"query", "text", "the beginning of the id"}, limit, cursor}, "", "Patients", listed, json_media, 200, patients},
        {get, "/api/v1/board", clinic, reads, "The tumour board's list, the urgent first", {as_of, known_on}, "", "BoardList", listed, json_media, 200, board_list},
        {get, "/api/v1/board.html", clinic, reads, "The tumour board's worksheet for printing, one A4 page a patient", {{"patients", "text", "patient ids, parted by commas; else the board's list", true}, as_of, {"meeting", "text", "for the foot of each page"}}, "", "", made, html, 200, board_page},

        {get, "/api/v1/patients/{patient_id}", clinic, reads, "The record of one patient, and the version of each row", {}, "", "PatientRecord", kept, json_media, 200, patient},
        {get, "/api/v1/patients/{patient_id}/assessment", clinic, reads, "The judgement, as `nodtrack assess --json`", {as_of, known_on, {"reasons", "none|fired|all", "reasons in the answer; else fired"}}, "", "Assessment", kept, json_media, 200, assessment},
        {get, "/api/v1/patients/{patient_id}/history", clinic, reads, "Every value there was, with who said so, when and why, as `nodtrack history --json`", {{"kind", "patients|scans|measurements|therapies|events", "rows of this kind alone"}, {"scan_id", "text", "of this scan alone"}, {"nodule_id", "text", "of this nodule alone, as it was reported"}, {"column", "text", "of this column alone"}}, "", "History", kept, json_media, 200, history},
        {get, "/api/v1/patients/{patient_id}/what-if", clinic, reads, "What would change the answer, as `nodtrack explain --what-if --json`", {as_of, known_on}, "", "WhatIf", kept, json_media, 200, what_if},
        {get, "/api/v1/patients/{patient_id}/explanation", clinic, reads, "Why, at length, as `nodtrack explain --json`", {as_of, known_on}, "", "Explanation", kept, json_media, 200, explanation},
        {get, "/api/v1/patients/{patient_id}/ledger", clinic, reads, "Recommendations that were kept, the decisions on them and what became of them", {as_of}, "", "Ledger", kept, json_media, 200, ledger},
        {get, "/api/v1/patients/{patient_id}/dose", clinic, reads, "Effective dose to date, as `nodtrack dose --json`", {as_of, known_on}, "", "Dose", kept, json_media, 200, dose},
        {get, "/api/v1/patients/{patient_id}/identities", clinic, reads, "Which nodule each measured row is, as `nodtrack link --json`", {}, "", "Identities", kept, json_media, 200, identities},
        {get, "/api/v1/patients/{patient_id}/trend.svg", clinic, reads, "How the nodules went from CT to CT, as a picture", {as_of, known_on}, "", "", kept, svg, 200, trend_picture},
        {get, "/api/v1/patients/{patient_id}/trend.json", clinic, reads, "The same as numbers, as `nodtrack trend --json`", {as_of, known_on}, "", "Trend", kept, json_media, 200, trend},
        {get, "/api/v1/patients/{patient_id}/worksheet.html", clinic, reads, "Picture and tables as a page, as `nodtrack trend --html`", {as_of, known_on}, "", "", made, html, 200, worksheet},
        {get, "/api/v1/patients/{patient_id}/sentence", clinic, reads, "Sentences for a report, as `nodtrack sentence --json`, and as text", {as_of, known_on}, "", "Sentence", kept, json_media, 200, sentence},
        {get, "/api/v1/patients/{patient_id}/nodules/{nodule_id}/filmstrip.png", clinic, reads, "The nodule on every CT that has an image", {as_of}, "", "", made, "image/png", 200, filmstrip},

        {post, "/api/v1/records", radiologist | admin, writes, "Takes a record in: JSON, or its CSV files as multipart/form-data, all or nothing", {{"dry_run", "yes|no", "checks and counts, stores nothing"}, {"confirm", "yes|no", "implausible values are stored as they are, and flagged"}, {"amend", "text", "why values that contradict stored ones supersede them"}}, "Record", "IngestReport", made, json_media, 200, records},
        {post, "/api/v1/patients/{patient_id}/scans", radiologist | admin, writes, "Records one scan", {}, "Scan", "IngestReport", made, json_media, 200, scan},
        {post, "/api/v1/patients/{patient_id}/measurements", radiologist | admin, writes, "Records one nodule on one scan, and says what it changes, as `nodtrack log`", {}, "Measurement", "LogReport", made, json_media, 200, measurement},
        {post, "/api/v1/preview", radiologist | board, reads, "What recording a measurement would say; stores nothing", {}, "Measurement", "Preview", made, json_media, 200, preview},
        {post, "/api/v1/amendments", radiologist | admin, writes, "Corrects values of one row; a radiologist those of rows that they recorded themselves", {}, "Amendment", "AmendReport", made, json_media, 200, amendment},
        {post, "/api/v1/patients/{patient_id}/decisions", board, writes, "Records what was decided, beside the policy's answer that was on the screen", {}, "Decision", "DecideReport", made, json_media, 200, decision},
        {post, "/api/v1/patients/{patient_id}/links", radiologist, writes, "Says which nodule a measured row is", {}, "Link", "LinkReport", made, json_media, 200, link},
        {post, "/api/v1/patients/{patient_id}/links/confirm", radiologist, writes, "Confirms proposed links", {}, "LinkChoice", "LinkReport", made, json_media, 200, confirm_links},
        {post, "/api/v1/patients/{patient_id}/links/undo", radiologist, writes, "Undoes confirmed links, or turns proposed ones down", {}, "LinkChoice", "LinkReport", made, json_media, 200, undo_links},

        {post, "/api/v1/export", researcher | admin, exports, "The de-identified record, history and assessments as a ZIP archive", {}, "Export", "", made, "application/zip", 200, export_record},
        {get, "/api/v1/export/preview", researcher | admin, exports, "The first rows of the export's files", {}, "", "ExportPreview", made, json_media, 200, export_preview},
        {get, "/api/v1/data-dictionary", everybody, exports, "Every column of the record and the export: type, unit, words, meaning", {}, "", "DataDictionary", made, json_media, 200, data_dictionary},

        {get, "/api/v1/audit/deliveries", admin, reads, "All that was recorded, the newest first: who, when, through which door, why", {limit, cursor}, "", "Deliveries", made, json_media, 200, audit_deliveries},
        {get, "/api/v1/audit/head", admin, reads, "The newest entry of the chained log, to be kept elsewhere", {}, "", "AuditHead", made, json_media, 200, audit_head},
        {get, "/api/v1/audit/verify", admin, reads, "Whether anything stored was changed from outside", {{"head", "text", "a head kept earlier"}}, "", "AuditReport", made, json_media, 200, audit_verify},
        {get, "/api/v1/audit/reads", admin, reads, "Who read which patient", {{"patient_id", "text", "of this patient alone"}, {"account", "text", "by this account alone"}, {"from", "date", "the first day, UTC"}, {"to", "date", "the last day, UTC"}, limit, cursor}, "", "Reads", made, json_media, 200, audit_reads},
        {get, "/api/v1/users", admin, person, "All accounts", {}, "", "Users", made, json_media, 200, users},
        {post, "/api/v1/users", admin, person, "Makes an account", {}, "NewUser", "User", made, json_media, 201, add_user},
        {post, "/api/v1/users/{name}/disable", admin, person, "Disables an account, or with {\"disabled\": false} enables it", {}, "Disabling", "User", made, json_media, 200, disable_user},
        {post, "/api/v1/users/{name}/role", admin, person, "Gives an account another role", {}, "RoleChange", "User", made, json_media, 200, set_user_role},
        {post, "/api/v1/users/{name}/password", admin, person, "Sets a new password; the account is signed out everywhere", {}, "PasswordChange", "User", made, json_media, 200, set_user_password},
        // clang-format on
    };
    return table;
}

}  // namespace nodtrack::service
