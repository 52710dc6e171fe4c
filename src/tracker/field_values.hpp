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
    if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Symptoms>) {
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

inline std::string text_of(Symptoms value)
{
    std::string text;
    for (std::size_t i = 0; i < Vocabulary<Symptom>::words.size(); ++i) {
        if (!value.contains(static_cast<Symptom>(i))) continue;
        if (!text.empty()) text += ';';
        text += Vocabulary<Symptom>::words[i];
    }
    return text;
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
