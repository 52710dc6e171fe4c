#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::tracker {

/// What is wrong with a delivery, gathered in any order and told in the order of files, rows and columns.
class ProblemList {
  public:
    explicit ProblemList(const Delivery& delivery) : delivery_(delivery) {}

    void add(RowKind kind, std::uint32_t line, std::string_view column, std::string message);
    bool empty() const { return problems_.empty(); }
    /// `file:row:column: message` lines; beyond ten thousand the rest is counted in a last line.
    std::vector<std::string> lines() const;
    /// All of it as one failure `bad_input`.
    Error error() const;

  private:
    struct Problem {
        RowKind kind;
        std::uint32_t line;
        std::string column;
        std::string message;
    };
    const Delivery& delivery_;
    std::vector<Problem> problems_;
};

/// The place of a column in its file, for the order of messages: key columns first, then the record's order.
std::size_t place_of_column(RowKind kind, std::string_view column);

}  // namespace nodtrack::tracker
