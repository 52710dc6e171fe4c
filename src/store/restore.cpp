#include <SQLiteCpp/Backup.h>
#include <fmt/core.h>

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
    return guarded(file, [&]() -> Result<bool> {
        SQLite::Database database = open_connection(file, Access::read_only);
        if (is_blank(database)) return false;
        const std::string refusal = foreign_or_newer(database);
        if (!refusal.empty()) {
            return failure(ErrorCode::registry_unusable, fmt::format("registry {}: {}", file.string(), refusal));
        }
        return database.execAndGet("SELECT EXISTS (SELECT 1 FROM patient)").getInt() != 0;
    });
}

/// Copies a backup beside the registry and checks it there: the backup itself is not touched, not even migrated.
Result<void> checked_copy(const std::filesystem::path& copy, const std::filesystem::path& candidate)
{
    std::error_code error;
    if (!std::filesystem::copy_file(copy, candidate, std::filesystem::copy_options::overwrite_existing, error)) {
        return failure(ErrorCode::registry_unusable,
                       fmt::format("{} cannot be written: {}", candidate.string(), error.message()));
    }
    const Result<Registry> registry = open_registry(candidate, Upgrade::without_copy);
    const Result<CheckReport> report =
        registry ? check(*registry) : Result<CheckReport>(tl::unexpected<Error>(registry.error()));
    if (!report) {
        return failure(ErrorCode::bad_input,
                       fmt::format("backup {} cannot be used, nothing was replaced", copy.string()),
                       {report.error().message});
    }
    if (report->sound()) {
        // Nobody goes on where a backup was left: whoever was signed in then signs in again.
        return guarded(candidate, [&]() -> Result<void> {
            registry->connection().database.exec("DELETE FROM session");
            return {};
        });
    }
    return failure(ErrorCode::bad_input, fmt::format("backup {} is damaged; use an older one", copy.string()),
                   report->problems);
}

void remove_with_log(const std::filesystem::path& file)
{
    std::error_code error;
    for (const char* ending : {"-wal", "-shm", ""})
        std::filesystem::remove(file.string() + ending, error);
}

/// Writes the candidate's pages over the registry's in one transaction, so that a crash leaves one or the other.
Result<void> replace(const std::filesystem::path& candidate, const std::filesystem::path& file)
{
    return guarded(file, [&]() -> Result<void> {
        SQLite::Database source = open_connection(candidate, Access::read_only);
        SQLite::Database target = open_connection(file, Access::read_write);
        SQLite::Backup backup(target, source);
        backup.executeStep(-1);
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
    std::filesystem::path candidate = file;
    candidate += ".restoring";
    Result<void> outcome = checked_copy(copy, candidate);
    if (outcome) outcome = replace(candidate, file);
    remove_with_log(candidate);
    return outcome;
}

}  // namespace nodtrack::store
