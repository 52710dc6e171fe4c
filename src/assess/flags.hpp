#pragma once

#include "nodtrack/assess/assessment.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

/// What the reader should know besides class and action: missing data and how it was taken, measurement error at a
/// cut-off, disagreement of methods. Source: decision table, sections 6 to 8.
void raise_flags(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
                 Assessment& assessment);

}  // namespace nodtrack::assess
