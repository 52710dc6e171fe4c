#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/domain/row_schema.hpp"

namespace nodtrack::tracker {

/// Names one row of the record. Only the members of its kind's key are looked at.
struct RowKey {
    RowKind kind = RowKind::patient;
    std::string patient_id = {};
    std::string scan_id = {};    ///< scans, measurements
    std::string nodule_id = {};  ///< measurements: as reported on that scan; therapies (may be empty); events
    TherapyKind therapy_kind = TherapyKind::systemic;
    EventKind event_kind = EventKind::board_baseline;
    Date date = {};             ///< therapies: the first day; events and decisions: the day
    std::string visit_id = {};  ///< visits
    DecisionKind decision_kind = DecisionKind::accept;
    std::string decided_by = {};  ///< decisions (may be empty)
};

/// The values of a key's columns in their order, as they stand in the CSV file.
std::vector<std::string> key_values(const RowKey& key);

/// The same with the names of the columns.
using Cells = std::vector<std::pair<std::string, std::string>>;
Cells key_cells(const RowKey& key);

/// Whether both name the same row.
bool same_row(const RowKey& left, const RowKey& right);

/// Calls `append(name, text)` for each part of a key after the patient's id, as answers in JSON name them: other ids
/// first, and the first day of a therapy and the day of a decision are `date`. A part that is empty is left out.
template <class Append>
void for_each_named_part(const RowKey& key, Append&& append)
{
    const Cells cells = key_cells(key);
    for (const bool ids : {true, false}) {
        for (std::size_t i = 1; i < cells.size(); ++i) {
            const auto& [column, text] = cells[i];
            if (text.empty() || column.ends_with("_id") != ids) continue;
            const bool is_day = column == "start_date" || column == "decided_on";
            append(is_day ? std::string_view("date") : std::string_view(column), std::string_view(text));
        }
    }
}

/// Puts one value of a row's key, as the field table has it, into `key`.
inline void set_key_part(RowKey& key, std::string_view column, std::string_view value)
{
    std::string& text = column == "patient_id"  ? key.patient_id
                        : column == "scan_id"   ? key.scan_id
                        : column == "nodule_id" ? key.nodule_id
                        : column == "visit_id"  ? key.visit_id
                                                : key.decided_by;
    text = value;
}
inline void set_key_part(RowKey& key, std::string_view /*column*/, TherapyKind kind)
{
    key.therapy_kind = kind;
}
inline void set_key_part(RowKey& key, std::string_view /*column*/, EventKind kind)
{
    key.event_kind = kind;
}
inline void set_key_part(RowKey& key, std::string_view /*column*/, DecisionKind kind)
{
    key.decision_kind = kind;
}
inline void set_key_part(RowKey& key, std::string_view /*column*/, Date date)
{
    key.date = date;
}

/// The key of a row.
template <class Row>
RowKey key_of(const Row& row)
{
    RowKey key{.kind = Row::kind};
    for_each_key_column<Row::kind>(
        [&](const auto& field) { set_key_part(key, field.column, value_of<Row::kind>(row, field)); });
    return key;
}

/// The key of a row of which the patient and the values are at hand; of any kind but a measurement.
template <RowKind kind>
RowKey key_of(std::string_view patient_id, const ValuesOf<kind>& values)
{
    static_assert(kind != RowKind::measurement);
    RowKey key{.kind = kind, .patient_id = std::string(patient_id)};
    for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, ValuesOf<kind>> && kind != RowKind::patient) {
            set_key_part(key, field.column, values.*(field.member));
        }
    });
    return key;
}

RowKey measurement_key(std::string_view patient_id, std::string_view scan_id, std::string_view nodule_id);

}  // namespace nodtrack::tracker
