#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nodtrack::tests {

/// Where `instance` does not follow `schema` (JSON Schema 2020-12, the keywords this project's schemas use), one line
/// each with its JSON pointer. A keyword that is not known here is a problem too: nothing is passed over in silence.
std::vector<std::string> schema_problems(const nlohmann::ordered_json& schema, const nlohmann::ordered_json& instance);

}  // namespace nodtrack::tests
