#include "nodtrack/store/registry.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/core.h>
#include <sqlite3.h>

#include <chrono>
#include <limits>
#include <system_error>
#include <thread>

#include "access_chain.hpp"
#include "connection.hpp"
#include "coverage.hpp"
#include "migrations.hpp"
#include "opening.hpp"

namespace nodtrack::store {
namespace {

int pragma(SQLite::Database& database, const char* name)
{
    return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

}  // namespace

bool is_blank(SQLite::Database& database)
{
    return pragma(database, "application_id") == 0 && pragma(database, "user_version") == 0 &&
           database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
}

std::string foreign_or_newer(SQLite::Database& database)
{
    const int application_id = pragma(database, "application_id");
    if (application_id != registry_application_id) {
        return fmt::format(
            "it is a database of another program (application_id {}, a registry has {}); name another "
            "file with --db",
            application_id, registry_application_id);
    }
    const int version = pragma(database, "user_version");
    if (version > newest_schema_version()) {
        return fmt::format("its schema is {}, this program knows up to {}; use a newer nodtrack", version,
                           newest_schema_version());
    }
    return {};
}

namespace {

bool has_write_ahead_log(SQLite::Database& database)
{
    return database.execAndGet("PRAGMA journal_mode").getString() == "wal";
}

/// Needs the file alone for a moment, where it has not been so before.
void use_write_ahead_log(SQLite::Database& database)
{
    if (!has_write_ahead_log(database)) database.exec("PRAGMA journal_mode = WAL");
}

/// A name for the copy that nothing has yet: `r.db.schema-4.bak`, `r.db.schema-4-2.bak`, …
std::filesystem::path free_copy_name(const std::filesystem::path& file, int version)
{
    for (int number = 1;; ++number) {
        const std::string again = number == 1 ? std::string() : fmt::format("-{}", number);
        std::filesystem::path copy = fmt::format("{}.schema-{}{}.bak", file.string(), version, again);
        if (!std::filesystem::exists(copy)) return copy;
    }
}

/// A failed copy is told by its own name, and whatever is wrong with it: the registry is as it was.
Result<std::filesystem::path> copy_of_older_schema(const std::filesystem::path& file, int version)
{
    const std::filesystem::path copy = free_copy_name(file, version);
    try {
        copy_database(file, copy);
        return copy;
    } catch (const std::exception& exception) {
        return failure(ErrorCode::registry_unusable,
                       fmt::format("registry {}: its schema is {}, this program needs {}, and the copy that is made "
                                   "before it is migrated, {}, cannot be written ({}); the registry is as it was: make "
                                   "room, or give this user the right to write to its folder, and do it again",
                                   file.string(), version, newest_schema_version(), copy.string(), exception.what()));
    }
}

/// Runs the migrations that the database has not seen, in the transaction that is open.
void run_migrations(SQLite::Database& database)
{
    const bool blank = is_blank(database);
    for (int version = pragma(database, "user_version"); version < newest_schema_version(); ++version)
        database.exec(std::string(migrations()[static_cast<std::size_t>(version)]));
    begin_access_chain(database.getHandle());
    if (blank) database.exec(fmt::format("PRAGMA application_id = {}", registry_application_id));
    database.exec(fmt::format("PRAGMA user_version = {}", newest_schema_version()));
}

/// Brings the schema up to date; another process may be doing the same at this moment. What was there is copied first,
/// and `done` says so.
Result<void> migrate(SQLite::Database& database, const std::filesystem::path& file, std::optional<Migration>& done)
{
    if (is_blank(database)) {
        database.exec("PRAGMA page_size = 8192");
        database.exec("PRAGMA journal_mode = WAL");
    }
    {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        const bool blank = is_blank(database);
        const int from = pragma(database, "user_version");
        if (from < newest_schema_version()) {
            std::optional<Migration> migration;
            if (!blank) migration = Migration{from, newest_schema_version(), {}};
            if (!blank) {
                // The lock is held: nobody writes between the copy and the migration.
                const Result<std::filesystem::path> copy = copy_of_older_schema(file, from);
                if (!copy) return tl::unexpected<Error>(copy.error());
                migration->copy = *copy;
            }
            try {
                run_migrations(database);
                transaction.commit();
            } catch (...) {
                std::error_code ignored;
                if (migration && !migration->copy.empty()) std::filesystem::remove(migration->copy, ignored);
                throw;
            }
            done = std::move(migration);
        }
    }
    use_write_ahead_log(database);
    return {};
}

/// Turning a new file into a registry needs it alone for a moment, and SQLite does not wait for that.
Result<void> make_or_migrate(SQLite::Database& database, const std::filesystem::path& file,
                             std::optional<Migration>& done)
{
    constexpr int most_tries = 100;
    constexpr std::chrono::milliseconds pause(50);
    for (int tries = 1;; ++tries) {
        try {
            return migrate(database, file, done);
        } catch (const SQLite::Exception& exception) {
            if ((exception.getErrorCode() & 0xFF) != SQLITE_BUSY || tries == most_tries) throw;
        }
        std::this_thread::sleep_for(pause);
    }
}

/// How many patients have no row that holds, by what the deliveries up to `upto` say.
std::int64_t patients_in_error(SQLite::Database& database, DeliveryNumber upto)
{
    BulkStatement retracted(database.getHandle(),
                            "SELECT DISTINCT patient_id FROM retraction WHERE delivery_no <= ? AND scope IN "
                            "('patient', 'delivery')");
    BulkStatement rows(database.getHandle(),
                       "SELECT delivery_no FROM patient WHERE patient_id = ? AND delivery_no <= ?");
    retracted.bind(1, upto);
    std::int64_t none_left = 0;
    while (retracted.step()) {
        const std::string patient_id(retracted.text(0));
        const Coverage coverage = coverage_of(database.getHandle(), patient_id, upto);
        StatementUse versions(rows);
        versions->bind(1, patient_id);
        versions->bind(2, upto);
        bool is_recorded = false;
        bool holds = false;
        while (versions->step()) {
            is_recorded = true;
            holds = holds || coverage.of_row(RowKind::patient, {}, versions->integer(0)) == nullptr;
        }
        if (is_recorded && !holds) ++none_left;
    }
    return none_left;
}

std::int64_t count(SQLite::Database& database, const char* sql)
{
    return database.execAndGet(sql).getInt64();
}

}  // namespace

std::string bring_up_to_date(SQLite::Database& database)
{
    std::string refusal = foreign_or_newer(database);
    if (!refusal.empty() || pragma(database, "user_version") == newest_schema_version()) return refusal;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    run_migrations(database);
    transaction.commit();
    return {};
}

int newest_schema_version()
{
    return static_cast<int>(migrations().size());
}

namespace {

/// Why no registry can be opened or made at that path; empty where it can.
std::string unusable_path(const std::filesystem::path& file, Opening opening)
{
    std::error_code error;
    if (file.empty()) return "the name of the file is empty; name one with --db";
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    if (!std::filesystem::is_directory(folder, error)) {
        return "its folder does not exist; make it, or name another file with --db";
    }
    if (file == ":memory:") return "that is no file: nothing would be stored; name one with --db";
    const auto status = std::filesystem::status(file, error);
    if (std::filesystem::is_directory(status)) return "it is a folder; name a file with --db";
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        return "it is no regular file; name one with --db";
    }
    const bool there = std::filesystem::exists(status) && std::filesystem::file_size(file, error) > 0;
    if (!there && opening != Opening::make_if_missing) {
        return "there is none; name it with --db, or make one: 'nodtrack ingest', 'nodtrack user add', or --create "
               "with any command";
    }
    return {};
}

}  // namespace

Result<Registry> Registry::open(const std::filesystem::path& file, Opening opening)
{
    return catching_sqlite(file, [&]() -> Result<Registry> {
        const auto refused = [&](const std::string& why) {
            return failure(ErrorCode::registry_unusable, fmt::format("registry {}: {}", file.string(), why));
        };
        if (const std::string why = unusable_path(file, opening); !why.empty()) return refused(why);
        if (opening == Opening::make_if_missing && !make_private_file(file)) {
            return refused("the file cannot be opened or made; check that this user may write to it and its folder");
        }
        const Access access = opening == Opening::read_only ? Access::query_only : Access::read_write;
        auto connection = std::make_unique<Connection>(Connection{file, open_connection(file, access)});
        SQLite::Database& database = connection->database;
        if (opening != Opening::make_if_missing && is_blank(database)) {
            return refused("it holds nothing, as if its making had been interrupted; do that again");
        }
        if (!is_blank(database)) {
            const std::string refusal = foreign_or_newer(database);
            if (!refusal.empty()) return refused(refusal);
        }
        const bool is_older = pragma(database, "user_version") < newest_schema_version();
        if (access == Access::query_only && is_older) {
            // Looking at it needs the newest schema; whoever may write to it makes it that.
            connection.reset();
            return Registry::open(file, Opening::existing);
        }
        // A restored backup comes without its write-ahead log.
        if (access == Access::read_write && (is_older || !has_write_ahead_log(database))) {
            const Result<void> ready = make_or_migrate(database, file, connection->migration);
            if (!ready) return tl::unexpected<Error>(ready.error());
        }
        connection->number = file_number(file);
        return Registry(std::move(connection));
    });
}

bool Registry::was_replaced() const
{
    return file_number(connection_->file) != connection_->number;
}

Registry::Registry(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Registry::Registry(Registry&&) noexcept = default;
Registry& Registry::operator=(Registry&&) noexcept = default;
Registry::~Registry() = default;

const std::filesystem::path& Registry::file() const
{
    return connection_->file;
}

const std::optional<Migration>& Registry::migration() const
{
    return connection_->migration;
}

int Registry::schema_version() const
{
    return newest_schema_version();
}

std::string migration_notice(const Registry& registry)
{
    const std::optional<Migration>& migration = registry.migration();
    if (!migration) return {};
    return fmt::format("registry {} was migrated from schema {} to schema {}; as it was before: {}",
                       registry.file().string(), migration->from, migration->to, migration->copy.string());
}

Result<bool> Registry::is_empty() const
{
    return catching_sqlite(file(), [&]() -> Result<bool> {
        StatementUse none = connection_->statements.of("SELECT NOT EXISTS (SELECT 1 FROM patient)");
        none->step();
        return none->integer(0) != 0;
    });
}

Result<std::size_t> Registry::patient_count(std::optional<std::int64_t> upto_delivery) const
{
    return catching_sqlite(file(), [&]() -> Result<std::size_t> {
        SQLite::Statement select(connection_->database,
                                 "SELECT count(*) FROM patient WHERE version = 1 AND delivery_no <= ?");
        const std::int64_t upto = upto_delivery.value_or(std::numeric_limits<std::int64_t>::max());
        select.bind(1, upto);
        const std::int64_t all = select.executeStep() ? select.getColumn(0).getInt64() : 0;
        return static_cast<std::size_t>(all - patients_in_error(connection_->database, upto));
    });
}

Result<RowCounts> Registry::row_counts() const
{
    return catching_sqlite(file(), [&]() -> Result<RowCounts> {
        SQLite::Database& database = connection_->database;
        RowCounts counts;
        counts.patients = count(database, "SELECT count(*) FROM patient WHERE version = 1");
        counts.scans = count(database, "SELECT count(*) FROM scan WHERE version = 1");
        counts.measurements = count(database, "SELECT count(*) FROM observation WHERE version = 1");
        counts.therapies = count(database, "SELECT count(*) FROM therapy WHERE version = 1");
        counts.events = count(database, "SELECT count(*) FROM event WHERE version = 1");
        counts.visits = count(database, "SELECT count(*) FROM visit WHERE version = 1");
        counts.links = count(database, "SELECT count(*) FROM identity_link");
        counts.assessments = count(database, "SELECT count(*) FROM assessment");
        counts.decisions = count(database, "SELECT count(*) FROM decision");
        counts.deliveries = count(database, "SELECT count(*) FROM delivery");
        return counts;
    });
}

}  // namespace nodtrack::store
