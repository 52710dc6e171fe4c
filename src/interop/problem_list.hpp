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

    /// Whether a file as a whole is at fault: then nothing can be said of the rest.
    bool has_file_problem() const { return has_file_problem_; }

    /// Leaves all problems, in order, to a delivery.
    void move_into(Delivery& delivery);

    /// One `Error{bad_input}` with all problems in order. Precondition: not empty.
    Error error();

  private:
    struct Problem {
        std::int32_t rank = 0;  ///< of the file
        std::uint32_t row = 0;
        std::uint32_t position = 0;
        std::string text;  ///< of a file as a whole
        std::string file;  ///< else
        std::string column;
        std::string message;

        std::string line() const;
    };

    void put_in_order();

    std::vector<Problem> problems_;
    std::vector<std::string> files_;
    std::size_t count_ = 0;
    bool has_file_problem_ = false;
};

}  // namespace nodtrack::interop
