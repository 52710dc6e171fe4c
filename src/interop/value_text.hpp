#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "column_traits.hpp"
#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/domain/vocabulary.hpp"

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

template <class T>
inline constexpr bool is_text = std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>;

/// There is nothing to say of the value: not known, or an empty text.
template <class T>
bool is_absent(const T& value)
{
    if constexpr (is_optional<T>) {
        return !value.has_value();
    } else if constexpr (is_text<T> || is_word_set<T>) {
        return value.empty();
    } else {
        return false;
    }
}

/// Appends a value that is there and no text: dates, decimals, words, counts.
template <class T>
void append_plain(std::string& out, const T& value)
{
    if constexpr (is_quantity<T>) {
        out += decimal_text(value.thousandths());
    } else if constexpr (std::is_same_v<T, Date>) {
        constexpr std::size_t iso_length = 10;
        out.resize(out.size() + iso_length);
        value.write_iso(out.data() + out.size() - iso_length);
    } else if constexpr (is_word_set<T>) {
        out += text_of_words(value);
    } else if constexpr (std::is_enum_v<T>) {
        out += word(value);
    } else if constexpr (std::is_same_v<T, bool>) {
        out += word(value ? Answer::yes : Answer::no);
    } else if constexpr (std::is_integral_v<T>) {
        fmt::format_to(std::back_inserter(out), "{}", value);
    } else {
        static_assert(std::is_same_v<T, double>);
        fmt::format_to(std::back_inserter(out), "{:.1f}", value);
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
