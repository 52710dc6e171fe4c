#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <new>
#include <string_view>
#include <system_error>

#include "connection.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "opening.hpp"
#include "sound.hpp"

namespace nodtrack::store {
namespace {

/// Whether a registry with patients stands at `file`, which is left as it is, whatever its schema; the failure to use
/// it when something else does.
Result<bool> holds_patients(const std::filesystem::path& file)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error) || std::filesystem::file_size(file, error) == 0) return false;
    return catching_sqlite(file, [&]() -> Result<bool> {
        SQLite::Database database = open_connection(file, Access::read_only);
        if (is_blank(database)) return false;
        const std::string refusal = foreign_or_newer(database);
        if (!refusal.empty()) {
            return failure(ErrorCode::registry_unusable, fmt::format("registry {}: {}", file.string(), refusal));
        }
        return database.execAndGet("SELECT EXISTS (SELECT 1 FROM patient)").getInt() != 0;
    });
}

/// A database of SQLite's own that has no name: what of it does not fit into memory is in a file that is gone from its
/// folder as soon as it is made, so that nothing stays behind, whatever ends this program.
SQLite::Database nameless_database()
{
    return SQLite::Database("", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
}

void copy_pages(SQLite::Database& to, SQLite::Database& from)
{
    SQLite::Backup backup(to, from);
    backup.executeStep(-1);
}

/// Takes a backup in as it would be used, and checks it there: the backup itself is not touched, not even migrated.
Result<void> take_in(const std::filesystem::path& copy, SQLite::Database& candidate)
{
    const Result<void> taken = catching_sqlite(copy, [&]() -> Result<void> {
        std::error_code none;
        if (const auto log = std::filesystem::file_size(copy.string() + "-wal", none); !none && log > 0) {
            return failure(
                ErrorCode::bad_input,
                fmt::format("{} has a write-ahead log beside it: it is a registry in use, or was copied from "
                            "one; make a backup with 'nodtrack backup'",
                            copy.string()));
        }
        {
            SQLite::Database source = open_unchanging(copy);
            copy_pages(candidate, source);
        }
        const std::string refusal = bring_up_to_date(candidate);
        if (!refusal.empty()) {
            return failure(ErrorCode::bad_input,
                           fmt::format("backup {} cannot be used, nothing was replaced", copy.string()), {refusal});
        }
        std::vector<std::string> problems = problems_of_file(candidate);
        if (!problems.empty()) {
            return failure(ErrorCode::bad_input,
                           fmt::format("backup {} is damaged, nothing was replaced; use an older one", copy.string()),
                           std::move(problems));
        }
        // Nobody goes on where a backup was left: whoever was signed in then signs in again.
        candidate.exec("DELETE FROM session");
        return {};
    });
    if (taken || taken.error().code != ErrorCode::registry_unusable) return taken;
    // It is what was given that cannot be used; the registry is as it was.
    return failure(ErrorCode::bad_input, fmt::format("backup {} cannot be used, nothing was replaced", copy.string()),
                   {taken.error().message});
}

/// A file that has no name until it is complete.
class UnnamedFile {
  public:
    explicit UnnamedFile(const std::filesystem::path& folder)
        : descriptor_(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600))
    {
        if (descriptor_ < 0 && errno != EOPNOTSUPP && errno != EISDIR) fail("open", folder);
    }
    UnnamedFile(const UnnamedFile&) = delete;
    UnnamedFile& operator=(const UnnamedFile&) = delete;
    ~UnnamedFile()
    {
        if (is_open()) ::close(descriptor_);
    }
    /// Not on a file system that knows no such files (NFS).
    bool is_open() const { return descriptor_ >= 0; }

    void write(std::string_view content) const
    {
        while (!content.empty()) {
            const ssize_t written = ::write(descriptor_, content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) fail("write", {});
            content.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(descriptor_) != 0) fail("fsync", {});
    }

    /// There must be nothing of that name.
    void name(const std::filesystem::path& file) const
    {
        const std::string itself = fmt::format("/proc/self/fd/{}", descriptor_);
        if (::linkat(AT_FDCWD, itself.c_str(), AT_FDCWD, file.c_str(), AT_SYMLINK_FOLLOW) != 0) fail("link", file);
    }

  private:
    [[noreturn]] static void fail(const char* what, const std::filesystem::path& file)
    {
        throw std::filesystem::filesystem_error(what, file, std::error_code(errno, std::generic_category()));
    }
    int descriptor_;
};

/// Puts the candidate where nothing is: whatever ends this program, it is there whole or not at all. False where the
/// file system has no means for it.
bool put_new(SQLite::Database& candidate, const std::filesystem::path& file)
{
    const UnnamedFile made(std::filesystem::absolute(file).parent_path());
    if (!made.is_open()) return false;
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> pages(
        sqlite3_serialize(candidate.getHandle(), "main", &size, 0), sqlite3_free);
    if (!pages) throw std::bad_alloc();
    made.write({reinterpret_cast<const char*>(pages.get()), static_cast<std::size_t>(size)});
    made.name(file);
    return true;
}

/// Writes the candidate's pages over the registry's in one transaction, so that a crash leaves one or the other.
Result<void> replace(SQLite::Database& candidate, const std::filesystem::path& file)
{
    return catching_sqlite(file, [&]() -> Result<void> {
        if (!std::filesystem::exists(file) && put_new(candidate, file)) return {};
        if (!make_private_file(file)) {
            return failure(ErrorCode::registry_unusable, fmt::format("registry {}: cannot be written", file.string()));
        }
        SQLite::Database target = open_connection(file, Access::read_write);
        copy_pages(target, candidate);
        return {};
    });
}

}  // namespace

Result<void> restore(const std::filesystem::path& copy, const std::filesystem::path& file, bool overwrite)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(copy, error)) {
        return failure(ErrorCode::not_found, fmt::format("backup {}: there is no such file", copy.string()));
    }
    if (std::filesystem::equivalent(copy, file, error)) {
        return failure(ErrorCode::bad_input, fmt::format("{} is the registry itself; name a backup", copy.string()));
    }
    if (!overwrite) {
        const Result<bool> in_use = holds_patients(file);
        if (!in_use) return tl::unexpected<Error>(in_use.error());
        if (*in_use) {
            return failure(
                ErrorCode::bad_input,
                fmt::format("registry {} holds patients; back it up, then restore with --overwrite", file.string()));
        }
    }
    return catching_sqlite(copy, [&]() -> Result<void> {
        SQLite::Database candidate = nameless_database();
        if (const Result<void> taken = take_in(copy, candidate); !taken) return taken;
        return replace(candidate, file);
    });
}

}  // namespace nodtrack::store
