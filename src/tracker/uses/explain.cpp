#include <algorithm>

#include "../judged_patient.hpp"
#include "nodtrack/assess/what_if.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/beside.hpp"
#include "nodtrack/report/what_if_text.hpp"

namespace nodtrack::uses {
namespace {

/// What is asked about the one patient.
struct Question {
    bool what_if = false;
    std::vector<assess::Setting> settings;
    std::optional<std::string> nodule;
};

Result<Question> question_of(const Call& call)
{
    const Values& values = call.values;
    Question question{.what_if = values.has("what_if"), .settings = {}, .nodule = values.find("nodule_id")};
    for (const std::string& text : values.all("set")) {
        auto setting = assess::parse_setting(text);
        if (!setting) return tl::unexpected(setting.error());
        question.settings.push_back(std::move(*setting));
    }
    if (question.what_if && !question.settings.empty()) {
        return call.failure(ErrorCode::usage, "explain: {what_if} searches and {set} tries one; give one of them");
    }
    if (question.nodule && (call.format == Format::json || !question.settings.empty())) {
        return call.failure(ErrorCode::usage,
                            "explain: {nodule_id} shortens a text; it does not go with {json} or {set}");
    }
    return question;
}

Result<void> put_why(Call& call, const assess::Assessment& assessment, const PatientRecord& record,
                     const Question& question)
{
    const assess::Judge& judge = call.judge();
    if (call.format == Format::json) {
        const auto beside = report::beside(assessment, record, judge.policy());
        call.put(report::explanation_json(assessment, record, judge, beside));
        return {};
    }
    const auto text = report::explanation_text(assessment, record, judge, question.nodule);
    if (!text) return tl::unexpected(text.error());
    call.put(*text);
    if (!question.nodule) {
        call.put(report::beside_text(report::beside(assessment, record, judge.policy()), record));
    }
    return {};
}

Result<void> put_what_if(Call& call, const assess::Assessment& now, const PatientRecord& record,
                         const Question& question)
{
    const assess::Judge& judge = call.judge();
    const Date as_of = now.timeline.as_of;
    auto changes = assess::what_would_change(record, judge, as_of);
    auto next = assess::at_next_scan(record, judge, as_of);
    if (question.nodule) {
        const auto& id = *question.nodule;
        const bool is_judged = std::any_of(now.nodules.begin(), now.nodules.end(),
                                           [&](const auto& nodule) { return record.nodule_ids[nodule.nodule] == id; });
        if (!is_judged) return failure(ErrorCode::not_found, "nodule '" + id + "' is not judged");
        const auto is_of_another = [&](const assess::Change& change) { return change.subject != id; };
        std::erase_if(changes, is_of_another);
        if (next) std::erase_if(next->changes, is_of_another);
    }
    call.put(call.format == Format::json ? report::what_if_json(record, now, judge, changes, next)
                                         : report::what_if_text(record, now, judge, changes, next));
    return {};
}

Result<void> put_trial(Call& call, const assess::Assessment& now, const PatientRecord& record, const Question& question)
{
    const assess::Judge& judge = call.judge();
    const auto altered = assess::altered(record, now.timeline.as_of, question.settings);
    if (!altered) return tl::unexpected(altered.error());
    const auto then = judge.assess(altered->record, altered->as_of, assess::Detail::none);
    const report::Trial trial{record, now, question.settings, *altered, then};
    call.put(call.format == Format::json ? report::trial_json(trial, judge) : report::trial_text(trial, judge));
    return {};
}

Result<void> run(Call& call)
{
    const auto question = question_of(call);
    if (!question) return tl::unexpected(question.error());
    const auto done = judge_patient(call, assess::Detail::all,
                                    [&](const assess::Assessment& assessment, const PatientRecord& record) {
                                        if (question->what_if) return put_what_if(call, assessment, record, *question);
                                        if (!question->settings.empty())
                                            return put_trial(call, assessment, record, *question);
                                        return put_why(call, assessment, record, *question);
                                    });
    if (done && call.format == Format::text) call.put(report::standing_notice());
    return done;
}

}  // namespace

UseCase explain()
{
    const Route explanation = patient_route("/api/v1/patients/{patient_id}/explanation", "Explanation",
                                            "Why, at length, as `nodtrack explain --json`");
    Route what_if = patient_route("/api/v1/patients/{patient_id}/what-if", "WhatIf",
                                  "What would change the answer, as `nodtrack explain --what-if --json`");
    what_if.sets = {{"what_if", "yes"}};
    return {
        .name = "explain",
        .summary = "tells why, and what would change the answer",
        .description =
            "Tells the answer with the fact that decides it, what stands from an earlier CT and what people decided; "
            "then what was known (each fact with the rows it came from, by numbers that the end of the text names), "
            "what the policy demanded (each threshold with its citation), which rules were refused and why, what is "
            "missing or stands near a cut-off and would change the answer, and what stands beside the recommendation: "
            "appropriateness tables, what the documents say for such a patient, and dose."
            "\n\n"
            "{what_if} tells for each fact the nearest value at which the action (or else the class or a date) "
            "becomes another, and the sizes at the next CT that would make it worse. Each is found by judging the "
            "record with that value, nothing else changed. {set} tries one value, or several together, and stores "
            "nothing. A value is named as in the CSV files:"
            "\n\n"
            "  N1.long_axis_mm=6.0        nodule N1 at the index scan\n"
            "  N1@CT-2.long_axis_mm=5.0   nodule N1 on scan CT-2\n"
            "  +N9.long_axis_mm=6.0       one nodule more, at the index scan\n"
            "  histology=osteosarcoma     the patient\n"
            "  reading=limited            the index scan; @CT-2.reading=limited: scan CT-2\n"
            "  systemic.end_date=2026-05-01   the end of a therapy\n"
            "  as_of=2027-01-31           the day of the judgement\n"
            "  grade=                     nothing after the sign: not known"
            "\n\n"
            "Keys of {json}: assessment (as `assess --json --reasons all` gives it), beside (as `appropriateness "
            "PATIENT --json`), dose (as `dose --json`). With {what_if}: patient_id, as_of, policy, now, changes [{"
            "changes {action, patient_class, date}, subject, what, direction {up, down, filled_in, added, other}, "
            "unit, from, to, until (the last value with that action; null: no end found), just_before (where the "
            "answer is not yet that), set [FACT=VALUE], then, nodules}], next_scan {date, unchanged, changes} or null. "
            "With {set}: patient_id, set, notes, now and then (assessments).",
        .parameters = with_moment(
            {the_patient(), typed(text("nodule_id", "one nodule alone", "--nodule", "ID")),
             typed(flag("what_if", "what would change the answer, and by how little")),
             typed(repeated(text("set", "judges as if this were so, beside the record as it is; may be repeated", {},
                                 "FACT=VALUE"))),
             json_switch("one JSON object"), named_policy()}),
        .examples = {{"nodtrack explain SARC-002"},
                     {"nodtrack explain SARC-002 --nodule N1 --as-of 2026-11-20"},
                     {"nodtrack explain SARC-002 --what-if", "the nearest value of each fact with another action"},
                     {"nodtrack explain SARC-002 --set N1.long_axis_mm=6.0 --set histology=osteosarcoma"}},
        .failures = {{ErrorCode::bad_input, "the record could not hold a value that is set"},
                     {ErrorCode::not_found, "there is no such patient, nodule, scan or therapy"}},
        .routes = {explanation, what_if},
        .listed_after = "decide",
        .run = run};
}

}  // namespace nodtrack::uses
