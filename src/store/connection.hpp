#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// `nodt`, so that `file` and SQLite tell a registry from other databases.
inline constexpr int registry_application_id = 0x6E6F6474;

/// How long a writer waits for another one: a delivery of a million rows takes some seconds.
inline constexpr int busy_timeout_ms = 60'000;

enum class Access {
    read_write,
    query_only,  ///< changes nothing; as the last to close it leaves no files of SQLite beside it, where it may write
    read_only,
};

/// Opens a connection for one thread to a file that is there, with the settings every connection of this room has.
/// Reading alone needs no right to write, neither to the file nor to its folder: a medium that cannot be written is
/// read as it stands. Throws SQLite::Exception.
SQLite::Database open_connection(const std::filesystem::path& file, Access access);

/// Opens a file to read that nobody changes meanwhile; nothing is made beside it.
SQLite::Database open_unchanging(const std::filesystem::path& file);

/// Makes an empty file that this user alone can read; nothing where there is one. False where it cannot be made, or be
/// read and written.
bool make_private_file(const std::filesystem::path& file);

/// Which file stands at that path: another one has another number, whatever it is named.
struct FileNumber {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileNumber&) const = default;
};
FileNumber file_number(const std::filesystem::path& file);

struct Registry::Connection {
    std::filesystem::path file;
    SQLite::Database database;
    /// Readers that are not in use (reader.cpp): opening a connection and preparing its statements takes milliseconds.
    /// They close before `database` does, so that the last to close is one that may empty the write-ahead log.
    std::shared_ptr<void> idle_readers{};
    StatementCache statements{database.getHandle()};
    bool grouping = false;  ///< changes are parts of a `ChangeGroup`
    std::optional<Migration> migration{};
    FileNumber number{};  ///< of the file when it was opened
};

/// The failure `registry_unusable` for the exception being handled: what happened to which file, and what to do.
Error unusable(const std::filesystem::path& file, const std::exception& exception);

/// Runs `work`, turning exceptions of SQLite and of the standard library into `registry_unusable`.
/// `work` returns some `Result`.
template <class Work>
auto catching_sqlite(const std::filesystem::path& file, Work&& work) -> decltype(work())
{
    try {
        return std::forward<Work>(work)();
    } catch (const std::exception& exception) {
        return tl::unexpected<Error>(unusable(file, exception));
    }
}

}  // namespace nodtrack::store
