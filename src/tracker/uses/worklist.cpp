#include "nodtrack/tracker/worklist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "../days_given.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/worklist_text.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::uses {
namespace {

using assess::WorklistEntry;
using assess::WorklistGroup;
using tracker::WorklistRequest;

Result<WorklistRequest> request_of(const Call& call)
{
    WorklistRequest request;
    request.as_of = call.values.date("as_of").value_or(call.today);
    request.known_on = call.values.date("known_on");
    const auto within = days_given(call, "within", request.terms.within_days);
    if (!within) return tl::unexpected(within.error());
    const auto lost_after = days_given(call, "lost_after", request.terms.lost_after_days);
    if (!lost_after) return tl::unexpected(lost_after.error());
    request.terms = {*within, *lost_after};
    for (const std::string& word : call.values.all("group")) {
        const auto* const found = std::ranges::find(assess::worklist_group_words, word);
        request.groups.push_back(static_cast<WorklistGroup>(found - std::ranges::begin(assess::worklist_group_words)));
    }
    return request;
}

/// The group that a patient is shown under: the most pressing one, or of those asked for. Absent: none of those.
std::optional<WorklistGroup> shown_under(const WorklistEntry& entry, const WorklistRequest& request)
{
    if (request.groups.empty()) return entry.group;
    for (const WorklistGroup group : entry.groups) {
        if (std::ranges::count(request.groups, group) > 0) return group;
    }
    return std::nullopt;
}

/// An empty group says where the patients are.
std::string where_they_are(const tracker::Worklist& list, const WorklistRequest& request)
{
    std::string elsewhere;
    for (std::size_t i = 0; i < list.counts.size(); ++i) {
        if (list.counts[i] == 0) continue;
        if (!elsewhere.empty()) elsewhere += ", ";
        elsewhere += fmt::format("{} {}", assess::worklist_group_words[i], list.counts[i]);
    }
    std::string text;
    for (const WorklistGroup group : request.groups) {
        text += fmt::format("\n{} (0): nobody. In other groups: {}\n",
                            assess::worklist_group_words[static_cast<std::size_t>(group)], elsewhere);
    }
    return text;
}

void put_text(Call& call, const tracker::Worklist& list, const WorklistRequest& request)
{
    call.put(fmt::format("worklist as of {}: {} of {} patients\n", request.as_of.iso(), list.listed, list.patients));
    if (list.entries.empty() && list.listed > 0) call.put(where_they_are(list, request));
    for (std::size_t i = 0; i < list.counts.size(); ++i) {
        const auto group = static_cast<WorklistGroup>(i);
        bool is_first = true;
        for (const auto& entry : list.entries) {
            if (shown_under(*entry, request) != group) continue;
            if (is_first) call.put("\n" + report::worklist_heading(group, list.counts[i], request.terms));
            is_first = false;
            call.put(report::worklist_text(*entry, group));
        }
    }
    call.put("\n" + report::standing_notice());
}

/// The place of an entry in the list, as that is sorted: pages go on behind it whatever was recorded in between.
using Place = std::tuple<int, bool, std::optional<Date>, std::string>;

Place place_of(const WorklistEntry& entry)
{
    return {static_cast<int>(entry.group), !entry.earliest_due.has_value(), entry.earliest_due, entry.patient_id};
}

std::string cursor_of(const WorklistEntry& entry)
{
    return fmt::format("{}~{}~{}", static_cast<int>(entry.group), entry.earliest_due ? entry.earliest_due->iso() : "-",
                       entry.patient_id);
}

Result<std::optional<Place>> place_behind(const Call& call)
{
    const auto cursor = call.values.find("cursor");
    if (!cursor) return std::optional<Place>();
    // A group is one digit, a day ten characters, none is `-`.
    const std::size_t end = cursor->find('~', 2);
    const bool has_group = cursor->size() > 1 && (*cursor)[0] >= '0' && (*cursor)[0] <= '9' && (*cursor)[1] == '~';
    const std::string due = has_group && end != std::string::npos ? cursor->substr(2, end - 2) : std::string();
    const auto date = Date::parse(due);
    if (!date && due != "-") {
        return call.failure(ErrorCode::usage, "{cursor}: give back what `next` of the page before says");
    }
    return std::optional<Place>(Place{(*cursor)[0] - '0', !date.has_value(), date, cursor->substr(end + 1)});
}

Result<void> put_list(Call& call, const tracker::Worklist& worklist, const WorklistRequest& request)
{
    const auto behind = place_behind(call);
    if (!behind) return tl::unexpected(behind.error());
    std::string counts;
    for (std::size_t i = 0; i < worklist.counts.size(); ++i)
        counts += fmt::format("{}\"{}\":{}", i == 0 ? "" : ",", assess::worklist_group_words[i], worklist.counts[i]);
    List list(
        call, "entries",
        fmt::format(R"("as_of":"{}","patients":{},"counts":{{{}}},)", request.as_of.iso(), worklist.patients, counts));
    for (const auto& entry : worklist.entries) {
        if (!shown_under(*entry, request) || (*behind && place_of(*entry) <= **behind)) continue;
        if (!list.has_room()) {
            list.end(false);
            return {};
        }
        list.add(report::worklist_json(*entry), cursor_of(*entry));
        call.shows(entry->patient_id);
    }
    list.end();
    return {};
}

Result<void> run(Call& call)
{
    if (call.values.has("csv") && call.values.has("json")) {
        return call.failure(ErrorCode::usage, "worklist: give {csv} or {json}, not both");
    }
    const auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    const auto list = call.worklist(*request);
    if (!list) return tl::unexpected(list.error());
    if (call.format == Format::json) return put_list(call, **list, *request);
    if (call.format == Format::text) {
        put_text(call, **list, *request);
        return {};
    }
    call.put(report::worklist_csv_header());
    for (const auto& entry : (*list)->entries)
        call.put(report::worklist_csv(*entry));
    return {};
}

std::string groups_text()
{
    std::string text;
    const assess::WorklistTerms terms;
    for (std::size_t i = 0; i < static_cast<std::size_t>(WorklistGroup::count); ++i) {
        text += fmt::format("    {:<14} {}\n", assess::worklist_group_words[i],
                            report::group_meaning(static_cast<WorklistGroup>(i), terms));
    }
    return text;
}

std::vector<Schema> schemas()
{
    std::vector<std::pair<std::string, std::string>> counts;
    for (const std::string_view word : assess::worklist_group_words)
        counts.emplace_back(word, schema_of(std::int64_t{}));
    return {{"WorklistEntry", report::worklist_schema()},
            {"Worklist", object_schema({{"as_of", schema_of(Date())},
                                        {"patients", R"({"type":"integer","description":"looked at"})"},
                                        {"counts", object_schema(counts)},
                                        {"entries", array_schema(R"({"$ref":"#/components/schemas/WorklistEntry"})")},
                                        {"next", cursor_schema()}})}};
}

}  // namespace

UseCase worklist()
{
    return {
        .name = "worklist",
        .summary =
            "lists who needs something done: urgent, unanswered, lost, overdue, for the board, due, data missing",
        .description =
            "Judges everybody as of a day and lists each patient for whom something stands open: under the most "
            "pressing group, with the other groups named, by the earliest open date of the answer, of what is asked "
            "for beside it and of a safety-net CT. {group} lists everybody who stands in a group. What was decided "
            "('nodtrack decide') counts as long as "
            "nothing it rests on has changed; the policy's own answer is shown beside an override. Patients "
            "deceased, moved or declined are not listed.\n\n" +
            groups_text() +
            "\nThe safety-net date is that of the recommendation, else its due date. Heard is anything recorded: a "
            "scan of any kind, a therapy, an event, a decision. How long a silence means lost is local policy.\n\n"
            "Columns of {csv}, and members of {json}: " +
            report::worklist_columns() +
            ". An empty value (null) is not known or does not apply. More columns may follow at the end.",
        .parameters = with_pages(with_moment(
            {of_type(Type::count, text("within", "how far ahead the group 'due' looks; else 30", {}, "DAYS")),
             of_type(Type::count, text("lost_after", "the silence that means lost; else 180", {}, "DAYS")),
             repeated(word("group", "this group alone; may be given again", texts_of(assess::worklist_group_words), {},
                           "GROUP")),
             typed(flag("csv", "one line a patient, with a header")), json_switch("JSON Lines, one object a patient"),
             named_policy()})),
        .examples = {{"nodtrack worklist"},
                     {"nodtrack worklist --as-of 2026-11-20 --within 14 --csv > worklist.csv", "for a spreadsheet"},
                     {"nodtrack worklist --group lost --lost-after 90", "who has not been heard of for long"}},
        .routes = {{.path = "/api/v1/worklist",
                    .summary = "Who needs something done, as `nodtrack worklist --json`",
                    .response = "Worklist",
                    .rests_on = RestsOn::registry}},
        .schemas = schemas(),
        .listed_after = "assess",
        .run = run};
}

}  // namespace nodtrack::uses
