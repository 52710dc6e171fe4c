#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// How much one retraction covers.
enum class RetractionScope : std::uint8_t {
    row,      ///< one row; of a measurement with its links and images
    scan,     ///< a scan with everything measured, linked and pictured on it
    patient,  ///< everything recorded of the patient
    delivery  ///< what one delivery brought for the patient, retractions too
};

/// `row`, `scan`, `patient`, `delivery`
std::string_view word(RetractionScope scope);

/// A statement that rows were entered in error. It covers what was recorded before it; whoever reads the record leaves
/// that out. One that retracts a delivery of retractions takes them back.
struct Retraction {
    std::string patient_id{};
    RetractionScope scope = RetractionScope::row;
    RowKind kind = RowKind::measurement;       ///< of a row; never a patient's or a scan's
    std::string row_key{};                     ///< of a row: `row_key_text` of it
    std::string scan_id{};                     ///< of a scan
    DeliveryNumber retracted_delivery_no = 0;  ///< of a delivery
    std::string moved_to{};                    ///< the patient at whom the same delivery enters the rows; may be empty
    DeliveryNumber delivery_no = 0;            ///< that recorded it; given by the store

    bool operator==(const Retraction&) const = default;
};

/// The key of a row behind the patient's id, one value a line, so that two rows of a patient have the same text if and
/// only if they are the same. `key` has the values of the key's columns, the patient's id first.
std::string row_key_text(std::span<const std::string> key);

/// A retraction as recorded, and who took it back, when and why, where somebody did.
struct RecordedRetraction {
    Retraction what;
    DeliveryEntry delivery;
    std::optional<DeliveryEntry> taken_back{};
};

/// All retractions of one patient, oldest first, also those that were taken back.
Result<std::vector<RecordedRetraction>> retractions_of(const Registry& registry, std::string_view patient_id);

/// Those of whose record a delivery changed something, in order. Empty where there is no such delivery.
Result<std::vector<std::string>> patients_of_delivery(const Registry& registry, DeliveryNumber delivery_no);

/// One delivery; absent where there is none of that number.
Result<std::optional<DeliveryEntry>> delivery_entry(const Registry& registry, DeliveryNumber delivery_no);

}  // namespace nodtrack::store
