#include "cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "meant_words.hpp"
#include "nodtrack/domain/look_alike.hpp"
#include "nodtrack/domain/text.hpp"
#include "nodtrack/interop/record_reader.hpp"

namespace nodtrack::interop {
namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text)
{
    for (;;) {
        const std::size_t before = text.size();
        while (!text.empty() && is_blank(text.front()))
            text.remove_prefix(1);
        while (!text.empty() && is_blank(text.back()))
            text.remove_suffix(1);
        if (text.starts_with(no_break_space)) text.remove_prefix(no_break_space.size());
        if (text.ends_with(no_break_space)) text.remove_suffix(no_break_space.size());
        if (text.size() == before) return text;
    }
}

bool means_unknown(std::string_view text)
{
    static constexpr auto ways = std::to_array<std::string_view>(
        {"na", "n/a", "n.a.", "nan", "null", "none", "nil", "unknown", "not_known", "missing", "?", "-", "--", "."});
    return std::find(ways.begin(), ways.end(), as_word(text)) != ways.end();
}

/// Shown where a value stands for "not known".
constexpr std::string_view leave_empty = "leave it empty if unknown";

// --- decimals -------------------------------------------------------------------------------------------------------

/// The decimal that a text meant, written as the record wants it; absent when that would be a guess.
std::optional<std::string> meant_decimal(std::string_view text)
{
    std::string digits(trimmed(text));
    static constexpr std::string_view minus_sign = "\xE2\x88\x92";
    if (digits.starts_with(minus_sign)) digits.replace(0, minus_sign.size(), "-");
    if (digits.starts_with('+')) digits.erase(0, 1);
    const std::size_t comma = digits.find(',');
    const bool one_comma = comma != std::string::npos && digits.find(',', comma + 1) == std::string::npos;
    if (one_comma && digits.find('.') == std::string::npos) digits[comma] = '.';
    const std::size_t first = digits.starts_with('-') ? 1 : 0;
    if (digits.size() > first && digits[first] == '.') digits.insert(first, "0");
    if (digits.ends_with('.')) digits.pop_back();
    const std::optional<std::int64_t> thousandths = parse_thousandths(digits);
    if (!thousandths) return std::nullopt;
    return decimal_text(*thousandths);
}

/// Splits `5.4 mm` into the number and the letters after it; the letters are empty when there are none.
std::pair<std::string_view, std::string_view> number_and_suffix(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.' || text[end] == ',' || text[end] == '-'))
        ++end;
    return {text.substr(0, end), trimmed(text.substr(end))};
}

bool has_exponent(std::string_view text)
{
    const std::size_t e = text.find_first_of("eE");
    if (e == 0 || e == std::string_view::npos || e + 1 == text.size()) return false;
    const bool starts_as_number = is_digit(text[e - 1]) || text[e - 1] == '.';
    const char next = text[e + 1];
    return starts_as_number && (is_digit(next) || ((next == '-' || next == '+') && e + 2 < text.size()));
}

/// More than three decimals, the rest being a plain decimal.
bool has_too_many_decimals(std::string_view text)
{
    const std::size_t point = text.find('.');
    constexpr std::size_t most_decimals = 3;
    return point != std::string_view::npos && text.size() - point - 1 > most_decimals &&
           parse_rounded_thousandths(text).has_value();
}

bool is_too_large(std::string_view text)
{
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && is_digit(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; }) &&
           std::count(text.begin(), text.end(), '.') <= 1 && text.back() != '.';
}

// --- dates ----------------------------------------------------------------------------------------------------------

struct Numbers {
    std::array<std::string_view, 3> part;
    std::size_t count = 0;
    char separator = 0;
};

/// Three numbers with one kind of separator between them, as in `15.03.2024`.
std::optional<Numbers> three_numbers(std::string_view text)
{
    Numbers numbers;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && is_digit(text[i])) continue;
        if (i == start || numbers.count == numbers.part.size()) return std::nullopt;
        numbers.part[numbers.count++] = text.substr(start, i - start);
        if (i == text.size()) break;
        if (text[i] != '.' && text[i] != '/' && text[i] != '-') return std::nullopt;
        if (numbers.separator != 0 && numbers.separator != text[i]) return std::nullopt;
        numbers.separator = text[i];
        start = i + 1;
    }
    if (numbers.count != numbers.part.size()) return std::nullopt;
    return numbers;
}

std::optional<std::string> iso_of(std::string_view year, std::string_view month, std::string_view day)
{
    if (year.size() != 4 || month.size() > 2 || day.size() > 2) return std::nullopt;
    const std::string iso = fmt::format("{}-{:0>2}-{:0>2}", year, month, day);
    if (!Date::parse(iso)) return std::nullopt;
    return iso;
}

/// The date that a text meant; absent when there are two readings or none.
std::optional<std::string> meant_date(std::string_view text)
{
    text = trimmed(text);
    constexpr std::size_t iso_length = 10;
    if (text.size() > iso_length && (text[iso_length] == 'T' || text[iso_length] == ' ')) {
        text = text.substr(0, iso_length);
    }
    constexpr std::size_t dicom_length = 8;
    if (text.size() == dicom_length && std::all_of(text.begin(), text.end(), is_digit)) {
        return iso_of(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
    }
    const std::optional<Numbers> numbers = three_numbers(text);
    if (!numbers) return std::nullopt;
    const auto& [a, b, c] = numbers->part;
    if (a.size() == 4) return iso_of(a, b, c);
    const std::optional<std::string> day_first = iso_of(c, b, a);
    const std::optional<std::string> month_first = iso_of(c, a, b);
    if (numbers->separator == '.') return day_first;
    if (day_first && month_first && *day_first != *month_first) return std::nullopt;
    return day_first ? day_first : month_first;
}

bool has_iso_shape(std::string_view text)
{
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((i == 4 || i == 7) ? text[i] != '-' : !is_digit(text[i])) return false;
    }
    return true;
}

}  // namespace

