#pragma once

#include "nodtrack/domain/record.hpp"
#include "nodtrack/interop/study_files.hpp"

namespace nodtrack::tracker {

/// Adds the rows of one patient to the CDISC domains TU (each nodule, as it was found first) and TR (what was measured
/// of it on each scan). RS, the response, is not written: a nodule under surveillance has none.
void add_sdtm(interop::StudyTable& tu, interop::StudyTable& tr, const PatientRecord& record);

}  // namespace nodtrack::tracker
