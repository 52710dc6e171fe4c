#pragma once

#include <nlohmann/json_fwd.hpp>

#include "nodtrack/imaging/mask_measurement.hpp"

namespace nodtrack::cli {

/// The object of the command-line contract; every key is there, null where there is no value.
nlohmann::ordered_json measurement_json(const imaging::MaskMeasurement& measurement);

}  // namespace nodtrack::cli
