#pragma once

#include <string>
#include <vector>

#include "case_table.hpp"
#include "nodtrack/assess/judge.hpp"

namespace nodtrack::cases {

/// What was judged, one fact a line: class, action, dates, options, count band, rules, what is asked also,
/// since when it stands, then each nodule.
///
///     class SUSPICIOUS
///     action TUMOUR_BOARD
///     due 2026-06-29
///     safety net none
///     options none
///     count band 1-2
///     rules P1 R4
///     also R0:2026-06-29
///     stands since none
///     N1 NEW SUSPICIOUS N8d
///     N2 STABLE LOW_SUSPICION N11d stable 12
///     N3 POSSIBLE_GROWTH INDETERMINATE N10 vdt 310.4
std::vector<std::string> outcome_lines(const assess::Judge& judge, const PatientRecord& record,
                                       const assess::Assessment& assessment);

/// A flag as `code(N1): text`, or `code: text` where it is about the patient.
std::string flag_line(const PatientRecord& record, const assess::Flag& flag);

/// All outcome lines and all flags in one text: equal texts, equal judgement.
std::string whole_outcome(const assess::Judge& judge, const PatientRecord& record,
                          const assess::Assessment& assessment);
std::string whole_outcome(const assess::Judge& judge, const PatientRecord& record, Date as_of);

/// What a clinical case demands and the judge does not give, one demand a line; empty where the case is judged as it
/// says.
std::string contradiction(const assess::Judge& judge, const ClinicalCase& row);

std::string joined_lines(const std::vector<std::string>& lines);

}  // namespace nodtrack::cases
