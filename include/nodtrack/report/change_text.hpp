#pragma once

#include <string>
#include <string_view>

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::report {

/// What the newest measurement of a nodule says at once: the change since the last and since the first comparable CT,
/// with limits and doubling time, then the patient's new assessment in a few lines. Where the measurement does not
/// stand on the index scan, or the nodule is not judged, it says so.
std::string change_text(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                        std::string_view scan_id, std::string_view nodule_id);

}  // namespace nodtrack::report
