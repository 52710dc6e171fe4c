#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {
namespace {

std::string_view kind_word(const RowKey& key)
{
    if (key.kind == RowKind::therapy) return word(key.therapy_kind);
    return key.kind == RowKind::event ? word(key.event_kind) : word(key.decision_kind);
}

std::string key_value(const RowKey& key, std::string_view column)
{
    if (column == "patient_id") return key.patient_id;
    if (column == "scan_id") return key.scan_id;
    if (column == "nodule_id") return key.nodule_id;
    if (column == "visit_id") return key.visit_id;
    if (column == "decided_by") return key.decided_by;
    return column == "kind" ? std::string(kind_word(key)) : key.date.iso();
}

}  // namespace

Cells key_cells(const RowKey& key)
{
    Cells cells;
    with_kind(key.kind, [&]<RowKind kind>() {
        for (const std::string_view column : RowSchema<kind>::key)
            cells.emplace_back(column, key_value(key, column));
    });
    return cells;
}

std::vector<std::string> key_values(const RowKey& key)
{
    std::vector<std::string> values;
    for (auto& [column, value] : key_cells(key))
        values.push_back(std::move(value));
    return values;
}

bool same_row(const RowKey& left, const RowKey& right)
{
    return left.kind == right.kind && key_values(left) == key_values(right);
}

RowKey measurement_key(std::string_view patient_id, std::string_view scan_id, std::string_view nodule_id)
{
    return {.kind = RowKind::measurement,
            .patient_id = std::string(patient_id),
            .scan_id = std::string(scan_id),
            .nodule_id = std::string(nodule_id)};
}

}  // namespace nodtrack::tracker
