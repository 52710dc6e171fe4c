#include "nodtrack/report/what_if_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "nodtrack/report/assessment_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using assess::Change;
using assess::Direction;
using assess::Effect;

/// A column as people say it: `long axis`.
std::string in_words(std::string_view column)
{
    if (column == "suv_max") return "SUVmax";
    if (column == "as_of") return "as-of day";
    std::string name(column);
    for (const std::string_view unit : {"_mm3", "_mm"}) {
        if (name.ends_with(unit)) name.resize(name.size() - unit.size());
    }
    std::replace(name.begin(), name.end(), '_', ' ');
    if (name.starts_with("iv ")) name.replace(0, 2, "IV");
    return name;
}

bool is_day(const std::string& value)
{
    return Date::parse(value).has_value();
}

std::string with_unit(const std::string& value, const std::string& unit)
{
    const std::string shown = unit == "mm3" ? "mm³" : unit;
    return shown.empty() || value.empty() ? value : value + " " + shown;
}

/// `6.0 mm or more`, `5.0 to 5.9 mm`, `4.9 mm or less`, `2026-05-01 or earlier`
std::string range_of(const Change& change)
{
    const bool down = change.direction == Direction::down;
    if (!change.until.empty()) {
        if (change.until == change.to) return with_unit(change.to, change.unit);
        return change.to + (down ? " down to " : " to ") + with_unit(change.until, change.unit);
    }
    const std::string value = with_unit(change.to, change.unit);
    if (is_day(change.to)) {
        return value + (down || change.direction == Direction::filled_in ? " or earlier" : " or later");
    }
    return value + (down ? " or less" : " or more");
}

/// The fact and its value: `long axis at 6.0 mm or more (now 5.9 mm)`.
std::string condition_of(const Change& change)
{
    const std::string name = in_words(change.what);
    const std::string from = with_unit(change.from, change.unit);
    const std::string now = " (now " + (from.empty() ? "not known" : from) + ")";
    switch (change.direction) {
        case Direction::other:
            if (change.what == "symptoms" && change.from.empty())
                return name + " " + change.to + " (now none recorded)";
            return name + " " + change.to + now;
        case Direction::added:
            return change.unit.empty() ? range_of(change) + " " + name : name + " of " + range_of(change);
        case Direction::up:
        case Direction::down:
        case Direction::filled_in:
            break;
    }
    return name + (is_day(change.to) ? " " : " at ") + range_of(change) + now;
}

std::string days_of(const assess::Outcome& outcome)
{
    std::string text;
    if (outcome.due_date) text += " due " + outcome.due_date->iso();
    if (outcome.safety_net_ct_date) text += ", safety-net CT " + outcome.safety_net_ct_date->iso();
    return text;
}

std::string rules_of(const assess::Outcome& outcome)
{
    std::string rules;
    for (const std::string& rule : outcome.patient_rules)
        rules += rule + " ";
    return (outcome.patient_rules.empty() ? "rule " : "rules ") + rules + outcome.deciding_rule;
}

std::string outcome_text(const assess::Outcome& outcome)
{
    return fmt::format("{}{}, {}, by {}", action_word(outcome.action), days_of(outcome),
                       patient_class_word(outcome.patient_class), rules_of(outcome));
}

std::string consequence_of(const Change& change)
{
    const assess::Outcome& outcome = change.outcome;
    std::string text;
    switch (change.effect) {
        case Effect::action:
            text = fmt::format("{}{}", action_word(outcome.action), days_of(outcome));
            break;
        case Effect::patient_class:
            text = fmt::format("class {}{}", patient_class_word(outcome.patient_class), days_of(outcome));
            break;
        case Effect::date:
            text = days_of(outcome).empty() ? "no day" : days_of(outcome).substr(1);
            break;
    }
    text += " by " + rules_of(outcome);
    constexpr std::size_t few = 2;  // of twenty nodules that come into sight, the board needs no list here
    if (change.nodule_rules.empty() || change.nodule_rules.size() > few) return text;
    std::string nodules;
    for (const assess::OtherNoduleRule& nodule : change.nodule_rules) {
        if (!nodules.empty()) nodules += ", ";
        nodules +=
            fmt::format("{} {} by {}", nodule.nodule_id, class_word(nodule.nodule_class), rule_name(nodule.rule));
    }
    return text + " (" + nodules + ")";
}

/// Words that lead to the same answer in one line.
std::vector<Change> with_words_joined(std::vector<Change> changes)
{
    std::vector<Change> joined;
    for (Change& change : changes) {
        const auto same = std::find_if(joined.begin(), joined.end(), [&](const Change& other) {
            return change.direction == Direction::other && other.direction == Direction::other &&
                   other.subject == change.subject && other.what == change.what &&
                   consequence_of(other) == consequence_of(change);
        });
        if (same == joined.end()) {
            joined.push_back(std::move(change));
        } else {
            same->to += " or " + change.to;
        }
    }
    return joined;
}

