#pragma once

#include <string>

#include "nodtrack/domain/delivery.hpp"

namespace nodtrack::tracker {

/// Names one row of the record. Only the members of its kind's key are looked at.
struct RowKey {
    RowKind kind = RowKind::patient;
    std::string patient_id = {};
    std::string scan_id = {};    ///< scans, measurements
    std::string nodule_id = {};  ///< measurements: as reported on that scan; therapies (may be empty); events
    TherapyKind therapy_kind = TherapyKind::systemic;
    EventKind event_kind = EventKind::board_baseline;
    Date date = {};  ///< therapies: the first day; events: the day
};

}  // namespace nodtrack::tracker
