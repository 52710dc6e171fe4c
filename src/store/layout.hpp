#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/fields.hpp"

namespace nodtrack::store {

// How a row of the record is written, read and hashed: the ids that are its key's first columns, `version`,
// `delivery_no`, then the columns of its field table (domain/fields.hpp) in their order. A field table may only grow at
// its end: the hashes of the change log go by the places. Tests compare the columns with the schema.

template <class Row>
struct Layout;

template <>
struct Layout<PatientRow> {
    static constexpr std::string_view table = "patient";
    static constexpr std::string_view order = "patient_id, version";
    static constexpr auto keys = std::to_array<std::string_view>({"patient_id"});
    static constexpr const auto& fields = patient_fields;
    static const Patient& values(const PatientRow& row) { return row.patient; }
    static std::string_view key(const PatientRow& row, std::size_t /*place*/) { return row.patient.patient_id; }
};

template <>
struct Layout<ScanRow> {
    static constexpr std::string_view table = "scan";
    static constexpr std::string_view order = "patient_id, scan_id, version";
    static constexpr auto keys = std::to_array<std::string_view>({"patient_id", "scan_id"});
    static constexpr const auto& fields = scan_fields;
    static const Scan& values(const ScanRow& row) { return row.scan; }
    static std::string_view key(const ScanRow& row, std::size_t place)
    {
        return place == 0 ? row.patient_id : std::string_view(row.scan.scan_id);
    }
};

template <>
struct Layout<MeasurementRow> {
    static constexpr std::string_view table = "observation";
    static constexpr std::string_view order = "patient_id, scan_id, observation_id, version";
    static constexpr auto keys = std::to_array<std::string_view>({"patient_id", "scan_id", "observation_id"});
    static constexpr const auto& fields = findings_fields;
    static const Findings& values(const MeasurementRow& row) { return row.findings; }
    static std::string_view key(const MeasurementRow& row, std::size_t place)
    {
        return place == 0 ? row.patient_id : place == 1 ? row.scan_id : row.nodule_id;
    }
};

template <>
struct Layout<TherapyRow> {
    static constexpr std::string_view table = "therapy";
    static constexpr std::string_view order = "patient_id, kind, start_date, nodule_id, version";
    static constexpr auto keys = std::to_array<std::string_view>({"patient_id"});
    static constexpr const auto& fields = therapy_fields;
    static const Therapy& values(const TherapyRow& row) { return row.therapy; }
    static std::string_view key(const TherapyRow& row, std::size_t /*place*/) { return row.patient_id; }
};

template <>
struct Layout<EventRow> {
    static constexpr std::string_view table = "event";
    static constexpr std::string_view order = "patient_id, nodule_id, kind, date, version";
    static constexpr auto keys = std::to_array<std::string_view>({"patient_id"});
    static constexpr const auto& fields = event_fields;
    static const NoduleEvent& values(const EventRow& row) { return row.event; }
    static std::string_view key(const EventRow& row, std::size_t /*place*/) { return row.patient_id; }
};

template <class Row>
inline constexpr std::size_t key_columns = Layout<Row>::keys.size();
template <class Row>
inline constexpr std::size_t first_value_column = key_columns<Row> + 2;
template <class Row>
inline constexpr std::size_t column_count =
    first_value_column<Row> + std::tuple_size_v<std::remove_cvref_t<decltype(Layout<Row>::fields)>>;

template <class T>
struct ValueType {
    using type = T;
};
template <class T>
struct ValueType<std::optional<T>> {
    using type = T;
};

template <class T>
inline constexpr bool is_quantity = false;
template <class Unit>
inline constexpr bool is_quantity<Quantity<Unit>> = true;

/// The column of a field: amounts are stored as whole thousandths, and their columns say so.
template <class Owner, class Member>
std::string sql_column(const Field<Owner, Member>& field)
{
    std::string name(field.column);
    if (is_quantity<typename ValueType<Member>::type>) name += "_thousandths";
    return name;
}

/// All columns of a table in that order, comma-separated.
template <class Row>
std::string column_list()
{
    std::string list;
    for (const std::string_view key : Layout<Row>::keys)
        list += std::string(key) + ", ";
    list += "version, delivery_no";
    for_each_field(Layout<Row>::fields, [&](const auto& field) { list += ", " + sql_column(field); });
    return list;
}

/// Where an id within the values belongs to the key, no value is the empty text: a key has no NULL.
template <class Owner, class Member>
constexpr bool is_key_text(const Field<Owner, Member>& field)
{
    return field.column == "nodule_id";
}

}  // namespace nodtrack::store
