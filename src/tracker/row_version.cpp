#include "nodtrack/tracker/row_version.hpp"

#include <algorithm>

#include "field_values.hpp"
#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

template <class Access>
std::vector<ColumnValue> values_of(const typename Access::Values& values)
{
    std::vector<ColumnValue> texts;
    for_each_field(Access::fields, [&](const auto& field) {
        if (is_key_column<Access>(field.column)) return;
        texts.push_back({std::string(field.column), text_of(values.*(field.member))});
    });
    return texts;
}

template <class Access>
Result<std::vector<RowVersionText>> versions_of(const store::Registry& registry, const RowKey& row)
{
    const auto stored = Access::versions(registry, row);
    if (!stored) return tl::unexpected<Error>(stored.error());
    if (stored->empty()) return no_such_row(row);
    std::vector<RowVersionText> versions;
    for (const auto& version : *stored)
        versions.push_back({version.version, version.delivery, values_of<Access>(version.values)});
    return versions;
}

}  // namespace

Result<std::vector<RowVersionText>> row_versions(const store::Registry& registry, const RowKey& row)
{
    return with_access(row.kind, [&](auto access) { return versions_of<decltype(access)>(registry, row); });
}

Result<CurrentVersion> current_version(const store::Registry& registry, const RowKey& row)
{
    const Result<std::vector<RowVersionText>> versions = row_versions(registry, row);
    if (!versions) return tl::unexpected<Error>(versions.error());
    return CurrentVersion{versions->back().version, versions->back().delivery};
}

Result<bool> recorded_only_by(const store::Registry& registry, const RowKey& row, std::string_view actor)
{
    const Result<std::vector<RowVersionText>> versions = row_versions(registry, row);
    if (!versions) return tl::unexpected<Error>(versions.error());
    return std::ranges::all_of(*versions,
                               [&](const RowVersionText& version) { return version.delivery.actor == actor; });
}

Result<void> require_own_rows(const store::Registry& registry, std::span<const RowKey> rows, std::string_view actor)
{
    std::vector<std::string> lines;
    for (const RowKey& row : rows) {
        const Result<bool> own = recorded_only_by(registry, row, actor);
        if (!own) return tl::unexpected<Error>(own.error());
        if (!*own) lines.push_back(row_name_of(row) + ": others have recorded it");
    }
    if (lines.empty()) return {};
    return failure(ErrorCode::not_allowed, "a radiologist corrects rows that they recorded themselves; ask an admin",
                   std::move(lines));
}

std::vector<RowAndVersion> row_keys_of(const PatientRecord& record, const store::RecordVersions& versions)
{
    const std::string& patient_id = record.patient.patient_id;
    std::vector<RowAndVersion> rows;
    rows.push_back({patient_key(patient_id), versions.patient});
    for (std::size_t i = 0; i < record.scans.size(); ++i)
        rows.push_back({scan_key(patient_id, record.scans[i].scan_id), versions.scans[i]});
    for (std::size_t i = 0; i < record.measurements.size(); ++i) {
        const Scan& scan = record.scans[record.measurements[i].scan];
        rows.push_back(
            {measurement_key(patient_id, scan.scan_id, versions.observation_ids[i]), versions.measurements[i]});
    }
    for (std::size_t i = 0; i < record.therapies.size(); ++i)
        rows.push_back({therapy_key(patient_id, record.therapies[i]), versions.therapies[i]});
    for (std::size_t i = 0; i < record.events.size(); ++i)
        rows.push_back({event_key(patient_id, record.events[i]), versions.events[i]});
    return rows;
}

}  // namespace nodtrack::tracker
