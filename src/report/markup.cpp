#include "markup.hpp"

namespace nodtrack::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Length of the UTF-8 sequence that starts at `i`; 0 where there is none that XML allows.
std::size_t character_length(std::string_view text, std::size_t i)
{
    const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U; };
    const auto follows = [&](std::size_t k) { return (byte(k) & 0xC0U) == 0x80U; };
    const unsigned first = byte(i);
    if (first < 0x80U) return first >= 0x20U || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
    if (first >= 0xC2U && first <= 0xDFU && follows(i + 1)) return 2;
    if (first >= 0xE0U && first <= 0xEFU && follows(i + 1) && follows(i + 2)) {
        const unsigned code = ((first & 0x0FU) << 12U) | ((byte(i + 1) & 0x3FU) << 6U) | (byte(i + 2) & 0x3FU);
        return code >= 0x800U && (code < 0xD800U || code > 0xDFFFU) && code < 0xFFFEU ? 3 : 0;
    }
    if (first >= 0xF0U && first <= 0xF4U && follows(i + 1) && follows(i + 2) && follows(i + 3)) {
        const unsigned high = ((first & 0x07U) << 6U) | (byte(i + 1) & 0x3FU);
        return high >= 0x10U && high < 0x110U ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::string escaped(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_length(text, i);
        const std::string_view character = text.substr(i, length);
        if (length == 0) {
            out += replacement;
        } else if (character == "<") {
            out += "&lt;";
        } else if (character == ">") {
            out += "&gt;";
        } else if (character == "&") {
            out += "&amp;";
        } else if (character == "\"") {
            out += "&quot;";
        } else if (character == "'") {
            out += "&#39;";
        } else {
            out += character;
        }
        i += length == 0 ? 1 : length;
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t most)
{
    std::size_t characters = 0;
    std::size_t cut = 0;  // where the last character that may stay ends, if one more is to be the ellipsis
    for (std::size_t i = 0; i < text.size();) {
        if (++characters == most) cut = i;
        if (characters > most) return std::string(text.substr(0, cut)) + "…";
        const std::size_t length = character_length(text, i);
        i += length == 0 ? 1 : length;
    }
    return std::string(text);
}

}  // namespace nodtrack::report
