#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/log.hpp"

namespace nodtrack::tracker {

/// What `log_measurement` would say, with nothing stored.
struct Preview {
    /// Why it would be refused, one line each; then the rest is as of the record without it.
    std::vector<std::string> problems;
    /// What would be asked about it; the rest is as if that was confirmed.
    std::vector<std::string> questions;
    std::vector<std::string> warnings;  ///< it would be stored, but somebody should look
    /// False where it is refused, where it says nothing new, and where there are questions and it is not confirmed.
    bool would_store = false;
    PatientRecord record;           ///< as it would be judged
    assess::Assessment assessment;  ///< positions are those of `record`; with the reasons that fired
    /// Whether its scan is the newest diagnostic CT: then the nodule's comparisons
    /// (`assessment.timeline.nodules[…].comparisons`) are those of the measurement; else they are of that CT's.
    bool on_index_scan = false;
};

/// What recording the measurement would change. `typed.amend_reason` counts as in `log_measurement`; `today` is the day
/// of recording and the day judged. It never waits for a writer.
/// Fails with `not_found` for an unknown patient; whatever else is wrong with the measurement is among the problems.
Result<Preview> preview(const store::Registry& registry, const assess::Judge& judge, const TypedMeasurement& typed,
                        Date today);

/// The preview as one JSON object and a line end; its keys: `report::preview_json`.
std::string preview_json(const Preview& preview, const assess::Judge& judge, const TypedMeasurement& typed);

}  // namespace nodtrack::tracker
