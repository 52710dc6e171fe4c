#pragma once

#include <string>
#include <string_view>

#include "canonical.hpp"
#include "nodtrack/store/provenance.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// Appends rows to a table, one statement a row, and hashes them as the change log does. Values are given in the order
/// of the columns.
class RecordedTable {
  public:
    /// `table` with its columns in parentheses where not all are given, or in another order.
    RecordedTable(StatementCache& statements, std::string_view table, int columns);

    /// Lasting until `end_row`.
    RecordedTable& text(std::string_view value);
    RecordedTable& copied_text(std::string_view value);
    RecordedTable& text_or_null(std::string_view value);
    RecordedTable& integer(std::int64_t value);
    RecordedTable& null();
    /// Columns not given are NULL.
    void end_row();

    std::int64_t rows() const { return rows_; }
    std::string digest() { return sha256_.digest(); }

  private:
    StatementUse insert_;
    CanonicalRow canonical_;
    Sha256 sha256_;
    int columns_;
    int column_ = 0;
    std::int64_t rows_ = 0;
};

/// One line of a log entry: the rows one delivery brought to one table.
std::string log_line(std::string_view table, std::int64_t rows, std::string_view sha256);

/// The chain: what an entry is hashed to, given the hash of the one before it.
std::string chained_sha256(std::string_view previous_sha256, std::string_view entry);

/// What the first entry follows.
std::string_view chain_start();

}  // namespace nodtrack::store
