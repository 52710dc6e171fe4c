#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "nodtrack/domain/fields.hpp"

namespace nodtrack::tracker {

// What can be done with any value of the record, whatever its type.

template <class T>
bool is_known(const T& value)
{
    if constexpr (std::is_same_v<T, std::string> || is_word_set<T>) {
        return !value.empty();
    } else {
        return true;
    }
}

template <class T>
bool is_known(const std::optional<T>& value)
{
    return value.has_value();
}

inline std::string text_of(const std::string& value)
{
    return value;
}
inline std::string text_of(Date value)
{
    return value.iso();
}

template <class Unit>
std::string text_of(Quantity<Unit> value)
{
    return decimal_text(value.thousandths());
}

template <class Word>
std::string text_of(WordSet<Word> value)
{
    return text_of_words(value);
}

template <class Enumeration>
requires std::is_enum_v<Enumeration> std::string text_of(Enumeration value)
{
    return std::string(word(value));
}

/// As it would stand in the CSV file; empty = not known.
template <class T>
std::string text_of(const std::optional<T>& value)
{
    return value ? text_of(*value) : std::string();
}

}  // namespace nodtrack::tracker
