#include "nodtrack/tracker/worklist.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/worklist_text.hpp"
#include "output.hpp"
#include "progress.hpp"

namespace nodtrack::cli {
namespace {

using assess::WorklistGroup;

/// Days of an option; `otherwise` where it was not given. More than a century is a typing error.
Result<int> days_of(const Arguments& arguments, std::string_view option, int otherwise)
{
    constexpr std::int32_t most = 36'525;
    const auto days = arguments.whole_number(option, 0);
    if (!days) return tl::unexpected(days.error());
    if (days->value_or(otherwise) > most) {
        return failure(ErrorCode::usage, fmt::format("{}: {} days are more than a century", option, **days));
    }
    return days->value_or(otherwise);
}

Result<tracker::WorklistRequest> request_of(const Call& call)
{
    tracker::WorklistRequest request;
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    request.as_of = moment->as_of;
    request.known_on = moment->known_on;
    const auto within = days_of(call.arguments, "--within", request.terms.within_days);
    if (!within) return tl::unexpected(within.error());
    const auto lost_after = days_of(call.arguments, "--lost-after", request.terms.lost_after_days);
    if (!lost_after) return tl::unexpected(lost_after.error());
    request.terms = {*within, *lost_after};
    for (const std::string& word : call.arguments.all("--group")) {
        // The parser has checked the words.
        const auto* const found = std::ranges::find(assess::worklist_group_words, word);
        request.groups.push_back(static_cast<WorklistGroup>(found - std::ranges::begin(assess::worklist_group_words)));
    }
    if (call.arguments.has("--csv") && call.arguments.has("--json")) {
        return failure(ErrorCode::usage, "worklist: give --csv or --json, not both");
    }
    return request;
}

/// The group that a patient is shown under: the most pressing one, or of those asked for.
WorklistGroup shown_under(const assess::WorklistEntry& entry, const tracker::WorklistRequest& request)
{
    for (const WorklistGroup group : entry.groups) {
        if (std::ranges::count(request.groups, group) > 0) return group;
    }
    return entry.group;
}

/// An empty group says where the patients are.
void print_where_they_are(const tracker::Worklist& list, const tracker::WorklistRequest& request)
{
    std::string elsewhere;
    for (std::size_t i = 0; i < list.counts.size(); ++i) {
        if (list.counts[i] == 0) continue;
        if (!elsewhere.empty()) elsewhere += ", ";
        elsewhere += fmt::format("{} {}", assess::worklist_group_words[i], list.counts[i]);
    }
    for (const WorklistGroup group : request.groups) {
        print(fmt::format("\n{} (0): nobody. In other groups: {}\n",
                          assess::worklist_group_words[static_cast<std::size_t>(group)], elsewhere));
    }
}

void print_text(const tracker::Worklist& list, const tracker::WorklistRequest& request)
{
    print(fmt::format("worklist as of {}: {} of {} patients\n", request.as_of.iso(), list.listed, list.patients));
    if (list.entries.empty() && list.listed > 0) print_where_they_are(list, request);
    for (std::size_t i = 0; i < list.counts.size(); ++i) {
        const auto group = static_cast<WorklistGroup>(i);
        bool is_first = true;
        for (const assess::WorklistEntry& entry : list.entries) {
            if (shown_under(entry, request) != group) continue;
            if (is_first) print("\n" + report::worklist_heading(group, list.counts[i], request.terms));
            is_first = false;
            print(report::worklist_text(entry, group));
        }
    }
    print("\n" + report::standing_notice());
}

Result<ExitStatus> run(const Call& call)
{
    const auto request = request_of(call);
    if (!request) return tl::unexpected(request.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const assess::Judge judge = assess::Judge::released();
    Progress progress("judged", "patients");
    const auto list = tracker::worklist(*registry, judge, *request, [&] { progress.step(); });
    if (!list) return tl::unexpected(list.error());
    const bool as_csv = call.arguments.has("--csv");
    if (!as_csv && !call.arguments.has("--json")) {
        print_text(*list, *request);
        return ExitStatus::done;
    }
    if (as_csv) print(report::worklist_csv_header());
    for (const assess::WorklistEntry& entry : list->entries)
        print(as_csv ? report::worklist_csv(entry) : report::worklist_json(entry));
    return ExitStatus::done;
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

}  // namespace

Command worklist_command()
{
    return {
        .name = "worklist",
        .summary =
            "lists who needs something done: urgent, unanswered, lost, overdue, for the board, due, data missing",
        .description =
            "Judges everybody as of a day and lists each patient for whom something stands open: under the most "
            "pressing group, with the other groups named, by the earliest open date of the answer, of what is asked "
            "for beside it and of a safety-net CT. --group lists everybody who stands in a group. What was decided "
            "('nodtrack decide') counts as long as "
            "nothing it rests on has changed; the policy's own answer is shown beside an override. Patients "
            "deceased, moved or declined are not listed.\n\n" +
            groups_text() +
            "\nThe safety-net date is that of the recommendation, else its due date. Heard is anything recorded: a "
            "scan of any kind, a therapy, an event, a decision. How long a silence means lost is local policy.\n\n"
            "Columns of --csv, and members of --json: " +
            report::worklist_columns() +
            ". An empty value (null) is not known or does not apply. More columns may follow at the end.",
        .options = with_moment_options(
            {{.name = "--within", .value = "DAYS", .help = "how far ahead the group 'due' looks; else 30"},
             {.name = "--lost-after", .value = "DAYS", .help = "the silence that means lost; else 180"},
             {.name = "--group",
              .value = "GROUP",
              .help = "this group alone; may be given again",
              .words = {std::begin(assess::worklist_group_words), std::end(assess::worklist_group_words)},
              .repeated = true},
             {.name = "--csv", .help = "one line a patient, with a header"},
             {.name = "--json", .help = "JSON Lines, one object a patient"}}),
        .examples = {{"nodtrack worklist"},
                     {"nodtrack worklist --as-of 2026-11-20 --within 14 --csv > worklist.csv", "for a spreadsheet"},
                     {"nodtrack worklist --group lost --lost-after 90", "who has not been heard of for long"}},
        .run = run};
}

}  // namespace nodtrack::cli
