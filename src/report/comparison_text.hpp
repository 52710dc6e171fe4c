#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// One comparison in words: sizes, change, the limit that applied, the 95 % limit of reading error, the verdict.
std::string comparison_line(const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                            const assess::Timeline& timeline, const PatientRecord& record,
                            const growth::Limits& limits);

/// The doubling time with its 95 % interval; empty where there is none. An unbounded side is "not excluded".
std::string doubling_time_line(const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                               const PatientRecord& record, const growth::Limits& limits);

/// The policy parameters whose numbers a nodule's comparisons went by: those of calipers, of thick slices where a
/// limit was widened, and of volumes where volumes served.
std::vector<const policy::Parameter*> limits_used(const assess::NoduleTimeline& nodule, const policy::Policy& policy);

}  // namespace nodtrack::report
