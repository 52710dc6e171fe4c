#pragma once

#include <SQLiteCpp/Database.h>

#include <string>
#include <vector>

namespace nodtrack::store {

/// Everything wrong with a registry file of the newest schema; empty when it is sound. Throws SQLite::Exception.
std::vector<std::string> problems_of_file(SQLite::Database& database);

}  // namespace nodtrack::store
