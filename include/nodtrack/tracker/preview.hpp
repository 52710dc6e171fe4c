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
    /// Why it would be refused, one line each; then the rest is as of the record without it, and `would_store` is
    /// false.
    std::vector<std::string> problems;
    std::vector<std::string> warnings;  ///< it would be stored, but somebody should look
    bool would_store = false;           ///< false also where it says nothing new
    PatientRecord record;               ///< as it would be judged
    assess::Assessment assessment;      ///< positions are those of `record`
    std::optional<std::size_t> nodule;  ///< position in `assessment.nodules`; absent where the nodule is not judged
    /// The comparisons of the nodule (`assessment.timeline.nodules[*nodule].comparisons`) are of the typed measurement:
    /// its scan is the newest diagnostic CT. Else they are of that one.
    bool on_index_scan = false;
};

/// What recording the measurement would change. `typed.amend_reason` counts as in `log_measurement`; `today` is the day
/// of recording and the day judged. It never waits for a writer.
/// Fails with `not_found` for an unknown patient; whatever else is wrong with the measurement is among the problems.
Result<Preview> preview(const store::Registry& registry, const assess::Judge& judge, const TypedMeasurement& typed,
                        Date today);

/// The preview as one JSON object and a line end. Keys: `patient_id`, `scan_id`, `nodule_id`, `problems`, `warnings`,
/// `would_store`, `on_index_scan`, `growth_state`, `nodule_class`, `vdt_days`, `stable_months` (of the nodule; null
/// where it is not judged), `comparisons` (as in the reasons of an assessment, with `prior_date` and
/// `prior_long_axis_mm`), `change_text` (as `log` prints it) and `assessment` (as `assess --json` gives it).
std::string preview_json(const Preview& preview, const assess::Judge& judge, const TypedMeasurement& typed);

}  // namespace nodtrack::tracker
