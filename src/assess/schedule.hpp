#pragma once

#include "nodtrack/assess/assessment.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

/// Start of surveillance and the interval that the patient's profile gives. Source: decision table, section 1
/// (Surveillance start) and section 2 (Routine due date).
Schedule schedule_of(const PatientRecord& record, const Timeline& timeline, const policy::Policy& policy,
                     const Parameters& parameters);

}  // namespace nodtrack::assess
