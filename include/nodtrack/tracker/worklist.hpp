#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

struct WorklistRequest {
    Date as_of;
    std::optional<Date> known_on;  ///< only what was recorded on or before this day
    assess::WorklistTerms terms;
    std::vector<assess::WorklistGroup> groups;  ///< these alone; empty: all
};

struct Worklist {
    /// By group, then due date (none last), then patient_id.
    std::vector<assess::WorklistEntry> entries;
    /// How many patients each group has, also those not asked for.
    std::array<std::size_t, static_cast<std::size_t>(assess::WorklistGroup::count)> counts{};
    std::size_t patients = 0;  ///< looked at
};

/// Who needs something done, over one unchanging view of the registry. Memory grows with the entries listed, not with
/// the registry. `step` is called after each patient and may be empty.
Result<Worklist> worklist(const store::Registry& registry, const assess::Judge& judge, const WorklistRequest& request,
                          const std::function<void()>& step = {});

}  // namespace nodtrack::tracker
