#include "judged_patient.hpp"

#include "nodtrack/tracker/film.hpp"

namespace nodtrack::uses {

Result<void> judge_patient(Call& call, assess::Detail detail, const tracker::AssessmentVisitor& tell)
{
    const Date as_of = call.values.date("as_of").value_or(call.today);
    const auto known_on = call.values.date("known_on");
    const std::string patient_id = call.values.text("patient_id");
    const auto judges = call.judges();
    if (!judges) return tl::unexpected(judges.error());
    if (!known_on) {
        const auto reader = call.patients();
        if (!reader) return tl::unexpected(reader.error());
        return tracker::assess_patient(**reader, **judges, patient_id, as_of, detail, tell);
    }
    const auto registry = call.registry();
    if (!registry) return tl::unexpected(registry.error());
    const auto judged = tracker::assess_patients(
        **registry, **judges, {.patient_ids = {patient_id}, .as_of = as_of, .known_on = known_on, .detail = detail},
        tell);
    return judged ? Result<void>() : tl::unexpected(judged.error());
}

std::vector<report::NodulePicture> film_strips(Call& call, const PatientRecord& record, Date as_of)
{
    if (call.values.has("known_on")) return {};
    const auto registry = call.registry();
    if (!registry) return {};
    auto film = tracker::film_pictures(**registry, record, as_of);
    for (const std::string& problem : film.problems)
        call.note(problem);
    return std::move(film.pictures);
}

}  // namespace nodtrack::uses
