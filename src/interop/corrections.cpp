#include "nodtrack/interop/corrections.hpp"

#include <set>

#include "csv_table.hpp"
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
    explicit CorrectionReader(std::string_view source) : table_(source, column_names_taken(), 1) {}

    Result<std::vector<CorrectionRow>> read(std::string text)
    {
        table_.read(std::move(text), [this](const CsvRecord& record) { read_row(record); });
        if (table_.columns().empty()) table_.problem(1, "file", "is empty; the header row nodule_id,… is right");
        if (table_.is_sound()) return std::move(rows_);
        return failure(ErrorCode::bad_input, "nothing was stored", table_.take_problems());
    }

  private:
    void read_row(const CsvRecord& record)
    {
        CorrectionRow row;
        for (std::size_t i = 0; i < record.cells.size(); ++i) {
            const std::string_view cell = record.cells[i];
            const std::string& column = table_.columns()[i];
            if (cell.empty() || column.starts_with("x_")) continue;
            if (column == "nodule_id") {
                row.nodule_id = cell;
            } else if (column == "decision") {
                if (cell == "accept") {
                    row.decision = CorrectionRow::Decision::accept;
                } else if (cell == "leave") {
                    row.decision = CorrectionRow::Decision::leave;
                } else {
                    table_.problem(record.line, column, quoted(cell) + " is none of accept, leave");
                }
            } else {
                row.cells.emplace_back(column, cell);
            }
        }
        if (row.nodule_id.empty())
            return table_.problem(record.line, "nodule_id", "is empty; say which nodule is meant");
        if (!ids_.insert(row.nodule_id).second) {
            return table_.problem(record.line, "nodule_id", "has a row already; give one row a nodule");
        }
        rows_.push_back(std::move(row));
    }

    CsvTable table_;
    std::vector<CorrectionRow> rows_;
    std::set<std::string> ids_;
};

}  // namespace

Result<std::vector<CorrectionRow>> read_corrections(std::string text, std::string_view source)
{
    return CorrectionReader(source).read(std::move(text));
}

}  // namespace nodtrack::interop
