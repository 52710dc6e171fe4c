#include "nodtrack/tracker/decide.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

using assess::LedgerKind;

/// The names of a list such as "Dr A, Dr B".
std::vector<std::string> names_in(const std::string& typed)
{
    std::vector<std::string> names;
    std::size_t from = 0;
    while (from <= typed.size()) {
        const std::size_t comma = std::min(typed.find(',', from), typed.size());
        std::string name = typed.substr(from, comma - from);
        name.erase(0, name.find_first_not_of(" \t"));
        name.erase(name.find_last_not_of(" \t") + 1);
        names.push_back(std::move(name));
        from = comma + 1;
    }
    return names;
}

Result<LedgerKind> kind_asked_for(const Arguments& arguments)
{
    const int asked = int{arguments.has("--accept")} + int{arguments.has("--override")} +
                      int{arguments.has("--event")} + int{arguments.has("--close")};
    if (asked != 1) {
        return failure(
            ErrorCode::usage,
            "decide: give one of --accept, --override ACTION, --close and --event KIND; two decisions are two "
            "calls");
    }
    if (arguments.has("--event") != arguments.has("--nodule")) {
        return failure(ErrorCode::usage, "decide: --event KIND and --nodule ID go together: an event is of one nodule");
    }
    if (arguments.has("--date") && !arguments.has("--event")) {
        return failure(ErrorCode::usage, "--date is the day of an event; the day of the decision is --decided-on");
    }
    if (arguments.has("--due") && !arguments.has("--override") && !arguments.has("--next-step")) {
        return failure(ErrorCode::usage,
                       "--due goes with --override ACTION or --next-step WORD: another date than the policy's is an "
                       "override");
    }
    if (arguments.has("--close")) return LedgerKind::close;
    if (arguments.has("--accept")) return LedgerKind::accept;
    return arguments.has("--override") ? LedgerKind::supersede : LedgerKind::nodule_event;
}

Result<tracker::DecideRequest> request_of(const Call& call)
{
    const Arguments& arguments = call.arguments;
    tracker::DecideRequest request;
    const auto kind = kind_asked_for(arguments);
    if (!kind) return tl::unexpected(kind.error());
    const auto due = arguments.date("--due");
    if (!due) return tl::unexpected(due.error());
    const auto date = arguments.date("--date");
    if (!date) return tl::unexpected(date.error());
    const auto decided_on = arguments.date("--decided-on");
    if (!decided_on) return tl::unexpected(decided_on.error());

    request.patient_id = arguments.text("PATIENT");
    request.kind = *kind;
    request.action = assess::action_of_word(arguments.text("--override"));
    request.due_date = *due;
    request.decided_on = decided_on->value_or(call.now.today);
    if (*kind == LedgerKind::nodule_event) {
        // The parser has checked the word.
        const auto event = value_of_word<EventKind>(arguments.text("--event"));
        request.event = NoduleEvent{arguments.text("--nodule"), event.value_or(EventKind::board_baseline),
                                    date->value_or(request.decided_on), arguments.text("--reason")};
    }
    request.decided_by = arguments.text("--by");
    request.reason = arguments.text("--reason");
    request.board = arguments.has("--board") || arguments.has("--present");
    if (arguments.has("--present")) request.present = names_in(arguments.text("--present"));
    if (arguments.has("--next-step")) request.next_step = value_of_word<NextStep>(arguments.text("--next-step"));
    if (arguments.has("--baseline")) request.baselines = names_in(arguments.text("--baseline"));
    request.confirm = arguments.has("--confirm");
    return request;
}

std::string as_text(const tracker::DecideReport& report, const assess::Judge& judge)
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

