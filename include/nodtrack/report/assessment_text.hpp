#pragma once

#include <optional>
#include <string>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::report {

/// A few lines for a patient: recommendation with due date, each nodule with state, size and class, what to look at.
/// With `Detail::none` the flags are left out.
std::string summary_text(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                         assess::Detail detail);

/// The whole explanation: what was known (each fact with its rows), what the policy demanded (each threshold with its
/// citation), rules refused and why, what is missing, and which guidelines do not apply. `nodule_id` limits it to one
/// nodule; `not_found` where that nodule is not judged. Needs an assessment with `Detail::all`.
Result<std::string> explanation_text(const assess::Assessment& assessment, const PatientRecord& record,
                                     const assess::Judge& judge, const std::optional<std::string>& nodule_id);

/// How the newest measurement of a nodule compares with each prior, one line each, with limits and doubling time.
std::string comparisons_text(std::size_t nodule, const assess::Assessment& assessment, const PatientRecord& record,
                             const assess::Judge& judge);

/// What stands under every printed judgement: decision support, review by people.
std::string standing_notice();

}  // namespace nodtrack::report
