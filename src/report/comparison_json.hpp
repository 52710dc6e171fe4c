#pragma once

#include <string>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// The members of one comparison's JSON object: how the index scan's measurement compares with a prior, with the limit
/// that applied.
void append_comparison(std::string& out, const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                       const assess::Timeline& timeline, const PatientRecord& record, const growth::Limits& limits);

}  // namespace nodtrack::report
