#include "nodtrack/interop/corrections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "csv_scanner.hpp"
#include "nearest.hpp"
#include "row_reader.hpp"

namespace nodtrack::interop {
namespace {

std::vector<std::string_view> column_names_taken()
{
    std::vector<std::string_view> names = {"nodule_id", "decision"};
    for (const std::string_view name : column_names<RowKind::measurement>) {
        if (name != "patient_id" && name != "scan_id" && name != "nodule_id") names.push_back(name);
    }
    return names;
}

class CorrectionReader {
  public:
    explicit CorrectionReader(std::string_view source) : source_(source), names_(column_names_taken()) {}

    void read_header(const CsvRecord& record)
    {
        std::set<std::string_view> seen;
        for (const std::string_view cell : record.cells) {
            columns_.emplace_back(cell);
            if (std::ranges::count(names_, cell) == 0 && !cell.starts_with("x_"))
                problem(record.line, cell, message_of_unknown_column(cell, names_));
            if (!seen.insert(cell).second) problem(record.line, cell, "is there twice; name each column once");
        }
        if (!seen.contains("nodule_id")) problem(record.line, "nodule_id", "the column is missing; add it");
    }

    void read_row(const CsvRecord& record)
    {
        if (record.fault != CsvFault::none || record.cells.size() != columns_.size()) {
            return problem(record.line, "row",
                           fmt::format("has {} cells where the header has {}; check its commas and quotes",
                                       record.cells.size(), columns_.size()));
        }
        CorrectionRow row;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string_view cell = record.cells[i];
            const std::string& column = columns_[i];
            if (cell.empty() || column.starts_with("x_")) continue;
            if (column == "nodule_id") {
                row.nodule_id = cell;
            } else if (column == "decision") {
                if (cell == "accept") {
                    row.decision = CorrectionRow::Decision::accept;
                } else if (cell == "leave") {
                    row.decision = CorrectionRow::Decision::leave;
                } else {
                    problem(record.line, column, quoted(cell) + " is none of accept, leave");
                }
            } else {
                row.cells.emplace_back(column, cell);
            }
        }
        if (row.nodule_id.empty()) return problem(record.line, "nodule_id", "is empty; say which nodule is meant");
        if (!ids_.insert(row.nodule_id).second) {
            return problem(record.line, "nodule_id", "has a row already; give one row a nodule");
        }
        rows_.push_back(std::move(row));
    }

    Result<std::vector<CorrectionRow>> finish()
    {
        if (columns_.empty()) problem(1, "file", "is empty; the header row nodule_id,… is right");
        if (!problems_.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(problems_));
        return std::move(rows_);
    }

  private:
    void problem(std::uint32_t line, std::string_view column, std::string_view what)
    {
        constexpr std::size_t most_problems = 100;
        const std::string name = valid_utf8_prefix(column) == column.size() ? std::string(column) : quoted(column);
        if (problems_.size() < most_problems)
            problems_.push_back(fmt::format("{}:{}:{}: {}", source_, line, name, what));
    }

    std::string_view source_;
    std::vector<std::string_view> names_;
    std::vector<std::string> columns_;
    std::vector<CorrectionRow> rows_;
    std::set<std::string> ids_;
    std::vector<std::string> problems_;
};

}  // namespace

Result<std::vector<CorrectionRow>> read_corrections(std::string text, std::string_view source)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    CorrectionReader reader(source);
    CsvScanner scanner(text);
    CsvRecord record;
    bool is_header = true;
    while (scanner.next(record)) {
        if (record.is_blank()) continue;
        is_header ? reader.read_header(record) : reader.read_row(record);
        is_header = false;
    }
    return reader.finish();
}

}  // namespace nodtrack::interop
