#include "statements.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/core.h>

namespace nodtrack::store {

std::string insert_statement(std::string_view into, std::size_t columns)
{
    std::string sql = fmt::format("INSERT INTO {} VALUES (?", into);
    for (std::size_t column = 1; column < columns; ++column)
        sql += ", ?";
    return sql + ")";
}

BulkStatement::BulkStatement(sqlite3* database, const std::string& sql) : database_(database)
{
    sqlite3_stmt* statement = nullptr;
    const int outcome = sqlite3_prepare_v3(database, sql.c_str(), static_cast<int>(sql.size()) + 1,
                                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    statement_.reset(statement);
    if (outcome != SQLITE_OK) raise();
}

void BulkStatement::bind(int parameter, std::string_view text)
{
    bind_text(parameter, text, SQLITE_STATIC);
}

void BulkStatement::bind_copy(int parameter, std::string_view text)
{
    bind_text(parameter, text, copied_text);
}

void BulkStatement::bind_text(int parameter, std::string_view text, sqlite3_destructor_type lifetime)
{
    // A null pointer would bind NULL, and an empty view may have one.
    const char* bytes = text.empty() ? "" : text.data();
    const int outcome = sqlite3_bind_text(statement_.get(), parameter, bytes, static_cast<int>(text.size()), lifetime);
    if (outcome != SQLITE_OK) raise();
}

void BulkStatement::bind(int parameter, std::int64_t number)
{
    if (sqlite3_bind_int64(statement_.get(), parameter, number) != SQLITE_OK) raise();
}

void BulkStatement::bind_null(int parameter)
{
    if (sqlite3_bind_null(statement_.get(), parameter) != SQLITE_OK) raise();
}

void BulkStatement::run()
{
    while (step()) {
    }
    rewind();
}

void BulkStatement::raise() const
{
    throw SQLite::Exception(database_, sqlite3_extended_errcode(database_));
}

StatementUse StatementCache::of(const std::string& sql)
{
    auto found = statements_.find(sql);
    if (found == statements_.end()) found = statements_.emplace(sql, BulkStatement(database_, sql)).first;
    return StatementUse(found->second);
}

}  // namespace nodtrack::store
