#pragma once

#include "command.hpp"
#include "nodtrack/tracker/uses/use_case.hpp"

namespace nodtrack::cli {

/// A use case as a command: its parameters as arguments and options.
Command command_of(const uses::UseCase& use);

/// Runs the use case with what was typed, and prints its answer.
Result<ExitStatus> run_use(const uses::UseCase& use, const Call& call);

}  // namespace nodtrack::cli
