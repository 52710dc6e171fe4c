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

std::vector<Option> with_moment_options(std::vector<Option> options)
{
    options.push_back({.name = "--as-of",
                       .value = "DATE",
                       .help = "the day of the judgement; else today. Nothing dated after it is seen"});
    options.push_back({.name = "--known-on", .value = "DATE", .help = "only what was recorded on or before that day"});
    return options;
}

}  // namespace nodtrack::cli
