#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "../in_language.hpp"
#include "nodtrack/report/answer_text.hpp"
#include "nodtrack/report/meeting.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using report::AgendaItem;

/// The patients of the list, by id.
using Entries = std::map<std::string, std::shared_ptr<const assess::WorklistEntry>>;

AgendaItem item_of(const assess::Assessment& assessment, const PatientRecord& record, const Entries& entries,
                   const assess::Judge& judge)
{
    AgendaItem item;
    item.patient_id = record.patient.patient_id;
    item.recommendation = assessment.recommendation;
    item.patient_class = policy::patient_class_words[static_cast<std::size_t>(assessment.patient_class)];
    item.countable = assessment.countable;
    item.fact = report::deciding_fact(assessment, record, judge);
    const auto found = entries.find(item.patient_id);
    if (found != entries.end()) {
        const assess::WorklistEntry& entry = *found->second;
        item.groups = entry.groups;
        item.decided_on = entry.decided_on;
        item.decided_by = entry.decided_by;
        item.decision_reason = entry.decision_reason;
    }
    for (const Scan& scan : record.scans) {
        if (scan.scan_date > assessment.timeline.as_of || (item.last_scan && *item.last_scan >= scan.scan_date))
            continue;
        item.last_scan = scan.scan_date;
        item.last_modality = word(scan.modality);
    }
    return item;
}

/// In the order named; else the urgent first, then by day.
void put_in_order(std::vector<AgendaItem>& items, const std::vector<std::string>& ids)
{
    std::ranges::stable_sort(items, [&](const AgendaItem& a, const AgendaItem& b) {
        if (!ids.empty()) return std::ranges::find(ids, a.patient_id) < std::ranges::find(ids, b.patient_id);
        // Out of scope stands apart in the order of concern, and is the least pressing here.
        const auto concern = [](const AgendaItem& item) {
            const policy::Action action = item.recommendation.action;
            return action == policy::Action::out_of_scope ? -1 : static_cast<int>(action);
        };
        if (concern(a) != concern(b)) return concern(a) > concern(b);
        return a.recommendation.due_date < b.recommendation.due_date;
    });
}

Result<std::vector<AgendaItem>> items_of(Call& call, Date day)
{
    tracker::WorklistRequest request;
    request.as_of = day;
    const auto list = call.worklist(request);
    if (!list) return tl::unexpected(list.error());
    Entries entries;
    std::vector<std::string> for_board;
    for (const auto& entry : (*list)->entries) {
        entries[entry->patient_id] = entry;
        if (tracker::is_for_board(*entry)) for_board.push_back(entry->patient_id);
    }
    const std::vector<std::string>& named = call.values.all("patients");
    std::vector<AgendaItem> items;
    if (named.empty() && for_board.empty()) return items;
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    const auto judged = tracker::assess_patients(
        **registry, **judges,
        {.patient_ids = named.empty() ? for_board : named,
         .as_of = day,
         .known_on = {},
         .detail = assess::Detail::none},
        [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            items.push_back(item_of(assessment, record, entries, call.judge_of(record.patient.patient_id)));
            call.shows(record.patient.patient_id);
            return {};
        });
    if (!judged) return tl::unexpected(judged.error());
    put_in_order(items, named);
    return items;
}

Result<void> run(Call& call)
{
    const report::Sentences& words = sentences_of(call);
    const report::Meeting meeting{call.values.text("meeting"), call.values.date("on").value_or(call.today)};
    const auto items = items_of(call, meeting.day);
    if (!items) return tl::unexpected(items.error());
    if (const auto file = call.values.find("form")) {
        if (const auto put = call.put_file(*file, report::agenda_form(*items, meeting, words)); !put) return put;
    }
    if (const auto file = call.values.find("html")) {
        if (const auto put = call.put_file(*file, report::agenda_html(*items, meeting, words)); !put) return put;
    }
    if (call.values.has("form") || call.values.has("html")) return {};
    if (call.format != Format::json) {
        call.put(report::agenda_text(*items, meeting, words));
        return {};
    }
    std::vector<std::string> ids;
    for (const AgendaItem& item : *items)
        ids.push_back(item.patient_id);
    std::string out = "{\"patients\":" + json_of(ids) + ",\"text\":";
    append_json(out, std::string_view(report::agenda_text(*items, meeting, words)));
    out += ",\"form\":";
    append_json(out, std::string_view(report::agenda_form(*items, meeting, words)));
    call.put(out + "}\n");
    return {};
}

}  // namespace

UseCase meeting_agenda()
{
    return {
        .name = "meeting agenda",
        .summary = "writes the agenda of a tumour board's meeting, and the form to enter its decisions",
        .description =
            "Lists whom the board has to see as of the day of the meeting, the urgent first, or the patients named, in "
            "their order: what is recommended, why the patient is on the list, class, last imaging, and what was "
            "decided before. {html} is for printing, with room to write. The worksheet with trend and pictures is "
            "'nodtrack board'.\n\n"
            "{form} writes a line a patient to be filled in during the meeting and given to 'nodtrack meeting decide': "
            "what is recommended stands in brackets, and a decision on another recommendation is refused. The "
            "sentence that decides is the policy's, in English whatever the language.",
        .parameters = {repeated(
                           text("patients", "the patients, in the meeting's order; else all for the board", "PATIENT")),
                       date("on", "the day of the meeting, and of the judgement; else today"),
                       text("meeting", "its name; else the language's word for a tumour board", {}, "TEXT"),
                       the_language(), typed(text("html", "a page for printing; - is stdout", {}, "FILE")),
                       typed(text("form", "the lines to be filled in; - is stdout", {}, "FILE")),
                       json_switch("one JSON object: patients, text, form")},
        .examples = {{"nodtrack meeting agenda --html agenda.html --form decisions.txt"},
                     {"nodtrack meeting agenda SARC-002 SARC-013 --on 2026-11-24 --language de"}},
        .failures = {{ErrorCode::bad_input, "a file cannot be written"},
                     {ErrorCode::not_found, "there is no such patient"}},
        .routes = {{.path = "/api/v1/meetings/agenda.html",
                    .summary = "The agenda of a meeting, for printing",
                    .media = html_media,
                    .sets = {{"html", "-"}}},
                   {.path = "/api/v1/meetings/agenda",
                    .summary = "The agenda of a meeting as text, and the lines for its decisions",
                    .response = "Agenda"}},
        .schemas = {{"Agenda", object_schema({{"patients", array_schema(schema_of(std::string()))},
                                              {"text", schema_of(std::string())},
                                              {"form", schema_of(std::string())}})}},
        .listed_after = "board",
        .run = run};
}

}  // namespace nodtrack::uses
