#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

// One row of each kind, found by its key: its versions, its place in a patient's record, and the row to be stored.

template <RowKind kind>
auto versions_at(const store::Registry& registry, const RowKey& key)
{
    return store::versions_of<kind>(registry, key.values);
}

/// The newest of a row's versions that was not entered in error; null where there is none.
template <class Versions>
auto* newest_that_holds(const Versions& versions)
{
    const auto found = std::find_if(versions.rbegin(), versions.rend(),
                                    [](const auto& version) { return !version.in_error.has_value(); });
    return found == versions.rend() ? nullptr : &*found;
}

/// Null where the record has no such row.
template <RowKind kind>
ValuesOf<kind>* values_at(PatientRecord& record, const store::RecordVersions& versions, const RowKey& key)
{
    if constexpr (kind == RowKind::patient) {
        return &record.patient;
    } else if constexpr (kind == RowKind::measurement) {
        for (std::size_t i = 0; i < record.measurements.size(); ++i) {
            Measurement& row = record.measurements[i];
            const bool is_it = record.scans[row.scan].scan_id == key.value("scan_id") &&
                               versions.observation_ids[i] == key.value("nodule_id");
            if (is_it) return &row.findings;
        }
        return nullptr;
    } else {
        auto& rows = RowSchema<kind>::list(record);
        const auto found = std::ranges::find_if(
            rows, [&](const auto& held) { return key_of<kind>(key.value("patient_id"), held) == key; });
        return found == rows.end() ? nullptr : &*found;
    }
}

/// The row of that key with these values. Precondition: the key outlives it.
template <RowKind kind>
RowOf<kind> row_at(const RowKey& key, const ValuesOf<kind>& values)
{
    RowOf<kind> row;
    RowSchema<kind>::values(row) = values;
    std::size_t place = 0;
    for_each_field(RowSchema<kind>::ids, [&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, RowOf<kind>>) row.*field.member = key.values[place];
        ++place;
    });
    return row;
}

/// `measurements: the row of patient_id P1, scan_id S1, nodule_id N1`
std::string row_name_of(const RowKey& key);

/// The failure that there is no such row.
tl::unexpected<Error> no_such_row(const RowKey& key);
/// The failure that it was entered in error.
tl::unexpected<Error> row_in_error(const RowKey& key, const store::DeliveryEntry& said);

}  // namespace nodtrack::tracker
