#include <algorithm>

#include "../in_language.hpp"
#include "nodtrack/report/meeting.hpp"
#include "nodtrack/tracker/identity.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using report::MinutesItem;

/// What the board decided of one patient on that day. A decision that took the place of another of the same kind and
/// person is told alone.
MinutesItem item_of(const PatientRecord& record, const std::vector<assess::LedgerDecision>& decisions, Date day)
{
    MinutesItem item;
    item.patient_id = record.patient.patient_id;
    for (const assess::LedgerDecision& decision : decisions) {
        if (decision.decided_on != day || !decision.board) continue;
        std::erase_if(item.decisions, [&](const assess::LedgerDecision& held) {
            return !held.event && held.kind == decision.kind && held.decided_by == decision.decided_by;
        });
        item.decisions.push_back(decision);
    }
    for (const NoduleEvent& event : record.events) {
        const bool is_of_day = event.kind == EventKind::board_baseline && event.date == day;
        const bool is_told = std::ranges::any_of(item.decisions, [&](const assess::LedgerDecision& decision) {
            return decision.event && decision.event->nodule_id == event.nodule_id;
        });
        if (is_of_day && !is_told) item.baselines.push_back(event.nodule_id);
    }
    return item;
}

Result<std::vector<MinutesItem>> items_of(Call& call, Date day)
{
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    auto reader = store::PatientReader::open(**registry);
    if (!reader) return tl::unexpected(reader.error());
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    std::vector<MinutesItem> items;
    PatientRecord record;
    for (;;) {
        const auto more = tracker::next_to_judge(*reader, record);
        if (!more) return tl::unexpected(more.error());
        if (!*more) return items;
        const assess::Judge& judge = (*judges)->of(record.patient.patient_id);
        MinutesItem item = item_of(record, assess::with_recorded_decisions(reader->ledger(), record, judge), day);
        if (item.decisions.empty()) continue;
        call.shows(item.patient_id);
        items.push_back(std::move(item));
    }
}

Result<void> run(Call& call)
{
    const report::Sentences& words = sentences_of(call);
    const report::Meeting meeting{call.values.text("meeting"), call.values.date("on").value_or(call.today)};
    const auto items = items_of(call, meeting.day);
    if (!items) return tl::unexpected(items.error());
    if (const auto file = call.values.find("html"))
        return call.put_file(*file, report::minutes_html(*items, meeting, words));
    const std::string told = report::minutes_text(*items, meeting, words);
    if (call.format != Format::json) {
        call.put(told);
        return {};
    }
    std::vector<std::string> ids;
    for (const MinutesItem& item : *items)
        ids.push_back(item.patient_id);
    std::string out = "{\"patients\":" + json_of(ids) + ",\"text\":";
    append_json(out, std::string_view(told));
    call.put(out + "}\n");
    return {};
}

}  // namespace

UseCase meeting_minutes()
{
    return {.name = "meeting minutes",
            .summary = "writes the minutes of a tumour board's meeting: what it decided on a day",
            .description =
                "Each patient of whom a decision of the board of that day is recorded: what was recommended, what was "
                "decided, why, who answers for it and who was there. Made from the record: what is not recorded is not "
                "in it, and what is corrected later is corrected in it.",
            .parameters = {date("on", "the day of the meeting; else today"),
                           text("meeting", "its name; else the language's word for a tumour board", {}, "TEXT"),
                           the_language(), typed(text("html", "a page for printing; - is stdout", {}, "FILE")),
                           json_switch("one JSON object: patients, text")},
            .examples = {{"nodtrack meeting minutes --on 2026-11-24 --html minutes.html"}},
            .failures = {{ErrorCode::bad_input, "the file cannot be written"}},
            .routes = {{.path = "/api/v1/meetings/minutes.html",
                        .summary = "The minutes of a meeting, for printing",
                        .media = html_media,
                        .sets = {{"html", "-"}}},
                       {.path = "/api/v1/meetings/minutes",
                        .summary = "The minutes of a meeting as text",
                        .response = "Minutes"}},
            .schemas = {{"Minutes", object_schema({{"patients", array_schema(schema_of(std::string()))},
                                                   {"text", schema_of(std::string())}})}},
            .listed_after = "meeting decide",
            .run = run};
}

}  // namespace nodtrack::uses
