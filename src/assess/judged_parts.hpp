#pragma once

#include <optional>

#include "nodtrack/assess/assessment.hpp"

namespace nodtrack::assess {

/// The class of a patient whose worst nodule has this class; a resolved one is none any more.
policy::PatientClass patient_class_of(policy::NoduleClass nodule_class);

/// The day of the next CT that a recommendation names.
std::optional<Date> next_ct_of(const Recommendation& recommendation);

}  // namespace nodtrack::assess
