#pragma once

#include <string>
#include <string_view>

#include "command.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/log.hpp"

namespace nodtrack::cli {

using tracker::Cell;
using tracker::TypedMeasurement;

/// Takes in the measurement, and the scan where it is new, as one delivery; returns in words what was stored and what
/// the measurement changes. Failure: as `tracker::log_measurement`.
Result<std::string> record(const Call& call, store::Registry& registry, const TypedMeasurement& typed,
                           std::string_view command);

}  // namespace nodtrack::cli
