#pragma once

#include <string>
#include <string_view>

#include "nodtrack/policy/policy.hpp"

namespace nodtrack::report {

/// A statement of the bibliography released with this program (schema/sources.json); a policy's citations are those
/// that its rules rest on, this has the others as well. Absent where there is none of that number.
const policy::Citation* statement_of(std::string_view item);

/// What stands behind a statement that was not read in its source: ` [excerpt read]`, ` [not verified against the
/// source]`; empty where it was.
std::string_view verification_mark(policy::Verification verification);

}  // namespace nodtrack::report
