#include "nodtrack/interop/xport.hpp"

#include <fmt/format.h>
#include <readstat.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "csv_scanner.hpp"

namespace nodtrack::interop {
namespace {

namespace fs = std::filesystem;

using Writer = std::unique_ptr<readstat_writer_t, decltype(&readstat_writer_free)>;

bool is_numeric(const StudyColumn& column)
{
    return column.type == "decimal" || column.type == "count";
}

ssize_t append(const void* bytes, std::size_t count, void* out)
{
    static_cast<std::ofstream*>(out)->write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
    return *static_cast<std::ofstream*>(out) ? static_cast<ssize_t>(count) : -1;
}

/// Noon of that day by the clock of this computer, as the library turns it back: so that the header goes by the day.
std::time_t noon_of(Date day)
{
    constexpr int noon = 12;
    constexpr int first_year = 1900;
    const std::string iso = day.iso();
    std::tm time{};
    time.tm_year = std::stoi(iso.substr(0, 4)) - first_year;
    time.tm_mon = std::stoi(iso.substr(5, 2)) - 1;
    time.tm_mday = std::stoi(iso.substr(8, 2));
    time.tm_hour = noon;
    time.tm_isdst = -1;
    return std::mktime(&time);
}

/// The rows of a CSV text, whose cells lie in the text.
std::vector<std::vector<std::string_view>> rows_of(std::string& text)
{
    std::vector<std::vector<std::string_view>> rows;
    CsvScanner scanner(text);
    CsvRecord record;
    scanner.next(record);  // the header
    while (scanner.next(record))
        rows.push_back(record.cells);
    return rows;
}

class XportTable {
  public:
    XportTable(StudyFile file, std::vector<std::vector<std::string_view>> rows)
        : file_(file), columns_(columns_of(file)), rows_(std::move(rows))
    {}

    Result<void> write(std::ofstream& out, Date made_on)
    {
        std::string name(name_of(file_));
        std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
        readstat_set_data_writer(writer_.get(), append);
        readstat_writer_set_file_format_version(writer_.get(), 5);
        readstat_writer_set_table_name(writer_.get(), name.c_str());
        readstat_writer_set_file_label(writer_.get(), name.c_str());
        readstat_writer_set_file_timestamp(writer_.get(), noon_of(made_on));
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (const auto done = add_variable(i); !done) return done;
        }
        check(readstat_begin_writing_xport(writer_.get(), &out, static_cast<long>(rows_.size())));
        for (const auto& row : rows_)
            write_row(row);
        check(readstat_end_writing(writer_.get()));
        if (problem_ == READSTAT_OK) return {};
        return failure(ErrorCode::bad_input,
                       fmt::format("{}.xpt cannot be written: {}", name_of(file_), readstat_error_message(problem_)));
    }

  private:
    void check(readstat_error_t outcome)
    {
        if (problem_ == READSTAT_OK) problem_ = outcome;
    }

    Result<void> add_variable(std::size_t column)
    {
        std::size_t width = 1;
        for (const auto& row : rows_)
            width = std::max(width, row[column].size());
        const std::string name(columns_[column].name);
        const bool numeric = is_numeric(columns_[column]);
        if (!numeric && width > longest_xport_text) {
            return failure(ErrorCode::bad_input, fmt::format("{}.xpt: {} has a text of {} bytes; SAS XPORT takes {}",
                                                             name_of(file_), name, width, longest_xport_text));
        }
        readstat_variable_t* const variable = readstat_add_variable(
            writer_.get(), name.c_str(), numeric ? READSTAT_TYPE_DOUBLE : READSTAT_TYPE_STRING, numeric ? 0 : width);
        readstat_variable_set_label(variable, std::string(columns_[column].meaning).c_str());
        variables_.push_back(variable);
        return {};
    }

    void write_row(const std::vector<std::string_view>& row)
    {
        check(readstat_begin_row(writer_.get()));
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (row[i].empty()) {
                check(readstat_insert_missing_value(writer_.get(), variables_[i]));
            } else if (is_numeric(columns_[i])) {
                double value = 0;
                std::from_chars(row[i].data(), row[i].data() + row[i].size(), value);
                check(readstat_insert_double_value(writer_.get(), variables_[i], value));
            } else {
                check(readstat_insert_string_value(writer_.get(), variables_[i], std::string(row[i]).c_str()));
            }
        }
        check(readstat_end_row(writer_.get()));
    }

    StudyFile file_;
    std::span<const StudyColumn> columns_;
    std::vector<std::vector<std::string_view>> rows_;
    Writer writer_{readstat_writer_init(), readstat_writer_free};
    std::vector<readstat_variable_t*> variables_;
    readstat_error_t problem_ = READSTAT_OK;
};

}  // namespace

Result<void> write_xport(const fs::path& csv, StudyFile file, Date made_on, const fs::path& xport)
{
    std::ifstream in(csv, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.is_open() || in.bad()) {
        return failure(ErrorCode::bad_input, fmt::format("'{}' could not be read again", csv.string()));
    }
    std::ofstream out(xport, std::ios::binary);
    if (const auto done = XportTable(file, rows_of(text)).write(out, made_on); !done) return done;
    out.flush();
    if (out) return {};
    return failure(ErrorCode::bad_input, fmt::format("'{}' could not be written: is the disk full, or the folder "
                                                     "read-only?",
                                                     xport.string()));
}

}  // namespace nodtrack::interop
