#pragma once

#include "fhir/bundle_check.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::exchange::fhir {

/// Takes the rows of a record out of a Bundle that nodtrack wrote. Their values are not judged: whoever reads the
/// record's JSON does that.
ReadBundle record_in(const BundleIndex& index, Faults& faults);

}  // namespace nodtrack::exchange::fhir
