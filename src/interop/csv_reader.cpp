#include "csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "csv_scanner.hpp"
#include "row_reader.hpp"
#include "value_text.hpp"

namespace nodtrack::interop {
namespace {

constexpr std::size_t ignored_column = SIZE_MAX;
constexpr std::size_t nameless_column = SIZE_MAX - 1;

std::string message_of_broken_utf8(std::string_view cell)
{
    return fmt::format("{} is not UTF-8; save the file as UTF-8", quoted(cell));
}

template <RowKind kind>
class CsvReader {
  public:
    CsvReader(std::string& text, Delivery& delivery, ProblemList& problems)
        : text_(text),
          file_(delivery.source[index_of(kind)]),
          problems_(problems),
          lost_(delivery.rows_lost[index_of(kind)]),
          rows_(delivery, problems),
          scanner_(text),
          all_utf8_(valid_utf8_prefix(text) == text.size())
    {}

    void read()
    {
        if (!has_right_encoding() || !read_header()) {
            lost_ = true;
            return;
        }
        rows_.reserve(expected_rows());
        CsvRecord record;
        while (scanner_.next(record)) {
            if (!record.is_blank()) read_row(record);
        }
        rows_.end_file();
    }

  private:
    bool has_right_encoding()
    {
        if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
            problems_.add(kind, file_, 1, 0, name(0), "the file is UTF-16; save it as UTF-8");
            return false;
        }
        const std::size_t return_character = text_.find('\r');
        const bool is_inside = return_character != std::string::npos && return_character + 1 < text_.size();
        if (is_inside && text_.find('\n') == std::string::npos) {
            problems_.add(kind, file_, 1, 0, name(0), "lines end with CR alone; save the file with LF or CRLF");
            return false;
        }
        return true;
    }

    static std::string_view name(std::size_t column) { return columns<kind>[column].name; }

    /// Finds out which column each cell of a row is; false when the rest cannot be read.
    bool read_header()
    {
        CsvRecord header;
        if (!scanner_.next(header) || header.is_blank()) {
            problems_.add(kind, file_, 1, 0, name(0),
                          "the header row is missing; begin the file with the names of its columns");
            return false;
        }
        if (header.fault != CsvFault::none) {
            const auto position = static_cast<std::uint32_t>(header.faulty_cell);
            problems_.add(kind, file_, 1, position, fmt::format("column {}", position + 1),
                          fault_in_words(header.fault));
            return false;
        }
        if (header.cells.size() == 1 && header.cells[0].find_first_of(";\t") != std::string_view::npos) {
            problems_.add(kind, file_, 1, 0, name(0), "columns are not separated by commas; save the file with commas");
            return false;
        }
        named_cells_ = header.cells.size();
        while (header.cells[named_cells_ - 1].empty())
            --named_cells_;
        for (std::size_t i = 0; i < header.cells.size(); ++i) {
            column_of_cell_.push_back(column_named(header.cells[i], i));
        }
        report_missing_columns();
        return true;
    }

    std::size_t column_named(std::string_view cell, std::size_t place)
    {
        const auto position = static_cast<std::uint32_t>(place);
        names_.push_back(cell.empty() ? fmt::format("column {}", place + 1) : std::string(cell));
        const auto report = [&](const std::string& message) {
            const bool readable =
                !cell.empty() && is_valid_identifier(cell) && is_utf8(cell) && cell.find(':') == cell.npos;
            const std::string shown = readable ? std::string(cell) : fmt::format("column {}", place + 1);
            names_.back() = shown;
            problems_.add(kind, file_, 1, position, shown, message);
        };
        if (cell.empty()) {
            // Spreadsheets leave columns without a name and without values at the end.
            if (place >= named_cells_) return nameless_column;
            report("the header has no name here; name the column or remove it");
            return ignored_column;
        }
        if (!is_utf8(cell)) {
            report(message_of_broken_utf8(cell));
            return ignored_column;
        }
        if (std::find(names_.begin(), names_.end() - 1, cell) != names_.end() - 1) {
            report("two columns have this name; keep one of them");
            return ignored_column;
        }
        const auto* const found = std::find(column_names<kind>.begin(), column_names<kind>.end(), cell);
        if (found != column_names<kind>.end()) {
            const auto column = static_cast<std::size_t>(found - column_names<kind>.begin());
            rows_.set_position(column, position);
            has_column_ |= ColumnBits{1} << column;
            return column;
        }
        if (!cell.starts_with("x_")) report(message_of_unknown_column(cell, column_names<kind>));
        return ignored_column;
    }