std::string subject_text(const std::string& subject, const PatientRecord& record)
{
    const bool is_scan = std::any_of(record.scans.begin(), record.scans.end(),
                                     [&](const Scan& scan) { return scan.scan_id == subject; });
    const bool is_nodule =
        std::find(record.nodule_ids.begin(), record.nodule_ids.end(), subject) != record.nodule_ids.end();
    return is_scan && !is_nodule ? "scan " + subject : subject;
}

std::string lines_of(const std::vector<Change>& changes, const PatientRecord& record)
{
    std::string text;
    const std::string* last = nullptr;
    for (const Change& change : changes) {
        if (last == nullptr || *last != change.subject) text += "  " + subject_text(change.subject, record) + "\n";
        last = &change.subject;
        text += "    " + wrapped(condition_of(change) + ": " + consequence_of(change), 8, 114) + "\n";
    }
    return text;
}

std::vector<Change> with_effect(std::span<const Change> changes, bool on_action)
{
    std::vector<Change> chosen;
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(chosen),
                 [&](const Change& change) { return (change.effect == Effect::action) == on_action; });
    // Each subject once, in the order in which they come.
    std::vector<std::string> subjects;
    for (const Change& change : chosen) {
        if (std::find(subjects.begin(), subjects.end(), change.subject) == subjects.end()) {
            subjects.push_back(change.subject);
        }
    }
    std::stable_sort(chosen.begin(), chosen.end(), [&](const Change& a, const Change& b) {
        return std::find(subjects.begin(), subjects.end(), a.subject) <
               std::find(subjects.begin(), subjects.end(), b.subject);
    });
    return with_words_joined(std::move(chosen));
}

std::string next_scan_text(const assess::NextScan& next)
{
    std::string text = fmt::format("\nTHE NEXT CT, on {}\n  every nodule as it is now: {}\n", next.date.iso(),
                                   outcome_text(next.unchanged));
    if (next.changes.empty()) text += "  no size of a nodule would make the action worse\n";
    for (const Change& change : next.changes) {
        std::string growth;
        const auto from = parse_thousandths(change.from);
        const auto to = parse_thousandths(change.to);
        if (from && to && change.direction == Direction::up)
            growth = fmt::format(", growth of {} mm", decimal_text(*to - *from));
        const bool unseen = change.direction == Direction::added;
        const std::string what = unseen ? "a nodule not seen before: " : change.subject + ": ";
        text += "    " +
                wrapped(fmt::format("{}{}{}: {}", what, range_of(change), growth, consequence_of(change)), 8, 114) +
                "\n";
    }
    return text;
}

}  // namespace

std::string what_if_text(const PatientRecord& record, const assess::Assessment& now, const assess::Judge& judge,
                         std::span<const Change> changes, const std::optional<assess::NextScan>& next)
{
    const policy::Policy& policy = judge.policy();
    std::string text =
        fmt::format("{} as seen on {}, policy {} {}\nnow {}\n", record.patient.patient_id, now.timeline.as_of.iso(),
                    policy.id, policy.version, outcome_text(assess::outcome_of(now, policy)));
    text += "\nWHAT WOULD CHANGE THE ACTION\n  " +
            wrapped("the nearest value of each fact, found by judging the record with nothing else changed", 2) + "\n";
    const auto on_action = with_effect(changes, true);
    text += on_action.empty() ? "  no value of a single fact\n" : lines_of(on_action, record);
    const auto beside = with_effect(changes, false);
    if (!beside.empty()) text += "\nTHE ACTION STAYS, THE CLASS OR A DAY BECOMES ANOTHER\n" + lines_of(beside, record);
    if (next) text += next_scan_text(*next);
    return text + "\n";
}

std::string trial_text(const Trial& trial, const assess::Judge& judge)
{
    std::string text = trial.record.patient.patient_id + " with";
    for (const assess::Setting& setting : trial.settings)
        text += " " + setting.text();
    text += "\n";
    for (const std::string& note : trial.altered.notes)
        text += "  (" + note + ")\n";
    const assess::Outcome now = assess::outcome_of(trial.now, judge.policy());
    const assess::Outcome then = assess::outcome_of(trial.then, judge.policy());
    if (now == then) {
        text += "  the recommendation stays: " + outcome_text(now) + "\n";
    } else {
        text += "  now   " + outcome_text(now) + "\n  then  " + outcome_text(then) + "\n";
    }
    text += "\nNOW, as recorded\n" + summary_text(trial.now, trial.record, judge, assess::Detail::none);
    text += "THEN, with what was set; nothing is stored\n" +
            summary_text(trial.then, trial.altered.record, judge, assess::Detail::none);
    return text;
}

}  // namespace nodtrack::report
