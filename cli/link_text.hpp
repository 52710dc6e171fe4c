#pragma once

#include <string>
#include <vector>

#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::cli {

/// `CT-2026-11-10/N1`
std::string title_of(const store::ObservationKey& observation);
/// `CT-2026-11-10/N1#2`
std::string title_of(const store::IdentityLink& link);

/// A row and its links, a few lines.
std::string identity_text(const tracker::StandingIdentity& identity);

/// One JSON line: patient_id, scan_id, scan_date, observation_id, has_row, nodule_id, links [{link, answers, nodule_id,
/// how, state, open, holds, confidence, nodule_state, other_nodule_id, state_date, made_by, recorded_at, reason}].
std::string identity_json(const tracker::StandingIdentity& identity);

}  // namespace nodtrack::cli
