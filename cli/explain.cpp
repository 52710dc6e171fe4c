#include <algorithm>

#include "command.hpp"
#include "judging.hpp"
#include "nodtrack/assess/what_if.hpp"
#include "nodtrack/report/assessment_text.hpp"
#include "nodtrack/report/beside.hpp"
#include "nodtrack/report/what_if_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

/// What is asked about the one patient.
struct Question {
    bool what_if = false;
    std::vector<assess::Setting> settings;
    std::optional<std::string> nodule;
    bool as_json = false;
};

Result<Question> question_of(const Arguments& arguments)
{
    Question question{.what_if = arguments.has("--what-if"),
                      .settings = {},
                      .nodule = arguments.find("--nodule"),
                      .as_json = arguments.has("--json")};
    for (const std::string& text : arguments.all("--set")) {
        auto setting = assess::parse_setting(text);
        if (!setting) return tl::unexpected(setting.error());
        question.settings.push_back(std::move(*setting));
    }
    if (question.what_if && !question.settings.empty()) {
        return failure(ErrorCode::usage, "explain: --what-if searches and --set tries one; give one of them");
    }
    if (question.nodule && (question.as_json || !question.settings.empty())) {
        return failure(ErrorCode::usage, "explain: --nodule shortens a text; it does not go with --json or --set");
    }
    return question;
}

Result<void> explain(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                     const Question& question)
{
    if (question.as_json) {
        const auto beside = report::beside(assessment, record, judge.policy());
        print(report::explanation_json(assessment, record, judge, beside));
        return {};
    }
    const auto text = report::explanation_text(assessment, record, judge, question.nodule);
    if (!text) return tl::unexpected(text.error());
    print(*text);
    if (!question.nodule) {
        print(report::beside_text(report::beside(assessment, record, judge.policy()), record));
    }
    return {};
}

Result<void> tell_what_if(const assess::Assessment& now, const PatientRecord& record, const assess::Judge& judge,
                          const Question& question)
{
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
    print(question.as_json ? report::what_if_json(record, now, judge, changes, next)
                           : report::what_if_text(record, now, judge, changes, next));
    return {};
}

Result<void> try_settings(const assess::Assessment& now, const PatientRecord& record, const assess::Judge& judge,
                          const Question& question)
{
    const auto altered = assess::altered(record, now.timeline.as_of, question.settings);
    if (!altered) return tl::unexpected(altered.error());
    const auto then = judge.assess(altered->record, altered->as_of, assess::Detail::none);
    const report::Trial trial{record, now, question.settings, *altered, then};
    print(question.as_json ? report::trial_json(trial, judge) : report::trial_text(trial, judge));
    return {};
}

Result<ExitStatus> run(const Call& call)
{
    const auto question = question_of(call.arguments);
    if (!question) return tl::unexpected(question.error());
    const assess::Judge judge = assess::Judge::released();
    const auto done =
        judge_asked_patient(call, judge, assess::Detail::all,
                            [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                                if (question->what_if) return tell_what_if(assessment, record, judge, *question);
                                if (!question->settings.empty())
                                    return try_settings(assessment, record, judge, *question);
                                return explain(assessment, record, judge, *question);
                            });
    if (!done) return tl::unexpected(done.error());
    if (!question->as_json) print(report::standing_notice());
    return ExitStatus::done;
}

}  // namespace

Command explain_command()
{
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
            "--what-if tells for each fact the nearest value at which the action (or else the class or a date) "
            "becomes another, and the sizes at the next CT that would make it worse. Each is found by judging the "
            "record with that value, nothing else changed. --set tries one value, or several together, and stores "
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
            "Keys of --json: assessment (as `assess --json --reasons all` gives it), beside (as `appropriateness "
            "PATIENT --json`), dose (as `dose --json`). With --what-if: patient_id, as_of, policy, now, changes [{"
            "changes {action, patient_class, date}, subject, what, direction {up, down, filled_in, added, other}, "
            "unit, from, to, until (the last value with that action; null: no end found), just_before (where the "
            "answer is not yet that), set [FACT=VALUE], then, nodules}], next_scan {date, unchanged, changes} or null. "
            "With --set: patient_id, set, notes, now and then (assessments).",
        .positionals = {{.name = "PATIENT", .help = "the patient"}},
        .options =
            with_moment_options({{.name = "--nodule", .value = "ID", .help = "one nodule alone"},
                                 {.name = "--what-if", .help = "what would change the answer, and by how little"},
                                 {.name = "--set",
                                  .value = "FACT=VALUE",
                                  .help = "judges as if this were so, beside the record as it is; may be repeated",
                                  .repeated = true},
                                 {.name = "--json", .help = "one JSON object"}}),
        .examples = {{"nodtrack explain SARC-002"},
                     {"nodtrack explain SARC-002 --nodule N1 --as-of 2026-11-20"},
                     {"nodtrack explain SARC-002 --what-if", "the nearest value of each fact with another action"},
                     {"nodtrack explain SARC-002 --set N1.long_axis_mm=6.0 --set histology=osteosarcoma"}},
        .failures = {{ExitStatus::bad_input, "the record could not hold a value that is set"},
                     {ExitStatus::not_found, "there is no such patient, nodule, scan or therapy"}},
        .run = run};
}

}  // namespace nodtrack::cli
