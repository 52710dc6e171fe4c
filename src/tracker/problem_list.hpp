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
    /// What is no problem once somebody confirms it. `kept` is what is kept with the change then, where that is not the
    /// message: the change is told with the history of each of its patients, and must not name another one.
    void add_question(RowKind kind, std::uint32_t line, std::string_view column, std::string message,
                      std::string kept = {});
    bool empty() const { return problems_.empty(); }
    bool has_questions() const { return !questions_.empty(); }
    /// `file:row:column: message` lines; beyond ten thousand the rest is counted in a last line.
    std::vector<std::string> lines() const { return lines_of(problems_); }
    std::vector<std::string> question_lines() const { return lines_of(questions_); }
    /// The questions as they are kept with the change.
    std::vector<std::string> kept_lines() const;
    /// All of it as one failure `bad_input`.
    Error error() const;
    std::uint32_t row_in_source(RowKind kind, std::uint32_t line) const { return delivery_.row_in_source(kind, line); }

  private:
    struct Problem {
        RowKind kind;
        std::uint32_t line;
        std::string column;
        std::string message;
        std::string kept{};
    };
    /// Each line once: a cell of an imported table may belong to rows of several kinds, and be wrong in all of them.
    std::vector<std::string> lines_of(const std::vector<Problem>& problems, std::size_t* count = nullptr) const;

    const Delivery& delivery_;
    std::vector<Problem> problems_;
    std::vector<Problem> questions_;
    std::unordered_set<std::uint64_t> rows_at_fault_;  ///< kind and line
};

/// The failure that implausible values are not confirmed; `count` of them, also where not all have a line.
Error unconfirmed(std::vector<std::string> questions, std::size_t count);

/// The same as a warning, once it is confirmed.
std::string confirmed_line(const std::string& question);

/// What is kept with a change of which values were confirmed: from there on it is known who stored them as they are.
std::string confirmed_reason(const std::vector<std::string>& questions);

/// The place of a column in its file, for the order of messages: key columns first, then the record's order.
std::size_t place_of_column(RowKind kind, std::string_view column);

}  // namespace nodtrack::tracker
