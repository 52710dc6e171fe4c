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

void append_json_date(std::string& out, const std::optional<Date>& date)
{
    if (!date) {
        out += "null";
        return;
    }
    constexpr std::size_t iso_length = 10;
    out += '"';
    const std::size_t start = out.size();
    out.resize(start + iso_length);
    date->write_iso(out.data() + start);
    out += '"';
}

void append_json_cited(std::string& out, const std::vector<dose::Citation>& citations)
{
    append_json_key(out, "cite");
    out += '[';
    for (const dose::Citation& citation : citations) {
        if (out.back() != '[') out += ',';
        append_json_string(out, citation.item);
    }
    out += ']';
}

}  // namespace nodtrack::report
