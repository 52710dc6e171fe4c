#include "nodtrack/report/answer_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "deciding_fact.hpp"
#include "nodtrack/report/trend.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using policy::NoduleClass;
using policy::PatientClass;

std::string dated(policy::Action action, const std::optional<Date>& due)
{
    return std::string(action_word(action)) + (due ? " due " + due->iso() : "");
}

/// The examination that the answer came from.
const assess::Assessment& source_of(const assess::Assessment& assessment)
{
    const auto& standing = assessment.standing;
    return standing && standing->came_from ? *standing->came_from : assessment;
}

std::string who(const Decision& decision)
{
    std::string text = decision.decided_by;
    if (decision.board == Answer::yes) text += text.empty() ? "tumour board" : " (tumour board)";
    return text.empty() ? text : "by " + text;
}

std::string what(const Decision& decision)
{
    std::string text = decision.kind == DecisionKind::before_registry ? "what lies before this registry is closed"
                                                                      : std::string(word(decision.kind));
    if (decision.action) text += " " + dated(*decision.action, decision.due_date);
    if (!decision.action && decision.due_date) text += " due " + decision.due_date->iso();
    if (decision.next_step) text += "; next step " + in_words(word(*decision.next_step));
    return text;
}

}  // namespace

std::string deciding_fact(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    const DecidingFactWords facts(source_of(assessment), record, judge);
    const assess::Recommendation& given = assessment.recommendation;
    const std::string fact = facts.of_recommendation(
        given.rule,
        given.action == policy::Action::out_of_scope || assessment.patient_class == PatientClass::not_applicable
            ? source_of(assessment).ungated_class
            : std::max(assessment.patient_class, source_of(assessment).ungated_class),
        assessment.patient_rules);
    if (given.action != policy::Action::out_of_scope) return fact;
    const bool quiet = assessment.ungated_class < PatientClass::indeterminate;
    if (quiet) return fact;
    return facts.of_class(assessment.ungated_class, assessment.patient_rules) + "; out of scope because " + fact;
}

std::string answer_line(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge)
{
    const assess::Recommendation& given = assessment.recommendation;
    std::string text = dated(given.action, given.due_date);
    if (given.safety_net_ct_date) text += ", safety-net CT " + given.safety_net_ct_date->iso();
    for (const policy::Action option : given.options)
        text += ", option " + std::string(action_word(option));
    return text + ": " + deciding_fact(assessment, record, judge);
}

std::vector<std::string> standing_lines(const assess::Assessment& assessment, const PatientRecord& record,
                                        const assess::Judge& judge)
{
    const policy::Policy& policy = judge.policy();
    const DecidingFactWords now(assessment, record, judge);
    std::vector<std::string> lines;
    for (const assess::Flag& flag : assessment.flags) {
        if (flag.code == assess::FlagCode::stands_since) lines.push_back(flag.text);
    }
    if (assessment.standing) {
        const assess::Conclusion& own = assessment.standing->own;
        const assess::Recommendation& given = own.recommendation;
        const Scan& newest = record.scans[assessment.timeline.scans[*assessment.timeline.index_rank]];
        std::string text =
            fmt::format("by the CT of {} alone: {}", newest.scan_date.iso(), dated(given.action, given.due_date));
        if (!assessment.standing->date_alone) {
            text += fmt::format(", {}, {}: {}", patient_class_word(own.patient_class),
                                rule_name(policy.recommendations[given.rule].id),
                                now.of_recommendation(given.rule, assessment.ungated_class, own.patient_rules));
        }
        lines.push_back(std::move(text));
    }
    for (const assess::AlsoAsked& asked : assessment.also) {
        // The newest CT's own answer is told above.
        const auto& standing = assessment.standing;
        if (standing && !standing->date_alone && standing->own.recommendation.rule == asked.rule) continue;
        lines.push_back(fmt::format("besides: {} ({}): {}", dated(asked.action, asked.due_date),
                                    rule_name(policy.recommendations[asked.rule].id),
                                    now.of_recommendation(asked.rule, assessment.ungated_class, {})));
    }
    for (const assess::UnansweredAlarm& alarm : assessment.unanswered) {
        if (alarm.not_a_nodule) {
            lines.push_back(
                fmt::format("{} was said to be no nodule on {}; without that {} ({}) would stand: for the "
                            "board to see",
                            record.nodule_ids[*alarm.not_a_nodule], alarm.said_on->iso(),
                            dated(alarm.action, alarm.due_date), rule_name(policy.recommendations[alarm.rule].id)));
            continue;
        }
        lines.push_back(fmt::format("never answered: {} of the CT of {} ({}); no decision is recorded",
                                    dated(alarm.action, alarm.due_date), alarm.since.iso(),
                                    rule_name(policy.recommendations[alarm.rule].id)));
    }
    return lines;
}

std::string decision_words(const Decision& decision)
{
    const std::string person = who(decision);
    return what(decision) + (person.empty() ? "" : "; " + person);
}

std::optional<std::string> newest_decision_text(const PatientRecord& record, Date as_of)
{
    const Decision* newest = nullptr;
    // The order of rows says nothing: of one day the one with the later words.
    const auto key = [](const Decision& decision) {
        return std::tuple(decision.decided_on, decision.board == Answer::yes, decision.kind, decision_words(decision),
                          decision.reason);
    };
    for (const Decision& decision : record.decisions) {
        if (decision.decided_on > as_of) continue;
        if (newest == nullptr || key(decision) > key(*newest)) newest = &decision;
    }
    if (newest == nullptr) return std::nullopt;
    const std::string person = who(*newest);
    std::string text =
        "decided " + newest->decided_on.iso() + (person.empty() ? "" : " " + person) + ": " + what(*newest);
    if (!newest->reason.empty()) text += " (" + newest->reason + ")";
    return text;
}

std::string count_text(const assess::Assessment& assessment)
{
    const auto followed = std::count_if(assessment.nodules.begin(), assessment.nodules.end(), [](const auto& nodule) {
        return nodule.nodule_class != NoduleClass::resolved;
    });
    if (followed == 0) return "no nodule";
    // Where an earlier answer stands the count is that of its examination.
    const std::uint32_t counting = assessment.countable;
    const std::string since = assessment.standing && !assessment.standing->date_alone
                                  ? " (on the CT of " + assessment.standing->since.iso() + ")"
                                  : std::string();
    return fmt::format("{} nodule{}, {} count{} towards the criteria{}", followed, followed == 1 ? "" : "s",
                       counting == 0 ? "none" : std::to_string(counting), counting > 1 ? "" : "s", since);
}

}  // namespace nodtrack::report
