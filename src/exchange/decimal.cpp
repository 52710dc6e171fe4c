#include "decimal.hpp"

#include <charconv>
#include <string>

namespace nodtrack::exchange {
namespace {

constexpr int decimals_kept = 3;
constexpr int greatest_exponent = 30;
constexpr std::size_t most_digits = 18;

bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/// Digits before and behind the point, without it, and how many stand behind it.
struct Digits {
    std::string all;
    int behind = 0;
};

std::optional<Digits> take_digits(std::string_view& text)
{
    Digits digits;
    bool is_behind = false;
    bool any = false;
    while (!text.empty() && (is_digit(text.front()) || (text.front() == '.' && !is_behind))) {
        if (text.front() == '.') {
            is_behind = true;
        } else {
            any = true;
            if (is_behind) ++digits.behind;
            if (!digits.all.empty() || text.front() != '0') digits.all += text.front();
        }
        text.remove_prefix(1);
    }
    if (!any) return std::nullopt;
    return digits;
}

std::optional<int> take_exponent(std::string_view text)
{
    if (text.empty()) return 0;
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    const bool is_whole = error == std::errc{} && end == text.data() + text.size();
    if (!is_whole || exponent > greatest_exponent || exponent < -greatest_exponent) return std::nullopt;
    return exponent;
}

}  // namespace

std::optional<std::int64_t> scaled_thousandths(std::string_view text, int power_of_ten)
{
    bool is_negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        is_negative = text.front() == '-';
        text.remove_prefix(1);
    }
    std::optional<Digits> digits = take_digits(text);
    if (!digits) return std::nullopt;
    const std::optional<int> exponent = take_exponent(text);
    if (!exponent) return std::nullopt;

    // The place of the point among the digits, once the number is in thousandths.
    std::string& all = digits->all;
    const int shift = *exponent + power_of_ten + decimals_kept - digits->behind;
    bool rounds_up = false;
    if (shift >= 0) {
        if (!all.empty()) all.append(static_cast<std::size_t>(shift), '0');
    } else {
        const auto cut = static_cast<std::size_t>(-shift);
        rounds_up = all.size() >= cut && cut > 0 && all[all.size() - cut] >= '5';
        all.erase(all.size() > cut ? all.size() - cut : 0);
    }
    if (all.size() > most_digits) return std::nullopt;
    std::int64_t value = 0;
    for (const char digit : all)
        value = value * 10 + (digit - '0');
    if (rounds_up) ++value;
    return is_negative ? -value : value;
}

}  // namespace nodtrack::exchange
