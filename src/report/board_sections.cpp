#include "board_sections.hpp"

#include <algorithm>

#include "markup.hpp"
#include "nodtrack/report/context_text.hpp"

namespace nodtrack::report {

WorksheetContent::WorksheetContent(const assess::Assessment& judged, const PatientRecord& patient,
                                   const assess::Judge& by, const dose::DoseHistory& dose_history)
    : assessment(judged),
      record(patient),
      judge(by),
      doses(dose_history),
      command_id(shortened(patient.patient.patient_id, 30)),
      nodules(board_nodules(judged, patient, by)),
      counter_evidence(report::counter_evidence(judged, patient, by)),
      evidence(report::evidence(judged, by.policy())),
      questions(open_questions(judged, patient, by)),
      context(context_of(judged, patient, by.policy()))
{}

bool WorksheetContent::malignant() const
{
    return std::any_of(assessment.timeline.nodules.begin(), assessment.timeline.nodules.end(),
                       [](const assess::NoduleTimeline& nodule) { return nodule.pathology_malignant; });
}

}  // namespace nodtrack::report
