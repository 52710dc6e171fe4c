#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

/// Collects every problem of a delivery, and turns them into one `Error`.
class ProblemList {
  public:
    /// The column's place for problems of a row as a whole: after all columns.
    static constexpr std::uint32_t after_all_columns = UINT32_MAX;

    /// A problem in a row. `position` is the column's place in the file, for the order of the list only.
    void add(RowKind kind, std::string_view file, std::uint32_t row, std::uint32_t position, std::string_view column,
             std::string_view message);

    /// A problem with a file as a whole (row 0 of it), listed before all rows.
    void add_file(std::string_view file, std::string_view column, std::string_view message);

    bool empty() const { return count_ == 0; }

    /// One `Error{bad_input}` with all problems in order. Precondition: not empty.
    Error error() const;

  private:
    struct Problem {
        std::int32_t rank = 0;  ///< of the file
        std::uint32_t row = 0;
        std::uint32_t position = 0;
        std::string text;
    };

    std::vector<Problem> problems_;
    std::vector<std::string> files_;
    std::size_t count_ = 0;
};

}  // namespace nodtrack::interop
