#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nodtrack/assess/worklist.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

struct WorklistRequest {
    Date as_of;
    std::optional<Date> known_on;  ///< only what was recorded on or before this day
    assess::WorklistTerms terms;
    std::vector<assess::WorklistGroup> groups;  ///< these alone; empty: all
};

struct Worklist {
    /// By the most pressing group, then the earliest open date (none last), then patient_id.
    /// Shared, as a list that is brought up to date has most of them from the one before.
    std::vector<std::shared_ptr<const assess::WorklistEntry>> entries;
    /// How many patients each group has, also those not asked for.
    std::array<std::size_t, static_cast<std::size_t>(assess::WorklistGroup::count)> counts{};
    std::size_t listed = 0;    ///< patients in any group; one may stand in several
    std::size_t patients = 0;  ///< looked at
};

/// Who needs something done, over one unchanging view of the registry. Memory grows with the entries listed, not with
/// the registry. `step` is called after each patient and may be empty.
Result<Worklist> worklist(const store::Registry& registry, const Judges& judges, const WorklistRequest& request,
                          const std::function<void()>& step = {});

/// Whether the board, or whoever decides in its stead, has to see this patient: what is open is the board's or urgent,
/// or an alarm was never answered.
/// Where the board has spoken and only what comes next is missing, it is not its question.
bool is_for_board(const assess::WorklistEntry& entry);

/// The same by a reader that has a view already: `request.known_on` is not looked at.
Result<Worklist> worklist(store::PatientReader& reader, const Judges& judges, const WorklistRequest& request);

/// A list of all groups, made by the same request, as it is by the reader's view, where nothing but these patients was
/// written to since; `Worklist::patients` is as before, and wrong where one of them is new.
Result<Worklist> look_again(const Worklist& before, store::PatientReader& reader, const Judges& judges,
                            const WorklistRequest& request, std::span<const std::string> patient_ids);

}  // namespace nodtrack::tracker
