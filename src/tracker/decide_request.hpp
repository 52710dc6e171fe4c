#pragma once

#include <string>
#include <vector>

#include "nodtrack/tracker/decide.hpp"

namespace nodtrack::tracker {

/// What is wrong with the request by itself, whatever is recorded; a line each.
std::vector<std::string> problems_of_request(const DecideRequest& request, Date today);

}  // namespace nodtrack::tracker
