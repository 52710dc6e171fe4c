#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "terminal.hpp"

namespace nodtrack::cli {
namespace {

int output_error = 0;  // the first one; later writes fail for reasons that tell less

/// How many bytes the UTF-8 character at the start of `text` has; 0 where none begins there.
std::size_t character_length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t length = byte(0) < 0x80                       ? 1
                               : byte(0) >= 0xC2 && byte(0) <= 0xDF ? 2
                               : (byte(0) & 0xF0U) == 0xE0          ? 3
                               : byte(0) >= 0xF0 && byte(0) <= 0xF4 ? 4
                                                                    : 0;
    if (length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return 0;
    }
    return length;
}

/// The code of a character where a terminal would obey it, not show it: a control character, one that turns the
/// direction of writing, a byte that is no character; 0 else. `character` is one, or such a byte; `next` follows.
unsigned obeyed_code(std::string_view character, char next)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 1) {
        const bool is_line_end = byte(0) == '\n' || byte(0) == '\t' || (byte(0) == '\r' && next == '\n');
        if (byte(0) == 0) return 0x2400;
        return !is_line_end && (byte(0) < 0x20 || byte(0) >= 0x7F) ? byte(0) : 0;
    }
    if (character.size() == 2) return byte(0) == 0xC2 && byte(1) <= 0x9F ? byte(1) : 0;
    if (character.size() == 4) return 0;
    const unsigned code = ((byte(0) & 0x0FU) << 12U) + ((byte(1) & 0x3FU) << 6U) + (byte(2) & 0x3FU);
    const bool turns =
        code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return turns ? code : 0;
}

/// Writes such characters as JSON does (\u001b): in JSON that is the same text, elsewhere it is seen.
std::string shown(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 16);
    while (!text.empty()) {
        const std::string_view character = text.substr(0, std::max<std::size_t>(character_length(text), 1));
        text.remove_prefix(character.size());
        if (const unsigned code = obeyed_code(character, text.empty() ? '\0' : text.front()); code != 0) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", code);
            out += escape;
        } else {
            out += character;
        }
    }
    return out;
}

/// Puts a word on stderr in bold and a colour (of SGR: 31 red, 33 yellow), where it takes colour; false else.
bool put_coloured(std::string_view word, const char* colour)
{
    static const bool coloured = stderr_takes_colour();
    if (!coloured) return false;
    std::fprintf(stderr, "\033[1;%sm%.*s\033[0m", colour, static_cast<int>(word.size()), word.data());
    return true;
}

/// Nearly all text is plain, and some of it is long.
bool may_need_care(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\n') || byte >= 0x7F;
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
    constexpr std::string_view warning = "warning:";
    if (text.starts_with(warning) && put_coloured(warning, "33")) text.remove_prefix(warning.size());
    const std::string safe = shown(text);
    std::fwrite(safe.data(), 1, safe.size(), stderr);
    std::fputc('\n', stderr);
}

void report(const Error& error)
{
    constexpr std::string_view program = "nodtrack:";
    const bool is_put = put_coloured(program, "31");
    note((is_put ? " " : "nodtrack: ") + error.message);
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
