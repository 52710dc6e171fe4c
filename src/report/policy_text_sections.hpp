#pragma once

#include <vector>

#include "nodtrack/policy/policy.hpp"
#include "policy_text_table.hpp"

namespace nodtrack::report {

/// The policy, part by part, in the order in which it is shown.
std::vector<Section> sections_of(const policy::Policy& policy);

/// The statements cited, by source and number.
Section bibliography_section(const policy::Policy& policy, std::vector<std::uint32_t> citations);

/// What the marks and brackets of the tables mean.
std::vector<std::string> reading_notes(const policy::Policy& policy);

}  // namespace nodtrack::report
