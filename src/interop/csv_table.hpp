#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "csv_scanner.hpp"

namespace nodtrack::interop {

/// Reads a CSV table with a header row, and gathers what is wrong with it as `file:row:column: what is wrong`.
class CsvTable {
  public:
    /// `names` are the columns taken; the first `needed` of them must be there.
    CsvTable(std::string_view source, std::vector<std::string_view> names, std::size_t needed)
        : source_(source), names_(std::move(names)), needed_(needed)
    {}

    /// Calls `read_row` with each row that has as many cells as the header.
    void read(std::string text, const std::function<void(const CsvRecord&)>& read_row);

    /// As the header names them; empty where the file is.
    const std::vector<std::string>& columns() const { return columns_; }
    bool header_is_sound() const { return header_is_sound_; }

    void problem(std::uint32_t line, std::string_view column, std::string_view what);
    bool is_sound() const { return problems_.empty(); }
    std::vector<std::string> take_problems() { return std::move(problems_); }

  private:
    void read_header(const CsvRecord& record);

    std::string_view source_;
    std::vector<std::string_view> names_;
    std::size_t needed_;
    std::vector<std::string> columns_;
    bool header_is_sound_ = false;
    std::vector<std::string> problems_;
};

}  // namespace nodtrack::interop
