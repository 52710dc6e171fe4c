#pragma once

#include <vector>

#include "nodtrack/domain/delivery.hpp"

namespace nodtrack::cases {

/// The delivery's rows gathered by patient, in the order of the patients' rows. Precondition: every row names a patient
/// and a scan that the delivery has; throws std::out_of_range otherwise.
std::vector<PatientRecord> patient_records_of(const Delivery& delivery);

}  // namespace nodtrack::cases
