#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

std::string_view RowKey::value(std::string_view column) const
{
    return with_kind(kind, [&]<RowKind known>() {
        const auto place =
            static_cast<std::size_t>(std::ranges::find(key_names<known>, column) - key_names<known>.begin());
        return place < values.size() ? std::string_view(values[place]) : std::string_view();
    });
}

Cells key_cells(const RowKey& key)
{
    Cells cells;
    with_kind(key.kind, [&]<RowKind kind>() {
        for (std::size_t i = 0; i < key.values.size(); ++i)
            cells.emplace_back(key_names<kind>[i], key.values[i]);
    });
    return cells;
}

RowKey measurement_key(std::string_view patient_id, std::string_view scan_id, std::string_view nodule_id)
{
    return {RowKind::measurement, {std::string(patient_id), std::string(scan_id), std::string(nodule_id)}};
}

}  // namespace nodtrack::tracker
