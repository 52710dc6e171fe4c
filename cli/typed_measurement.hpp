#pragma once

#include <string>
#include <string_view>

#include "command.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/log.hpp"

namespace nodtrack::cli {

using tracker::Cell;
using tracker::TypedMeasurement;

/// What is recorded of one scan; absent where nothing is. Failure: `not_found` for an unknown patient.
Result<std::optional<Scan>> recorded_scan(const store::Registry& registry, const std::string& patient_id,
                                          const std::string& scan_id);

/// Takes in the measurement, and the scan where it is new, as one delivery; returns in words what was stored and what
/// the measurement changes. Failure: as `tracker::log_measurement`.
Result<std::string> record(const Call& call, store::Registry& registry, const TypedMeasurement& typed,
                           std::string_view command);

}  // namespace nodtrack::cli
