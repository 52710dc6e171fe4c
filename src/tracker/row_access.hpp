#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/fields.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

// One row of each kind, found by its key: its versions, its place in a patient's record, and its key as CSV cells.

using Cells = std::vector<std::pair<std::string, std::string>>;

struct PatientAccess {
    using Row = PatientRow;
    using Values = Patient;
    static constexpr RowKind kind = RowKind::patient;
    static constexpr const auto& fields = patient_fields;

    static auto versions(const store::Registry& registry, const RowKey& key)
    {
        return store::patient_versions(registry, key.patient_id);
    }
    static Cells key_cells(const RowKey& key) { return {{"patient_id", key.patient_id}}; }
    static Values* find(PatientRecord& record, const store::RecordVersions&, const RowKey&) { return &record.patient; }
    static Row row(const RowKey&, const Values& values) { return {values, 0}; }
    static const Values& values(const Delivery& delivery) { return delivery.patients.front().patient; }
    static auto& new_versions(store::NewVersions& rows) { return rows.patients; }
};

struct ScanAccess {
    using Row = ScanRow;
    using Values = Scan;
    static constexpr RowKind kind = RowKind::scan;
    static constexpr const auto& fields = scan_fields;

    static auto versions(const store::Registry& registry, const RowKey& key)
    {
        return store::scan_versions(registry, key.patient_id, key.scan_id);
    }
    static Cells key_cells(const RowKey& key) { return {{"patient_id", key.patient_id}, {"scan_id", key.scan_id}}; }
    static Values* find(PatientRecord& record, const store::RecordVersions&, const RowKey& key)
    {
        const auto found = std::ranges::find(record.scans, key.scan_id, &Scan::scan_id);
        return found == record.scans.end() ? nullptr : &*found;
    }
    static Row row(const RowKey& key, const Values& values) { return {key.patient_id, values, 0}; }
    static const Values& values(const Delivery& delivery) { return delivery.scans.front().scan; }
    static auto& new_versions(store::NewVersions& rows) { return rows.scans; }
};

struct MeasurementAccess {
    using Row = MeasurementRow;
    using Values = Findings;
    static constexpr RowKind kind = RowKind::measurement;
    static constexpr const auto& fields = findings_fields;

    static auto versions(const store::Registry& registry, const RowKey& key)
    {
        return store::findings_versions(registry, key.patient_id, key.scan_id, key.nodule_id);
    }
    static Cells key_cells(const RowKey& key)
    {
        return {{"patient_id", key.patient_id}, {"scan_id", key.scan_id}, {"nodule_id", key.nodule_id}};
    }
    static Values* find(PatientRecord& record, const store::RecordVersions& versions, const RowKey& key)
    {
        for (std::size_t i = 0; i < record.measurements.size(); ++i) {
            Measurement& row = record.measurements[i];
            if (record.scans[row.scan].scan_id == key.scan_id && versions.observation_ids[i] == key.nodule_id) {
                return &row.findings;
            }
        }
        return nullptr;
    }
    static Row row(const RowKey& key, const Values& values)
    {
        return {key.patient_id, key.scan_id, key.nodule_id, values, 0};
    }
    static const Values& values(const Delivery& delivery) { return delivery.measurements.front().findings; }
    static auto& new_versions(store::NewVersions& rows) { return rows.measurements; }
};

struct TherapyAccess {
    using Row = TherapyRow;
    using Values = Therapy;
    static constexpr RowKind kind = RowKind::therapy;
    static constexpr const auto& fields = therapy_fields;

    static auto versions(const store::Registry& registry, const RowKey& key)
    {
        return store::therapy_versions(registry, key.patient_id, key.therapy_kind, key.date, key.nodule_id);
    }
    static Cells key_cells(const RowKey& key)
    {
        return {{"patient_id", key.patient_id},
                {"kind", std::string(word(key.therapy_kind))},
                {"start_date", key.date.iso()},
                {"nodule_id", key.nodule_id}};
    }
    static Values* find(PatientRecord& record, const store::RecordVersions&, const RowKey& key)
    {
        const auto found = std::ranges::find_if(record.therapies, [&](const Therapy& held) {
            return held.kind == key.therapy_kind && held.start_date == key.date && held.nodule_id == key.nodule_id;
        });
        return found == record.therapies.end() ? nullptr : &*found;
    }
    static Row row(const RowKey& key, const Values& values) { return {key.patient_id, values, 0}; }
    static const Values& values(const Delivery& delivery) { return delivery.therapies.front().therapy; }
    static auto& new_versions(store::NewVersions& rows) { return rows.therapies; }
};

struct EventAccess {
    using Row = EventRow;
    using Values = NoduleEvent;
    static constexpr RowKind kind = RowKind::event;
    static constexpr const auto& fields = event_fields;

    static auto versions(const store::Registry& registry, const RowKey& key)
    {
        return store::event_versions(registry, key.patient_id, key.nodule_id, key.event_kind, key.date);
    }
    static Cells key_cells(const RowKey& key)
    {
        return {{"patient_id", key.patient_id},
                {"nodule_id", key.nodule_id},
                {"kind", std::string(word(key.event_kind))},
                {"date", key.date.iso()}};
    }
    static Values* find(PatientRecord& record, const store::RecordVersions&, const RowKey& key)
    {
        const auto found = std::ranges::find_if(record.events, [&](const NoduleEvent& held) {
            return held.nodule_id == key.nodule_id && held.kind == key.event_kind && held.date == key.date;
        });
        return found == record.events.end() ? nullptr : &*found;
    }
    static Row row(const RowKey& key, const Values& values) { return {key.patient_id, values, 0}; }
    static const Values& values(const Delivery& delivery) { return delivery.events.front().event; }
    static auto& new_versions(store::NewVersions& rows) { return rows.events; }
};

/// Calls `visit` with the access of a kind of row.
template <class Visitor>
auto with_access(RowKind kind, Visitor&& visit)
{
    switch (kind) {
        case RowKind::scan:
            return visit(ScanAccess());
        case RowKind::measurement:
            return visit(MeasurementAccess());
        case RowKind::therapy:
            return visit(TherapyAccess());
        case RowKind::event:
            return visit(EventAccess());
        case RowKind::patient:
            break;
    }
    return visit(PatientAccess());
}

/// Whether the column belongs to the key of its kind of row.
template <class Access>
bool is_key_column(std::string_view column)
{
    static const Cells cells = Access::key_cells(RowKey{});
    return std::ranges::any_of(cells, [&](const auto& cell) { return cell.first == column; });
}

/// `measurements: the row of patient_id P1, scan_id S1, nodule_id N1`
std::string row_name_of(const RowKey& key);

/// The failure that there is no such row.
tl::unexpected<Error> no_such_row(const RowKey& key);

}  // namespace nodtrack::tracker
