#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/interop/table.hpp"

namespace nodtrack::interop {

/// A row as read, of any length.
struct RawRow {
    std::uint32_t number = 0;
    std::vector<TableCell> cells;
};

/// Problems of a table as `source:row:column: what is wrong`; from ten thousand on they are only counted.
class TableProblems {
  public:
    explicit TableProblems(std::string_view source) : source_(source) {}
    void add(std::uint32_t row, std::string_view column, std::string_view what);
    bool empty() const { return lines_.empty(); }
    std::size_t count() const { return count_; }
    Error error();

  private:
    std::string_view source_;
    std::vector<std::string> lines_;
    std::size_t count_ = 0;
};

/// Without blanks at the ends, no-break ones included, and with LF for CRLF.
std::string_view without_blanks(std::string_view text);

/// A name of a column as it is shown and looked for: blanks and line breaks inside as one blank, no colon.
std::string column_name(std::string_view text);

/// The rows of a workbook's sheet, from its first on. Failure: `bad_input`.
Result<std::vector<RawRow>> read_workbook(std::string_view bytes, std::string_view source, const std::string& sheet);

/// A workbook or another archive (its first bytes say so).
bool is_archive(std::string_view bytes);

}  // namespace nodtrack::interop
