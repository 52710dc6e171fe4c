#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/store/images.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::cli {

/// A cell as typed: a column of the record and its text.
struct Cell {
    std::string column;
    std::string text;
};

/// One measurement to be recorded, and what is said of its scan.
struct TypedMeasurement {
    std::string patient_id;
    std::string scan_id;
    std::string nodule_id;
    std::vector<Cell> findings;  ///< columns of measurements.csv
    std::vector<Cell> scan;      ///< columns of scans.csv; may be empty where the scan is recorded already
    std::string amend_reason{};
    std::vector<store::NoduleImage> images{};  ///< where it was measured; may be empty
};

/// What is recorded of one nodule on one scan; absent where nothing is. Failure: `not_found` for an unknown patient.
Result<std::optional<Findings>> recorded_findings(const store::Registry& registry, const std::string& patient_id,
                                                  const std::string& scan_id, const std::string& nodule_id);

/// Takes in the measurement, and the scan where it is new, as one delivery; returns in words what was stored and what
/// the measurement changes. Failure: as `ingest`; `usage` where a new scan has no date.
Result<std::string> record(const Call& call, store::Registry& registry, const TypedMeasurement& typed,
                           std::string_view command);

}  // namespace nodtrack::cli
