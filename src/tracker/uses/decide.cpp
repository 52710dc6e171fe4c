#include "nodtrack/tracker/decide.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {
namespace {

using assess::LedgerKind;
using nlohmann::ordered_json;
using tracker::DecideReport;
using tracker::DecideRequest;

Result<LedgerKind> kind_of(const Call& call)
{
    const Values& values = call.values;
    const auto kind = values.find("kind");
    const int asked =
        int{values.has("accept")} + int{values.has("action")} + int{values.has("event")} + int{values.has("close")};
    if (!kind && asked != 1) {
        return call.failure(ErrorCode::usage,
                            "decide: give one of {accept}, {action} ACTION, {close} and {event} KIND; two decisions "
                            "are two calls");
    }
    if (values.has("event") != values.has("nodule_id") || (kind && (*kind == "event") != values.has("event"))) {
        return call.failure(ErrorCode::usage,
                            "decide: {event} KIND and {nodule_id} ID go together: an event is of one nodule");
    }
    if (values.has("event_date") && !values.has("event")) {
        return call.failure(ErrorCode::usage,
                            "{event_date} is the day of an event; the day of the decision is {decided_on}");
    }
    if (values.has("due_date") && !values.has("action") && !values.has("next_step")) {
        return call.failure(ErrorCode::usage,
                            "{due_date} goes with {action} ACTION or {next_step} WORD: another date than the policy's "
                            "is an override");
    }
    if (kind) {
        const auto* const known = std::ranges::find(assess::ledger_kind_words, *kind);
        return static_cast<LedgerKind>(known - std::ranges::begin(assess::ledger_kind_words));
    }
    if (values.has("close")) return LedgerKind::close;
    if (values.has("accept")) return LedgerKind::accept;
    return values.has("action") ? LedgerKind::supersede : LedgerKind::nodule_event;
}

Result<DecideRequest> request_of(const Call& call)
{
    const Values& values = call.values;
    const auto kind = kind_of(call);
    if (!kind) return tl::unexpected(kind.error());
    DecideRequest request;
    request.patient_id = values.text("patient_id");
    request.kind = *kind;
    request.action = assess::action_of_word(values.text("action"));
    request.due_date = values.date("due_date");
    request.decided_on = values.date("decided_on").value_or(call.today);
    request.decided_by = values.find("decided_by").value_or(call.account ? call.account->name : std::string());
    request.reason = values.text("reason");
    request.present = values.all("present");
    request.board = values.has("board") || !request.present.empty();
    request.next_step = value_of_word<NextStep>(values.text("next_step"));
    request.baselines = values.all("baselines");
    request.confirm = values.has("confirm");
    if (const auto event = value_of_word<EventKind>(values.text("event"))) {
        request.event = NoduleEvent{values.text("nodule_id"), *event,
                                    values.date("event_date").value_or(request.decided_on), request.reason};
    }
    return request;
}

/// What somebody saw who decides: the recommendation, or the assessment with it.
Result<ordered_json> seen_by(const Call& call)
{
    if (!call.values.has("seen")) return ordered_json();
    ordered_json seen = ordered_json::parse(call.values.text("seen"));
    const bool is_assessment = seen.contains("recommendation") && seen["recommendation"].is_object();
    const ordered_json named = is_assessment ? seen["recommendation"] : seen;
    // What is left out would agree with any; a due date may be null.
    if (!named.contains("action") || named["action"].is_null() || !named.contains("due_date")) {
        return call.failure(ErrorCode::usage,
                            "{seen}: its action or due_date is missing; the recommendation that was on the screen: "
                            "action, due_date");
    }
    if (is_assessment) seen.update(named);
    return seen;
}

/// What differs between the answer that was seen and the present one; empty where nothing does.
std::vector<std::string> differences(const ordered_json& seen, const assess::Assessment& assessment,
                                     const PatientRecord& record)
{
    const assess::Recommendation& recommendation = assessment.recommendation;
    const auto& index = assessment.timeline.index_rank;
    ordered_json present = {
        {"action", policy::action_words[static_cast<std::size_t>(recommendation.action)]},
        {"due_date", recommendation.due_date ? ordered_json(recommendation.due_date->iso()) : ordered_json()},
        {"index_scan", index ? ordered_json(record.scans[assessment.timeline.scans[*index]].scan_id) : ordered_json()},
        {"patient_class", policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)]}};
    // Without an index scan the due date counts from the day of asking, and moves with it.
    if (!index && recommendation.action != policy::Action::urgent_escalation) present.erase("due_date");
    std::vector<std::string> lines;
    for (const auto& [name, is] : present.items()) {
        if (!seen.contains(name) || seen[name] == is) continue;
        lines.push_back(name + ": was " + seen[name].dump() + " on the screen, is " + is.dump() + " now");
    }
    return lines;
}

