#pragma once

#include <nodtrack/domain/result.hpp>
#include <span>
#include <string>

namespace nodtrack::exchange {

/// Whether DCMTK may be given a file: it reads nested sequences by calling itself, and 10,000 of them end the program
/// (seen with 3.6.7). The bytes are walked once, without recursion. Fails with `bad_input`, saying where, for a file
/// that is no DICOM file, is cut short or deflated, or passes a limit of `ReportLimits`.
Result<void> check_nesting(std::span<const unsigned char> bytes, const std::string& name);

}  // namespace nodtrack::exchange
