#include <fmt/format.h>

#include "meeting_page.hpp"
#include "nodtrack/report/trend.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string groups_of(const AgendaItem& item, const Sentences& words)
{
    std::string text;
    for (const assess::WorklistGroup group : item.groups) {
        text += (text.empty() ? "" : ", ") +
                words.say("group." + std::string(assess::worklist_group_words[static_cast<std::size_t>(group)]));
    }
    return text;
}

std::string last_scan_of(const AgendaItem& item, const Sentences& words)
{
    if (!item.last_scan) return words.say("none");
    return in_words(item.last_modality) + ", " + words.day(*item.last_scan);
}

/// What is known of the patient, a paragraph each.
MeetingCell finding_of(const AgendaItem& item, const Sentences& words)
{
    MeetingCell lines;
    if (!item.groups.empty()) lines.push_back(words.say("agenda.why", {{"groups", groups_of(item, words)}}));
    lines.push_back(words.say("agenda.class", {{"class", words.say("class." + item.patient_class)},
                                               {"count", std::to_string(item.countable)}}));
    lines.push_back(words.say("agenda.last_scan", {{"scan", last_scan_of(item, words)}}));
    if (!item.fact.empty()) lines.push_back(item.fact);
    if (item.decided_on) {
        lines.push_back(words.say(
            "agenda.decided",
            {{"day", words.day(*item.decided_on)}, {"by", item.decided_by}, {"reason", item.decision_reason}}));
    }
    return lines;
}

std::string count_of(std::span<const AgendaItem> items, const Sentences& words)
{
    if (items.empty()) return words.say("agenda.nobody");
    if (items.size() == 1) return words.say("agenda.patient");
    return words.say("agenda.patients", {{"count", std::to_string(items.size())}});
}

}  // namespace

std::string agenda_text(std::span<const AgendaItem> items, const Meeting& meeting, const Sentences& words)
{
    constexpr std::size_t indent = 4;
    std::string text = meeting_title("agenda", meeting, words) + "\n" + count_of(items, words) + "\n";
    std::size_t place = 0;
    for (const AgendaItem& item : items) {
        text += fmt::format("\n{:>2}  {}\n", ++place, item.patient_id);
        const auto add = [&](const std::string& line) {
            text += wrapped(std::string(indent, ' ') + line, indent) + "\n";
        };
        add(words.say("agenda.recommends", {{"recommendation", recommendation_sentence(item.recommendation, words)}}));
        for (const std::string& line : finding_of(item, words))
            add(line);
    }
    return text + "\n" + words.say("notice") + "\n";
}

std::string agenda_html(std::span<const AgendaItem> items, const Meeting& meeting, const Sentences& words)
{
    std::vector<std::vector<MeetingCell>> rows;
    for (const AgendaItem& item : items) {
        rows.push_back({{std::to_string(rows.size() + 1)},
                        {item.patient_id},
                        finding_of(item, words),
                        {recommendation_sentence(item.recommendation, words)},
                        {}});
    }
    std::vector<std::string> columns;
    for (const char* const column : {"place", "patient", "finding", "recommendation", "decision"})
        columns.push_back(words.say(std::string("agenda.columns.") + column));
    return meeting_page(meeting_title("agenda", meeting, words), {count_of(items, words)}, columns, {9, 27, 62, 44, 44},
                        rows, words.say("notice"), words);
}

std::string agenda_form(std::span<const AgendaItem> items, const Meeting& meeting, const Sentences& words)
{
    std::string text = fmt::format("# {}\n# {}\n", meeting_title("agenda", meeting, words), words.say("agenda.form"));
    for (const AgendaItem& item : items) {
        const assess::Recommendation& given = item.recommendation;

        text +=
            fmt::format("\n# {} {}\n{} [{}{}] ?\n", recommendation_sentence(given, words), item.fact, item.patient_id,
                        action_word(given.action), given.due_date ? " " + given.due_date->iso() : std::string());
    }
    return text;
}

}  // namespace nodtrack::report
