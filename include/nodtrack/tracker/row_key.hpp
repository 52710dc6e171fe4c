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

RowKey patient_key(std::string_view patient_id);
RowKey scan_key(std::string_view patient_id, std::string_view scan_id);
RowKey measurement_key(std::string_view patient_id, std::string_view scan_id, std::string_view nodule_id);
RowKey therapy_key(std::string_view patient_id, const Therapy& therapy);
RowKey event_key(std::string_view patient_id, const NoduleEvent& event);

}  // namespace nodtrack::tracker
