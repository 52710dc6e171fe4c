#include "nodtrack/report/worklist_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "json_text.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::WorklistEntry;
using assess::WorklistGroup;

std::string_view word_of(WorklistGroup group)
{
    return assess::worklist_group_words[static_cast<std::size_t>(group)];
}

std::string_view word_of(assess::Stance stance)
{
    return assess::stance_words[static_cast<std::size_t>(stance)];
}

/// One value of an entry, for CSV and JSON alike.
struct Cell {
    enum class Kind { text, number, truth };

    std::string_view column;
    std::string value;  ///< empty: not known, or does not apply
    Kind kind = Kind::text;
};

std::string iso(const std::optional<Date>& date)
{
    return date ? date->iso() : std::string();
}

Cell truth(std::string_view column, bool value)
{
    return {column, value ? "true" : "false", Cell::Kind::truth};
}

Cell number(std::string_view column, int value)
{
    return {column, std::to_string(value), Cell::Kind::number};
}

/// All groups of the patient, joined by `;`.
std::string groups_text(const WorklistEntry& entry)
{
    std::string text;
    for (const WorklistGroup group : entry.groups) {
        if (!text.empty()) text += ';';
        text += word_of(group);
    }
    return text;
}

std::vector<Cell> cells_of(const WorklistEntry& entry)
{
    return {{"group", std::string(word_of(entry.group))},
            {"patient_id", entry.patient_id},
            {"action", std::string(assess::word_of(entry.action))},
            {"due_date", iso(entry.due_date)},
            number("days_late", entry.days_late),
            {"reason", entry.reason},
            {"rule", entry.rule},
            {"patient_class", entry.patient_class},
            {"safety_net_ct_date", iso(entry.safety_net_ct_date)},
            truth("is_safety_net", entry.is_safety_net),
            truth("next_step_missing", entry.next_step_missing),
            {"stance", std::string(word_of(entry.stance))},
            {"policy_action", std::string(assess::word_of(entry.proposed_action))},
            {"policy_due_date", iso(entry.proposed_due_date)},
            {"decided_on", iso(entry.decided_on)},
            {"decided_by", entry.decided_by},
            {"board", entry.decided_on ? entry.board ? "true" : "false" : "", Cell::Kind::truth},
            {"decision_reason", entry.decision_reason},
            {"last_scan", entry.last_scan_id},
            {"last_scan_date", iso(entry.last_scan_date)},
            {"last_scan_modality", entry.last_modality ? std::string(word(*entry.last_modality)) : std::string()},
            {"last_heard", iso(entry.last_heard)},
            {"groups", groups_text(entry)},
            {"earliest_due_date", iso(entry.earliest_due)},
            {"also", assess::also_text(entry.also)},
            {"stands_since", iso(entry.stands_since)},
            {"unanswered_since", iso(entry.unanswered_since)},
            {"unanswered_alarm", entry.unanswered_alarm ? std::string(word(*entry.unanswered_alarm)) : std::string()},
            {"unanswered_nodule", entry.unanswered_nodule},
            {"next_step", entry.next_step ? std::string(word(*entry.next_step)) : std::string()}};
}

/// With an apostrophe in front of what a spreadsheet would take for a formula.
std::string csv_value(std::string value)
{
    const std::size_t first = value.find_first_not_of('\'');
    if (first != std::string::npos && std::string_view("=+-@\t\r").find(value[first]) != std::string_view::npos) {
        value.insert(value.begin(), '\'');
    }
    if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string when_text(const WorklistEntry& entry)
{
    if (!entry.due_date) return "no date";
    std::string text = entry.due_date->iso();
    const bool is_late = entry.days_late > 0 && !entry.late_safety_net;
    if (is_late) text += fmt::format(" {} d late", entry.days_late);
    return text;
}

std::string other_groups_text(const WorklistEntry& entry, WorklistGroup shown_under)
{
    std::string text;
    for (const WorklistGroup group : entry.groups) {
        if (group == shown_under) continue;
        if (!text.empty()) text += ", ";
        text += word_of(group);
    }
    return text;
}

/// `DATA_REQUIRED 2026-12-03 (rule R0)`, joined by `; `.
std::string asked_beside_text(const WorklistEntry& entry)
{
    std::string text;
    for (const assess::AskedBeside& asked : entry.also) {
        if (!text.empty()) text += "; ";
        text += word(asked.action);
        if (asked.due_date) text += " " + asked.due_date->iso();
        text += fmt::format(" ({})", rule_name(asked.rule));
    }
    return text;
}

std::string action_words_of(const WorklistEntry& entry)
{
    if (entry.group == WorklistGroup::next_step)
        return entry.next_step ? std::string(word(*entry.next_step)) : "next step open";
    std::string text(assess::word_of(entry.action));
    if (entry.is_safety_net) text = "safety-net CT";
    return text;
}

}  // namespace

