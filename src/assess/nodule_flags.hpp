#pragma once

#include <cstddef>

#include "nodtrack/assess/assessment.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

/// What the reader should know of one nodule, by its position in `Assessment::nodules`.
void raise_nodule_flags(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
                        Assessment& assessment, std::size_t nodule);

}  // namespace nodtrack::assess
