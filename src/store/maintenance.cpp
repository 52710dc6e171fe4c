#include "nodtrack/store/maintenance.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <system_error>

#include "connection.hpp"
#include "layout.hpp"
#include "opening.hpp"
#include "schema_check.hpp"
#include "sound.hpp"

namespace nodtrack::store {
namespace {

struct Orphans {
    std::string what;
    std::string sql;  ///< counts them
};

Orphans without_patient(std::string_view rows, std::string_view table)
{
    return {
        fmt::format("{} of no recorded patient", rows),
        fmt::format("SELECT count(*) FROM {} AS c WHERE NOT EXISTS (SELECT 1 FROM patient AS p WHERE p.patient_id = "
                    "c.patient_id)",
                    table)};
}

std::vector<Orphans> orphan_checks()
{
    std::vector<Orphans> checks = {
        without_patient("scans", "scan"),
        {"measurements of no recorded scan",
         "SELECT count(*) FROM observation AS c WHERE NOT EXISTS (SELECT 1 FROM scan AS p WHERE p.patient_id = "
         "c.patient_id AND p.scan_id = c.scan_id)"},
        {"identity links of no recorded measurement",
         "SELECT count(*) FROM identity_link AS c WHERE NOT EXISTS (SELECT 1 FROM observation AS p WHERE p.patient_id "
         "= "
         "c.patient_id AND p.scan_id = c.scan_id AND p.observation_id = c.observation_id) AND coalesce(c.nodule_state, "
         "'same') NOT IN ('not_seen', 'outside_field', 'resolved', 'resected', 'merged_into')"},
        {"identity links of no recorded scan",
         "SELECT count(*) FROM identity_link AS c WHERE NOT EXISTS (SELECT 1 FROM scan AS p WHERE p.patient_id = "
         "c.patient_id AND p.scan_id = c.scan_id)"},
        {"images of no recorded measurement",
         "SELECT count(*) FROM nodule_image AS c WHERE NOT EXISTS (SELECT 1 FROM observation AS p WHERE p.patient_id = "
         "c.patient_id AND p.scan_id = c.scan_id AND p.observation_id = c.observation_id)"}};
    for_each_kind([&]<RowKind kind>() {
        const bool is_above = kind == RowKind::patient || kind == RowKind::scan || kind == RowKind::measurement;
        if (!is_above && kind != RowKind::decision)
            checks.push_back(without_patient(kind_name(kind), table_of<RowOf<kind>>));
    });
    checks.push_back(without_patient("assessments", "assessment"));
    checks.push_back(without_patient("decisions", "decision"));
    checks.push_back(without_patient("retractions", "retraction"));
    checks.push_back(without_patient("policies of patients", "patient_policy"));
    checks.push_back({"deliveries without an entry in the log",
                      "SELECT count(*) FROM delivery WHERE delivery_no NOT IN (SELECT delivery_no FROM change_log)"});
    return checks;
}

struct Numbering {
    std::string_view table;
    std::string key;
    std::string_view number;
};

std::vector<Numbering> numberings()
{
    std::vector<Numbering> all;
    for_each_kind([&]<RowKind kind>() {
        using Row = RowOf<kind>;
        if constexpr (kind != RowKind::decision) all.push_back({table_of<Row>, key_list<Row>(), "version"});
    });
    all.push_back({"identity_link", key_list<MeasurementRow>(), "link_no"});
    all.push_back({"nodule_image", key_list<MeasurementRow>(), "version"});
    return all;
}

/// The rows of a pragma that lists problems, but for the row `ok`.
void add_pragma_rows(SQLite::Database& database, const char* pragma, std::vector<std::string>& problems)
{
    SQLite::Statement statement(database, fmt::format("PRAGMA {}", pragma));
    while (statement.executeStep()) {
        const std::string line = statement.getColumn(0).getString();
        if (line != "ok") problems.push_back(fmt::format("{}: {}", pragma, line));
    }
}

bool is_same_file(const std::filesystem::path& left, const std::filesystem::path& right)
{
    std::error_code error;
    return std::filesystem::equivalent(left, right, error);
}

}  // namespace

std::vector<std::string> problems_of_file(SQLite::Database& database)
{
    std::vector<std::string> problems;
    add_pragma_rows(database, "integrity_check", problems);
    for (std::string& problem : schema_problems(database))
        problems.push_back(std::move(problem));
    add_pragma_rows(database, "foreign_key_check", problems);
    for (const Orphans& orphans : orphan_checks()) {
        const std::int64_t count = database.execAndGet(orphans.sql).getInt64();
        if (count > 0) problems.push_back(fmt::format("{} {}", count, orphans.what));
    }
    for (const Numbering& numbering : numberings()) {
        // Numbers are part of the key and at least 1: as many of them as the highest one means no gap. Where rows were
        // erased that had been entered for the wrong patient, the numbers of the rest are as they were.
        const std::int64_t gaps =
            database
                .execAndGet(
                    fmt::format("SELECT count(*) FROM (SELECT 1 FROM {0} GROUP BY {1} HAVING max({2}) <> count(*)) "
                                "WHERE NOT EXISTS (SELECT 1 FROM erasure WHERE table_name = '{0}')",
                                numbering.table, numbering.key, numbering.number))
                .getInt64();
        if (gaps > 0) {
            problems.push_back(fmt::format("{} rows of {} lack a {} between 1 and the newest", gaps, numbering.table,
                                           numbering.number));
        }
    }
    return problems;
}

Result<CheckReport> check(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<CheckReport> {
        CheckReport report;
        const Result<RowCounts> counts = registry.row_counts();
        if (!counts) return tl::unexpected<Error>(counts.error());
        report.counts = *counts;
        report.problems = problems_of_file(registry.connection().database);
        return report;
    });
}

