#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/images.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/ingest.hpp"

namespace nodtrack::tracker {

/// A cell as typed: a column of the record and its text.
struct Cell {
    std::string column;
    std::string text;
};

/// One measurement to be recorded, and what is said of its scan. What is left out is not known; but the status of a
/// nodule is 'present', and a new scan a diagnostic CT, unless told otherwise.
struct TypedMeasurement {
    std::string patient_id;
    std::string scan_id;
    std::string nodule_id;         ///< empty: something is said of the scan alone
    std::vector<Cell> findings{};  ///< columns of measurements.csv
    std::vector<Cell> scan{};      ///< columns of scans.csv; may be empty where the scan is recorded already
    std::string amend_reason{};    ///< where it is not empty, values that contradict stored ones supersede them
    bool confirm = false;          ///< implausible values are stored as they are
    bool own_rows_alone = false;   ///< and that only in rows that the actor recorded alone
    std::vector<store::NoduleImage> images{};  ///< where it was measured; may be empty
};

/// What is recorded of one scan, of one nodule on it, and of the patient; each absent where nothing is.
struct AlreadyRecorded {
    std::optional<Scan> scan;
    std::optional<Findings> findings;
    std::optional<Date> birth_date;
};

/// Failure: `not_found` for an unknown patient.
Result<AlreadyRecorded> already_recorded(const store::Registry& registry, const std::string& patient_id,
                                         const std::string& scan_id, const std::string& nodule_id);

struct LogReport {
    std::optional<store::DeliveryNumber> delivery_no;  ///< absent where nothing was new
    std::vector<std::string> warnings;                 ///< stored, but somebody should look
    assess::Assessment assessment;                     ///< as of the day of recording; positions are those of `record`
    PatientRecord record;                              ///< as judged: with the confirmed states
};

/// Takes in the measurement, and the scan where it is new, as one delivery.
/// Failure: as `ingest`; `not_found` for an unknown patient; `usage` where a new scan has no date.
Result<IngestReport> store_measurement(store::Registry& registry, const TypedMeasurement& typed,
                                       const store::Provenance& provenance);

/// The same, and judges the patient with it.
Result<LogReport> log_measurement(store::Registry& registry, const assess::Judge& judge, const TypedMeasurement& typed,
                                  const store::Provenance& provenance);

}  // namespace nodtrack::tracker
