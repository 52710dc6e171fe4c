#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::imaging {

/// One row of a CSV text.
struct CsvRow {
    std::size_t line = 0;  ///< on which it begins, from 1
    std::vector<std::string> cells;
    bool broken_quotes = false;  ///< a quote inside a plain cell, text after a quoted one, or no closing quote

    bool is_blank() const { return cells.size() == 1 && cells[0].empty() && !broken_quotes; }
};

/// The rows of a CSV text (RFC 4180; LF or CRLF; a BOM is stepped over), blank ones left out.
std::vector<CsvRow> csv_rows(std::string_view text);

/// Whether a text is UTF-8 (RFC 3629) without control characters, so that it can be written anywhere.
bool is_plain_text(std::string_view text);

}  // namespace nodtrack::imaging
