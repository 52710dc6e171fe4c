#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

struct ErasureReport {
    std::int64_t rows = 0;        ///< of the record, that are gone
    std::int64_t deliveries = 0;  ///< that had brought them
    std::int64_t reads = 0;       ///< entries of the read log in which the patient was named
    std::int64_t reasons = 0;     ///< reasons of deliveries that are blanked: of the patient alone, or naming the id
    std::vector<std::string> earlier_ids;  ///< earlier numbers of the patient, erased with it
    /// Where the id still stands in free text of other patients' rows: `visit.note`, one each.
    std::vector<std::string> named_elsewhere;
    DeliveryNumber delivery_no = 0;
};

/// Destroys everything recorded of one patient, in one transaction: rows with all their versions, links, images, kept
/// recommendations and decisions, earlier numbers, rows that had been entered for another patient and moved, and the id
/// in reasons, in the read log and in kept answers. What is left of each delivery is hashed anew into a tombstone,
/// which names nobody (`audit_verify`). `provenance.reason` must not name the patient.
///
/// Fails with `not_found` where nothing is recorded of the id, with `conflict` where the registry is not intact (then
/// nobody could say what the tombstones cover), with `bad_input` where the patient has another number by now. The bytes
/// are gone from the file after `wipe_free_space`.
Result<ErasureReport> erase_patient(Registry& registry, const std::string& patient_id, const Provenance& provenance);

/// Writes the file anew, without what was taken away, and empties its write-ahead log. False where another program goes
/// on reading: then what was there may still stand in the log beside the file.
Result<bool> wipe_free_space(Registry& registry);

}  // namespace nodtrack::store
