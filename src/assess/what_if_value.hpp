#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::assess {

// A value of the record from the text that stands in a CSV file, whatever its type; `text_of_value` is the reverse.

/// Reads a set of words; false where a word is none.
template <class Word>
bool read_value(std::string_view text, WordSet<Word>& set)
{
    const auto read = words_of_text<Word>(text);
    if (read) set = *read;
    return read.has_value();
}

/// Reads `text` into a member of the record, empty as not known; false where the column has no such value.
template <class T>
bool read_value(std::string_view text, T& value)
{
    if constexpr (is_optional<T>) {
        value.reset();
        if (text.empty()) return true;
        using Inner = typename T::value_type;
        if constexpr (std::is_enum_v<Inner>) {
            if (Vocabulary<Inner>::accepts_unknown && text == "unknown") return true;
        }
        Inner inner{};
        if (!read_value(text, inner)) return false;
        value = inner;
        return true;
    } else if constexpr (is_quantity<T>) {
        const auto thousandths = parse_thousandths(text);
        if (thousandths) value = T::from_thousandths(*thousandths);
        return thousandths.has_value();
    } else if constexpr (std::is_same_v<T, Date>) {
        const auto date = Date::parse(text);
        if (date) value = *date;
        return date.has_value();
    } else if constexpr (std::is_same_v<T, AxisEnds>) {
        const auto ends = AxisEnds::parse(text);
        if (ends) value = *ends;
        return ends.has_value();
    } else if constexpr (std::is_enum_v<T>) {
        const auto found = value_of_word<T>(text);
        if (found) value = *found;
        return found.has_value();
    } else {
        value = text;
        return true;
    }
}

/// What a column takes, for messages.
template <class T>
std::string values_of()
{
    if constexpr (is_optional<T>) {
        return values_of<typename T::value_type>() + ", or nothing if not known";
    } else if constexpr (is_quantity<T>) {
        return "a decimal with a point and up to three decimals";
    } else if constexpr (std::is_same_v<T, Date>) {
        return "a day, YYYY-MM-DD";
    } else if constexpr (std::is_same_v<T, AxisEnds>) {
        return "six decimals in mm, x y z x y z";
    } else if constexpr (is_word_set<T>) {
        return word_list<typename T::value_type>() + ", joined by ;";
    } else if constexpr (std::is_enum_v<T>) {
        return word_list<T>();
    } else {
        return "any text";
    }
}

}  // namespace nodtrack::assess
