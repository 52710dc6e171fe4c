#include "nodtrack/tracker/retract.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "../named_row.hpp"
#include "../row_change_text.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::RetractReport;
using tracker::RetractRequest;

Result<RetractRequest> request_of(const Call& call)
{
    const Values& values = call.values;
    RetractRequest request{.patient_id = values.text("patient_id"),
                           .delivery = values.count("delivery_no"),
                           .undo = values.count("undo"),
                           .confirm = values.has("confirm"),
                           .dry_run = values.has("dry_run")};
    if (call.account) {
        request.own_rows_alone = call.account->role != store::Role::admin;
        request.may_decide = may_decide(call.account->role);
    }
    const bool whole_patient = values.has("whole_patient");
    const bool names_row = names_a_row(call) || values.has("row");
    const int asked =
        int{request.delivery.has_value()} + int{request.undo.has_value()} + int{whole_patient} + int{names_row};
    if (asked != 1) {
        return call.failure(ErrorCode::usage,
                            "retract: say what was entered in error: a row or scan ({scan_id}, {nodule_id}, {therapy}, "
                            "{event}, {visit_id}, {decision}), {whole_patient}, {delivery_no}, or {undo}; one of them");
    }
    if (request.delivery || request.undo) return request;
    if (request.patient_id.empty()) {
        return call.failure(ErrorCode::usage, "{patient_id}: missing; a row is of one patient");
    }
    if (whole_patient) {
        request.row = tracker::RowKey{RowKind::patient, {request.patient_id}};
        return request;
    }
    auto row = values.has("row") ? row_sent(call) : row_named_by(call);
    if (!row) return tl::unexpected(row.error());
    request.row = std::move(*row);
    return request;
}

std::string as_text(const RetractReport& report, const RetractRequest& request)
{
    std::string text = row_changes_text(report.rows);
    text += answers_text(report.answers);
    text += lines_text(request.undo ? "said and decided while these rows did not count" : "this rested on them",
                       report.rests);
    if (request.dry_run) {
        return text + (report.questions.empty()
                           ? "dry run: nothing was stored\n"
                           : "dry run: nothing was stored; an answer becomes quieter: it is stored "
                             "with --confirm only\n");
    }
    if (request.undo)
        return text + fmt::format("stored as delivery {}; the history keeps all of it\n", report.delivery_no);
    return text + fmt::format(
                      "stored as delivery {}; the history keeps all of it, and 'nodtrack retract --undo {}' "
                      "takes it back\n",
                      report.delivery_no, report.delivery_no);
}

std::string as_json(const RetractReport& report)
{
    return fmt::format(
        "{{\"delivery_no\":{},\"rows\":{},\"answers\":{},\"rests\":{},\"warnings\":{},\"questions\":{}}}"
        "\n",
        report.delivery_no == 0 ? "null" : std::to_string(report.delivery_no), row_changes_json(report.rows),
        answers_json(report.answers), json_of(report.rests), json_of(report.warnings), json_of(report.questions));
}

Result<void> run(Call& call)
{
    const auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    if (!request->patient_id.empty()) call.concerns(request->patient_id);
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    RetractReport report;
    const auto work = [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto done = tracker::retract(registry, **judges, *request, call.provenance(call.values.text("reason")));
        if (!done) return tl::unexpected(done.error());
        report = std::move(*done);
        return report.delivery_no;
    };
    if (request->dry_run) {
        const auto registry = call.registry();
        if (!registry) return tl::unexpected(registry.error());
        if (const auto told = work(**registry); !told) return tl::unexpected(told.error());
    } else {
        // A whole delivery may be of any patient.
        std::vector<std::string> patients;
        if (request->row) patients.push_back(request->patient_id);
        if (const auto stored = call.store(patients, work); !stored) return stored;
    }
    if (request->patient_id.empty()) {
        for (const auto& answer : report.answers)
            call.shows(answer.patient_id);
    }
    for (const std::string& warning : report.warnings)
        call.note("warning: " + warning);
    call.put(call.format == Format::json ? as_json(report) : as_text(report, *request));
    return {};
}

