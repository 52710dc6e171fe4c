#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

#include "nodtrack/domain/field_values.hpp"

namespace nodtrack::interop {

// One value as it stands in a CSV file or a JSON document: the reverse of `read_cell`.

/// Whether a spreadsheet would run a cell of this text, not show it: it begins with = + - @ or a tab, after any number
/// of apostrophes and of what is not seen. In CSV such a text has one apostrophe more in front, which the reader takes
/// away again.
bool would_be_formula(std::string_view text);

/// Appends a text to a CSV row, in quotes where RFC 4180 wants them.
void append_csv_text(std::string& out, std::string_view text);

/// Appends a JSON string literal. Precondition: `text` is UTF-8.
void append_json_text(std::string& out, std::string_view text);

/// Appends a value that is there and no text: one of the record, or a count, yes or no, or a computed number.
template <class T>
void append_plain(std::string& out, const T& value)
{
    if constexpr (std::is_same_v<T, bool>) {
        out += word(value ? Answer::yes : Answer::no);
    } else if constexpr (std::is_integral_v<T>) {
        fmt::format_to(std::back_inserter(out), "{}", value);
    } else if constexpr (std::is_same_v<T, double>) {
        fmt::format_to(std::back_inserter(out), "{:.1f}", value);
    } else {
        out += text_of_value(value);
    }
}

/// Appends a value as a CSV cell; nothing when it is absent.
template <class T>
void append_csv(std::string& out, const T& value)
{
    if constexpr (is_optional<T>) {
        if (value) append_plain(out, *value);
    } else if constexpr (is_text<T>) {
        append_csv_text(out, value);
    } else {
        append_plain(out, value);
    }
}

/// Numbers stand bare in JSON, everything else in quotes.
template <class T>
inline constexpr bool is_json_number = is_quantity<T> || std::is_same_v<T, DosePhantom> || std::is_same_v<T, double> ||
                                       (std::is_integral_v<T> && !std::is_same_v<T, bool>);

/// Appends a value that is there as a JSON value. Precondition: not absent.
template <class T>
void append_json(std::string& out, const T& value)
{
    if constexpr (is_optional<T>) {
        append_json(out, *value);
    } else if constexpr (is_text<T>) {
        append_json_text(out, value);
    } else if constexpr (is_json_number<T>) {
        append_plain(out, value);
    } else {
        out += '"';
        append_plain(out, value);
        out += '"';
    }
}

}  // namespace nodtrack::interop
