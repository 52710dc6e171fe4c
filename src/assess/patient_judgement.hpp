#pragma once

#include "nodtrack/assess/assessment.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

/// What the table says of a patient as seen on one day: sections 1 to 4 of the decision table, one examination.
struct ExaminationJudgement {
    Assessment assessment;
    /// Where a scope gate decided: the answer that the table gives without the gates (section 4b).
    std::optional<Conclusion> without_gates;
};

ExaminationJudgement judge_examination(const policy::Policy& policy, const Parameters& parameters,
                                       const PatientRecord& record, Date as_of, Detail detail);
/// The same as if the scope gates did not hold: what an answer that stands rests on where a gate decided.
Assessment judge_without_gates(const policy::Policy& policy, const Parameters& parameters, const PatientRecord& record,
                               Date as_of, Detail detail);

/// The table's answer in an assessment.
Conclusion conclusion_of(const Assessment& assessment);

/// The judgement of the newest examination, with answers of earlier ones that stand until they are looked at again, or
/// answered (section 4b). Precondition: the policy says how answers stand.
Assessment with_standing_answers(const policy::Policy& policy, const Parameters& parameters,
                                 const PatientRecord& record, Detail detail, ExaminationJudgement newest);

}  // namespace nodtrack::assess