std::vector<Parameter> parameters()
{
    std::vector<Parameter> all = {
        text("patient_id", "the patient; with {delivery_no} or {undo} of them alone", "PATIENT")};
    std::ranges::copy(row_parameters(), std::back_inserter(all));
    std::ranges::copy(row_as_sent(), std::back_inserter(all));
    all.push_back(flag("whole_patient", "everything recorded of the patient"));
    all.push_back({.name = "delivery_no",
                   .type = Type::count,
                   .help = "what this delivery brought ('nodtrack audit deliveries' lists them)",
                   .option = "--delivery",
                   .value = "N",
                   .least = 1});
    all.push_back({.name = "undo",
                   .type = Type::count,
                   .help = "takes back what this delivery retracted or moved",
                   .value = "N",
                   .least = 1});
    all.push_back(required(text("reason", "why; kept with it", {}, "REASON")));
    all.push_back(flag("confirm", "also where an answer becomes quieter"));
    all.push_back(flag("dry_run", "tells what would change, stores nothing"));
    all.push_back(json_switch("one JSON object: delivery_no, rows, answers, rests, warnings, questions"));
    return all;
}

}  // namespace

UseCase retract()
{
    return {
        .name = "retract",
        .summary = "says that a row, a scan or a delivery was entered in error, or takes that back",
        .description =
            "What was entered in error no longer counts: not in the judgement, worklist, trend, board or export. "
            "Nothing "
            "is taken away: `nodtrack history` shows it with who said so, when and why, and what was known on a day "
            "before "
            "is still told for that day (`--known-on` of other commands).\n\n"
            "{scan_id} names a whole scan with everything measured, linked and pictured on it; with {nodule_id} one "
            "measurement. Of a row that was corrected the version before is not brought back: that is done by "
            "{delivery_no}, which leaves out what one delivery brought, so that what stood before it holds again.\n\n"
            "The answer says for each patient what becomes of the recommendation, before and after. Where it becomes "
            "quieter, nothing is stored without {confirm}. A row that is entered again afterwards holds anew; a list "
            "that repeats what was retracted does not bring it back.",
        .parameters = parameters(),
        .examples = {{"nodtrack retract SARC-011 --scan CT-2026-11-10 --reason 'of another patient' --dry-run",
                      "what the answer would become without that scan"},
                     {"nodtrack retract SARC-011 --scan CT-2026-11-10 --nodule N2 --reason 'counted twice'",
                      "one measurement"},
                     {"nodtrack retract --delivery 14 --reason 'the list of another hospital'", "a whole delivery"},
                     {"nodtrack retract --undo 15 --reason 'it was right'", "takes a retraction back"}},
        .failures = {{ErrorCode::bad_input,
                      "an answer becomes quieter and that is not confirmed, rows would be left without their scan or "
                      "patient, or it is in error already; nothing was stored"},
                     {ErrorCode::not_found, "there is no such row or delivery"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/retractions",
                    .roles = clinic,
                    .scope = tracker::TokenScope::write,
                    .summary = "Says that rows were entered in error, or takes that back; all but admins of what they "
                               "recorded themselves",
                    .request = "Retraction",
                    .response = "RetractReport"}},
        .schemas = {{"RetractReport", object_schema({{"delivery_no", R"({"type":["integer","null"]})"},
                                                     {"rows", array_schema(row_change_schema())},
                                                     {"answers", array_schema(tracker::answer_change_schema())},
                                                     {"rests", array_schema(schema_of(std::string()))},
                                                     {"warnings", array_schema(schema_of(std::string()))},
                                                     {"questions", array_schema(schema_of(std::string()))}})}},
        .opening = Opening::to_write,
        .listed_after = "amend",
        .run = run};
}

}  // namespace nodtrack::uses
