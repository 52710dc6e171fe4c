#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

// A table as hospitals have it: CSV of any separator and encoding, or a sheet of an Excel workbook (.xlsx).

struct TableCell {
    std::string text;        ///< UTF-8, without blanks at its ends
    bool is_number = false;  ///< a number of a workbook, written with a decimal point: it can be read one way alone
};

struct TableRow {
    std::uint32_t number = 0;      ///< in the file, from 1: the line of a CSV text, the row of a sheet
    std::vector<TableCell> cells;  ///< one for each column
};

struct Table {
    std::string source;  ///< the file's name, for messages
    std::uint32_t header_row = 1;
    /// Each once: blanks and line breaks inside as one blank, the second of a name as `Size (2)`, a column without a
    /// name as `column 5`. Columns without name and values are left out.
    std::vector<std::string> columns;
    std::vector<TableRow> rows;  ///< without those that are blank
};

/// How a file is to be read, where it does not say so itself.
struct TableForm {
    enum class Encoding : std::uint8_t { as_marked, utf8, utf16, windows_1252 };
    Encoding encoding = Encoding::as_marked;  ///< by its byte order mark; UTF-8 without one
    char separator = '\0';                    ///< ; , tab or |; '\0': the one that the header has most of
    std::uint32_t header_row = 1;             ///< what stands above is passed over
    std::string sheet{};                      ///< of a workbook; empty: its only one that is not blank
    bool short_rows_are_blank = false;        ///< cells missing at the end of a row are blank; else a problem
};

// A table that is larger is taken in in parts: these bound what a damaged or hostile file can cost.
inline constexpr std::size_t most_table_bytes = 64U << 20U;
inline constexpr std::size_t most_table_columns = 4'096;
inline constexpr std::size_t most_table_cells = 5'000'000;

/// Reads a table from memory. Fails with `bad_input`, every problem as `source:row:column: what is wrong, what was
/// expected` in the context.
Result<Table> read_table(std::string bytes, std::string_view source, const TableForm& form);

/// As it is taken for where nobody said: windows-1252 where a text is not UTF-8. For a draft, never for storing.
TableForm likely_form(std::string_view bytes);

}  // namespace nodtrack::interop
