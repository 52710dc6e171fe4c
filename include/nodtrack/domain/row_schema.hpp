#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/fields.hpp"

namespace nodtrack {

// A kind of row is described here once: the ids before its field table, the columns of its key, and where its values
// live. Reading, writing, storing, merging, correcting and exporting go by it.
//
// `list` finds the rows of the kind in anything that has a member for each kind: a `Delivery`, a `PatientRecord`, what
// is to be stored. `values` finds what the field table points into.

inline constexpr std::string_view patient_id_meaning = "patient: a local identifier, never a name";
inline constexpr std::string_view scan_id_meaning = "scan of that patient";
inline constexpr std::string_view nodule_id_meaning = "nodule of that patient, the same for ever";
inline constexpr std::string_view visit_id_meaning = "visit of that patient";

template <RowKind>
struct RowSchema;

template <>
struct RowSchema<RowKind::patient> {
    using Row = PatientRow;
    using Values = Patient;
    static constexpr auto ids = std::make_tuple(Field{"patient_id", &Patient::patient_id, patient_id_meaning, true});
    static constexpr const auto& fields = patient_fields;
    static constexpr auto key = std::to_array<std::string_view>({"patient_id"});
    static constexpr std::string_view key_in_words = "one patient";
    static auto& values(auto& row) { return row.patient; }
    static auto& list(auto& holder) { return holder.patients; }
};

template <>
struct RowSchema<RowKind::scan> {
    using Row = ScanRow;
    using Values = Scan;
    static constexpr auto ids = std::make_tuple(Field{"patient_id", &ScanRow::patient_id, patient_id_meaning, true},
                                                Field{"scan_id", &Scan::scan_id, scan_id_meaning, true});
    static constexpr const auto& fields = scan_fields;
    static constexpr auto key = std::to_array<std::string_view>({"patient_id", "scan_id"});
    static constexpr std::string_view key_in_words = "one scan";
    static auto& values(auto& row) { return row.scan; }
    static auto& list(auto& holder) { return holder.scans; }
};

template <>
struct RowSchema<RowKind::measurement> {
    using Row = MeasurementRow;
    using Values = Findings;
    static constexpr auto ids =
        std::make_tuple(Field{"patient_id", &MeasurementRow::patient_id, patient_id_meaning, true},
                        Field{"scan_id", &MeasurementRow::scan_id, scan_id_meaning, true},
                        Field{"nodule_id", &MeasurementRow::nodule_id, nodule_id_meaning, true});
    static constexpr const auto& fields = findings_fields;
    static constexpr auto key = std::to_array<std::string_view>({"patient_id", "scan_id", "nodule_id"});
    static constexpr std::string_view key_in_words = "one nodule and scan";
    static auto& values(auto& row) { return row.findings; }
    static auto& list(auto& holder) { return holder.measurements; }
};

template <>
struct RowSchema<RowKind::therapy> {
    using Row = TherapyRow;
    using Values = Therapy;
    static constexpr auto ids = std::make_tuple(Field{"patient_id", &TherapyRow::patient_id, patient_id_meaning, true});
    static constexpr const auto& fields = therapy_fields;
    static constexpr auto key = std::to_array<std::string_view>({"patient_id", "kind", "start_date", "nodule_id"});
    static constexpr std::string_view key_in_words = "one therapy (patient, kind, start and nodule)";
    static auto& values(auto& row) { return row.therapy; }
    static auto& list(auto& holder) { return holder.therapies; }
};

template <>
struct RowSchema<RowKind::event> {
    using Row = EventRow;
    using Values = NoduleEvent;
    static constexpr auto ids = std::make_tuple(Field{"patient_id", &EventRow::patient_id, patient_id_meaning, true});
    static constexpr const auto& fields = event_fields;
    static constexpr auto key = std::to_array<std::string_view>({"patient_id", "nodule_id", "kind", "date"});
    static constexpr std::string_view key_in_words = "one event (patient, nodule, kind and date)";
    static auto& values(auto& row) { return row.event; }
    static auto& list(auto& holder) { return holder.events; }
};

template <>
struct RowSchema<RowKind::visit> {
    using Row = VisitRow;
    using Values = Visit;
    static constexpr auto ids = std::make_tuple(Field{"patient_id", &VisitRow::patient_id, patient_id_meaning, true},
                                                Field{"visit_id", &Visit::visit_id, visit_id_meaning, true});
    static constexpr const auto& fields = visit_fields;
    static constexpr auto key = std::to_array<std::string_view>({"patient_id", "visit_id"});
    static constexpr std::string_view key_in_words = "one visit";
    static auto& values(auto& row) { return row.visit; }
    static auto& list(auto& holder) { return holder.visits; }
};

template <>
struct RowSchema<RowKind::decision> {
    using Row = DecisionRow;
    using Values = Decision;
    static constexpr auto ids =
        std::make_tuple(Field{"patient_id", &DecisionRow::patient_id, patient_id_meaning, true});
    static constexpr const auto& fields = decision_fields;
    static constexpr auto key = std::to_array<std::string_view>({"patient_id", "decided_on", "kind", "decided_by"});
    static constexpr std::string_view key_in_words = "one decision (patient, day, kind and person)";
    static auto& values(auto& row) { return row.decision; }
    static auto& list(auto& holder) { return holder.decisions; }
};

template <RowKind kind>
using RowOf = typename RowSchema<kind>::Row;
template <RowKind kind>
using ValuesOf = typename RowSchema<kind>::Values;

template <RowKind kind>
inline constexpr std::size_t id_count = std::tuple_size_v<std::remove_cvref_t<decltype(RowSchema<kind>::ids)>>;

/// Number of columns of a kind, ids included.
template <RowKind kind>
inline constexpr std::size_t column_count =
    id_count<kind> + std::tuple_size_v<std::remove_cvref_t<decltype(RowSchema<kind>::fields)>>;

/// The `Field` of column `I`: ids first, then the field table.
template <RowKind kind, std::size_t I>
constexpr const auto& field_of()
{
    if constexpr (I < id_count<kind>) {
        return std::get<I>(RowSchema<kind>::ids);
    } else {
        return std::get<I - id_count<kind>>(RowSchema<kind>::fields);
    }
}

/// The names of all columns of a kind, ids first.
template <RowKind kind>
inline constexpr auto column_names = []<std::size_t... I>(std::index_sequence<I...>)
{
    return std::array<std::string_view, sizeof...(I)>{field_of<kind, I>().column...};
}
(std::make_index_sequence<column_count<kind>>());

/// The value of a field in a row, wherever it lives.
template <RowKind kind, class Row, class Owner, class Member>
constexpr auto& value_of(Row& row, const Field<Owner, Member>& field)
{
    if constexpr (std::is_same_v<Owner, RowOf<kind>>) {
        return row.*field.member;
    } else {
        return RowSchema<kind>::values(row).*field.member;
    }
}

/// Calls `visit(field)` for each column of a kind, ids first.
template <RowKind kind, class Visitor>
constexpr void for_each_column(Visitor&& visit)
{
    for_each_field(RowSchema<kind>::ids, visit);
    for_each_field(RowSchema<kind>::fields, visit);
}

/// Whether the column belongs to the key of its kind of row.
template <RowKind kind>
constexpr bool is_key_column(std::string_view column)
{
    for (const std::string_view name : RowSchema<kind>::key) {
        if (name == column) return true;
    }
    return false;
}

/// Places of the key's columns among all columns of a kind, in the key's order.
template <RowKind kind>
inline constexpr auto key_places = [] {
    std::array<std::size_t, RowSchema<kind>::key.size()> places{};
    for (std::size_t i = 0; i < places.size(); ++i) {
        while (column_names<kind>[places[i]] != RowSchema<kind>::key[i])
            ++places[i];
    }
    return places;
}();

/// Calls `visit(field)` for each column of a kind's key, in the key's order.
template <RowKind kind, class Visitor>
constexpr void for_each_key_column(Visitor&& visit)
{
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        (visit(field_of<kind, key_places<kind>[I]>()), ...);
    }
    (std::make_index_sequence<key_places<kind>.size()>());
}