/// Nobody decides on a recommendation that is another one by now.
Result<void> check_seen(Call& call, const store::Registry& registry, const ordered_json& seen, DecideRequest& request)
{
    if (seen.is_null()) return {};
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    const auto judged = tracker::assess_patients(
        registry, **judges, {.patient_ids = {request.patient_id}, .as_of = request.decided_on, .known_on = {}},
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            request.seen = assess::proposal_of(assessment, record, call.judge().policy());
            auto lines = differences(seen, assessment, record);
            if (lines.empty()) return {};
            return nodtrack::failure(ErrorCode::conflict,
                                     "the recommendation has changed since it was shown; nothing was stored",
                                     std::move(lines));
        });
    return judged ? Result<void>() : tl::unexpected(judged.error());
}

std::string as_text(const DecideReport& report, const assess::Judge& judge)
{
    std::string text = report::decision_text(report.decision);
    if (report.after) {
        text += "\nbefore\n" + report::summary_text(report.before, report.record_before, judge, assess::Detail::none);
        text += "now\n" + report::summary_text(*report.after, report.record, judge, assess::Detail::fired);
    }
    if (report.decision.board && report.baselines.empty() && !report.decision.event &&
        !report.could_be_accepted.empty()) {
        text += fmt::format(
            "where the board accepts a nodule as it is, say so: 'nodtrack decide {} --event "
            "board_baseline --nodule {} --board …', or --baseline {} with the decision\n",
            report.decision.patient_id, report.could_be_accepted.front(), fmt::join(report.could_be_accepted, ","));
    }
    text += fmt::format("stored as delivery {}; the policy's answer stays beside it\n", report.decision.delivery_no);
    if (!report.stands_today) {
        text += fmt::format(
            "! the recommendation has changed since {}: today it is {}, for which this decision does not stand\n",
            report.decision.decided_on.iso(), report::action_text(report.today.action, report.today.due_date));
    }
    return text + report::standing_notice();
}

std::string as_json(const DecideReport& report, report::AssessmentJson& assessment)
{
    std::string out = "{\"decision\":" + report::decision_json(report.decision) + ",\"assessment\":";
    assessment.append(out, report.before, report.record_before, assess::Detail::fired);
    out.pop_back();
    out += ",\"new_assessment\":";
    if (report.after) {
        assessment.append(out, *report.after, report.record, assess::Detail::fired);
        out.pop_back();
    } else {
        out += "null";
    }
    return out + ",\"stands_today\":" + (report.stands_today ? "true" : "false") + "}\n";
}

Result<void> close_history(Call& call)
{
    const Values& values = call.values;
    for (const std::string name : {"accept", "action", "close", "event", "due_date", "baselines"}) {
        if (values.has(name)) {
            return call.failure(ErrorCode::usage, "decide: {history_until} goes without {" + name + "}");
        }
    }
    const Date until = *values.date("history_until");
    const std::string patient = values.text("patient_id");
    if (patient.empty() == !values.has("all"))
        return call.failure(ErrorCode::usage, "decide: {history_until} takes one {patient_id}, or {all}");
    const tracker::CloseRequest request{
        .until = until,
        .patient_ids = patient.empty() ? std::vector<std::string>() : std::vector{patient},
        .decided_by = values.text("decided_by"),
        .reason = values.text("reason"),
        .confirm = values.has("confirm")};
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    std::size_t closed = 0;
    const auto stored = call.store({}, [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        const auto done = tracker::close_history(registry, **judges, request, call.provenance({}));
        if (!done) return tl::unexpected(done.error());
        closed = *done;
        return 0;
    });
    if (!stored) return stored;
    call.put(call.format == Format::json
                 ? fmt::format("{{\"history_until\":\"{}\",\"closed\":{}}}\n", until.iso(), closed)
                 : fmt::format("closed what lies before {} for {} patient{}: alarms of that time stand no more\n",
                               until.iso(), closed, closed == 1 ? "" : "s"));
    return {};
}

Result<void> run(Call& call)
{
    if (call.values.has("history_until")) return close_history(call);
    if (call.values.text("patient_id").empty())
        return call.failure(ErrorCode::usage, "decide: {patient_id} is missing; say whose decision it is");
    auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    const auto seen = seen_by(call);
    if (!seen) return tl::unexpected(seen.error());
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    const assess::Judge& judge = (*judges)->of(request->patient_id);
    DecideReport report;
    const auto stored =
        call.store({request->patient_id}, [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
            const auto same = check_seen(call, registry, *seen, *request);
            if (!same) return tl::unexpected(same.error());
            auto decided = tracker::decide(registry, judge, *request, call.provenance(request->reason));
            if (!decided) return tl::unexpected(decided.error());
            report = std::move(*decided);
            return report.decision.delivery_no;
        });
    if (!stored) return stored;
    call.put(call.format == Format::json ? as_json(report, call.assessment_json(judge)) : as_text(report, judge));
    return {};
}

