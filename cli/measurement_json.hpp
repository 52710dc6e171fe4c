#pragma once

#include <string>

#include "nodtrack/imaging/mask_measurement.hpp"

namespace nodtrack::cli {

/// The JSON object of the command-line contract, on one line; every key is there, null where there is no value.
std::string measurement_json(const imaging::MaskMeasurement& measurement);

}  // namespace nodtrack::cli
