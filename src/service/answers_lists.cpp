#include <algorithm>

#include "answers.hpp"
#include "nodtrack/report/board_html.hpp"
#include "nodtrack/report/dose.hpp"
#include "nodtrack/report/worklist_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/film.hpp"
#include "nodtrack/tracker/worklist.hpp"

namespace nodtrack::service {
namespace {

using assess::WorklistEntry;

constexpr std::size_t page_of_a_list = 100;
constexpr std::size_t longest_page = 1'000;

void append_entry(std::string& text, const WorklistEntry& entry)
{
    text += report::worklist_json(entry);
    text.pop_back();  // the line end
}

void append_next(std::string& text, const std::optional<std::string>& next)
{
    text += ",\"next\":";
    if (next) {
        append_json(text, *next);
    } else {
        text += "null";
    }
}

/// Says in the read log whom the answer shows.
void shows(RequestContext& context, const std::string& patient_id)
{
    if (!context.shown_patients) context.shown_patients.emplace();
    context.shown_patients->push_back(patient_id);
}

/// The day's meeting: what the worklist has for the board, the urgent first.
Result<std::vector<WorklistEntry>> for_the_board(RequestContext& context)
{
    tracker::WorklistRequest request;
    const auto as_of = context.day("as_of");
    if (!as_of) return tl::unexpected(as_of.error());
    request.as_of = *as_of;
    const auto known_on = context.day_or_none("known_on");
    if (!known_on) return tl::unexpected(known_on.error());
    request.known_on = *known_on;
    const auto list = context.service.worklists().list(context.reader, request);
    if (!list) return tl::unexpected(list.error());
    std::vector<WorklistEntry> entries;
    for (const auto& entry : (*list)->entries) {
        if (tracker::is_for_board(*entry)) entries.push_back(*entry);
    }
    return entries;
}

}  // namespace

Result<Reply> patients(RequestContext& context)
{
    const auto limit = context.count("limit", page_of_a_list, longest_page);
    if (!limit) return tl::unexpected(limit.error());
    const std::string prefix = context.parameter("query").value_or("");
    const std::string cursor = context.parameter("cursor").value_or("");
    store::PatientReader& reader = context.reader.patients;
    PatientRecord record;
    std::string text = "{\"patients\":[";
    std::size_t shown = 0;
    std::string last;
    std::optional<std::string> next;
    // The first look-up goes to the prefix or behind the cursor; `next` goes on from there.
    const std::string from = std::max(prefix, cursor);
    auto more = reader.find(from, record);
    if (more && (!*more || from == cursor)) more = reader.next(record);
    for (;; more = reader.next(record)) {
        if (!more) return tl::unexpected(more.error());
        if (!*more || !record.patient.patient_id.starts_with(prefix)) break;
        if (shown == *limit) {
            next = last;
            break;
        }
        text += shown++ == 0 ? "{\"patient_id\":" : ",{\"patient_id\":";
        append_json(text, record.patient.patient_id);
        shows(context, record.patient.patient_id);
        text += "}";
        last = record.patient.patient_id;
    }
    text += "]";
    append_next(text, next);
    return Reply::of(text + "}\n");
}

Result<Reply> board_list(RequestContext& context)
{
    const auto entries = for_the_board(context);
    if (!entries) return tl::unexpected(entries.error());
    const auto as_of = context.day("as_of");
    std::string text = "{\"as_of\":\"" + as_of->iso() + "\",\"entries\":[";
    for (const WorklistEntry& entry : *entries) {
        text += text.back() == '[' ? "" : ",";
        append_entry(text, entry);
        shows(context, entry.patient_id);
    }
    return Reply::of(text + "]}\n");
}

Result<Reply> board_page(RequestContext& context)
{
    const auto as_of = context.day("as_of");
    if (!as_of) return tl::unexpected(as_of.error());
    std::vector<std::string> ids;
    for (const std::string& given : context.parameters("patients")) {
        for (std::size_t from = 0; from <= given.size();) {
            const std::size_t end = std::min(given.find(',', from), given.size());
            const std::string id = given.substr(from, end - from);
            if (!id.empty() && std::ranges::count(ids, id) == 0) ids.push_back(id);
            from = end + 1;
        }
    }
    if (ids.empty()) {
        const auto entries = for_the_board(context);
        if (!entries) return tl::unexpected(entries.error());
        for (const WorklistEntry& entry : *entries)
            ids.push_back(entry.patient_id);
    }
    constexpr std::size_t most_pages = 200;
    if (ids.size() > most_pages) {
        return failure(ErrorCode::usage, std::to_string(ids.size()) +
                                             " pages are more than one print takes; name at most " +
                                             std::to_string(most_pages) + " patients with `patients`");
    }
    std::vector<report::BoardPage> pages;
    for (const std::string& id : ids) {
        shows(context, id);  // also where it is refused: that says something too
        const auto done = tracker::assess_patient(
            context.reader.patients, context.judges(), id, *as_of, assess::Detail::none,
            [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                const auto doses = dose::dose_history(record, *as_of, report::released_dose_factors());
                const auto film = tracker::film_pictures(context.reader.registry, record, *as_of);
                pages.push_back(report::board_page(assessment, record, context.judges().of(id), doses, film.pictures));
                return {};
            });
        if (!done) return tl::unexpected(done.error());
    }
    return html_reply(report::board_html(pages, context.parameter("meeting").value_or(""), *as_of));
}

}  // namespace nodtrack::service
