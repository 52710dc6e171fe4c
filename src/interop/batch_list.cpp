#include "nodtrack/interop/batch_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "csv_scanner.hpp"
#include "nearest.hpp"
#include "row_reader.hpp"

namespace nodtrack::interop {
namespace {

constexpr std::array<std::string_view, 8> column_names_taken = {"image", "nodule_id", "x_mm",       "y_mm",
                                                                "z_mm",  "series",    "patient_id", "scan_id"};
constexpr std::size_t columns_needed = 5;
constexpr double farthest_mm = 1e6;  // no frame of reference reaches so far

class BatchReader {
  public:
    explicit BatchReader(std::string_view source) : source_(source) {}

    void read_header(const CsvRecord& record)
    {
        for (const std::string_view cell : record.cells) {
            if (std::ranges::count(column_names_taken, cell) == 0 && !cell.starts_with("x_"))
                problem(record.line, cell, message_of_unknown_column(cell, column_names_taken));
            if (std::ranges::count(columns_, cell) > 0)
                problem(record.line, cell, "is there twice; name each column once");
            columns_.emplace_back(cell);
        }
        for (std::size_t i = 0; i < columns_needed; ++i) {
            if (std::ranges::count(columns_, column_names_taken[i]) == 0)
                problem(record.line, column_names_taken[i], "the column is missing; add it");
        }
        header_is_sound_ = problems_.empty();
    }

    void read_row(const CsvRecord& record)
    {
        if (record.fault != CsvFault::none || record.cells.size() != columns_.size()) {
            return problem(record.line, "row",
                           fmt::format("has {} cells where the header has {}; check its commas and quotes",
                                       record.cells.size(), columns_.size()));
        }
        if (!header_is_sound_) return;
        const auto cell = [&](std::string_view column) {
            const auto at = std::ranges::find(columns_, column) - columns_.begin();
            return static_cast<std::size_t>(at) < columns_.size() ? record.cells[static_cast<std::size_t>(at)]
                                                                  : std::string_view();
        };
        for (const std::string_view column : {"image", "nodule_id"}) {
            if (cell(column).empty()) return problem(record.line, column, "is empty; fill it in");
        }
        BatchClick click;
        click.nodule_id = cell("nodule_id");
        constexpr std::array<std::string_view, 3> axes = {"x_mm", "y_mm", "z_mm"};
        for (std::size_t a = 0; a < 3; ++a) {
            const std::string_view text = cell(axes[a]);
            double& value = click.position_mm[a];
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) <= farthest_mm))
                return problem(record.line, axes[a], quoted(text) + " is no place in mm; write a number such as -62.5");
        }
        add(record.line, std::pair(std::string(cell("image")), std::string(cell("series"))), cell("patient_id"),
            cell("scan_id"), std::move(click));
    }

    Result<std::vector<BatchCt>> finish()
    {
        if (columns_.empty()) problem(1, "file", "is empty; the header row image,nodule_id,x_mm,y_mm,z_mm is right");
        if (problems_.empty() && cts_.empty()) problem(1, "file", "lists no nodule; give one row a nodule");
        if (!problems_.empty()) return failure(ErrorCode::bad_input, "nothing was measured", std::move(problems_));
        return std::move(cts_);
    }

  private:
    void add(std::uint32_t line, const std::pair<std::string, std::string>& image, std::string_view patient_id,
             std::string_view scan_id, BatchClick click)
    {
        const auto [place, is_new] = places_.emplace(image, cts_.size());
        if (is_new) {
            cts_.push_back({.image = image.first,
                            .series = image.second,
                            .patient_id = std::string(patient_id),
                            .scan_id = std::string(scan_id),
                            .clicks = {}});
        }
        BatchCt& ct = cts_[place->second];
        if (ct.patient_id != patient_id || ct.scan_id != scan_id)
            return problem(line, "patient_id", "another row of this image names another patient or scan; say one");
        const bool is_doubled = std::ranges::count(ct.clicks, click.nodule_id, &BatchClick::nodule_id) > 0;
        if (is_doubled) return problem(line, "nodule_id", "has a row on this image already; give one row a nodule");
        ct.clicks.push_back(std::move(click));
    }

    void problem(std::uint32_t line, std::string_view column, std::string_view what)
    {
        constexpr std::size_t most_problems = 100;
        const std::string name = valid_utf8_prefix(column) == column.size() ? std::string(column) : quoted(column);
        if (problems_.size() < most_problems)
            problems_.push_back(fmt::format("{}:{}:{}: {}", source_, line, name, what));
    }

    std::string_view source_;
    std::vector<std::string> columns_;
    bool header_is_sound_ = false;
    std::map<std::pair<std::string, std::string>, std::size_t> places_;
    std::vector<BatchCt> cts_;
    std::vector<std::string> problems_;
};

}  // namespace

Result<std::vector<BatchCt>> read_batch_list(std::string text, std::string_view source)
{
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    BatchReader reader(source);
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
