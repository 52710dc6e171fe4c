#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "layout.hpp"

namespace nodtrack::store {

// Gives a value of the record to a sink as SQLite will hold it. A sink takes `integer(n)`, `lasting_text(view)` where
// the text outlives the statement, and `passing_text(view)` where it does not; nothing at all is NULL.

template <class Sink, class Unit>
void write_value(Sink& sink, Quantity<Unit> value)
{
    sink.integer(value.thousandths());
}

template <class Sink>
void write_value(Sink& sink, Date value)
{
    std::array<char, 10> text{};
    value.write_iso(text.data());
    sink.passing_text({text.data(), text.size()});
}

template <class Sink>
void write_value(Sink& sink, const std::string& value)
{
    if (!value.empty()) sink.lasting_text(value);
}

template <class Sink, class Word>
void write_value(Sink& sink, WordSet<Word> value)
{
    if (!value.empty()) sink.passing_text(text_of_words(value));
}

template <class Sink, class Enumeration>
requires std::is_enum_v<Enumeration>
void write_value(Sink& sink, Enumeration value)
{
    sink.lasting_text(word(value));
}

template <class Sink, class T>
void write_value(Sink& sink, const std::optional<T>& value)
{
    if (value) write_value(sink, *value);
}

template <class Sink, class Owner, class Member>
void write_field(Sink& sink, const Field<Owner, Member>& field, const Owner& values)
{
    if constexpr (std::is_same_v<Member, std::string>) {
        if (is_key_text(field)) {
            sink.lasting_text(values.*(field.member));
            return;
        }
    }
    write_value(sink, values.*(field.member));
}

}  // namespace nodtrack::store
