#pragma once

#include <span>

#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry.hpp"

// What a door does with the registry as a whole needs nothing but the store: opening, reading patients, checking,
// backing up, restoring, and verifying the log. The tracker gives these on under its own name.

namespace nodtrack::tracker {

using store::Provenance;
using store::Registry;

using store::PatientReader;
using store::read_patient;

using store::audit_head;
using store::audit_verify;
using store::AuditHead;
using store::AuditReport;
using store::back_up;
using store::check;
using store::CheckReport;
using store::restore;

using store::SavedAssessment;

/// Keeps assessments as said, all of them as one entry of the log; returns its number. Fails with `not_found` where
/// a patient is not recorded. An empty list records nothing and returns 0.
Result<store::DeliveryNumber> save_assessments(Registry& registry, std::span<const SavedAssessment> assessments,
                                               const Provenance& provenance);

}  // namespace nodtrack::tracker
