#pragma once

#include <string>

#include "nodtrack/imaging/calcification.hpp"
#include "nodtrack/imaging/mask_measurement.hpp"

namespace nodtrack::cli {

/// The JSON object of the command-line contract, on one line; every key is there, null where there is no value. With
/// `calcification` its pattern too, and in the flags why it cannot be told.
std::string measurement_json(const imaging::MaskMeasurement& measurement,
                             const imaging::CalcificationFinding* calcification = nullptr);

}  // namespace nodtrack::cli
