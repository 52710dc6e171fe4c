#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <string>

#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// Nothing has been written to the file yet.
bool is_blank(SQLite::Database& database);

/// Why this database cannot be used; empty where it can.
std::string foreign_or_newer(SQLite::Database& database);

/// Brings a registry to the newest schema, or says why it is none that can be used. For a database that nobody else
/// has.
std::string bring_up_to_date(SQLite::Database& database);

/// Copies the database at `file`, which others may be using, to `copy`: one file, which appears when it is complete.
/// Throws SQLite::Exception and std::filesystem::filesystem_error, and leaves nothing then.
void copy_database(const std::filesystem::path& file, const std::filesystem::path& copy);

}  // namespace nodtrack::store
