#include "nodtrack/tracker/answer_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "judging.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/tracker/uses/shape.hpp"

namespace nodtrack::tracker {
namespace {

using assess::Proposal;
using nlohmann::ordered_json;

bool is_later(const std::optional<Date>& before, const std::optional<Date>& after)
{
    return before && (!after || *after > *before);
}

std::size_t rank_of_class(const std::string& word)
{
    const auto* const found = std::ranges::find(policy::patient_class_words, word);
    return static_cast<std::size_t>(found - std::ranges::begin(policy::patient_class_words));
}

bool is_quieter(const Proposal& before, const Proposal& after)
{
    if (before.action != policy::Action::out_of_scope) {
        if (after.action == policy::Action::out_of_scope || after.action < before.action) return true;
        // A louder action may well be due later than a quieter one was.
        const bool same_action = after.action == before.action;
        if (same_action && is_later(before.due_date, after.due_date)) return true;
        if (same_action && is_later(before.safety_net_ct_date, after.safety_net_ct_date)) return true;
    }
    return rank_of_class(after.patient_class) < rank_of_class(before.patient_class);
}

ordered_json day_or_null(const std::optional<Date>& day)
{
    return day ? ordered_json(day->iso()) : ordered_json();
}

ordered_json answer_json(const std::optional<Proposal>& answer, std::size_t unanswered)
{
    if (!answer) return {};
    return {{"action", assess::word_of(answer->action)},
            {"due_date", day_or_null(answer->due_date)},
            {"safety_net_ct_date", day_or_null(answer->safety_net_ct_date)},
            {"patient_class", answer->patient_class},
            {"nodules", answer->nodules},
            {"unanswered_alarms", unanswered}};
}

}  // namespace

bool AnswerChange::changes() const
{
    if (before.has_value() != after.has_value() || unanswered_before != unanswered_after) return true;
    return before && (nodules_before != nodules_after || !assess::same_ground(*before, *after));
}

bool AnswerChange::reassures() const
{
    if (!before) return false;
    return !after || unanswered_after < unanswered_before || nodules_after < nodules_before ||
           is_quieter(*before, *after);
}

namespace {

/// A record, or none, and who judges it.
using Side = std::pair<const PatientRecord*, const assess::Judge*>;

AnswerChange change_between(const std::string& patient_id, const Side& before, const Side& after, Date today)
{
    AnswerChange change{.patient_id = patient_id};
    const auto judge_one = [&](const Side& side, std::optional<Proposal>& answer, std::size_t& unanswered,
                               policy::PatientClass& of_nodules) {
        const auto [record, of_side] = side;
        if (record == nullptr) return;
        const assess::Judge& judge = *of_side;
        const assess::Assessment assessment = judged(judge, *record, today, assess::Detail::none);
        answer = assess::proposal_of(assessment, *record, judge.policy());
        unanswered = assessment.unanswered.size();
        of_nodules = assessment.ungated_class;
    };
    judge_one(before, change.before, change.unanswered_before, change.nodules_before);
    judge_one(after, change.after, change.unanswered_after, change.nodules_after);
    return change;
}

}  // namespace

AnswerChange answer_change(const std::string& patient_id, const PatientRecord* before, const PatientRecord* after,
                           const assess::Judge& judge, Date today)
{
    return change_between(patient_id, {before, &judge}, {after, &judge}, today);
}

AnswerChange answer_change(const PatientRecord& record, const assess::Judge& before, const assess::Judge& after,
                           Date today)
{
    return change_between(record.patient.patient_id, {&record, &before}, {&record, &after}, today);
}

std::string answer_in_words(const std::optional<Proposal>& answer, std::size_t unanswered)
{
    if (!answer) return "not followed";
    std::string text = report::action_text(answer->action, answer->due_date);
    if (answer->safety_net_ct_date) text += ", safety-net CT " + answer->safety_net_ct_date->iso();
    text += fmt::format(", class {}", answer->patient_class);
    if (!answer->nodules.empty()) text += fmt::format(" ({})", answer->nodules);
    if (unanswered > 0) text += fmt::format(", {} alarm{} unanswered", unanswered, unanswered == 1 ? "" : "s");
    return text;
}

std::string answer_change_text(const AnswerChange& change)
{
    const std::string now = answer_in_words(change.before, change.unanswered_before);
    if (!change.changes()) return fmt::format("{}: the answer stays {}\n", change.patient_id, now);
    return fmt::format("{}{}:\n  before  {}\n  after   {}\n", change.reassures() ? "! QUIETER, " : "",
                       change.patient_id, now, answer_in_words(change.after, change.unanswered_after));
}

std::string answer_change_json(const AnswerChange& change)
{
    return ordered_json({{"patient_id", change.patient_id},
                         {"before", answer_json(change.before, change.unanswered_before)},
                         {"after", answer_json(change.after, change.unanswered_after)},
                         {"changes", change.changes()},
                         {"reassures", change.reassures()}})
        .dump();
}

std::string answer_change_schema()
{
    const std::string text = uses::schema_of(std::string());
    const std::string answer =
        R"({"anyOf":[{"type":"null"},)" +
        uses::object_schema({{"action", text},
                             {"due_date", R"({"type":["string","null"],"format":"date"})"},
                             {"safety_net_ct_date", R"({"type":["string","null"],"format":"date"})"},
                             {"patient_class", text},
                             {"nodules", text},
                             {"unanswered_alarms", R"({"type":"integer"})"}}) +
        "]}";
    return uses::object_schema({{"patient_id", text},
                                {"before", answer},
                                {"after", answer},
                                {"changes", uses::schema_of(true)},
                                {"reassures", uses::schema_of(true)}});
}

std::vector<std::string> questions_of(const std::vector<AnswerChange>& changes)
{
    std::vector<std::string> questions;
    for (const AnswerChange& change : changes) {
        if (!change.reassures()) continue;
        questions.push_back(fmt::format("confirm: {} would be answered more quietly: {} -> {}", change.patient_id,
                                        answer_in_words(change.before, change.unanswered_before),
                                        answer_in_words(change.after, change.unanswered_after)));
    }
    return questions;
}

Error not_confirmed(std::vector<std::string> questions)
{
    return {ErrorCode::bad_input,
            fmt::format("{} patient{} would be answered more quietly; nothing was stored: where that is meant so, "
                        "confirm it (--confirm on the command line, confirm in the API)",
                        questions.size(), questions.size() == 1 ? "" : "s"),
            {},
            std::move(questions)};
}

}  // namespace nodtrack::tracker