std::string as_json(const tracker::DecideReport& report, const assess::Judge& judge)
{
    report::AssessmentJson assessment(judge);
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

Result<ExitStatus> close_history(const Call& call)
{
    const Arguments& arguments = call.arguments;
    for (const char* const option : {"--accept", "--override", "--close", "--event", "--due", "--baseline"}) {
        if (arguments.has(option))
            return failure(ErrorCode::usage, std::string("decide: --history-until goes without ") + option);
    }
    const auto until = arguments.date("--history-until");
    if (!until) return tl::unexpected(until.error());
    const std::string patient = arguments.text("PATIENT");
    if (patient.empty() == !arguments.has("--all"))
        return failure(ErrorCode::usage, "decide: --history-until takes one PATIENT, or --all");
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const tracker::CloseRequest request{
        .until = **until,
        .patient_ids = patient.empty() ? std::vector<std::string>() : std::vector{patient},
        .decided_by = arguments.text("--by"),
        .reason = arguments.text("--reason"),
        .confirm = arguments.has("--confirm")};
    const auto closed =
        tracker::close_history(*registry, assess::Judge::released(), request, occasion_of(call.now, "decide"));
    if (!closed) return tl::unexpected(closed.error());
    if (call.arguments.has("--json")) {
        print(fmt::format("{{\"history_until\":\"{}\",\"closed\":{}}}\n", (*until)->iso(), *closed));
    } else {
        print(fmt::format("closed what lies before {} for {} patient{}: alarms of that time stand no more\n",
                          (*until)->iso(), *closed, *closed == 1 ? "" : "s"));
    }
    return ExitStatus::done;
}

Result<ExitStatus> run(const Call& call)
{
    if (call.arguments.has("--history-until")) return close_history(call);
    if (call.arguments.text("PATIENT").empty())
        return failure(ErrorCode::usage, "decide: PATIENT is missing; say whose decision it is");
    const auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const assess::Judge judge = assess::Judge::released();
    const auto report = tracker::decide(*registry, judge, *request, occasion_of(call.now, "decide"));
    if (!report) return tl::unexpected(report.error());
    print(call.arguments.has("--json") ? as_json(*report, judge) : as_text(*report, judge));
    return ExitStatus::done;
}

std::vector<Option> options()
{
    return {
        {.name = "--accept", .help = "what the policy recommends is to be done"},
        {.name = "--override",
         .value = "ACTION",
         .help = "something else, or at another date, is to be done; with --due",
         .words = {std::begin(policy::action_words), std::end(policy::action_words)}},
        {.name = "--close",
         .help = "what stands open is closed: an alarm, a sign of local recurrence; say which in the reason"},
        {.name = "--due", .value = "DATE", .help = "by when; may be left out for OUT_OF_SCOPE alone"},
        {.name = "--next-step",
         .value = "STEP",
         .help = "what comes next, with --due by when",
         .words = {Vocabulary<NextStep>::words.begin(), Vocabulary<NextStep>::words.end()}},
        {.name = "--baseline", .value = "IDS", .help = "nodules that the board accepts as they are, comma-separated"},
        {.name = "--confirm",
         .help = "a decision that is weaker or later than the policy's answer, or closes an alarm, is meant so"},
        {.name = "--history-until",
         .value = "DATE",
         .help = "closes what lies before a registry's start, for PATIENT or --all"},
        {.name = "--all", .help = "with --history-until: all patients with a scan by that day"},
        {.name = "--event",
         .value = "KIND",
         .help = "something decided or found about one nodule, kept as an event of the record; with --nodule",
         .words = {Vocabulary<EventKind>::words.begin(), Vocabulary<EventKind>::words.end()}},
        {.name = "--nodule", .value = "ID", .help = "the nodule of the event"},
        {.name = "--date", .value = "DATE", .help = "the day of the event (the pathology report); else --decided-on"},
        {.name = "--by", .value = "NAME", .help = "who answers for the decision", .required = true},
        {.name = "--reason", .value = "REASON", .help = "why; no identifiers of the patient", .required = true},
        {.name = "--board", .help = "the tumour board decided"},
        {.name = "--present", .value = "NAMES", .help = "who was there, parted by commas; goes for --board too"},
        {.name = "--decided-on", .value = "DATE", .help = "the day of the decision; else today"},
        {.name = "--json", .help = "one JSON object: decision, assessment, new_assessment, stands_today"}};
}

}  // namespace

Command decide_command()
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
            "(TUMOUR_BOARD) by a board's (--board, or the event board_baseline): accepted by somebody else it still "
            "waits for the board. A CT or PET/CT is closed by the scan. Where a decision closes an item and nothing "
            "follows, 'nodtrack worklist' asks what comes next; say it by --next-step STEP --due DATE, or --override "
            "ACTION --due DATE. A decision that is weaker or later than the policy's answer, or closes it without a "
            "next step, is asked about (--confirm); its safety-net CT stays. A later decision on the same "
            "recommendation takes the place of an earlier one, which stays readable ('nodtrack history').",
        .positionals = {{.name = "PATIENT", .help = "the patient", .required = false}},
        .options = options(),
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
        .failures = {{ExitStatus::bad_input,
                      "name, reason or dates are wrong, or it contradicts the record; "
                      "nothing was stored"},
                     {ExitStatus::not_found, "there is no such patient or nodule"}},
        .run = run};
}

}  // namespace nodtrack::cli