std::optional<std::int64_t> parse_rounded_thousandths(std::string_view text)
{
    const std::size_t point = text.find('.');
    constexpr std::size_t kept_decimals = 3;
    if (point == std::string_view::npos || text.size() - point - 1 <= kept_decimals) return parse_thousandths(text);
    const std::string_view rest = text.substr(point + 1 + kept_decimals);
    if (!std::all_of(rest.begin(), rest.end(), is_digit)) return std::nullopt;
    const std::optional<std::int64_t> kept = parse_thousandths(text.substr(0, point + 1 + kept_decimals));
    if (!kept || rest.front() < '5') return kept;
    return text.starts_with('-') ? *kept - 1 : *kept + 1;
}

bool is_valid_identifier(std::string_view text)
{
    if (text.empty() || is_blank(text.front()) || is_blank(text.back())) return false;
    bool plain = true;  // printable ASCII, as nearly all are
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        plain = plain && byte >= 0x20 && byte < 0x7F;
    }
    if (plain) return text.size() <= longest_id;
    return trimmed(text).size() == text.size() && !holds_control_character(text, false) &&
           character_count(text) <= longest_id && is_seen(text);
}

bool is_valid_text(std::string_view text)
{
    return !holds_control_character(text, true);
}

std::string explain_identifier(std::string_view text)
{
    if (holds_control_character(text, false)) {
        return "holds a control character or line break; write the id in printable characters";
    }
    if (!text.empty() && !is_seen(text)) return "has no character that is seen; write the id in printable characters";
    if (trimmed(text).size() != text.size()) return "begins or ends with white space; write the id without it";
    return fmt::format("has {} characters; an id has at most {}", character_count(text), longest_id);
}

std::string explain_text()
{
    return "holds a control character; write printable characters, tabs and line breaks only";
}

std::string explain_axis_ends(std::string_view text)
{
    return fmt::format(
        "{} is no pair of places; write six decimals in mm, x y z of one end and x y z of the other, with "
        "one space between them, or {}",
        quoted(text), leave_empty);
}

std::string explain_date(std::string_view text)
{
    if (has_iso_shape(text)) {
        if (text < "1900") return fmt::format("{} is before 1900; write the date as YYYY-MM-DD", quoted(text));
        return fmt::format("{} is not a valid date; write a day that exists, or {}", quoted(text), leave_empty);
    }
    if (const std::optional<std::string> meant = meant_date(text)) {
        return fmt::format("{} is not in the form YYYY-MM-DD; write {}", quoted(text), *meant);
    }
    if (means_unknown(text)) return fmt::format("{} is no date; {}", quoted(text), leave_empty);
    return fmt::format("{} is no date; write it as YYYY-MM-DD, or {}", quoted(text), leave_empty);
}

std::string explain_decimal(std::string_view text, std::string_view unit, bool exact)
{
    const std::string in_unit = unit.empty() ? std::string() : fmt::format(", in {}", unit);
    if (means_unknown(text)) return fmt::format("{} is no number; {}", quoted(text), leave_empty);
    if (exact && has_too_many_decimals(text)) {
        return fmt::format("{} has more than three decimals, and it is never rounded here; write at most three",
                           quoted(text));
    }
    if (const std::optional<std::string> meant = meant_decimal(text)) {
        const bool comma = text.find(',') != std::string_view::npos;
        return fmt::format("{} is no plain decimal number{}; write {}", quoted(text), comma ? " (decimal comma)" : "",
                           *meant);
    }
    if (has_exponent(text)) {
        return fmt::format("{} has an exponent; write a plain decimal such as 5.4{}", quoted(text), in_unit);
    }
    const auto [number, suffix] = number_and_suffix(trimmed(text));
    const std::optional<std::string> meant = meant_decimal(number);
    if (meant && !suffix.empty()) {
        if (suffix == unit) return fmt::format("{} ends with its unit; write {}", quoted(text), *meant);
        return fmt::format("{} is more than a number; write the number alone{}", quoted(text), in_unit);
    }
    if (is_too_large(text)) return fmt::format("{} is too large; write a number below 10^12{}", quoted(text), in_unit);
    return fmt::format("{} is no number; write a plain decimal such as 5.4{}, or {}", quoted(text), in_unit,
                       leave_empty);
}

std::string explain_word(std::string_view text, std::span<const std::string_view> words, const std::string& word_list)
{
    const std::vector<std::string_view> meant = meant_words(trimmed(text), words);
    if (!meant.empty()) {
        return fmt::format("{} is no word of this column; write {} (words: {})", quoted(text), fmt::join(meant, " or "),
                           word_list);
    }
    const std::string_view unknown = means_unknown(text) ? leave_empty : std::string_view("write one of the words");
    return fmt::format("{} is no word of this column; {} (words: {})", quoted(text), unknown, word_list);
}

std::string explain_words(std::string_view text, std::span<const std::string_view> words, const std::string& word_list)
{
    std::string_view rest = text;
    for (;;) {
        const std::size_t end = rest.find(word_set_separator);
        const std::string_view part = rest.substr(0, end);
        if (part.empty()) {
            return fmt::format("{} has an empty word; join the words by one ; (words: {})", quoted(text), word_list);
        }
        if (std::ranges::find(words, part) == words.end()) return explain_word(part, words, word_list);
        if (end == std::string_view::npos) return "cannot be read; join the words by one ;";
        rest.remove_prefix(end + 1);
    }
}

}  // namespace nodtrack::interop
