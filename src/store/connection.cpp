#include "connection.hpp"

#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <stdexcept>
#include <string>

namespace nodtrack::store {
namespace {

std::string remedy(int sqlite_code, int extended_code)
{
    switch (sqlite_code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another program has been writing to it for over a minute; try again when that one is done";
        case SQLITE_READONLY:
            return "the file or its folder cannot be written; give this user the right to write to both, or name "
                   "another file with --db";
        case SQLITE_CANTOPEN:
            return "the file cannot be opened or made; check that its folder exists and that this user may write to "
                   "it";
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return "this user has no right to it; change the file's rights";
        case SQLITE_FULL:
            return "the disk is full; nothing was stored: make room and do it again";
        case SQLITE_IOERR:
            if (extended_code == SQLITE_IOERR_WRITE || extended_code == SQLITE_IOERR_SHMSIZE ||
                extended_code == SQLITE_IOERR_TRUNCATE) {
                return "the disk refused to write (full, or a limit on file sizes); nothing was stored: make room and "
                       "do it again";
            }
            return "the disk refused; nothing was stored: check the disk, then run `nodtrack check`";
        case SQLITE_NOTADB:
            return "it is not a registry; name another file with --db";
        case SQLITE_CORRUPT:
            return "the file is damaged; restore a backup with `nodtrack restore`";
        case SQLITE_CONSTRAINT:
            return "the registry refuses this row; run `nodtrack check`";
        default:
            return "run `nodtrack check`";
    }
}

}  // namespace

namespace {

/// No name is read as anything but a file's: SQLite takes `:memory:` and `file:…` for other things.
std::string plain_name(const std::filesystem::path& file)
{
    return std::filesystem::absolute(file).string();
}

/// The file as an address that says it never changes: then SQLite needs no file beside it.
std::string unchanging_name(const std::filesystem::path& file)
{
    std::string name = "file:";
    for (const char c : plain_name(file)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                           c == '.' || c == '-' || c == '_';
        name += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
    return name + "?immutable=1";
}

bool is_unwritable(const std::filesystem::path& file)
{
    return ::access(file.parent_path().empty() ? "." : file.parent_path().c_str(), W_OK) != 0 ||
           ::access(file.c_str(), W_OK) != 0;
}

bool has_something_in_log(const std::filesystem::path& file)
{
    std::error_code none;
    const auto size = std::filesystem::file_size(file.string() + "-wal", none);
    return !none && size > 0;
}

SQLite::Database open_to_read(const std::filesystem::path& file)
{
    const int mode = SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX;
    try {
        SQLite::Database database(plain_name(file), mode, busy_timeout_ms);
        database.execAndGet("SELECT count(*) FROM sqlite_schema");
        return database;
    } catch (const SQLite::Exception& exception) {
        const int code = exception.getErrorCode() & 0xFF;
        // What is still in the write-ahead log would be missing.
        if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || !is_unwritable(file) || has_something_in_log(file))
            throw;
    }
    return {unchanging_name(file), mode | SQLITE_OPEN_URI, busy_timeout_ms};
}

}  // namespace

SQLite::Database open_unchanging(const std::filesystem::path& file)
{
    return {unchanging_name(file), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | SQLITE_OPEN_URI, busy_timeout_ms};
}

bool make_private_file(const std::filesystem::path& file)
{
    // One that is there is not opened: to close it again would end every lock that this process has on it.
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        if (errno != EEXIST || ::access(file.c_str(), R_OK | W_OK) != 0) return false;
        std::error_code ignored;
        if (std::filesystem::file_size(file, ignored) == 0) ::chmod(file.c_str(), 0600);
        return true;
    }
    ::close(descriptor);
    return true;
}

FileNumber file_number(const std::filesystem::path& file)
{
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
}

SQLite::Database open_connection(const std::filesystem::path& file, Access access)
{
    if (access == Access::query_only && is_unwritable(file)) access = Access::read_only;
    SQLite::Database database =
        access == Access::read_only
            ? open_to_read(file)
            : SQLite::Database(plain_name(file), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, busy_timeout_ms);
    database.exec("PRAGMA foreign_keys = ON");
    database.exec("PRAGMA recursive_triggers = ON");  // so that REPLACE meets the append-only triggers too
    database.exec("PRAGMA trusted_schema = OFF");
    if (access == Access::query_only) database.exec("PRAGMA query_only = ON");
    if (access != Access::read_write) {
        // KiB: the upper pages of a few trees. The system keeps the file's pages anyway, and a service has some fifty
        // of these connections, whose caches would fill for as long as the registry grows.
        database.exec("PRAGMA cache_size = -64");
        return database;
    }
    database.exec("PRAGMA synchronous = FULL");
    database.exec("PRAGMA cache_size = -65536");            // KiB: a delivery is appended to nine tables at once
    database.exec("PRAGMA journal_size_limit = 67108864");  // bytes: the log of a large delivery is not kept
    return database;
}

Error unusable(const std::filesystem::path& file, const std::exception& exception)
{
    const std::string name = file.string();
    if (const auto* failure = dynamic_cast<const SQLite::Exception*>(&exception)) {
        // Some calls of SQLiteCpp give no extended code, others only that one.
        const int code = failure->getErrorCode() & 0xFF;
        const int extended =
            failure->getExtendedErrorCode() > 0 ? failure->getExtendedErrorCode() : failure->getErrorCode();
        return Error{
            ErrorCode::registry_unusable,
            fmt::format("registry {}: {} (SQLite {}): {}", name, failure->what(), extended, remedy(code, extended)),
            {}};
    }
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) {
        return Error{ErrorCode::registry_unusable,
                     fmt::format("registry {}: out of memory; nothing was stored: close other programs, or deliver "
                                 "fewer rows at once",
                                 name),
                     {}};
    }
    if (dynamic_cast<const std::logic_error*>(&exception) != nullptr) {
        return Error{
            ErrorCode::internal, fmt::format("registry {}: {}; nothing was stored", name, exception.what()), {}};
    }
    return Error{ErrorCode::registry_unusable, fmt::format("registry {}: {}", name, exception.what()), {}};
}

}  // namespace nodtrack::store
