#include "csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nearest.hpp"
#include "row_reader.hpp"

namespace nodtrack::interop {

void CsvTable::read(std::string text, const std::function<void(const CsvRecord&)>& read_row)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    CsvScanner scanner(text);
    CsvRecord record;
    while (scanner.next(record)) {
        if (record.is_blank()) continue;
        if (columns_.empty()) {
            read_header(record);
        } else if (record.fault != CsvFault::none || record.cells.size() != columns_.size()) {
            problem(record.line, "row",
                    fmt::format("has {} cells where the header has {}; check its commas and quotes",
                                record.cells.size(), columns_.size()));
        } else {
            read_row(record);
        }
    }
}

void CsvTable::read_header(const CsvRecord& record)
{
    for (const std::string_view cell : record.cells) {
        if (std::ranges::count(names_, cell) == 0 && !cell.starts_with("x_"))
            problem(record.line, cell, message_of_unknown_column(cell, names_));
        if (std::ranges::count(columns_, cell) > 0) problem(record.line, cell, "is there twice; name each column once");
        columns_.emplace_back(cell);
    }
    for (std::size_t i = 0; i < needed_; ++i) {
        if (std::ranges::count(columns_, names_[i]) == 0)
            problem(record.line, names_[i], "the column is missing; add it");
    }
    header_is_sound_ = problems_.empty();
}

void CsvTable::problem(std::uint32_t line, std::string_view column, std::string_view what)
{
    constexpr std::size_t most_problems = 100;
    const std::string name = valid_utf8_prefix(column) == column.size() ? std::string(column) : quoted(column);
    if (problems_.size() < most_problems) problems_.push_back(fmt::format("{}:{}:{}: {}", source_, line, name, what));
}

}  // namespace nodtrack::interop