std::string group_meaning(WorklistGroup group, const assess::WorklistTerms& terms)
{
    switch (group) {
        case WorklistGroup::urgent:
            return "nobody has taken it on yet";
        case WorklistGroup::unanswered:
            return "an alarm of the last year was followed by a quieter answer, and nobody answered it";
        case WorklistGroup::next_step:
            return "accepted or answered, and the next step is not said or not taken";
        case WorklistGroup::lost:
            return fmt::format("more than {} days past the safety-net date, and nothing heard since",
                               terms.lost_after_days);
        case WorklistGroup::overdue:
            return "past a due date, and nothing recorded answers it";
        case WorklistGroup::board:
            return "waiting for the tumour board";
        case WorklistGroup::due:
            return fmt::format("to be done within {} days", terms.within_days);
        case WorklistGroup::data_required:
            return "a reading, measurement or CT is missing";
        case WorklistGroup::hand_over:
        case WorklistGroup::count:
            break;
    }
    return "out of scope here, or a sign of local recurrence: hand-over not confirmed";
}

std::string worklist_heading(WorklistGroup group, std::size_t patients, const assess::WorklistTerms& terms)
{
    return fmt::format("{} ({}): {}\n", word_of(group), patients, group_meaning(group, terms));
}

std::string worklist_text(const WorklistEntry& entry, WorklistGroup shown_under)
{
    const std::string last_scan = entry.last_scan_date
                                      ? fmt::format("{} {}", word(*entry.last_modality), entry.last_scan_date->iso())
                                      : std::string("no scan");
    const std::string line = fmt::format("  {:<10} {:<21} {:<21} {:<16}  ", entry.patient_id, action_words_of(entry),
                                         when_text(entry), last_scan);
    constexpr std::size_t indent = 13;
    std::string text = wrapped(fmt::format("{}{} ({})", line, entry.reason, rule_name(entry.rule)), indent) + "\n";
    const auto add = [&](const std::string& line_below) {
        text += wrapped(std::string(indent, ' ') + line_below, indent) + "\n";
    };
    if (entry.late_safety_net) {
        add(fmt::format("safety-net CT of {} is {} d late", entry.late_safety_net->iso(), entry.days_late));
    }
    if (entry.groups.size() > 1) add("also in: " + other_groups_text(entry, shown_under));
    if (!entry.also.empty()) add("asked for beside it: " + asked_beside_text(entry));
    if (entry.unanswered_alarm) {
        add(fmt::format("{} since {} was never answered{}", word(*entry.unanswered_alarm),
                        entry.unanswered_since->iso(),
                        entry.unanswered_nodule.empty()
                            ? std::string()
                            : fmt::format(": {} was said to be no nodule, and the board has not seen it",
                                          entry.unanswered_nodule)));
    } else if (entry.unanswered_since) {
        add("unanswered since " + entry.unanswered_since->iso());
    }
    if (!entry.stands.empty()) add(entry.stands);
    if (!entry.decided_on) return text;
    std::string decision = fmt::format("{} {} by {}{}: {}", word_of(entry.stance), entry.decided_on->iso(),
                                       entry.decided_by, entry.board ? ", tumour board" : "", entry.decision_reason);
    if (entry.stance == assess::Stance::overridden) {
        decision += fmt::format(" (policy: {})", action_text(entry.proposed_action, entry.proposed_due_date));
    }
    return text + wrapped(std::string(indent, ' ') + decision, indent) + "\n";
}

std::string worklist_csv_header()
{
    std::string line;
    for (const Cell& cell : cells_of({}))
        line += (line.empty() ? "" : ",") + std::string(cell.column);
    return line + "\n";
}

std::string worklist_csv(const WorklistEntry& entry)
{
    std::string line;
    for (const Cell& cell : cells_of(entry)) {
        if (!line.empty()) line += ',';
        line += csv_value(cell.value);
    }
    return line + "\n";
}

std::string worklist_json(const WorklistEntry& entry)
{
    std::string out = "{";
    for (const Cell& cell : cells_of(entry)) {
        append_json_key(out, cell.column);
        if (cell.value.empty()) {
            out += "null";
        } else if (cell.kind == Cell::Kind::text) {
            append_json_string(out, cell.value);
        } else {
            out += cell.value;
        }
    }
    return out + "}\n";
}

std::string worklist_schema()
{
    constexpr std::string_view always[] = {"patient_id",    "action", "reason",       "rule",
                                           "patient_class", "stance", "policy_action"};
    std::string properties;
    std::string names;
    for (const Cell& cell : cells_of({})) {
        const bool known = cell.kind != Cell::Kind::text || std::ranges::count(always, cell.column) > 0;
        const std::string_view type = cell.kind == Cell::Kind::text     ? "string"
                                      : cell.kind == Cell::Kind::number ? "integer"
                                                                        : "boolean";
        std::string schema = known && cell.column != "board" ? fmt::format(R"({{"type":"{}"}})", type)
                                                             : fmt::format(R"({{"type":["{}","null"]}})", type);
        if (cell.column == "group") {
            schema = fmt::format(R"({{"enum":["{}"]}})", fmt::join(assess::worklist_group_words, "\",\""));
        }
        properties += fmt::format(R"({}"{}":{})", properties.empty() ? "" : ",", cell.column, schema);
        names += fmt::format(R"({}"{}")", names.empty() ? "" : ",", cell.column);
    }
    return fmt::format(
        R"({{"type":"object","description":"a line of `nodtrack worklist --json`","properties":{{{}}},"required":[{}]}})",
        properties, names);
}

std::string worklist_columns()
{
    std::string list;
    for (const Cell& cell : cells_of({}))
        list += (list.empty() ? "" : ", ") + std::string(cell.column);
    return list;
}

}  // namespace nodtrack::report
