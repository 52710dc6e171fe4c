#pragma once

#include <string>
#include <string_view>

#include "fhir/terms.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::exchange::fhir {

/// The Bundle as JSON, within the limits. Fails with `bad_input`; of another resource it says which one it is.
Result<Json> parsed_bundle(std::string_view text, const std::string& name);

}  // namespace nodtrack::exchange::fhir
