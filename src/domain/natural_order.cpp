#include "nodtrack/domain/natural_order.hpp"

namespace nodtrack {
namespace {

/// The number that begins at `from`, without leading zeros; `from` is moved behind it.
std::string_view number_at(std::string_view text, std::size_t& from)
{
    const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    while (text[from] == '0' && is_digit(from + 1))
        ++from;
    const std::size_t start = from;
    while (is_digit(from))
        ++from;
    return text.substr(start, from - start);
}

}  // namespace

bool in_natural_order(std::string_view left, std::string_view right)
{
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < left.size() && j < right.size()) {
        if (is_digit(left[i]) && is_digit(right[j])) {
            const std::string_view a = number_at(left, i);
            const std::string_view b = number_at(right, j);
            if (a.size() != b.size()) return a.size() < b.size();
            if (a != b) return a < b;
            continue;
        }
        if (left[i] != right[j]) return left[i] < right[j];
        ++i;
        ++j;
    }
    if (i < left.size() || j < right.size()) return j < right.size();
    return left < right;  // they differ in leading zeros at most
}

}  // namespace nodtrack
