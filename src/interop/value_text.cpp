#include "value_text.hpp"

#include <algorithm>

namespace nodtrack::interop {

bool would_be_formula(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
    if (text.starts_with('\t') || text.starts_with('\r')) return true;
    // What is not seen, or stripped, before a sign does not disarm it: blanks, no-break and zero-width space,
    // byte-order mark. Full-width signs are taken for the others.
    static constexpr std::string_view unseen[] = {" ", "\t", "\r", "\n", "\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF"};
    static constexpr std::string_view signs[] = {
        "=", "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    const auto begins = [&](std::string_view one) { return text.starts_with(one); };
    for (;;) {
        const auto* const skipped = std::ranges::find_if(unseen, begins);
        if (skipped == std::ranges::end(unseen)) return std::ranges::any_of(signs, begins);
        text.remove_prefix(skipped->size());
    }
}

void append_csv_text(std::string& out, std::string_view text)
{
    const char* const guard = would_be_formula(text) ? "'" : "";
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += guard;
        out += text;
        return;
    }
    out += '"';
    out += guard;
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_json_text(std::string& out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

}  // namespace nodtrack::interop
