#include "json_text.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/report/what_if_text.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

void append_outcome(std::string& out, std::string_view key, const assess::Outcome& outcome)
{
    append_json_key(out, key);
    out += '{';
    append_json_member(out, "action", action_word(outcome.action));
    append_json_member(out, "patient_class", patient_class_word(outcome.patient_class));
    append_json_date_member(out, "due_date", outcome.due_date);
    append_json_date_member(out, "safety_net_ct_date", outcome.safety_net_ct_date);
    append_json_key(out, "rules");
    out += '[';
    for (const std::string& rule : outcome.patient_rules) {
        append_json_string(out, rule);
        out += ',';
    }
    append_json_string(out, outcome.deciding_rule);
    out += "]}";
}

template <class List, class Append>
void append_list(std::string& out, std::string_view key, const List& list, Append&& append)
{
    append_json_key(out, key);
    out += '[';
    for (const auto& entry : list) {
        if (out.back() != '[') out += ',';
        append(entry);
    }
    out += ']';
}

void append_change(std::string& out, const assess::Change& change)
{
    out += '{';
    append_json_member(out, "changes", assess::effect_words[static_cast<std::size_t>(change.effect)]);
    append_json_member(out, "subject", change.subject);
    append_json_member(out, "what", change.what);
    append_json_member(out, "direction", assess::direction_words[static_cast<std::size_t>(change.direction)]);
    append_json_known_member(out, "unit", change.unit);
    append_json_known_member(out, "from", change.from);
    append_json_member(out, "to", change.to);
    append_json_known_member(out, "until", change.until);
    append_json_known_member(out, "just_before", change.just_before);
    append_list(out, "set", change.settings,
                [&](const assess::Setting& setting) { append_json_string(out, setting.text()); });
    append_outcome(out, "then", change.outcome);
    append_list(out, "nodules", change.nodule_rules, [&](const assess::OtherNoduleRule& nodule) {
        out += '{';
        append_json_member(out, "nodule_id", nodule.nodule_id);
        append_json_member(out, "class", class_word(nodule.nodule_class));
        append_json_member(out, "rules", nodule.rule);
        out += '}';
    });
    out += '}';
}

}  // namespace

std::string what_if_json(const PatientRecord& record, const assess::Assessment& now, const assess::Judge& judge,
                         std::span<const assess::Change> changes, const std::optional<assess::NextScan>& next)
{
    const policy::Policy& policy = judge.policy();
    std::string out = "{";
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_json_member(out, "as_of", now.timeline.as_of.iso());
    append_json_key(out, "policy");
    out += '{';
    append_json_member(out, "id", policy.id);
    append_json_member(out, "version", policy.version);
    append_json_member(out, "sha256", policy.sha256);
    out += '}';
    append_outcome(out, "now", assess::outcome_of(now, policy));
    append_list(out, "changes", changes, [&](const assess::Change& change) { append_change(out, change); });
    append_json_key(out, "next_scan");
    if (next) {
        out += '{';
        append_json_date_member(out, "date", next->date);
        append_outcome(out, "unchanged", next->unchanged);
        append_list(out, "changes", next->changes, [&](const assess::Change& change) { append_change(out, change); });
        out += '}';
    } else {
        out += "null";
    }
    return out + "}\n";
}

std::string trial_json(const Trial& trial, const assess::Judge& judge)
{
    AssessmentJson json(judge);
    const auto append_assessment = [&](std::string& out, std::string_view key, const assess::Assessment& assessment,
                                       const PatientRecord& record) {
        append_json_key(out, key);
        json.append(out, assessment, record, assess::Detail::none);
        out.pop_back();  // its line end
    };
    std::string out = "{";
    append_json_member(out, "patient_id", trial.record.patient.patient_id);
    append_list(out, "set", trial.settings,
                [&](const assess::Setting& setting) { append_json_string(out, setting.text()); });
    append_list(out, "notes", trial.altered.notes, [&](const std::string& note) { append_json_string(out, note); });
    append_assessment(out, "now", trial.now, trial.record);
    append_assessment(out, "then", trial.then, trial.altered.record);
    return out + "}\n";
}

}  // namespace nodtrack::report
