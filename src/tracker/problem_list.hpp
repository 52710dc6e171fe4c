#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::tracker {

/// What is wrong with a delivery, gathered in any order and told in the order of files, rows and columns.
class ProblemList {
  public:
    explicit ProblemList(const Delivery& delivery) : delivery_(delivery) {}

    /// Left out where the reader found something wrong with that row already: what follows from it would mislead.
    void add(RowKind kind, std::uint32_t line, std::string_view column, std::string message);
    /// A reference to a row that is not there; left out where a row of that kind could not be read.
    void add_unknown(RowKind referred, RowKind kind, std::uint32_t line, std::string_view column, std::string message);
    /// Takes over what the reader found.
    void add_problems_of_reading();
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
    std::unordered_set<std::uint64_t> rows_at_fault_;  ///< kind and line
};

/// The place of a column in its file, for the order of messages: key columns first, then the record's order.
std::size_t place_of_column(RowKind kind, std::string_view column);

}  // namespace nodtrack::tracker
