#include "nodtrack/report/recist.hpp"

#include "../judged_patient.hpp"

namespace nodtrack::uses {
namespace {

Result<response::RecistQuestion> question_of(const Call& call)
{
    response::RecistQuestion question;
    question.baseline = call.values.date("baseline");
    question.targets = call.values.all("targets");
    question.not_new = call.values.all("not_new");
    for (const std::string& day : call.values.all("progression_on")) {
        const auto date = Date::parse(day);
        if (!date)
            return call.failure(ErrorCode::usage,
                                "{progression_on} is '" + day + "'; expected the day of a CT as YYYY-MM-DD");
        question.progression_on.push_back(*date);
    }
    return question;
}

Result<void> run(Call& call)
{
    auto question = question_of(call);
    if (!question) return tl::unexpected(question.error());
    // Of the judgement the record alone is taken: as it was known on the day asked for.
    return judge_patient(call, assess::Detail::none,
                         [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
                             question->as_of = assessment.timeline.as_of;
                             const auto answer = response::recist(record, *question);
                             if (!answer) return call.failure(answer.error().code, answer.error().message);
                             call.put(call.format == Format::json
                                          ? report::recist_json(*answer, record, question->as_of)
                                          : report::recist_text(*answer, record, question->as_of));
                             return {};
                         });
}

}  // namespace

UseCase recist()
{
    return {
        .name = "recist",
        .summary = "tells how known metastases respond to treatment, by RECIST 1.1",
        .description =
            "A second question, for a patient whose lung metastases are known (known_lung_metastases = present, or "
            "pathology_malignant of a nodule): at each CT after the baseline, targets, non-target lesions and new "
            "lesions give CR, PR, SD, PD or NE. It is no answer of surveillance and changes none; growth of a nodule "
            "there is judged by other limits and other words.\n\n"
            "The baseline is the last CT up to the start of the newest systemic therapy, unless {baseline} names "
            "another. Targets are the two largest lesions of 10 mm or more (of twice the slices' thickness above 5 "
            "mm), unless {targets} names them; the others are non-target. A target that is there without a size counts "
            "as 5 mm; one that is not reported, or was treated by itself since, is not evaluable. PD: the sum at "
            "least 20 % and 5 mm above the smallest before it, a new lesion, or non-target progression that a person "
            "tells by {progression_on}. PR: at least 30 % below the baseline. Responses are not confirmed ones.\n\n"
            "Keys of {json}: patient_id, as_of, criteria, baseline {date, scan_id, because}, targets, non_targets, "
            "points [{date, scan_id, sum_mm, is_whole, change_from_baseline_percent, change_from_nadir_percent, "
            "nadir_mm, target, non_target, overall, new_lesions, targets [{nodule_id, seen, size_mm, why}]}], notes.",
        .parameters = with_moment(
            {the_patient(), date("baseline", "the day of the CT that is the baseline"),
             names("targets", "the target lesions, by nodule", {}, "IDS"),
             names("not_new", "lesions that are no new ones: equivocal, or there before", {}, "IDS"),
             names("progression_on", "days of CTs with unequivocal progression of non-target lesions", {}, "DATES"),
             json_switch("one JSON object")}),
        .examples = {{"nodtrack recist SARC-034"},
                     {"nodtrack recist SARC-034 --baseline 2026-01-10 --targets N1,N2 --not-new N5 --json"}},
        .failures = {{ErrorCode::not_found, "there is no such patient"},
                     {ErrorCode::bad_input,
                      "no metastasis is known, there is no baseline, or a lesion named is not measurable"}},
        .routes = {patient_route("/api/v1/patients/{patient_id}/recist", "Recist",
                                 "Response of known metastases by RECIST 1.1, as `nodtrack recist --json`")},
        .listed_after = "dose",
        .run = run};
}

}  // namespace nodtrack::uses