    void report_missing_columns()
    {
        for (std::size_t column = 0; column < column_count<kind>; ++column) {
            if (!columns<kind>[column].required || (has_column_ & (ColumnBits{1} << column)) != 0) continue;
            problems_.add(kind, file_, 1, ProblemList::after_all_columns, name(column),
                          "this column is missing; add it to the header and give every row a value");
            rows_.excuse(column);
            lost_ = true;
        }
    }

    void read_row(CsvRecord& record)
    {
        if (record.fault != CsvFault::none) {
            report_row(record.line, record.faulty_cell, fault_in_words(record.fault));
            lost_ = true;
            return;
        }
        // Never more or fewer, not even empty ones: with a decimal comma a row has one more.
        if (record.cells.size() != column_of_cell_.size()) {
            report_wrong_count(record);
            lost_ = true;
            return;
        }
        rows_.begin_row(record.line);
        for (std::size_t i = 0; i < record.cells.size(); ++i) {
            std::string_view cell = record.cells[i];
            if (cell.empty()) continue;
            // Written so that no spreadsheet takes the text for a formula.
            if (cell.front() == '\'' && would_be_formula(cell)) cell.remove_prefix(1);
            const std::size_t column = column_of_cell_[i];
            if (!all_utf8_ && !is_utf8(cell)) {
                refuse_broken_utf8(record.line, i, cell);
            } else if (column == nameless_column) {
                report_row(record.line, i, "the header has no name for this value; name the column or remove it");
            } else if (column != ignored_column) {
                rows_.read(column, cell);
            }
        }
        rows_.end_row();
    }

    void refuse_broken_utf8(std::uint32_t line, std::size_t place, std::string_view cell)
    {
        const std::size_t column = column_of_cell_[place];
        if (column == ignored_column || column == nameless_column) {
            report_row(line, place, message_of_broken_utf8(cell));
        } else if (is_identifier(name(column))) {
            rows_.refuse(column, "is not UTF-8; save the file as UTF-8");
        } else {
            rows_.refuse(column, message_of_broken_utf8(cell));
        }
    }

    void report_wrong_count(const CsvRecord& record)
    {
        const std::size_t right = column_of_cell_.size();
        const std::size_t found = record.cells.size();
        const std::string counts =
            fmt::format("the row has {} {}, the header {}", found, found == 1 ? "cell" : "cells", right);
        if (found < right) {
            report_row(record.line, found, counts + "; give every column a cell, empty if unknown");
        } else {
            report_row(record.line, right, counts + "; put text with a comma in quotes, write decimals with a point");
        }
    }

    /// A problem of a row of which no cell was read. `place` is the cell's number in the row.
    void report_row(std::uint32_t line, std::size_t place, std::string_view message)
    {
        const std::string column = place < names_.size() ? names_[place] : fmt::format("column {}", place + 1);
        problems_.add(kind, file_, line, static_cast<std::uint32_t>(place), column, message);
    }

    bool is_utf8(std::string_view cell) const { return all_utf8_ || valid_utf8_prefix(cell) == cell.size(); }

    /// By the lines of the beginning; a little more, so that the vector need not grow at the end.
    std::size_t expected_rows() const
    {
        constexpr std::size_t sample_size = 64 * 1024;
        const std::string_view sample = std::string_view(text_).substr(0, sample_size);
        const auto lines = static_cast<std::size_t>(std::count(sample.begin(), sample.end(), '\n'));
        // A row has its commas, so that a file of empty lines reserves little.
        const std::size_t line_length = std::max(sample.size() / (lines + 1), column_of_cell_.size());
        const std::size_t rows = text_.size() / line_length;
        return rows + rows / 16;
    }

    const std::string& text_;
    const std::string& file_;
    ProblemList& problems_;
    bool& lost_;  ///< whether a row could not be read at all
    RowReader<kind> rows_;
    CsvScanner scanner_;
    bool all_utf8_;
    std::vector<std::size_t> column_of_cell_;
    std::size_t named_cells_ = 0;  ///< up to the last one with a name
    std::vector<std::string> names_;
    ColumnBits has_column_ = 0;
};

}  // namespace

void read_csv(RowKind kind, std::string text, Delivery& delivery, ProblemList& problems)
{
    std::string& kept = delivery.text.emplace_back(std::move(text));
    with_kind(kind, [&]<RowKind known>() { CsvReader<known>(kept, delivery, problems).read(); });
}

}  // namespace nodtrack::interop
