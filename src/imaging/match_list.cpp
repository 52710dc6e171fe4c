#include <nodtrack/imaging/match_list.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <unordered_map>

#include "match_csv.hpp"
#include "text.hpp"

namespace nodtrack::imaging {
namespace {

enum class Column { exam, nodule_id, x_mm, y_mm, z_mm, long_axis_mm, attenuation, lobe };

constexpr auto column_names = std::to_array<std::string_view>(
    {"exam", "nodule_id", "x_mm", "y_mm", "z_mm", "long_axis_mm", "attenuation", "lobe"});
constexpr auto required_columns = {Column::nodule_id, Column::x_mm, Column::y_mm, Column::z_mm};

std::string name_of(Column column)
{
    return std::string(column_names[static_cast<std::size_t>(column)]);
}

/// What a list is of: nodules of scans, or places that only have an `id`.
enum class ListOf { nodules, points };

/// A value for a message: short, and only where it can be shown.
std::string shown(std::string_view text)
{
    constexpr std::size_t most = 40;
    if (!is_plain_text(text) || text.size() > most) return "this";
    return "'" + std::string(text) + "'";
}

/// All of a text as a number; absent when it is none, or none that is finite.
std::optional<double> number(std::string_view text)
{
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool all = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return all && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

class ListReader {
  public:
    ListReader(std::string_view source, ListOf of) : source_(source), of_(of) {}

    Result<NoduleList> read(std::string_view text)
    {
        const auto rows = csv_rows(text);
        if (rows.empty()) {
            add(1, "",
                std::string("the file is empty; expected a header row with ") + name(Column::nodule_id) +
                    ",x_mm,y_mm,z_mm");
        } else if (read_header(rows.front())) {
            for (auto row = rows.begin() + 1; row != rows.end(); ++row)
                read_row(*row);
        }
        if (problems_.empty()) return std::move(list_);
        const auto count = problems_.size();
        return failure(ErrorCode::bad_input,
                       std::to_string(count) + (count == 1 ? " problem in " : " problems in ") + source_,
                       std::move(problems_));
    }

  private:
    std::string name(Column column) const
    {
        return of_ == ListOf::points && column == Column::nodule_id ? "id" : name_of(column);
    }

    void add(std::size_t row, std::string_view column, std::string_view message)
    {
        std::string problem = source_ + ":" + std::to_string(row) + ":";
        if (!column.empty()) problem += std::string(column) + ":";
        problems_.push_back(problem + " " + std::string(message));
    }

    bool read_header(const CsvRow& row)
    {
        if (row.broken_quotes) {
            add(row.line, "", "a quote out of place; expected RFC 4180 quotes");
            return false;
        }
        width_ = row.cells.size();
        for (std::size_t i = 0; i < width_; ++i)
            read_heading(row, i);
        for (const Column column : required_columns) {
            if (!places_.contains(column)) add(row.line, name(column), "the column is missing");
        }
        list_.names_exams = places_.contains(Column::exam);
        if (!list_.names_exams) list_.exams.emplace_back();
        return problems_.empty();
    }

    void read_heading(const CsvRow& row, std::size_t place)
    {
        const std::string& heading = row.cells[place];
        const bool points = of_ == ListOf::points;
        const auto found = points && heading == "id" ? column_names.begin() + static_cast<int>(Column::nodule_id)
                                                     : std::find(column_names.begin(), column_names.end(), heading);
        if (found == column_names.end()) {
            if (heading.starts_with("x_")) return;
            add(row.line, "column " + std::to_string(place + 1),
                "an unknown column; expected " + joined({column_names.begin(), column_names.end()}, ", ") +
                    ", or a name that begins with x_");
            return;
        }
        const auto column = static_cast<Column>(found - column_names.begin());
        if (!places_.emplace(column, place).second) add(row.line, heading, "the column is there twice");
    }

    void read_row(const CsvRow& row)
    {
        if (row.broken_quotes) {
            add(row.line, "", "a quote out of place; expected RFC 4180 quotes");
            return;
        }
        if (row.cells.size() != width_) {
            add(row.line, "",
                std::to_string(row.cells.size()) + " cells; expected " + std::to_string(width_) + ", as in the header");
            return;
        }
        const std::size_t before = problems_.size();
        const std::string exam = list_.names_exams ? id(row, Column::exam) : std::string();
        LocatedNodule nodule;
        nodule.nodule_id = id(row, Column::nodule_id);
        nodule.position_mm = {coordinate(row, Column::x_mm), coordinate(row, Column::y_mm),
                              coordinate(row, Column::z_mm)};
        nodule.long_axis_mm = long_axis(row);
        nodule.attenuation = word_of<AttenuationClass>(row, Column::attenuation);
        nodule.lobe = word_of<Lobe>(row, Column::lobe);
        if (problems_.size() == before) keep(row, exam, std::move(nodule));
    }

    void keep(const CsvRow& row, const std::string& exam, LocatedNodule nodule)
    {
        const auto [seen, is_first] = lines_.try_emplace({exam, nodule.nodule_id}, row.line);
        if (!is_first) {
            add(row.line, name(Column::nodule_id),
                "the same id as in row " + std::to_string(seen->second) +
                    "; expected an id that no other nodule of the exam has");
            return;
        }
        const auto place = list_.names_exams ? exams_.try_emplace(exam, list_.exams.size()).first->second : 0;
        if (place == list_.exams.size()) list_.exams.push_back({.exam = exam, .nodules = {}});
        auto& nodules = list_.exams[place].nodules;
        nodules.push_back(std::move(nodule));
        const std::size_t most = of_ == ListOf::points ? most_points_of_a_list : most_nodules_of_a_scan;
        if (nodules.size() == most + 1) {
            add(row.line, name(Column::nodule_id),
                "one nodule too many; expected at most " + std::to_string(most) + " of one scan");
        }
    }

    /// The cell of a column; empty where the list has no such column.
    std::string_view cell(const CsvRow& row, Column column) const
    {
        const auto place = places_.find(column);
        return place == places_.end() ? std::string_view() : std::string_view(row.cells[place->second]);
    }

    std::string id(const CsvRow& row, Column column)
    {
        const auto text = cell(row, column);
        const std::string limits =
            "expected a text of 1 to " + std::to_string(longest_list_id) + " bytes of UTF-8 without control characters";
        if (text.empty()) add(row.line, name(column), "empty; " + limits);
        if (text.size() > longest_list_id || !is_plain_text(text)) {
            add(row.line, name(column), "too long, or no plain text; " + limits);
        }
        return std::string(text);
    }

    double coordinate(const CsvRow& row, Column column)
    {
        const auto text = cell(row, column);
        const auto value = number(text);
        if (value && std::abs(*value) <= farthest_coordinate_mm) return *value;
        add(row.line, name(column),
            (text.empty() ? "empty" : shown(text) + (value ? " is too far off" : " is no number")) +
                "; expected a position in mm, such as -35.2, of at most " + text_of(farthest_coordinate_mm));
        return 0;
    }

    std::optional<double> long_axis(const CsvRow& row)
    {
        constexpr double largest_mm = 1000;
        const auto text = cell(row, Column::long_axis_mm);
        if (text.empty()) return std::nullopt;
        const auto value = number(text);
        if (value && *value > 0 && *value <= largest_mm) return value;
        add(row.line, name(Column::long_axis_mm),
            shown(text) + " is no size; expected a number in mm above 0 and at most " + text_of(largest_mm) +
                ", or an empty cell if unknown");
        return std::nullopt;
    }

    template <class Enumeration>
    std::optional<Enumeration> word_of(const CsvRow& row, Column column)
    {
        const auto text = cell(row, column);
        if (text.empty() || text == "unknown") return std::nullopt;
        const auto value = value_of_word<Enumeration>(text);
        if (!value) {
            add(row.line, name(column),
                shown(text) + " is no word of this column; expected one of " + word_list<Enumeration>());
        }
        return value;
    }

    std::string source_;
    ListOf of_;
    NoduleList list_;
    std::vector<std::string> problems_;
    std::map<Column, std::size_t> places_;
    std::size_t width_ = 0;
    std::map<std::pair<std::string, std::string>, std::size_t> lines_;  ///< by exam and id: where it was seen first
    std::unordered_map<std::string, std::size_t> exams_;
};

}  // namespace

Result<NoduleList> read_nodule_list_text(std::string_view text, std::string_view source)
{
    return ListReader(source, ListOf::nodules).read(text);
}

namespace {

Result<std::string> text_of_list(const std::filesystem::path& file)
{
    std::error_code problem;
    if (!std::filesystem::exists(file, problem))
        return failure(ErrorCode::not_found, "there is no file '" + file.string() + "'");
    if (std::filesystem::is_directory(file, problem))
        return failure(ErrorCode::bad_input, "'" + file.string() + "' is a folder; expected a CSV file");
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    // An empty file fails the second stream, and is told by the reader.
    if (!stream || stream.bad()) return failure(ErrorCode::bad_input, "'" + file.string() + "' cannot be read");
    return text.str();
}

}  // namespace

Result<NoduleList> read_nodule_list(const std::filesystem::path& file)
{
    const auto text = text_of_list(file);
    if (!text) return tl::unexpected(text.error());
    return read_nodule_list_text(*text, file.string());
}

Result<std::vector<LocatedNodule>> read_point_list(const std::filesystem::path& file)
{
    const auto text = text_of_list(file);
    if (!text) return tl::unexpected(text.error());
    auto list = ListReader(file.string(), ListOf::points).read(*text);
    if (!list) return tl::unexpected(list.error());
    if (list->names_exams)
        return failure(ErrorCode::bad_input, file.string() + ": a list of points has no column exam");
    return std::move(list->exams.front().nodules);
}

Result<std::vector<ExamLinks>> match_lists(NoduleList prior, NoduleList current)
{
    if (prior.names_exams != current.names_exams) {
        return failure(ErrorCode::bad_input,
                       "one of the lists has a column exam and the other has none; expected both or neither");
    }
    std::vector<ExamLinks> exams;
    std::unordered_map<std::string, std::size_t> places;
    for (auto& exam : prior.exams) {
        places.emplace(exam.exam, exams.size());
        exams.push_back({.exam = exam.exam, .prior = std::move(exam.nodules), .current = {}, .links = {}});
    }
    for (auto& exam : current.exams) {
        const auto [place, is_new] = places.try_emplace(exam.exam, exams.size());
        if (is_new) exams.push_back({.exam = exam.exam, .prior = {}, .current = {}, .links = {}});
        exams[place->second].current = std::move(exam.nodules);
    }
    for (auto& exam : exams)
        exam.links = match(exam.prior, exam.current);
    return exams;
}

}  // namespace nodtrack::imaging
