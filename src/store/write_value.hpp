#pragma once

#include <type_traits>

#include "layout.hpp"
#include "recording.hpp"

namespace nodtrack::store {

// Gives values of the record to a row as SQLite will hold them; what is not known is NULL.

template <class T>
void write_value(RecordedTable& row, const T& value)
{
    if constexpr (is_optional<T>) {
        if (value) {
            write_value(row, *value);
        } else {
            row.null();
        }
    } else if constexpr (is_quantity<T>) {
        row.integer(value.thousandths());
    } else if constexpr (std::is_enum_v<T>) {
        row.text(word(value));
    } else if constexpr (is_text<T>) {
        row.text_or_null(value);
    } else if (is_known(value)) {
        row.copied_text(text_of_value(value));
    } else {
        row.null();
    }
}

template <class Owner, class Member>
void write_field(RecordedTable& row, const Field<Owner, Member>& field, const Member& value)
{
    // No value is the empty text where it belongs to the key: a key has no NULL.
    if constexpr (is_text<Member>) {
        if (field.has(Is::key)) {
            row.text(value);
            return;
        }
    }
    write_value(row, value);
}

/// Appends a row to the table of its kind.
template <class Row>
void write_row(RecordedTable& table, const Row& row, Version version, DeliveryNumber delivery_no)
{
    const auto write = [&](const auto& field) { write_field(table, field, value_of<Row::kind>(row, field)); };
    for_each_field(RowSchema<Row::kind>::ids, write);
    table.integer(version).integer(delivery_no);
    for_each_field(fields_of<Row>, write);
    table.end_row();
}

}  // namespace nodtrack::store
