#pragma once

#include <optional>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/tracker/log.hpp"

namespace nodtrack::tracker {

/// The rows of one delivery, and the text that its scan's row points into.
struct TypedRows {
    Delivery delivery;
    Delivery scan_text;
};

/// The rows of a typed measurement, as one delivery: the measurement's, and the scan's where it is new or something is
/// said of it. `record` is the patient's, as stored. Fails with `usage` where a new scan has no date, with `bad_input`
/// where a value is none.
Result<TypedRows> rows_of(const TypedMeasurement& typed, const PatientRecord& record);

/// The scan of that id; null where none is recorded.
const Scan* scan_of(const PatientRecord& record, std::string_view scan_id);

/// What the record says of one nodule on one scan; null where it says nothing.
const Findings* findings_of(const PatientRecord& record, const std::string& scan_id, const std::string& nodule_id);

}  // namespace nodtrack::tracker