/// The id of the patient that a row belongs to.
template <class Row>
std::string_view patient_id_of(const Row& row)
{
    return value_of<Row::kind>(row, field_of<Row::kind, 0>());
}

/// Below 0, 0 or above 0: how one value of a key stands to another. Texts go bytewise, words as texts.
template <class T>
int order_of(const T& left, const T& right)
{
    if constexpr (std::is_same_v<T, Date>) {
        return left < right ? -1 : right < left ? 1 : 0;
    } else if constexpr (std::is_enum_v<T>) {
        return word(left).compare(word(right));
    } else {
        return left.compare(right);
    }
}

/// The same of the keys of two rows.
template <class Row>
int key_order(const Row& left, const Row& right)
{
    int order = 0;
    for_each_key_column<Row::kind>([&](const auto& field) {
        if (order == 0) order = order_of(value_of<Row::kind>(left, field), value_of<Row::kind>(right, field));
    });
    return order;
}

/// Whether the parts of the key that lie within the values are the same: of one patient's rows, the whole key. (Not of
/// measurements, whose values hold no id.)
template <RowKind kind>
bool same_key_within(const ValuesOf<kind>& left, const ValuesOf<kind>& right)
{
    bool same = true;
    for_each_key_column<kind>([&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, ValuesOf<kind>>) same = same && left.*field.member == right.*field.member;
    });
    return same;
}

/// Calls `visit.template operator()<kind>()` for each kind, in order.
template <class Visitor>
constexpr void for_each_kind(Visitor&& visit)
{
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        (visit.template operator()<static_cast<RowKind>(I)>(), ...);
    }
    (std::make_index_sequence<row_kind_count>());
}

/// Calls `visit.template operator()<kind>()` for one kind known at run time.
template <class Visitor>
decltype(auto) with_kind(RowKind kind, Visitor&& visit)
{
    switch (kind) {
        case RowKind::patient:
            return visit.template operator()<RowKind::patient>();
        case RowKind::scan:
            return visit.template operator()<RowKind::scan>();
        case RowKind::measurement:
            return visit.template operator()<RowKind::measurement>();
        case RowKind::therapy:
            return visit.template operator()<RowKind::therapy>();
        case RowKind::event:
            return visit.template operator()<RowKind::event>();
        case RowKind::visit:
            return visit.template operator()<RowKind::visit>();
        case RowKind::decision:
            break;
    }
    return visit.template operator()<RowKind::decision>();
}

}  // namespace nodtrack
