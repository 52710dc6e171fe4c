#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/tracker/decide.hpp"

namespace nodtrack::tracker {

/// What is wrong with the request by itself, whatever is recorded; a line each.
std::vector<std::string> problems_of_request(const DecideRequest& request, Date today);

/// ` due 2026-11-24`; empty where there is no day.
inline std::string due_text(const std::optional<Date>& due)
{
    return due ? " due " + due->iso() : std::string();
}

}  // namespace nodtrack::tracker
