#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nodtrack/domain/record.hpp"

// What a record says of its nodules as a whole.

namespace nodtrack::exchange::fhir {

/// A nodule's newest known lobe and side.
std::pair<std::optional<Lobe>, std::optional<Side>> place_of(const PatientRecord& record, std::uint32_t nodule);

/// The Tracking UID that its earliest row has one of; empty where none has.
std::string tracking_uid(const PatientRecord& record, std::uint32_t nodule);

/// All nodules that the record names, sorted; therapies and events may name some that have no row.
std::vector<std::string> all_nodules(const PatientRecord& record);

}  // namespace nodtrack::exchange::fhir
