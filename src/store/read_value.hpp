#pragma once

#include <sqlite3.h>

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

inline void read_value(sqlite3_value* stored, std::string& value)
{
    value = BulkStatement::text_of(stored);
}

inline void read_value(sqlite3_value* stored, Symptoms& value)
{
    value = Symptoms();
    std::string_view rest = BulkStatement::text_of(stored);
    while (!rest.empty()) {
        const std::string_view text = rest.substr(0, rest.find(';'));
        const std::optional<Symptom> symptom = WordLookup<Symptom>::value_of(text);
        if (!symptom) throw_unreadable(text);
        value.insert(*symptom);
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

/// Fills the values of a row from the current row of a statement that selects `column_list<Row>()`.
template <class Row, class Values>
void read_values(const BulkStatement& statement, Values& values)
{
    int column = static_cast<int>(first_value_column<Row>);
    for_each_field(Layout<Row>::fields, [&](const auto& field) {
        read_value(statement.value(column), values.*(field.member));
        ++column;
    });
}

}  // namespace nodtrack::store
