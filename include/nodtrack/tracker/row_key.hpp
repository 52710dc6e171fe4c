#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::tracker {

/// Names one row of the record.
struct RowKey {
    RowKind kind = RowKind::patient;
    /// Of the key's columns in their order (`key_names`), as they stand in the CSV file; of a measurement the nodule id
    /// it was reported under.
    std::vector<std::string> values{};

    /// Empty where the key has no such column.
    std::string_view value(std::string_view column) const;
    bool operator==(const RowKey&) const = default;
};

/// The columns of a key with their values.
using Cells = std::vector<std::pair<std::string, std::string>>;
Cells key_cells(const RowKey& key);

/// Calls `append(name, text)` for each part of a key after the patient's id, as answers in JSON name them: other ids
/// first, and the first day of a therapy and the day of a decision are `date`. A part that is empty is left out.
template <class Append>
void for_each_named_part(const RowKey& key, Append&& append)
{
    const Cells cells = key_cells(key);
    for (const bool ids : {true, false}) {
        for (std::size_t i = 1; i < cells.size(); ++i) {
            const auto& [column, text] = cells[i];
            if (text.empty() || is_identifier(column) != ids) continue;
            const bool is_day = column == "start_date" || column == "decided_on";
            append(is_day ? std::string_view("date") : std::string_view(column), std::string_view(text));
        }
    }
}

/// The key of a row.
template <class Row>
RowKey key_of(const Row& row)
{
    RowKey key{.kind = Row::kind};
    for_each_key_column<Row::kind>(
        [&](const auto& field) { key.values.push_back(text_of_value(value_of<Row::kind>(row, field))); });
    return key;
}

/// The key of a row of which the patient and the values are at hand; of any kind but a measurement.
template <RowKind kind>
RowKey key_of(std::string_view patient_id, const ValuesOf<kind>& values)
{
    static_assert(kind != RowKind::measurement);
    RowKey key{.kind = kind};
    for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, ValuesOf<kind>>) {
            key.values.push_back(text_of_value(values.*field.member));
        } else {
            key.values.emplace_back(patient_id);
        }
    });
    return key;
}

RowKey measurement_key(std::string_view patient_id, std::string_view scan_id, std::string_view nodule_id);

}  // namespace nodtrack::tracker
