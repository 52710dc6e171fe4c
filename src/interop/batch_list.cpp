#include "nodtrack/interop/batch_list.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "csv_table.hpp"
#include "nearest.hpp"

namespace nodtrack::interop {
namespace {

constexpr std::size_t columns_needed = 5;  // the first ones
constexpr double farthest_mm = 1e6;        // no frame of reference reaches so far

class BatchReader {
  public:
    explicit BatchReader(std::string_view source)
        : table_(source, {"image", "nodule_id", "x_mm", "y_mm", "z_mm", "series", "patient_id", "scan_id"},
                 columns_needed)
    {}

    Result<std::vector<BatchCt>> read(std::string text)
    {
        table_.read(std::move(text), [this](const CsvRecord& record) { read_row(record); });
        if (table_.columns().empty())
            table_.problem(1, "file", "is empty; the header row image,nodule_id,x_mm,y_mm,z_mm is right");
        if (table_.is_sound() && cts_.empty()) table_.problem(1, "file", "lists no nodule; give one row a nodule");
        if (table_.is_sound()) return std::move(cts_);
        return failure(ErrorCode::bad_input, "nothing was measured", table_.take_problems());
    }

  private:
    void read_row(const CsvRecord& record)
    {
        if (!table_.header_is_sound()) return;
        const std::vector<std::string>& columns = table_.columns();
        const auto cell = [&](std::string_view column) {
            const auto at = std::ranges::find(columns, column) - columns.begin();
            return static_cast<std::size_t>(at) < columns.size() ? record.cells[static_cast<std::size_t>(at)]
                                                                 : std::string_view();
        };
        for (const std::string_view column : {"image", "nodule_id"}) {
            if (cell(column).empty()) return table_.problem(record.line, column, "is empty; fill it in");
        }
        BatchClick click;
        click.nodule_id = cell("nodule_id");
        constexpr std::array<std::string_view, 3> axes = {"x_mm", "y_mm", "z_mm"};
        for (std::size_t a = 0; a < 3; ++a) {
            const std::string_view text = cell(axes[a]);
            double& value = click.position_mm[a];
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) <= farthest_mm))
                return table_.problem(record.line, axes[a],
                                      quoted(text) + " is no place in mm; write a number such as -62.5");
        }
        add(record.line, std::pair(std::string(cell("image")), std::string(cell("series"))), cell("patient_id"),
            cell("scan_id"), std::move(click));
    }

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
            return table_.problem(line, "patient_id",
                                  "another row of this image names another patient or scan; say one");
        const bool is_doubled = std::ranges::count(ct.clicks, click.nodule_id, &BatchClick::nodule_id) > 0;
        if (is_doubled)
            return table_.problem(line, "nodule_id", "has a row on this image already; give one row a nodule");
        ct.clicks.push_back(std::move(click));
    }

    CsvTable table_;
    std::map<std::pair<std::string, std::string>, std::size_t> places_;
    std::vector<BatchCt> cts_;
};

}  // namespace

Result<std::vector<BatchCt>> read_batch_list(std::string text, std::string_view source)
{
    return BatchReader(source).read(std::move(text));
}

}  // namespace nodtrack::interop
