#include "match_csv.hpp"

#include <algorithm>
#include <cstdint>

namespace nodtrack::imaging {
namespace {

class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text)
    {
        static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
    }

    bool at_end() const { return rest_.empty(); }

    CsvRow row()
    {
        CsvRow row;
        row.line = line_;
        do {
            row.cells.push_back(rest_.starts_with('"') ? quoted(row) : plain(row));
        } while (take(','));
        take('\r');
        if (take('\n')) ++line_;
        return row;
    }

  private:
    bool take(char wanted)
    {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view up_to_separator()
    {
        std::size_t size = std::min(rest_.find_first_of(",\n"), rest_.size());
        // A carriage return belongs to the line break, and only there.
        if (size > 0 && rest_[size - 1] == '\r' && (size == rest_.size() || rest_[size] == '\n')) --size;
        const auto text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return text;
    }

    std::string plain(CsvRow& row)
    {
        const auto text = up_to_separator();
        if (text.find('"') != std::string_view::npos) row.broken_quotes = true;
        return std::string(text);
    }

    std::string quoted(CsvRow& row)
    {
        std::string value;
        rest_.remove_prefix(1);
        while (true) {
            const std::size_t size = std::min(rest_.find('"'), rest_.size());
            value += rest_.substr(0, size);
            line_ += static_cast<std::size_t>(
                std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(size), '\n'));
            rest_.remove_prefix(size);
            if (!take('"')) {
                row.broken_quotes = true;
                return value;
            }
            if (!take('"')) break;
            value += '"';
        }
        if (!up_to_separator().empty()) row.broken_quotes = true;
        return value;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
};

/// Length of the UTF-8 sequence that a text begins with; 0 when it is none (RFC 3629, section 4).
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0U; };
    const auto follows = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xBF) {
        return byte(i) >= least && byte(i) <= most;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        return second && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        return second && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::vector<CsvRow> csv_rows(std::string_view text)
{
    std::vector<CsvRow> rows;
    for (Scanner scanner(text); !scanner.at_end();) {
        rows.push_back(scanner.row());
        if (rows.back().is_blank()) rows.pop_back();
    }
    return rows;
}

bool is_plain_text(std::string_view text)
{
    while (!text.empty()) {
        const auto first = static_cast<std::uint8_t>(text[0]);
        if (first < 0x20 || first == 0x7F) return false;
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        const bool latin_control = length == 2 && first == 0xC2 && static_cast<std::uint8_t>(text[1]) < 0xA0;
        if (latin_control) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace nodtrack::imaging
