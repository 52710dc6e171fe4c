#pragma once

#include <string>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// One comparison in words: sizes, change, the limit that applied, the 95 % limit of reading error, the verdict.
std::string comparison_line(const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                            const assess::Timeline& timeline, const PatientRecord& record,
                            const growth::Limits& limits);

/// The doubling time with its 95 % interval; empty where there is none. An unbounded side is "not excluded".
std::string doubling_time_line(const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                               const PatientRecord& record, const growth::Limits& limits);

}  // namespace nodtrack::report
