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

/// What a nodule's growth state rests on: for growth the comparison that gave the doubling time, else the greatest
/// change of those that say the same; for stability the oldest of the run; for the rest the newest comparable prior.
/// Null where there is none.
const assess::PriorComparison* deciding_comparison(const assess::NoduleTimeline& nodule,
                                                   const assess::Timeline& timeline, const PatientRecord& record);

/// What a comparison says, after the nodule's name: `grew 2.3 mm since 2024-08-13, limit 2.0`, `shrank 3.1 mm since …`,
/// `became denser since …: part-solid, now solid`.
std::string comparison_words(const assess::PriorComparison& prior, const assess::NoduleTimeline& nodule,
                             const assess::Timeline& timeline, const PatientRecord& record,
                             const growth::Limits& limits);

/// The change of the long axis as people read it, with its sign: `-2.5` for -2.547.
std::string long_axis_change(const growth::Comparison& change, const growth::Limits& limits);

/// SBRT or ablation of the nodule by the index scan, the newest; null where there is none.
const Therapy* newest_local_therapy(const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                                    const PatientRecord& record);

/// The doubling time with its 95 % interval; empty where there is none. An unbounded side is "not excluded".
std::string doubling_time_line(const assess::NoduleTimeline& nodule, const assess::Timeline& timeline,
                               const PatientRecord& record, const growth::Limits& limits);

/// The policy parameters whose numbers a nodule's comparisons went by: those of calipers, of thick slices where a
/// limit was widened, and of volumes where volumes served.
std::vector<const policy::Parameter*> limits_used(const assess::NoduleTimeline& nodule, const policy::Policy& policy);

}  // namespace nodtrack::report