std::vector<Parameter> parameters()
{
    return {
        text("patient_id", "the patient", "PATIENT"),
        sent(required(word("kind", "what is done about the recommendation", texts_of(assess::ledger_kind_words)),
                      Given::service)),
        typed(flag("accept", "what the policy recommends is to be done")),
        word("action", "something else, or at another date, is to be done; with {due_date}",
             texts_of(policy::action_words), "--override", "ACTION"),
        typed(
            flag("close", "what stands open is closed: an alarm, a sign of local recurrence; say which in the reason")),
        date("due_date", "by when; may be left out for OUT_OF_SCOPE alone", "--due"),
        word("next_step", "what comes next, with {due_date} by when", words_of<NextStep>(), {}, "STEP"),
        names("baselines", "nodules that the board accepts as they are, comma-separated", "--baseline", "IDS"),
        flag("confirm", "a decision that is weaker or later than the policy's answer, or closes an alarm, is meant so"),
        typed(date("history_until", "closes what lies before a registry's start, for {patient_id} or {all}")),
        typed(flag("all", "with {history_until}: all patients with a scan by that day")),
        word("event", "something decided or found about one nodule, kept as an event of the record; with {nodule_id}",
             words_of<EventKind>(), {}, "KIND"),
        text("nodule_id", "the nodule of the event", "--nodule", "ID"),
        date("event_date", "the day of the event (the pathology report); else {decided_on}", "--date"),
        required(text("decided_by", "who answers for the decision", "--by", "NAME"), Given::command_line),
        required(text("reason", "why; no identifiers of the patient", {}, "REASON")),
        flag("board", "the tumour board decided"),
        names("present", "who was there, comma-separated; goes for {board} too", {}, "NAMES"),
        date("decided_on", "the day of the decision; else today"),
        sent(required(
            of_type(
                Type::object,
                text("seen",
                     "the recommendation that was on the screen: action and due_date, and, where given, index_scan and "
                     "patient_class; or the assessment itself. Another one stands by now: 409")),
            Given::service)),
        json_switch("one JSON object: decision, assessment, new_assessment, stands_today")};
}

}  // namespace

UseCase decide()
{
    return {
        .name = "decide",
        .summary = "records what a clinician or the tumour board decided, beside the policy's answer",
        .description =
            "Accepts the recommendation that stands on the day of the decision, overrides it, or records what was "
            "decided or found about one nodule (and prints at once what that changes). The recommendation is kept "
            "with the decision, whatever was decided: an override never replaces it.\n\n"
            "A decision stands as long as nothing it rests on changes: with a new CT, or another class, the policy "
            "recommends anew and somebody decides anew. An urgent item is closed by any decision, a board item "
            "(TUMOUR_BOARD) by a board's ({board}, or the event board_baseline): accepted by somebody else it still "
            "waits for the board. A CT or PET/CT is closed by the scan. Where a decision closes an item and nothing "
            "follows, 'nodtrack worklist' asks what comes next; say it by {next_step} STEP {due_date} DATE, or "
            "{action} ACTION {due_date} DATE. A decision that is weaker or later than the policy's answer, or closes "
            "it without a next step, is asked about ({confirm}); its safety-net CT stays. A later decision on the same "
            "recommendation takes the place of an earlier one, which stays readable ('nodtrack history').",
        .parameters = parameters(),
        .examples = {{"nodtrack decide SARC-002 --accept --by 'Dr A. Board' --reason 'to be shown on Tuesday'"},
                     {"nodtrack decide SARC-002 --override SHORT_INTERVAL_CT --due 2027-03-10 --by 'Dr A. Board' "
                      "--reason 'too small to reach; CT in six weeks' --present 'Dr B, Dr C'",
                      "a board's decision"},
                     {"nodtrack decide SARC-002 --accept --board --by 'Dr A. Board' --reason 'agreed' --next-step "
                      "biopsy --due 2026-12-04 --baseline N2,N3",
                      "with the next step, and two nodules accepted as they are"},
                     {"nodtrack decide --all --history-until 2026-01-01 --by 'Dr A. Board' --reason 'before the "
                      "registry began'",
                      "alarms from before the registry's start are closed"},
                     {"nodtrack decide SARC-003 --nodule N1 --event board_baseline --board --by 'Dr A. Board' "
                      "--reason 'scar after pneumonia, seen by all'",
                      "prints the old and the new assessment"}},
        .failures = {{ErrorCode::bad_input,
                      "name, reason or dates are wrong, or it contradicts the record; "
                      "nothing was stored"},
                     {ErrorCode::not_found, "there is no such patient or nodule"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/patients/{patient_id}/decisions",
                    .roles = board,
                    .scope = tracker::TokenScope::write,
                    .summary = "Records what was decided, beside the policy's answer that was on the screen",
                    .request = "Decision",
                    .response = "DecideReport"}},
        .opening = Opening::to_write,
        .listed_after = "worklist",
        .run = run};
}

}  // namespace nodtrack::uses
