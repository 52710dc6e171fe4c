#pragma once

#include <SQLiteCpp/Database.h>

#include <string>
#include <vector>

namespace nodtrack::store {

/// Tables, indexes, triggers and views that are not as the migrations make them: changed, missing or added, one line
/// each. For a registry of the newest schema. Throws SQLite::Exception.
std::vector<std::string> schema_problems(SQLite::Database& database);

}  // namespace nodtrack::store
