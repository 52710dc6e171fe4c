#pragma once

#include <string>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// What tells this registry from all others, for ever: the hash of its first entry of the change log, which covers who
/// recorded what, and when. Copies of the file are the same registry. Empty while nothing is recorded.
Result<std::string> registry_identity(const Registry& registry);

}  // namespace nodtrack::store
