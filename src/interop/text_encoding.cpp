#include "text_encoding.hpp"

#include <utf8proc.h>

#include <array>

namespace nodtrack::interop {
namespace {

/// 0x80 to 0x9F; 0 where the code page has nothing. Above, its codes are those of Unicode.
constexpr std::array<char32_t, 32> windows_1252_middle = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// Appends one code point. Precondition: no surrogate, at most U+10FFFF.
void append_utf8(std::string& out, char32_t code)
{
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes.data());
    out.append(bytes.begin(), bytes.begin() + count);
}

}  // namespace

std::optional<std::string> utf8_of_windows_1252(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        char32_t code = byte;
        if (byte >= 0x80 && byte < 0xA0) {
            code = windows_1252_middle[byte - 0x80U];
            if (code == 0) return std::nullopt;
        }
        append_utf8(text, code);
    }
    return text;
}

std::optional<std::string> utf8_of_utf16(std::string_view bytes)
{
    if (bytes.size() % 2 != 0) return std::nullopt;
    const bool is_big_endian = bytes.starts_with("\xFE\xFF");
    const std::size_t start = is_big_endian || bytes.starts_with("\xFF\xFE") ? 2 : 0;
    const auto unit = [&](std::size_t at) -> char32_t {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return is_big_endian ? char32_t{first} << 8U | second : char32_t{second} << 8U | first;
    };
    std::string text;
    text.reserve(bytes.size());
    for (std::size_t at = start; at < bytes.size(); at += 2) {
        char32_t code = unit(at);
        if (code >= 0xDC00 && code <= 0xDFFF) return std::nullopt;
        if (code >= 0xD800 && code <= 0xDBFF) {
            at += 2;
            if (at >= bytes.size()) return std::nullopt;
            const char32_t low = unit(at);
            if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
            code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
        }
        append_utf8(text, code);
    }
    return text;
}

}  // namespace nodtrack::interop
