#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "nodtrack/assess/timeline.hpp"

namespace nodtrack::assess {

// Nodules that split or merged, as confirmed links say. Source: RECIST 1.1 (fragments are added up; a coalesced lesion
// has one diameter), read on the safe side: a split never lowers, and what merged counts with its size from before.

/// Another nodule that counts with one, and the day of the scan from which it is a fragment, or is no nodule any more.
struct Kin {
    std::uint32_t nodule = 0;  ///< position in `PatientRecord::nodule_ids`
    Date from;
};

/// What merged into the nodule by the index scan, also by way of others.
std::vector<Kin> merged_into(std::uint32_t nodule, const PatientRecord& record, const Timeline& timeline);
/// The fragments that split from the nodule by the index scan, also by way of others.
std::vector<Kin> fragments_of(std::uint32_t nodule, const PatientRecord& record, const Timeline& timeline);
/// What the nodule is said to be a fragment of, or to have merged into, by that day; absent: nothing.
std::optional<Kin> kin_said_of(std::string_view nodule_id, NoduleKinship::Kind kind, const PatientRecord& record,
                               Date day);

/// Adds to the nodule's earlier sizes those of the nodules that merged into it later. `all` has the rows of every
/// nodule.
void add_what_merged(NoduleTimeline& nodule, const std::vector<NoduleTimeline>& all, const PatientRecord& record,
                     const Timeline& timeline);

/// Whether it went up in another nodule and has no row since, so that it is asked for no more.
bool has_merged_away(const NoduleTimeline& nodule, const PatientRecord& record, const Timeline& timeline);

/// The rows of a nodule that split, with its fragments; absent where no fragment was measured at the index scan. Its
/// history and states are not filled in yet.
std::optional<NoduleTimeline> rows_with_fragments(const NoduleTimeline& nodule, const std::vector<NoduleTimeline>& all,
                                                  const PatientRecord& record, const Timeline& timeline);

/// Whether every piece was measured at the index scan: else the sum is a lower bound, which alarms and never reassures.
/// A nodule that goes on under its own number is a piece; one that does not has two pieces at least.
bool is_sum_complete(const NoduleTimeline& by_sum, const std::vector<NoduleTimeline>& all, const PatientRecord& record,
                     const Timeline& timeline);

}  // namespace nodtrack::assess
