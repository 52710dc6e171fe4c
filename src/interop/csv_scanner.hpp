#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::interop {

/// What broke the quoting of a cell (RFC 4180).
enum class CsvFault : std::uint8_t { none, quote_inside, text_after_quote, quote_not_closed };

/// What is wrong with the cell, and what to do; empty for `none`.
std::string_view fault_in_words(CsvFault fault);

/// One record of a CSV text: its cells, unquoted.
struct CsvRecord {
    std::vector<std::string_view> cells;
    std::uint32_t line = 0;  ///< on which it begins, from 1
    CsvFault fault = CsvFault::none;
    std::size_t faulty_cell = 0;  ///< the first one

    bool has_quotes = false;

    /// An empty line, or one of commas alone, as spreadsheets leave behind.
    bool is_blank() const
    {
        if (fault != CsvFault::none || (cells.size() == 1 && has_quotes)) return false;
        for (const std::string_view cell : cells) {
            if (!cell.empty()) return false;
        }
        return true;
    }
};

/// Splits a CSV text into records: comma or another separator, RFC 4180 quotes with line breaks inside, LF or CRLF.
/// Doubled quotes are undone in the text itself, so that no cell is copied. Precondition: `text` outlives the cells and
/// nothing else writes to it.
class CsvScanner {
  public:
    explicit CsvScanner(std::string& text, char separator = ',');

    /// Reads the next record; false at the end of the text.
    bool next(CsvRecord& record);

  private:
    void scan_quoted(CsvRecord& record);
    void scan_plain(CsvRecord& record);
    /// Steps over the separator or line break; true when the record goes on.
    bool step();
    bool ends_cell(char c) const { return c == separator_ || c == '\n'; }

    char* at_;
    char* end_;
    char separator_;
    std::uint32_t line_ = 1;
};

}  // namespace nodtrack::interop
