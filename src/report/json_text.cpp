#include "json_text.hpp"

namespace nodtrack::report {

void append_json_string(std::string& out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    std::size_t plain_from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool quoted = byte == '"' || byte == '\\';
        if (!quoted && byte >= 0x20) continue;
        out.append(text, plain_from, i - plain_from);
        plain_from = i + 1;
        if (quoted) {
            out += '\\';
            out += text[i];
        } else {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    out.append(text, plain_from, text.size() - plain_from);
    out += '"';
}

}  // namespace nodtrack::report
