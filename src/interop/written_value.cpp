#include "written_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "nearest.hpp"
#include "nodtrack/domain/date.hpp"
#include "table_parts.hpp"

namespace nodtrack::interop {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

int number_of(std::string_view digits)
{
    int number = -1;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

// --- numbers --------------------------------------------------------------------------------------------------------

/// Digits without their thousands separators; empty where they are not in threes.
std::string ungrouped(std::string_view text, char separator)
{
    std::string digits;
    bool is_first = true;
    for (;;) {
        const std::size_t end = std::min(text.find(separator), text.size());
        const std::string_view group = text.substr(0, end);
        const bool is_right = is_digits(group) && (is_first ? group.size() <= 3 : group.size() == 3);
        if (!is_right) return {};
        digits += group;
        if (end == text.size()) return is_first ? std::string() : digits;
        text.remove_prefix(end + 1);
        is_first = false;
    }
}

/// The number by one decimal sign and, where there is one, one thousands separator; empty where it is none.
std::string plain_decimal(std::string_view text, char decimal, std::optional<char> thousands)
{
    const std::size_t point = text.find(decimal);
    std::string_view whole = text.substr(0, point);
    std::string digits = is_digits(whole) ? std::string(whole)
                         : thousands      ? ungrouped(whole, *thousands)
                                          : std::string();
    if (digits.empty()) return {};
    if (point == std::string_view::npos) return digits;
    const std::string_view decimals = text.substr(point + 1);
    return is_digits(decimals) ? digits + "." + std::string(decimals) : std::string();
}

/// The readings of a text by any convention, each once.
std::vector<std::string> all_readings(std::string_view text)
{
    std::vector<std::string> readings;
    const auto add = [&](const std::string& reading) {
        if (!reading.empty() && std::ranges::find(readings, reading) == readings.end()) readings.push_back(reading);
    };
    for (const char decimal : {'.', ','}) {
        for (const char thousands : {'.', ',', ' ', '\''}) {
            // No group of thousands begins with a zero: 0,125 is less than one.
            const bool may_be_grouped = thousands != decimal && !text.starts_with('0');
            add(plain_decimal(text, decimal, may_be_grouped ? std::optional(thousands) : std::nullopt));
        }
    }
    return readings;
}

std::string no_number(std::string_view text)
{
    return fmt::format("{} is no number; write one such as 5.4 alone in the cell, or leave it empty if unknown",
                       interop::quoted(text));
}

// --- dates ----------------------------------------------------------------------------------------------------------

std::string iso_of(int year, int month, int day)
{
    if (year < 1900 || year > 9999 || month < 1 || day < 1) return {};
    const auto date = Date::from_calendar(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return date ? date->iso() : std::string();
}

struct DateParts {
    std::array<std::string_view, 3> part;
    char separator = '\0';
};

/// Three numbers with the same separator between them.
std::optional<DateParts> parts_of(std::string_view text)
{
    DateParts parts;
    for (std::size_t i = 0; i < parts.part.size(); ++i) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
        if (end == 0 || end > 4) return std::nullopt;
        parts.part[i] = text.substr(0, end);
        text.remove_prefix(end);
        if (i == 2) break;
        if (text.empty() || std::string_view("./-").find(text.front()) == std::string_view::npos) return std::nullopt;
        if (i == 1 && text.front() != parts.separator) return std::nullopt;
        parts.separator = text.front();
        text.remove_prefix(1);
        if (parts.separator == '.' && text.starts_with(' ')) text.remove_prefix(1);
    }
    return text.empty() ? std::optional(parts) : std::nullopt;
}

/// Takes a time of day off the end: `2024-03-15T08:23:00`, `15.03.2024 08:23`.
std::string_view without_time(std::string_view text)
{
    const std::size_t gap = text.find_last_of(" T");
    if (gap == std::string_view::npos) return text;
    const std::string_view time = text.substr(gap + 1);
    const bool is_time =
        time.size() >= 4 && time.find(':') != std::string_view::npos &&
        std::ranges::all_of(time, [](char c) { return is_digit(c) || c == ':' || c == '.' || c == 'Z'; });
    return is_time ? without_blanks(text.substr(0, gap)) : text;
}

class DateReader {
  public:
    DateReader(std::string_view written, const WrittenForm& form)
        : written_(written), text_(without_time(written)), form_(form)
    {}

    Reading read(bool is_number) const
    {
        if (const auto parts = parts_of(text_)) return of_parts(*parts);
        const std::string_view whole = text_.substr(0, text_.find('.'));
        const bool is_serial = is_digits(whole) && whole.size() <= 7 &&
                               (whole.size() == text_.size() || is_digits(text_.substr(whole.size() + 1)));
        if (is_number || is_serial) return of_serial(whole, whole.size() == text_.size());
        if (is_digits(text_) && text_.size() == 8) return of_eight_digits();
        return no_date();
    }

  private:
    bool has(DateForm::Order order, char separator) const
    {
        return std::ranges::any_of(
            form_.dates, [&](const DateForm& known) { return known.order == order && known.separator == separator; });
    }

    Reading no_date(std::string_view hint = "write it as YYYY-MM-DD, or leave it empty if unknown") const
    {
        return {{}, fmt::format("{} is no date; {}", interop::quoted(written_), hint)};
    }

    Reading of_iso(const std::string& iso) const
    {
        return iso.empty() ? no_date("write a day that exists, from 1900 on") : Reading{iso};
    }

    Reading of_parts(const DateParts& parts) const
    {
        const auto& [a, b, c] = parts.part;
        if (a.size() == 4) return of_iso(iso_of(number_of(a), number_of(b), number_of(c)));
        if (b.size() > 2 || a.size() > 2 || (c.size() != 4 && c.size() != 2)) return no_date();
        const int year = full_year(c);
        if (year < 0) {
            return no_date(
                "its year has two digits: say \"two_digit_years_from\" in the map's \"dates\", or write four");
        }
        const std::string day_first = iso_of(year, number_of(b), number_of(a));
        const std::string month_first = iso_of(year, number_of(a), number_of(b));
        if (has(DateForm::Order::day_first, parts.separator)) return of_iso(day_first);
        if (has(DateForm::Order::month_first, parts.separator)) return of_iso(month_first);
        // Dates with points have the day first wherever they are written.
        if (parts.separator == '.') return of_iso(day_first);
        if (day_first.empty() || month_first.empty() || day_first == month_first) {
            return of_iso(day_first.empty() ? month_first : day_first);
        }
        return {{},
                fmt::format("{} can be read as {} or as {}; say which one in the map: \"dates\": {{\"forms\": "
                            "[\"dd{}mm{}yyyy\"]}} or "
                            "[\"mm{}dd{}yyyy\"]",
                            interop::quoted(written_), day_first, month_first, parts.separator, parts.separator,
                            parts.separator, parts.separator)};
    }

    /// -1 where the map does not say in which century years of two digits lie.
    int full_year(std::string_view digits) const
    {
        const int year = number_of(digits);
        if (digits.size() == 4) return year;
        if (!form_.two_digit_years_from) return -1;
        const int from = *form_.two_digit_years_from;
        const int in_century = from - from % 100 + year;
        return in_century < from ? in_century + 100 : in_century;
    }

    Reading of_eight_digits() const
    {
        if (has(DateForm::Order::year_first, '\0')) {
            return of_iso(
                iso_of(number_of(text_.substr(0, 4)), number_of(text_.substr(4, 2)), number_of(text_.substr(6, 2))));
        }
        return no_date("if it is year, month and day: say \"yyyymmdd\" under \"forms\" in the map's \"dates\"");
    }

    Reading of_serial(std::string_view digits, bool is_whole) const
    {
        const bool from_1900 = has(DateForm::Order::excel_1900, '\0');
        if (!from_1900 && !has(DateForm::Order::excel_1904, '\0')) {
            return no_date("if it is a day number of Excel: say \"excel_1900\" under \"forms\" in the map's \"dates\"");
        }
        const int serial = number_of(digits);
        constexpr int first_likely_year = 1900;
        constexpr int last_likely_year = 2100;
        if (is_whole && serial >= first_likely_year && serial <= last_likely_year) {
            return no_date("it can be a year, or a day number of Excel; write the whole date");
        }
        constexpr int first = 61;  // Excel has a 29 February 1900 that never was
        constexpr int last = 2'958'465;
        if (serial < (from_1900 ? first : 0) || serial > last) return no_date();
        return {Date::from_days(serial - (from_1900 ? 25'569 : 24'107)).iso()};
    }

    std::string_view written_;
    std::string_view text_;
    const WrittenForm& form_;
};

}  // namespace

Reading read_number(std::string_view text, const WrittenForm& form)
{
    constexpr std::string_view minus_sign = "\xE2\x88\x92";
    std::string_view amount = text;
    std::string sign;
    if (amount.starts_with(minus_sign)) {
        sign = "-";
        amount.remove_prefix(minus_sign.size());
    } else if (amount.starts_with('-') || amount.starts_with('+')) {
        if (amount.front() == '-') sign = "-";
        amount.remove_prefix(1);
    }
    if (amount.empty() || amount.find_first_not_of("0123456789.,' ") != std::string_view::npos)
        return {{}, no_number(text)};
    if (form.decimal) {
        const std::string said = plain_decimal(amount, *form.decimal, form.thousands);
        if (!said.empty()) return {sign + said};
    }
    const std::vector<std::string> readings = all_readings(amount);
    if (readings.empty()) return {{}, no_number(text)};
    if (readings.size() > 1) {
        return {{},
                fmt::format("{} can be read as {} or as {}; say which one in the map's \"numbers\" (\"decimal\", "
                            "\"thousands\"), or write it otherwise",
                            interop::quoted(text), readings[0], readings[1])};
    }
    if (form.decimal && form.thousands) {
        return {{},
                fmt::format("{} is no number with the decimal and thousands signs that the map names; it looks like {}",
                            interop::quoted(text), readings[0])};
    }
    return {sign + readings[0]};
}

Reading read_date(std::string_view text, bool is_number, const WrittenForm& form)
{
    return DateReader(text, form).read(is_number);
}

std::string times_power_of_ten(std::string_view number, int power)
{
    std::string text(number);
    std::size_t point = text.find('.');
    if (point == std::string::npos) {
        point = text.size();
        text += '.';
    }
    for (; power > 0; --power) {
        if (point + 1 == text.size()) text += '0';
        std::swap(text[point], text[point + 1]);
        ++point;
    }
    if (text.back() == '.') text.pop_back();
    const std::size_t start = text.starts_with('-') ? 1 : 0;
    while (text.size() > start + 1 && text[start] == '0' && text[start + 1] != '.')
        text.erase(start, 1);
    return text;
}

int power_of_unit(std::string_view unit, std::string_view record_unit)
{
    struct Known {
        std::string_view unit;
        std::string_view record_unit;
        int power;
    };
    static constexpr auto known = std::to_array<Known>({{"cm", "mm", 1},
                                                        {"mm\xC2\xB3", "mm3", 0},
                                                        {"\xC2\xB5l", "mm3", 0},
                                                        {"cm3", "mm3", 3},
                                                        {"cm\xC2\xB3", "mm3", 3},
                                                        {"ml", "mm3", 3},
                                                        {"mL", "mm3", 3},
                                                        {"mGy*cm", "mGy.cm", 0}});
    if (unit == record_unit) return 0;
    const auto* const found = std::ranges::find_if(
        known, [&](const Known& one) { return one.unit == unit && one.record_unit == record_unit; });
    return found == known.end() ? -1 : found->power;
}

}  // namespace nodtrack::interop
