#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace nodtrack::store {

/// SQLite's word for "copy the text", whose own macro is a C cast.
inline const auto copied_text = reinterpret_cast<sqlite3_destructor_type>(-1);

/// `INSERT INTO scan (patient_id, …) VALUES (?, …)`: `into` is the table, with or without its columns.
std::string insert_statement(std::string_view into, std::size_t columns);

/// A prepared statement without SQLiteCpp's cost for each column, for reading and writing in bulk.
/// All functions throw SQLite::Exception where SQLite refuses. Parameters and columns count as in SQLite: from 1, 0.
class BulkStatement {
  public:
    BulkStatement(sqlite3* database, const std::string& sql);

    /// Bound text must outlive the next `step` or `rewind`.
    void bind(int parameter, std::string_view text);
    /// Keeps a copy of the text.
    void bind_copy(int parameter, std::string_view text);
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
    void bind_text(int parameter, std::string_view text, sqlite3_destructor_type lifetime);
    [[noreturn]] void raise() const;

    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

/// Makes a statement ready for the next use, and ends the view of the file that it held.
class StatementUse {
  public:
    explicit StatementUse(BulkStatement& statement) : statement_(statement) {}
    StatementUse(const StatementUse&) = delete;
    StatementUse& operator=(const StatementUse&) = delete;
    ~StatementUse() { statement_.rewind(); }
    BulkStatement* operator->() { return &statement_; }
    BulkStatement& operator*() { return statement_; }

  private:
    BulkStatement& statement_;
};

/// Statements of one connection, prepared once: for a small change that costs more than all the rest of it.
class StatementCache {
  public:
    explicit StatementCache(sqlite3* database) : database_(database) {}

    /// The statement of that text, until the `StatementUse` goes; then its parameters must be bound anew. One at a
    /// time.
    StatementUse of(const std::string& sql);
    sqlite3* database() const { return database_; }

  private:
    sqlite3* database_;
    std::unordered_map<std::string, BulkStatement> statements_;
};

}  // namespace nodtrack::store
