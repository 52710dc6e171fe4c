#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/domain/row_schema.hpp"

namespace nodtrack::store {

// How a row of the record is written, read and hashed: the ids of its kind, `version`, `delivery_no`, then the columns
// of its field table (domain/fields.hpp) in their order. A field table may only grow at its end: the hashes of the
// change log go by the places. Tests compare the columns with the schema. Decisions are read so too, through a view;
// they are written and hashed with the ledger (decision_columns.hpp).

inline constexpr auto tables_of_kinds = std::to_array<std::string_view>(
    {"patient", "scan", "observation", "therapy", "event", "visit", "decision_version"});
static_assert(tables_of_kinds.size() == row_kind_count);

template <class Row>
inline constexpr std::string_view table_of = tables_of_kinds[static_cast<std::size_t>(Row::kind)];

template <class Row>
inline constexpr const auto& fields_of = RowSchema<Row::kind>::fields;

template <class Row>
inline constexpr std::size_t id_columns = id_count<Row::kind>;
template <class Row>
inline constexpr std::size_t first_value_column = id_columns<Row> + 2;
template <class Row>
inline constexpr std::size_t stored_columns = column_count<Row::kind> + 2;

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

/// The column of an id or another part of the key. Which nodule a measurement is of, is said apart from it.
template <class Row>
constexpr std::string_view sql_key_column(std::string_view column)
{
    return Row::kind == RowKind::measurement && column == "nodule_id" ? "observation_id" : column;
}

/// All columns of a table in that order, comma-separated.
template <class Row>
std::string column_list()
{
    std::string list;
    for_each_field(RowSchema<Row::kind>::ids,
                   [&](const auto& field) { list += std::string(sql_key_column<Row>(field.column)) + ", "; });
    list += "version, delivery_no";
    for_each_field(fields_of<Row>, [&](const auto& field) { list += ", " + sql_column(field); });
    return list;
}

/// The order of a table's rows: by key, then oldest first.
template <class Row>
std::string row_order()
{
    std::string order;
    for (const std::string_view column : RowSchema<Row::kind>::key)
        order += std::string(sql_key_column<Row>(column)) + ", ";
    return order + (Row::kind == RowKind::decision ? "delivery_no" : "version");
}

/// Where an id within the values belongs to the key, no value is the empty text: a key has no NULL.
template <class Owner, class Member>
constexpr bool is_key_text(const Field<Owner, Member>& field)
{
    return field.column == "nodule_id";
}

}  // namespace nodtrack::store
