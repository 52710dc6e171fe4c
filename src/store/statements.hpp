#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nodtrack::store {

/// A prepared statement without SQLiteCpp's cost for each column, for reading and writing in bulk.
/// All functions throw SQLite::Exception where SQLite refuses. Parameters and columns count as in SQLite: from 1, 0.
class BulkStatement {
  public:
    BulkStatement(sqlite3* database, const std::string& sql);

    /// Bound text must outlive the next `step` or `rewind`.
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::int64_t number);
    void bind_null(int parameter);

    /// Goes to the next row; false at the end.
    bool step()
    {
        const int outcome = sqlite3_step(statement_.get());
        if (outcome == SQLITE_ROW) return true;
        if (outcome == SQLITE_DONE) return false;
        raise();
    }
    void rewind() { sqlite3_reset(statement_.get()); }
    /// Runs a statement that returns no rows, and makes it ready to run again.
    void run();

    int columns() const { return sqlite3_column_count(statement_.get()); }
    sqlite3_value* value(int column) const { return sqlite3_column_value(statement_.get(), column); }
    /// Valid until the next step.
    std::string_view text(int column) const { return text_of(value(column)); }
    std::int64_t integer(int column) const { return sqlite3_value_int64(value(column)); }

    static std::string_view text_of(sqlite3_value* value)
    {
        const unsigned char* bytes = sqlite3_value_text(value);
        return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(value))};
    }

  private:
    [[noreturn]] void raise() const;

    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

}  // namespace nodtrack::store
