#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// A measurement that was tried without being stored, and what was said of it.
struct Tried {
    std::string_view scan_id;
    std::string_view nodule_id;
    std::span<const std::string> problems;
    std::span<const std::string> questions;
    std::span<const std::string> warnings;
    bool would_store = false;
    bool on_index_scan = false;
};

/// What the measurement would change, as one JSON object and a line end. Keys: `patient_id`, `scan_id`, `nodule_id`,
/// `problems`, `questions`, `warnings`, `would_store`, `on_index_scan`, `growth_state`, `class`, `rules`, `vdt_days`,
/// `stable_months` (of the nodule; null where it is not judged), `comparisons` (oldest prior first; as in the reasons
/// of an assessment, with `prior_date` and `prior_long_axis_mm`), `change_text` (the words of `change_text`) and
/// `assessment` (as `AssessmentJson` writes it, with the detail `detail`).
std::string preview_json(const Tried& tried, const assess::Assessment& assessment, const PatientRecord& record,
                         const assess::Judge& judge, assess::Detail detail);

}  // namespace nodtrack::report
