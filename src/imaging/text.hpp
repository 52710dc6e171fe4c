#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::imaging {

/// A number for a message: at most six significant digits, in the C locale.
inline std::string text_of(double value)
{
    std::array<char, 32> buffer{};
    const auto written =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
    return {buffer.data(), written.ptr};
}

/// `(1, 2.5, 3)`
inline std::string text_of(const std::array<double, 3>& values)
{
    return "(" + text_of(values[0]) + ", " + text_of(values[1]) + ", " + text_of(values[2]) + ")";
}

/// `512 x 512 x 48`
inline std::string text_of(const std::array<std::int64_t, 3>& size)
{
    return std::to_string(size[0]) + " x " + std::to_string(size[1]) + " x " + std::to_string(size[2]);
}

inline std::string joined(const std::vector<std::string>& parts, const std::string& between)
{
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : between) + part;
    return text;
}

inline std::string upper_case(std::string text)
{
    for (char& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

/// What a file says, for a message: at most 64 characters, and none that a terminal would act on.
inline std::string printable(std::string_view text)
{
    constexpr std::size_t longest = 64;
    std::string shown(text.substr(0, longest));
    for (char& c : shown) {
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
    }
    return text.size() > longest ? shown + "..." : shown;
}

}  // namespace nodtrack::imaging
