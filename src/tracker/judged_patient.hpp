#pragma once

#include "nodtrack/report/nodule_picture.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// Judges the call's patient as of the day asked for, and hands the answer to `tell`. Fails with `not_found` where the
/// patient is not recorded, and with what `tell` fails with.
Result<void> judge_patient(Call& call, assess::Detail detail, const tracker::AssessmentVisitor& tell);

/// The film strips of the patient's nodules, of the newest scans up to `as_of`; none of nodules without an image that
/// can be shown. None where `known_on` is asked for: an image may have come later.
std::vector<report::NodulePicture> film_strips(Call& call, const PatientRecord& record, Date as_of);

inline Parameter the_patient()
{
    return required(text("patient_id", "the patient", "PATIENT"));
}

/// A GET on one patient, for the clinic.
inline Route patient_route(std::string_view path, std::string_view response, std::string_view summary)
{
    return {.path = path, .summary = summary, .response = response, .rests_on = RestsOn::patient};
}

}  // namespace nodtrack::uses
