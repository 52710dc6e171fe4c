#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace nodtrack::cli {
namespace {

int output_error = 0;  // the first one; later writes fail for reasons that tell less

/// The character at the start of `text` where a terminal would obey it, not show it: a control character, or one that
/// turns the direction of writing; 0 else. `length` is how many bytes it has.
unsigned control_character(std::string_view text, std::size_t& length)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    length = 1;
    if (byte(0) < 0x20 || byte(0) == 0x7F) {
        const bool is_line_end = byte(0) == '\n' || byte(0) == '\t' || (byte(0) == '\r' && byte(1) == '\n');
        return is_line_end ? 0 : byte(0) == 0 ? 0x2400 : byte(0);
    }
    if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) {
        length = 2;
        return byte(1);
    }
    if (byte(0) != 0xE2 || (byte(1) != 0x80 && byte(1) != 0x81)) return 0;
    length = 3;
    const unsigned code = 0x2000U + ((byte(1) & 0x3FU) << 6U) + (byte(2) & 0x3FU);
    const bool turns =
        code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return turns ? code : 0;
}

/// Writes such characters as JSON does (\u001b): in JSON that is the same text, elsewhere it is seen.
std::string shown(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 16);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 1;
        if (const unsigned code = control_character(text.substr(at), length); code != 0) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", code);
            out += escape;
            at += length;
        } else {
            out += text[at++];
        }
    }
    return out;
}

/// Nearly all text is plain, and some of it is long.
bool may_need_care(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\n') || byte == 0x7F || byte == 0xC2 || byte == 0xE2;
    });
}

}  // namespace

void print(std::string_view text)
{
    if (may_need_care(text)) {
        const std::string safe = shown(text);
        if (std::fwrite(safe.data(), 1, safe.size(), stdout) != safe.size() && output_error == 0) output_error = errno;
        return;
    }
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && output_error == 0) output_error = errno;
}

void note(std::string_view text)
{
    const std::string safe = shown(text);
    std::fwrite(safe.data(), 1, safe.size(), stderr);
    std::fputc('\n', stderr);
}

void report(const Error& error)
{
    note("nodtrack: " + error.message);
    for (const auto& line : error.context)
        note(line);
    for (const auto& line : error.questions)
        note(line);
}

Result<void> flush_output()
{
    if (std::fflush(stdout) != 0 && output_error == 0) output_error = errno;
    if (output_error == 0 && std::ferror(stdout) == 0) return {};
    return failure(ErrorCode::internal,
                   std::string("the answer could not be written to stdout: ") + std::strerror(output_error));
}

}  // namespace nodtrack::cli
