#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

/// One column of a row and its text as in the CSV file; empty = not known.
struct ColumnValue {
    std::string column;
    std::string text;

    bool operator==(const ColumnValue&) const = default;
};

/// One version of a row as text, and who recorded it, when, through which door and why.
struct RowVersionText {
    store::Version version = 0;
    store::DeliveryEntry delivery;
    std::vector<ColumnValue> values;                 ///< columns outside the key, in the record's order
    std::optional<store::DeliveryEntry> in_error{};  ///< it was entered in error: who says so, when and why
};

/// All versions of one row, oldest first. Fails with `not_found` where there is no such row.
Result<std::vector<RowVersionText>> row_versions(const store::Registry& registry, const RowKey& row);

/// The version of a row that holds, and the delivery that brought it: `delivery.actor` recorded it.
/// Fails with `not_found` where there is no such row, or all of it was entered in error.
struct CurrentVersion {
    store::Version version = 0;
    store::DeliveryEntry delivery;
};
Result<CurrentVersion> current_version(const store::Registry& registry, const RowKey& row);

/// Whether `actor` recorded every version of the row: then it is nobody else's. Fails with `not_found` where there is
/// no such row.
Result<bool> recorded_only_by(const store::Registry& registry, const RowKey& row, std::string_view actor);

/// Fails with `not_allowed`, naming them, where any of the rows is not `actor`'s own in that sense.
Result<void> require_own_rows(const store::Registry& registry, std::span<const RowKey> rows, std::string_view actor);

/// A row of a patient's record and the version that holds.
struct RowAndVersion {
    RowKey key;
    store::Version version = 0;
};

/// All rows of the patient last filled by a reader, with their versions, in the order of the record as read: patient,
/// scans, measurements (under the nodule id each was reported under), therapies and so on. `record` as the reader
/// filled it, not the one for judging.
std::vector<RowAndVersion> row_keys_of(const PatientRecord& record, const store::RecordVersions& versions);

}  // namespace nodtrack::tracker
