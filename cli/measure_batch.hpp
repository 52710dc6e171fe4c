#pragma once

#include "command.hpp"

namespace nodtrack::cli {

/// `nodtrack measure --batch FILE.csv`: measures clicks on many CTs, several CTs at once.
Result<ExitStatus> measure_batch(const Call& call);

}  // namespace nodtrack::cli
