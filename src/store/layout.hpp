#pragma once

#include <string>
#include <string_view>

#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::store {

// How a row of the record is written, read and hashed: the ids of its kind, `version`, `delivery_no`, then the columns
// of its fields (domain/record_schema.hpp) in their order. Fields may only be added at the end: the hashes of the
// change log go by the places. Tests compare the columns with the schema. Decisions are read so too, through a view;
// they are written and hashed with the ledger (decision_columns.hpp).

template <class Row>
inline constexpr std::string_view table_of = Row::kind == RowKind::measurement ? "observation"
                                             : Row::kind == RowKind::decision  ? "decision_version"
                                                                               : row_noun(Row::kind);

template <class Row>
inline constexpr const auto& fields_of = RowSchema<Row::kind>::fields;

template <class Row>
inline constexpr std::size_t id_columns = id_count<Row::kind>;
template <class Row>
inline constexpr std::size_t first_value_column = id_columns<Row> + 2;
template <class Row>
inline constexpr int stored_columns = static_cast<int>(column_count<Row::kind>) + 2;

/// The column of a field: amounts are stored as whole thousandths, and their columns say so.
template <class Owner, class Member>
std::string sql_column(const Field<Owner, Member>& field)
{
    std::string name(field.column);
    if (is_quantity<BareOf<Member>>) name += "_thousandths";
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

/// The columns of a table's key, comma-separated.
template <class Row>
std::string key_list()
{
    std::string list;
    for (const std::string_view column : key_names<Row::kind>)
        list += (list.empty() ? "" : ", ") + std::string(sql_key_column<Row>(column));
    return list;
}

/// The order of a table's rows: by key, then oldest first.
template <class Row>
std::string row_order()
{
    return key_list<Row>() + (Row::kind == RowKind::decision ? ", delivery_no" : ", version");
}

}  // namespace nodtrack::store
