#pragma once

#include <string>

#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::cli {

/// A row and its links, a few lines.
std::string identity_text(const tracker::StandingIdentity& identity);

}  // namespace nodtrack::cli
