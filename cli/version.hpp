#pragma once

#include <string>

namespace nodtrack::cli {

/// `nodtrack 1.0.0` and the policy it judges by.
std::string version_text();

/// `1.0.0`
std::string program_version();

}  // namespace nodtrack::cli
