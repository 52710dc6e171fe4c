#include "schema_check.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/core.h>

#include <map>

#include "migrations.hpp"

namespace nodtrack::store {
namespace {

using Schema = std::map<std::string, std::string>;  ///< `trigger scan_refuses_update` -> its SQL

Schema schema_of(SQLite::Database& database)
{
    Schema schema;
    SQLite::Statement select(database,
                             "SELECT type || ' ' || name, coalesce(sql, '') || ' on ' || tbl_name FROM sqlite_schema "
                             "WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))");
    while (select.executeStep())
        schema[select.getColumn(0).getString()] = select.getColumn(1).getString();
    return schema;
}

Schema expected_schema()
{
    SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (const std::string_view migration : migrations())
        database.exec(std::string(migration));
    return schema_of(database);
}

}  // namespace

std::vector<std::string> schema_problems(SQLite::Database& database)
{
    std::vector<std::string> problems;
    Schema found = schema_of(database);
    for (const auto& [name, sql] : expected_schema()) {
        const auto same = found.find(name);
        if (same == found.end()) {
            problems.push_back(fmt::format("schema: {} is missing", name));
        } else {
            if (same->second != sql) problems.push_back(fmt::format("schema: {} was changed", name));
            found.erase(same);
        }
    }
    for (const auto& [name, sql] : found)
        problems.push_back(fmt::format("schema: {} was put in from outside", name));
    return problems;
}

}  // namespace nodtrack::store
