#include "table_value.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "nearest.hpp"
#include "table_parts.hpp"

namespace nodtrack::interop {
namespace {

/// Where one of the separators stands, and which; npos where none does. Letters are found in either case: 6,2 X 5,5.
std::pair<std::size_t, std::size_t> next_separator(std::string_view text, const std::vector<std::string>& separators)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    std::pair<std::size_t, std::size_t> first(std::string_view::npos, 0);
    for (const std::string& separator : separators) {
        const auto found = std::search(text.begin(), text.end(), separator.begin(), separator.end(),
                                       [&](char a, char b) { return lower(a) == lower(b); });
        const auto at = static_cast<std::size_t>(found - text.begin());
        if (!separator.empty() && found != text.end() && at < first.first) first = {at, separator.size()};
    }
    return first;
}

std::vector<std::string_view> parts_of(std::string_view text, const std::vector<std::string>& separators)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto [at, length] = next_separator(text, separators);
        parts.push_back(without_blanks(text.substr(0, at)));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + length);
    }
}

}  // namespace

std::string folded(std::string_view text)
{
    utf8proc_uint8_t* raw = nullptr;
    const auto options =
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD);
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &raw, options);
    const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> kept(raw, std::free);
    if (size < 0) return column_name(text);
    return column_name(std::string_view(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size)));
}

TableValue::TableValue(const ImportSource& source, const RecordColumn& column, const WrittenForm& form)
    : source_(source), column_(column), form_(form)
{
    for (const auto& [said, meant] : source.words)
        words_.emplace(folded(said), meant);
}

bool TableValue::is_not_known(std::string_view text) const
{
    return std::ranges::find(form_.not_known, text) != form_.not_known.end();
}

std::string TableValue::shown(std::string_view text) const
{
    return column_.type == RecordColumn::Type::identifier ? "the cell" : interop::quoted(text);
}

Reading TableValue::read(const TableCell& cell) const
{
    const std::string_view text = cell.text;
    if (text.empty() || is_not_known(text)) return {};
    if (source_.split_at.empty()) return read_part(text, cell.is_number);
    const std::vector<std::string_view> parts = parts_of(text, source_.split_at);
    if (parts.size() > static_cast<std::size_t>(source_.of)) {
        return {{},
                fmt::format("{} has {} parts, and the map takes {}; say \"of\": {} in its \"split\", or mend the cell",
                            shown(text), parts.size(), source_.of, parts.size())};
    }
    if (std::ranges::any_of(parts, &std::string_view::empty)) {
        return {{}, fmt::format("{} has nothing on one side of what separates its parts; mend the cell", shown(text))};
    }
    const auto part = static_cast<std::size_t>(source_.part - 1);
    if (part >= parts.size() || is_not_known(parts[part])) return {};
    // A unit behind the last part is one of all: 6,2 x 5,5 mm.
    const bool is_whole = parts.size() == 1;
    return read_part(parts[part], is_whole && cell.is_number);
}

Reading TableValue::read_part(std::string_view text, bool is_number) const
{
    using Type = RecordColumn::Type;
    if (!words_.empty() && column_.type != Type::word && column_.type != Type::words) {
        const auto found = words_.find(folded(text));
        if (found != words_.end()) return {found->second};
    }
    switch (column_.type) {
        case Type::number:
            return read_amount(text, is_number);
        case Type::date:
            return read_date(text, is_number, form_);
        case Type::words:
            return read_words(text);
        case Type::word:
            return read_word(text);
        case Type::identifier:
        case Type::text:
            break;
    }
    if (source_.is_date) return read_date(text, is_number, form_);
    return {std::string(text)};
}

Reading TableValue::read_word(std::string_view text) const
{
    const auto found = words_.find(folded(text));
    if (found != words_.end()) return {found->second};
    if (std::ranges::find(column_.words, text) != column_.words.end() || text == "unknown") return {std::string(text)};
    return {
        {},
        fmt::format(
            "{} is no word of {}; add it to \"words\" of that column in the map, with one of {} or \"\" for not known",
            interop::quoted(text), column_.name, fmt::join(column_.words, ", "))};
}

Reading TableValue::read_words(std::string_view text) const
{
    // The whole may be a word too: "keine" for none.
    const auto whole = words_.find(folded(text));
    if (whole != words_.end()) return {whole->second};
    const std::vector<std::string> separators = {source_.list_at.empty() ? ";" : source_.list_at};
    std::string joined;
    for (const std::string_view part : parts_of(text, separators)) {
        if (part.empty()) continue;
        Reading word = read_word(part);
        if (!word.fault.empty()) return word;
        if (!word.text.empty()) joined += (joined.empty() ? "" : ";") + word.text;
    }
    return {joined};
}

Reading TableValue::read_amount(std::string_view text, bool is_number) const
{
    // The cell may say its unit, if it is the one it should have.
    std::string_view amount = text;
    const std::string unit = source_.unit.empty() ? std::string(column_.unit) : source_.unit;
    if (!unit.empty() && amount.size() > unit.size() && amount.ends_with(unit)) {
        amount = without_blanks(amount.substr(0, amount.size() - unit.size()));
    }
    Reading number = is_number ? Reading{std::string(amount)} : read_number(amount, form_);
    if (!number.fault.empty()) {
        if (amount.find_first_not_of("0123456789.,' +-") == std::string_view::npos || unit.empty()) return number;
        return {{},
                fmt::format("{} is more than a number in {}; write the number alone, or say its \"unit\" in the map",
                            interop::quoted(text), unit)};
    }
    const bool is_plain = number.text.find_first_not_of("-0123456789.") == std::string::npos;
    const int power = source_.unit.empty() ? 0 : power_of_unit(source_.unit, column_.unit);
    if (is_plain && power > 0) number.text = times_power_of_ten(number.text, power);
    return number;
}

}  // namespace nodtrack::interop
