#pragma once

#include <vector>

#include "fhir/bundle_check.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::exchange::fhir {

/// What another program's Bundle says of lung nodules, by CT; what it says beside is listed with the first report.
std::vector<BundleReport> reports_in(const BundleIndex& index, Faults& faults);

}  // namespace nodtrack::exchange::fhir
