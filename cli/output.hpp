#pragma once

#include <string_view>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::cli {

/// Adds to the answer on stdout.
void print(std::string_view text);

/// Says something beside the answer, on stderr, as a line of its own.
void note(std::string_view text);

/// Says what failed on stderr: the message, then one line per further problem.
void report(const Error& error);

/// Sends off what `print` collected. Failure: `internal`, when stdout does not take it (full disk, closed pipe).
Result<void> flush_output();

}  // namespace nodtrack::cli
