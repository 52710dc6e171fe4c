#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "layout.hpp"
#include "statements.hpp"
#include "word_lookup.hpp"

namespace nodtrack::store {

// Takes a value of the record out of SQLite; the opposite of write_value.hpp. Throws std::runtime_error on a value
// that this program cannot have written.

[[noreturn]] inline void throw_unreadable(std::string_view text)
{
    throw std::runtime_error("a stored value cannot be read: '" + std::string(text) +
                             "'; somebody changed it, run `nodtrack check`");
}

template <class Unit>
void read_value(sqlite3_value* stored, Quantity<Unit>& value)
{
    value = Quantity<Unit>::from_thousandths(sqlite3_value_int64(stored));
}

inline void read_value(sqlite3_value* stored, Date& value)
{
    const std::string_view text = BulkStatement::text_of(stored);
    const std::optional<Date> date = Date::parse(text);
    if (!date) throw_unreadable(text);
    value = *date;
}

inline void read_value(sqlite3_value* stored, AxisEnds& value)
{
    const std::string_view text = BulkStatement::text_of(stored);
    const std::optional<AxisEnds> ends = AxisEnds::parse(text);
    if (!ends) throw_unreadable(text);
    value = *ends;
}

inline void read_value(sqlite3_value* stored, std::string& value)
{
    value = BulkStatement::text_of(stored);
}

template <class Word>
void read_value(sqlite3_value* stored, WordSet<Word>& value)
{
    value = WordSet<Word>();
    std::string_view rest = BulkStatement::text_of(stored);
    while (!rest.empty()) {
        const std::string_view text = rest.substr(0, rest.find(word_set_separator));
        const std::optional<Word> known = WordLookup<Word>::value_of(text);
        if (!known) throw_unreadable(text);
        value.insert(*known);
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    }
}

template <class Enumeration>
requires std::is_enum_v<Enumeration>
void read_value(sqlite3_value* stored, Enumeration& value)
{
    const std::string_view text = BulkStatement::text_of(stored);
    const std::optional<Enumeration> known = WordLookup<Enumeration>::value_of(text);
    if (!known) throw_unreadable(text);
    value = *known;
}

template <class T>
void read_value(sqlite3_value* stored, std::optional<T>& value)
{
    if (sqlite3_value_type(stored) == SQLITE_NULL) {
        value.reset();
        return;
    }
    T known{};
    read_value(stored, known);
    value = known;
}

/// Fills the values of a row, the ids among them too, from the current row of a statement that selects
/// `column_list<Row>()`.
template <class Row, class Values>
void read_values(const BulkStatement& statement, Values& values)
{
    int column = 0;
    for_each_field(RowSchema<Row::kind>::ids, [&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, Values>) read_value(statement.value(column), values.*(field.member));
        ++column;
    });
    column = static_cast<int>(first_value_column<Row>);
    for_each_field(fields_of<Row>, [&](const auto& field) {
        read_value(statement.value(column), values.*(field.member));
        ++column;
    });
}

}  // namespace nodtrack::store
