#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/assess/assessment.hpp"
#include "nodtrack/domain/record.hpp"

namespace nodtrack::tracker {

/// What stands for one patient outside: made of the registry's secret and the patient's id, so that it is the same in
/// each export, and nobody without the secret can make it or turn it back.
struct Pseudonym {
    std::string research_id;  ///< `R` and 20 hexadecimal digits
    int days_back = 1;        ///< 1 to 365: all dates of this patient are told this many days earlier
};

Pseudonym pseudonym_of(std::string_view secret, std::string_view patient_id);

/// `0` to `89`, or `90+`, at the patient's first scan; empty where birth date or scan is not known.
std::string age_at_first_scan(const PatientRecord& record);

/// The record without what identifies a patient. Rows and nodules keep their positions. The patient has the research
/// id; scans are numbered `S001`… and visits `V001`… by date and id, nodules `N001`… by id, those who decided `D001`…
/// by their first decision; each date is `days_back` days earlier, so that all intervals stay as they are; the birth
/// date, notes, reasons, who was present and reader codes are not known.
PatientRecord deidentified(const PatientRecord& record, const Pseudonym& pseudonym);

/// The judgement of `record` itself as one of the record de-identified: its dates earlier, and the words of its flags
/// replaced by those of their codes, for they name dates and ids. Classes, actions, states and numbers stay.
assess::Assessment deidentified(const assess::Assessment& assessment, const PatientRecord& record,
                                const Pseudonym& pseudonym);

}  // namespace nodtrack::tracker
