#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "nodtrack/domain/axis_ends.hpp"
#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack {

// What is to be said of any value of the record, by its type. A type is a text, `Date`, `Quantity`, `AxisEnds`,
// enumeration, set of words, or an optional of one of them.

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_quantity = false;
template <class Unit>
inline constexpr bool is_quantity<Quantity<Unit>> = true;

template <class T>
inline constexpr bool is_text =
    std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view> || std::is_same_v<T, ProfileWord>;

/// The value type of a member: `std::optional<Length>` and `Length` are both `Length`.
template <class Member>
struct Bare {
    using Type = Member;
};
template <class T>
struct Bare<std::optional<T>> {
    using Type = T;
};
template <class Member>
using BareOf = typename Bare<Member>::Type;

/// The unit of a column's values; empty where there is none.
template <class Member>
constexpr std::string_view unit_of()
{
    using Value = BareOf<Member>;
    if constexpr (is_quantity<Value>) return Value::unit_symbol;
    if constexpr (std::is_same_v<Value, AxisEnds>) return Length::unit_symbol;
    if constexpr (std::is_same_v<Value, DosePhantom>) return "cm";
    return {};
}

/// False where nothing is said: an absent optional, an empty text, no words.
template <class T>
constexpr bool is_known(const T& value)
{
    if constexpr (is_optional<T>) {
        return value.has_value();
    } else if constexpr (is_text<T> || is_word_set<T>) {
        return !value.empty();
    } else {
        return true;
    }
}

/// The text of a value as it stands in a CSV file, before quoting; empty = not known.
template <class T>
std::string text_of_value(const T& value)
{
    if constexpr (is_optional<T>) {
        return value ? text_of_value(*value) : std::string();
    } else if constexpr (is_quantity<T>) {
        return decimal_text(value.thousandths());
    } else if constexpr (std::is_same_v<T, Date>) {
        return value.iso();
    } else if constexpr (std::is_same_v<T, AxisEnds>) {
        return value.text();
    } else if constexpr (is_word_set<T>) {
        return text_of_words(value);
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(word(value));
    } else {
        static_assert(is_text<T>);
        return std::string(value);
    }
}

}  // namespace nodtrack
