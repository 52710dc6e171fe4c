#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "nearest.hpp"
#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::interop {

// One cell of text to one value and, when that fails, what is wrong with it and what was expected. Reading is the
// fast path and builds no message; explaining runs only for a cell that could not be read. Cells are never empty here.

/// Thousandths of a plain decimal with any number of decimals, rounded half away from zero; absent for anything else.
std::optional<std::int64_t> parse_rounded_thousandths(std::string_view text);

bool is_valid_identifier(std::string_view text);
bool is_valid_text(std::string_view text);

std::string explain_identifier(std::string_view text);
std::string explain_text();
std::string explain_date(std::string_view text);
std::string explain_axis_ends(std::string_view text);
/// `unit` is empty where the quantity has none; `exact` where more than three decimals are refused.
std::string explain_decimal(std::string_view text, std::string_view unit, bool exact);
std::string explain_word(std::string_view text, std::span<const std::string_view> words, const std::string& word_list);
/// `default, six_monthly, or a profile of the adopted policy`
inline std::string profile_words()
{
    return word_list<ScheduleProfile>() + ", or a profile of the adopted policy";
}
/// Of words joined by `;`.
std::string explain_words(std::string_view text, std::span<const std::string_view> words, const std::string& word_list);

/// Reads `text` into the member of a field.
template <class Owner, class Member>
bool read_cell(const Field<Owner, Member>& field, std::string_view text, Member& member)
{
    using Value = BareOf<Member>;
    if constexpr (is_quantity<Value>) {
        const std::optional<std::int64_t> thousandths =
            field.has(Is::rounded) ? parse_rounded_thousandths(text) : parse_thousandths(text);
        if (thousandths) member = Value::from_thousandths(*thousandths);
        return thousandths.has_value();
    } else if constexpr (std::is_same_v<Value, Date>) {
        const std::optional<Date> date = Date::parse(text);
        if (date) member = *date;
        return date.has_value();
    } else if constexpr (std::is_same_v<Value, AxisEnds>) {
        const std::optional<AxisEnds> ends = AxisEnds::parse(text);
        if (ends) member = *ends;
        return ends.has_value();
    } else if constexpr (is_word_set<Value>) {
        const bool has_last_word = !text.ends_with(word_set_separator);
        const std::optional<Value> words =
            has_last_word ? words_of_text<typename Value::value_type>(text) : std::nullopt;
        if (words) member = *words;
        return words.has_value();
    } else if constexpr (std::is_enum_v<Value>) {
        const std::optional<Value> value = value_of_word<Value>(text);
        if (value) member = *value;
        return value.has_value() || (Vocabulary<Value>::accepts_unknown && text == "unknown");
    } else if constexpr (std::is_same_v<Value, ProfileWord>) {
        if (!is_profile_word(text) || text == "unknown") return false;  // which is told by an empty cell
        member = text;
        return true;
    } else {
        if (!(is_identifier(field.column) ? is_valid_identifier(text) : is_valid_text(text))) return false;
        member = text;
        return true;
    }
}

/// What is wrong with a text that `read_cell` refused, and what was expected.
template <class Owner, class Member>
std::string explain_cell(const Field<Owner, Member>& field, std::string_view text)
{
    using Value = BareOf<Member>;
    if constexpr (is_quantity<Value>) {
        return explain_decimal(text, unit_of<Member>(), !field.has(Is::rounded));
    } else if constexpr (std::is_same_v<Value, Date>) {
        return explain_date(text);
    } else if constexpr (std::is_same_v<Value, AxisEnds>) {
        return explain_axis_ends(text);
    } else if constexpr (is_word_set<Value>) {
        using Word = typename Value::value_type;
        return explain_words(text, Vocabulary<Word>::words, word_list<Word>());
    } else if constexpr (std::is_enum_v<Value>) {
        return explain_word(text, Vocabulary<Value>::words, word_list<Value>());
    } else if constexpr (std::is_same_v<Value, ProfileWord>) {
        return explain_word(text, Vocabulary<ScheduleProfile>::words, profile_words());
    } else {
        return is_identifier(field.column) ? explain_identifier(text) : explain_text();
    }
}

}  // namespace nodtrack::interop
