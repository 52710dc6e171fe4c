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

Result<void> judge_asked_patient(const Call& call, const assess::Judge& judge, assess::Detail detail,
                                 const tracker::AssessmentVisitor& tell)
{
    const auto moment = asked_moment(call);
    if (!moment) return tl::unexpected(moment.error());
    const auto registry = open_registry(call, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    const auto judged = tracker::assess_patients(*registry, judge,
                                                 {.patient_ids = {call.arguments.text("PATIENT")},
                                                  .as_of = moment->as_of,
                                                  .known_on = moment->known_on,
                                                  .detail = detail},
                                                 tell);
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
