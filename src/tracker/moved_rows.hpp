#pragma once

#include <span>
#include <string>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/move.hpp"

namespace nodtrack::tracker {

// What a move brings to the other patient, under his id.

/// The rows, as they are delivered there.
Delivery moved_rows(const PatientRecord& record, const store::RecordVersions& versions, const MoveRequest& request);

/// The images of the moved observations.
std::vector<store::NoduleImage> moved_images(std::span<const store::NoduleImage> images, const MoveRequest& request);

/// Decisions that were made in view of a recommendation.
std::vector<assess::LedgerDecision> moved_decisions(std::span<const assess::LedgerDecision> decisions,
                                                    const MoveRequest& request);

/// Whether the ledger and the record speak of the same decision.
bool is_same_decision(const assess::LedgerDecision& decision, const nodtrack::Decision& row);

/// All links that count, numbered behind those that are there.
std::vector<store::IdentityLink> moved_links(std::span<const store::IdentityLink> links,
                                             std::span<const store::IdentityLink> there, const std::string& to);

/// Kept recommendations, of each day and policy the newest.
std::vector<store::SavedAssessment> moved_assessments(std::span<const store::SavedAssessment> kept,
                                                      const std::string& to);

/// The record of `to` with the rows of both; where both have a row, that of `there` counts, filled in by the other.
PatientRecord joined_records(const PatientRecord& there, const PatientRecord& moved, const std::string& to);

}  // namespace nodtrack::tracker
