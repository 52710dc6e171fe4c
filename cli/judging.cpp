#include "judging.hpp"

namespace nodtrack::cli {

Result<AskedMoment> asked_moment(const Call& call)
{
    const auto as_of = call.arguments.date("--as-of");
    if (!as_of) return tl::unexpected(as_of.error());
    const auto known_on = call.arguments.date("--known-on");
    if (!known_on) return tl::unexpected(known_on.error());
    return AskedMoment{as_of->value_or(call.now.today), *known_on};
}

Result<void> judge_asked_patient(
    const Call& call, assess::Detail detail,
    const std::function<Result<void>(const assess::Assessment&, const PatientRecord&, const assess::Judge&)>& tell)
{
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto judges = tracker::Judges::of(*registry, moment->known_on);
    if (!judges) return tl::unexpected(judges.error());
    const std::string patient_id = call.arguments.text("PATIENT");
    const auto judged = tracker::assess_patients(
        *registry, *judges,
        {.patient_ids = {patient_id}, .as_of = moment->as_of, .known_on = moment->known_on, .detail = detail},
        [&](const assess::Assessment& assessment, const PatientRecord& record) {
            return tell(assessment, record, judges->of(patient_id));
        });
    if (!judged) return tl::unexpected(judged.error());
    return {};
}

std::vector<Option> with_moment_options(std::vector<Option> options)
{
    options.push_back({.name = "--as-of",
                       .value = "DATE",
                       .help = "the day of the judgement; else today. Nothing dated after it is seen"});
    options.push_back({.name = "--known-on", .value = "DATE", .help = "only what was recorded on or before that day"});
    return options;
}

}  // namespace nodtrack::cli
