#pragma once

#include <functional>
#include <optional>

#include "command.hpp"
#include "nodtrack/domain/date.hpp"
#include "nodtrack/tracker/assess.hpp"

namespace nodtrack::cli {

/// As of which day is judged, and by what was recorded when.
struct AskedMoment {
    Date as_of;
    std::optional<Date> known_on;
};

/// Of --as-of (else today) and --known-on. Failure: `usage`.
Result<AskedMoment> asked_moment(const Call& call);

/// Judges PATIENT of the call's registry as of the asked moment, and hands the answer and its judge to `tell`.
/// Failures: those of `asked_moment` and `tracker::assess_patients`, and what `tell` fails with.
Result<void> judge_asked_patient(
    const Call& call, assess::Detail detail,
    const std::function<Result<void>(const assess::Assessment&, const PatientRecord&, const assess::Judge&)>& tell);

/// `options`, then --as-of and --known-on.
std::vector<Option> with_moment_options(std::vector<Option> options);

}  // namespace nodtrack::cli
