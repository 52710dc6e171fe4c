#pragma once

#include <string>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/response/recist.hpp"

namespace nodtrack::report {

/// The newest response first, with the sum and what it is against baseline and nadir; then a line a CT.
std::string recist_text(const response::RecistAnswer& answer, const PatientRecord& record, Date as_of);

/// One JSON object and a line end. Keys: `patient_id`, `as_of`, `criteria` (`RECIST 1.1`), `baseline` {`date`,
/// `scan_id`, `because`}, `targets`, `non_targets` [nodule id], `points` [{`date`, `scan_id`, `sum_mm`, `is_whole`,
/// `change_from_baseline_percent`, `change_from_nadir_percent` (one decimal, or null), `nadir_mm`, `target`,
/// `non_target`, `overall` (null where there is none), `new_lesions`, `targets` [{`nodule_id`, `seen`, `size_mm`,
/// `why`}]}], `notes`.
std::string recist_json(const response::RecistAnswer& answer, const PatientRecord& record, Date as_of);

}  // namespace nodtrack::report