Result<void> back_up(const Registry& registry, const std::filesystem::path& copy)
{
    std::error_code error;
    if (is_same_file(registry.file(), copy)) {
        return failure(ErrorCode::bad_input,
                       fmt::format("{} is the registry itself; name another file", copy.string()));
    }
    if (std::filesystem::exists(copy, error)) {
        return failure(ErrorCode::bad_input,
                       fmt::format("{} exists already; name a new file, backups are never overwritten", copy.string()));
    }
    const std::filesystem::path folder = copy.has_parent_path() ? copy.parent_path() : ".";
    if (!std::filesystem::is_directory(folder, error)) {
        return failure(ErrorCode::bad_input,
                       fmt::format("{}: its folder does not exist; make it, or name another file", copy.string()));
    }
    return catching_sqlite(copy, [&]() -> Result<void> {
        copy_database(registry.file(), copy);
        return {};
    });
}

void copy_database(const std::filesystem::path& file, const std::filesystem::path& copy)
{
    std::filesystem::path unfinished = copy;
    unfinished += ".part";
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    if (!make_private_file(unfinished)) {
        throw std::filesystem::filesystem_error("cannot be written", unfinished,
                                                std::make_error_code(std::errc::permission_denied));
    }
    try {
        SQLite::Database source = open_connection(file, Access::read_only);
        SQLite::Database target(unfinished.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Backup backup(target, source);
        backup.executeStep(-1);
        // A backup is one file: without the write-ahead log it can be copied and read anywhere.
        target.exec("PRAGMA journal_mode = DELETE");
    } catch (...) {
        for (const char* ending : {"", "-wal", "-shm", "-journal"})
            std::filesystem::remove(unfinished.string() + ending, ignored);
        throw;
    }
    std::filesystem::rename(unfinished, copy);
}

std::vector<std::filesystem::path> copies_beside(const Registry& registry)
{
    std::vector<std::filesystem::path> copies;
    std::error_code none;
    const std::filesystem::path folder =
        registry.file().has_parent_path() ? registry.file().parent_path() : std::filesystem::path(".");
    const std::string begin = registry.file().filename().string() + ".schema-";
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().filename().string().starts_with(begin)) copies.push_back(entry.path());
    }
    std::ranges::sort(copies);
    return copies;
}

Result<bool> write_log_can_be_emptied(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<bool> {
        SQLite::Statement checkpoint(registry.connection().database, "PRAGMA wal_checkpoint(FULL)");
        if (!checkpoint.executeStep()) return false;
        const bool is_busy = checkpoint.getColumn(0).getInt() != 0;
        return !is_busy && checkpoint.getColumn(1).getInt() == checkpoint.getColumn(2).getInt();
    });
}

Result<void> shorten_write_log(const Registry& registry, std::uintmax_t longest_bytes,
                               std::chrono::milliseconds patience)
{
    std::error_code none;
    const std::uintmax_t length = std::filesystem::file_size(registry.file().string() + "-wal", none);
    if (none || length <= longest_bytes) return {};
    return catching_sqlite(registry.file(), [&]() -> Result<void> {
        SQLite::Database& database = registry.connection().database;
        database.setBusyTimeout(static_cast<int>(patience.count()));
        try {
            database.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)");
        } catch (const SQLite::Exception& exception) {
            database.setBusyTimeout(busy_timeout_ms);
            if ((exception.getErrorCode() & 0xFF) != SQLITE_BUSY) throw;
        }
        database.setBusyTimeout(busy_timeout_ms);
        return {};
    });
}

Result<void> use_for_small_changes(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<void> {
        registry.connection().database.exec("PRAGMA cache_size = -2048");  // KiB
        return {};
    });
}

}  // namespace nodtrack::store
