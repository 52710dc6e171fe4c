#pragma once

#include <string>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::report {

// The parts of a reason's JSON object.

/// A value, or null where it is not known.
void append_fact_value(std::string& out, const policy::FactDeclaration& fact, policy::FactValue value,
                       const policy::Policy& policy);

/// `"citations":[…],"local_policy":…`
void append_citations(std::string& out, const policy::Basis& basis, const policy::Policy& policy);

/// The policy's limits that the comparisons went by, each with its citations.
void append_growth_limits(std::string& out, const assess::NoduleTimeline& nodule, const policy::Policy& policy);

/// How the index scan's measurement compares with each prior, with the limit that applied.
void append_comparisons(std::string& out, const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                        const PatientRecord& record, const growth::Limits& limits);

}  // namespace nodtrack::report
