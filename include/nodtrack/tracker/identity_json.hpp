#pragma once

#include <string>

#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {

/// `CT-2026-11-10/N1`, as links are named.
std::string title_of(const store::ObservationKey& observation);
/// `CT-2026-11-10/N1#2`
std::string title_of(const IdentityLink& link);

/// One JSON object and a line end: patient_id, scan_id, scan_date, observation_id, has_row, nodule_id, links [{link,
/// answers, nodule_id, how, state, open, holds, confidence, nodule_state, other_nodule_id, state_date, made_by,
/// recorded_at, reason, and entered_in_error where it was}]; what is not known is null.
std::string identity_json(const StandingIdentity& identity);

/// A row and its links, a few lines.
std::string identity_text(const StandingIdentity& identity);

}  // namespace nodtrack::tracker
