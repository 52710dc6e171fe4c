#pragma once

#include <vector>

#include "command.hpp"
#include "nodtrack/tracker/amend.hpp"

namespace nodtrack::cli {

/// The options of `log` that go with --from-ct, that one first.
std::vector<Option> from_ct_options();

/// `nodtrack log PATIENT --from-ct IMAGE`; `scan` is what was typed of the scan.
Result<ExitStatus> log_from_ct(const Call& call, std::vector<tracker::Correction> scan);

}  // namespace nodtrack::cli
