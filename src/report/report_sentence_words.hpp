#pragma once

#include <string>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::report {

/// `6.2 x 5.6 mm`, or `6.2 mm` without a short axis. Precondition: there is a long axis.
std::string size_text(const Findings& findings);

/// `right upper lobe, solid, smooth, round, non-calcified nodule`: what is reported, nothing that is not. With IV
/// contrast calcification is left out: it cannot be read there (S1-045).
std::string look_text(const Findings& findings, bool with_iv_contrast);

/// What the class says in a report; empty for a resolved nodule.
std::string class_phrase(policy::NoduleClass nodule_class);

/// The same of the patient, "confirmed" only by pathology; empty where no class applies (a gate).
std::string patient_class_phrase(policy::PatientClass patient_class, bool malignant_by_pathology);

}  // namespace nodtrack::report
