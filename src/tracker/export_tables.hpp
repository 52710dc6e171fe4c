#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/record.hpp"
#include "nodtrack/interop/study_files.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/retractions.hpp"

namespace nodtrack::tracker {

// The tables of an export beside record and history, one patient after another. With `known_on`, what was recorded
// later is left out.

/// What was said of the identity of one patient's nodules, but for what was entered in error: `views` are the links as
/// a reader has them, `told` the same with their reasons.
void add_links(interop::StudyTable& table, std::span<const std::vector<store::IdentityLink>> views,
               std::span<const store::IdentityLink> told);

/// The rows of which no version holds, each as it was last, and why.
void add_retractions(interop::StudyTable& table, std::string_view patient_id, const store::PatientVersions& versions,
                     std::span<const store::RecordedRetraction> retractions, std::optional<Date> known_on);

/// When each version of a row was recorded.
void add_recorded(interop::StudyTable& table, std::string_view patient_id, const store::PatientVersions& versions,
                  std::optional<Date> known_on);

/// Each value that differs from the version before.
void add_corrections(interop::StudyTable& table, std::string_view patient_id, const store::PatientVersions& versions,
                     std::optional<Date> known_on);

/// The days that a patient's follow-up is counted by, none of them after `as_of`.
void add_follow_up(interop::StudyTable& table, const PatientRecord& record, Date as_of,
                   std::optional<Date> status_recorded_on);

/// When the follow-up status that holds was recorded first; absent where there is none.
std::optional<Date> status_recorded_on(const PatientRecord& record, const store::PatientVersions& versions);

}  // namespace nodtrack::tracker
