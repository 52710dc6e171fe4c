#include "nodtrack/domain/quantity.hpp"

#include <cstdlib>

namespace nodtrack {

std::optional<std::int64_t> parse_thousandths(std::string_view text)
{
    bool negative = false;
    if (!text.empty() && text.front() == '-') {
        negative = true;
        text.remove_prefix(1);
    }
    constexpr std::size_t longest_whole_part = 12;
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    if (whole.empty() || whole.size() > longest_whole_part) return std::nullopt;
    std::int64_t value = 0;
    for (const char digit : whole) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    std::int64_t fraction = 0;
    std::int64_t weight = 100;
    if (point != std::string_view::npos) {
        const std::string_view decimals = text.substr(point + 1);
        if (decimals.empty()) return std::nullopt;
        for (const char digit : decimals) {
            if (digit < '0' || digit > '9') return std::nullopt;
            if (weight == 0 && digit != '0') return std::nullopt;
            fraction += weight * (digit - '0');
            weight /= 10;
        }
    }
    const std::int64_t thousandths = value * 1000 + fraction;
    return negative ? -thousandths : thousandths;
}

std::string decimal_text(std::int64_t thousandths)
{
    std::string text;
    const bool negative = thousandths < 0;
    const std::int64_t magnitude = std::llabs(thousandths);
    if (negative) text += '-';
    text += std::to_string(magnitude / 1000);
    const std::int64_t fraction = magnitude % 1000;
    text += '.';
    text += static_cast<char>('0' + fraction / 100);
    if (fraction % 100 != 0) text += static_cast<char>('0' + fraction / 10 % 10);
    if (fraction % 10 != 0) text += static_cast<char>('0' + fraction % 10);
    return text;
}

}  // namespace nodtrack
