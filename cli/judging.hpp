#pragma once

#include <optional>

#include "command.hpp"
#include "nodtrack/domain/date.hpp"

namespace nodtrack::cli {

/// As of which day is judged, and by what was recorded when.
struct AskedMoment {
    Date as_of;
    std::optional<Date> known_on;
};

/// Of --as-of (else today) and --known-on. Failure: `usage`.
Result<AskedMoment> asked_moment(const Call& call);

/// `options`, then --as-of and --known-on.
std::vector<Option> with_moment_options(std::vector<Option> options);

}  // namespace nodtrack::cli
