#include "nodtrack/tracker/row_version.hpp"

#include <algorithm>

#include "row_access.hpp"

namespace nodtrack::tracker {
namespace {

template <RowKind kind>
std::vector<ColumnValue> values_of(const ValuesOf<kind>& values)
{
    std::vector<ColumnValue> texts;
    for_each_column_outside_key<kind>([&](const auto& field) {
        texts.push_back({std::string(field.column), text_of_value(values.*field.member)});
    });
    return texts;
}

template <RowKind kind>
Result<std::vector<RowVersionText>> texts_of_versions(const store::Registry& registry, const RowKey& row)
{
    const auto stored = versions_at<kind>(registry, row);
    if (!stored) return tl::unexpected<Error>(stored.error());
    if (stored->empty()) return no_such_row(row);
    std::vector<RowVersionText> versions;
    for (const auto& version : *stored)
        versions.push_back({version.version, version.delivery, values_of<kind>(version.values), version.in_error});
    return versions;
}

}  // namespace

Result<std::vector<RowVersionText>> row_versions(const store::Registry& registry, const RowKey& row)
{
    return with_kind(row.kind, [&]<RowKind kind>() { return texts_of_versions<kind>(registry, row); });
}

Result<CurrentVersion> current_version(const store::Registry& registry, const RowKey& row)
{
    const Result<std::vector<RowVersionText>> versions = row_versions(registry, row);
    if (!versions) return tl::unexpected<Error>(versions.error());
    const RowVersionText* const newest = newest_that_holds(*versions);
    if (newest == nullptr) return row_in_error(row, *versions->back().in_error);
    return CurrentVersion{newest->version, newest->delivery};
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
    for_each_kind([&]<RowKind kind>() {
        if constexpr (kind == RowKind::patient) {
            rows.push_back({key_of<kind>(patient_id, record.patient), versions.patients.front()});
        } else if constexpr (kind == RowKind::measurement) {
            for (std::size_t i = 0; i < record.measurements.size(); ++i) {
                const Scan& scan = record.scans[record.measurements[i].scan];
                rows.push_back(
                    {measurement_key(patient_id, scan.scan_id, versions.observation_ids[i]), versions.measurements[i]});
            }
        } else {
            const auto& values = RowSchema<kind>::list(record);
            for (std::size_t i = 0; i < values.size(); ++i)
                rows.push_back({key_of<kind>(patient_id, values[i]), RowSchema<kind>::list(versions)[i]});
        }
    });
    return rows;
}

}  // namespace nodtrack::tracker
