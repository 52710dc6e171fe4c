#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "../meeting_lines.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/tracker/decide.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using tracker::DecideReport;
using tracker::MeetingLines;

struct Decided {
    std::string patient_id;
    std::string decision;
};

Shape<Decided> decided_shape()
{
    return {member<&Decided::patient_id>("patient_id"), member<&Decided::decision>("decision")};
}

std::string in_one_line(const DecideReport& report)
{
    std::string text = report::decision_text(report.decision);
    return text.substr(0, text.find('\n'));
}

std::string as_json(const std::vector<DecideReport>& reports, const MeetingLines& lines)
{
    std::vector<Decided> decided;
    for (const DecideReport& report : reports)
        decided.push_back({report.decision.patient_id, in_one_line(report)});
    return fmt::format("{{\"delivery_no\":{},\"decided\":{},\"later\":{}}}\n",
                       reports.empty() ? "null" : std::to_string(reports.front().decision.delivery_no),
                       json_of(decided_shape(), decided), json_of(lines.later));
}

std::string as_text(const std::vector<DecideReport>& reports, const MeetingLines& lines)
{
    std::string text;
    for (const DecideReport& report : reports) {
        text += in_one_line(report) + "\n";
        if (!report.stands_today) {
            text += fmt::format("  ! the recommendation has changed since {}: today it is {}\n",
                                report.decision.decided_on.iso(),
                                report::action_text(report.today.action, report.today.due_date));
        }
    }
    for (const std::string& patient_id : lines.later)
        text += patient_id + ": put off; what stands stays open\n";
    if (reports.empty()) return text + "nothing was decided, and nothing stored\n";
    return text + fmt::format("{} decision{} stored as delivery {}; the policy's answers stay beside them\n",
                              reports.size(), reports.size() == 1 ? "" : "s", reports.front().decision.delivery_no);
}

/// The lines: as sent, or of the file that is named.
Result<std::string> lines_given(const Call& call)
{
    const auto file = call.values.find("file");
    if (!file) return call.values.text("decisions");
    if (*file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
    std::error_code problem;
    if (!std::filesystem::exists(*file, problem))
        return failure(ErrorCode::not_found, *file + ": no such file; name the lines of the meeting");
    std::ifstream in(*file, std::ios::binary);
    if (!in || std::filesystem::is_directory(*file, problem))
        return failure(ErrorCode::bad_input, *file + ": cannot be read; check that it is a file and its permissions");
    return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<void> run(Call& call)
{
    const auto given = lines_given(call);
    if (!given) return tl::unexpected(given.error());
    const std::string by = call.values.find("decided_by").value_or(call.account ? call.account->name : std::string());
    const Date day = call.values.date("decided_on").value_or(call.today);
    MeetingLines lines =
        tracker::read_meeting_lines(*given, {day, by, call.values.text("reason"), call.values.all("present")});
    if (lines.requests.empty() && lines.problems.empty() && lines.later.empty())
        return call.failure(ErrorCode::usage, "meeting decide: no line has a decision");
    std::vector<std::string> patients;
    for (const auto& request : lines.requests)
        patients.push_back(request.patient_id);
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    std::vector<DecideReport> reports;
    const auto stored = call.store(patients, [&](store::Registry& registry) -> Result<store::DeliveryNumber> {
        auto decided = tracker::decide_meeting(registry, **judges, lines.requests,
                                               call.provenance("meeting of " + day.iso()), lines.problems);
        if (!decided) return tl::unexpected(decided.error());
        reports = std::move(*decided);
        return reports.empty() ? 0 : reports.front().decision.delivery_no;
    });
    if (!stored) return stored;
    for (const std::string& patient_id : patients)
        call.shows(patient_id);
    call.put(call.format == Format::json ? as_json(reports, lines) : as_text(reports, lines));
    return {};
}

constexpr std::string_view about_lines =
    "A line names the patient, what was decided, and after a colon why; empty lines and those that begin with # are "
    "passed over:\n\n"
    "    SARC-002 accept next biopsy due 2026-12-04 baseline N2,N3: agreed\n"
    "    SARC-013 override SHORT_INTERVAL_CT due 2027-01-10 confirm: too small to reach\n"
    "    SARC-020 close confirm: palliative care elsewhere\n"
    "    SARC-021 event pathology_benign N1 on 2026-11-20: hamartoma\n"
    "    SARC-022 later\n\n"
    "What goes for all lines is said once: who answers for it, who was there, the day, a reason for lines without one. "
    "What 'nodtrack decide' asks about is confirmed in its line, by the word confirm before the colon. 'nodtrack "
    "meeting agenda' writes the lines (its form): what was recommended stands there in brackets, and "
    "a decision on another recommendation is refused; a ? is refused until somebody decides.\n\n"
    "All lines are stored as one delivery, or none is, and every problem of every line is told. One decision a "
    "patient: "
    "a further one, of the same meeting, is a 'nodtrack decide'. Where the whole entry was wrong, 'nodtrack retract' "
    "takes the delivery back.";

}  // namespace

UseCase meeting_decide()
{
    return {
        .name = "meeting decide",
        .summary = "records what a tumour board's meeting decided, all patients in one go",
        .description = std::string(about_lines),
        .parameters = {typed(required(text("file", "the lines; - is stdin", "FILE"), Given::command_line)),
                       sent(required(text("decisions", "the lines, separated by line feeds"), Given::service)),
                       required(text("decided_by", "who answers for the decisions", "--by", "NAME"),
                                Given::command_line),
                       names("present", "who was there, comma-separated", {}, "NAMES"),
                       date("decided_on", "the day of the meeting; else today", "--on"),
                       text("reason", "of lines that give none", {}, "REASON"),
                       json_switch("one JSON object: delivery_no, decided [{patient_id, decision}], later")},
        .examples = {{"nodtrack meeting agenda --form decisions.txt", "the lines to be filled in"},
                     {"nodtrack meeting decide decisions.txt --by 'Dr A. Board' --present 'Dr B, Dr C' --on "
                      "2026-11-20 --reason 'agreed by the board'"}},
        .failures = {{ErrorCode::bad_input, "a line cannot be read, or its decision cannot stand; nothing was stored"},
                     {ErrorCode::not_found, "there is no such file"}},
        .routes = {{.method = Method::post,
                    .path = "/api/v1/meetings/decisions",
                    .roles = board,
                    .scope = tracker::TokenScope::write,
                    .summary = "Records what a meeting decided, all lines or none",
                    .request = "MeetingDecisions",
                    .response = "MeetingReport"}},
        .schemas = {{"MeetingReport", object_schema({{"delivery_no", R"({"type":["integer","null"]})"},
                                                     {"decided", array_schema(schema_of(decided_shape()))},
                                                     {"later", array_schema(schema_of(std::string()))}})}},
        .opening = Opening::to_write,
        .listed_after = "meeting agenda",
        .run = run};
}

}  // namespace nodtrack::uses
