#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <string>

#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// Whether a registry of an older schema is copied before it is migrated. A backup that is being restored is a copy.
enum class Upgrade { with_copy, without_copy };

Result<Registry> open_registry(const std::filesystem::path& file, Upgrade upgrade);

/// Nothing has been written to the file yet.
bool is_blank(SQLite::Database& database);

/// Why this database cannot be used; empty where it can.
std::string foreign_or_newer(SQLite::Database& database);

/// Copies the database at `file`, which others may be using, to `copy`: one file, which appears when it is complete.
/// Throws SQLite::Exception and std::filesystem::filesystem_error, and leaves nothing then.
void copy_database(const std::filesystem::path& file, const std::filesystem::path& copy);

}  // namespace nodtrack::store
