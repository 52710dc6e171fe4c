#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"

namespace nodtrack::store {

/// How many rows a registry holds; of versioned rows the keys are counted, not the versions. What was entered in error
/// is counted too: it is still held.
struct RowCounts {
    std::int64_t patients = 0;
    std::int64_t scans = 0;
    std::int64_t measurements = 0;
    std::int64_t therapies = 0;
    std::int64_t events = 0;
    std::int64_t visits = 0;
    std::int64_t links = 0;
    std::int64_t assessments = 0;
    std::int64_t decisions = 0;  ///< of the record and of the ledger, corrections too
    std::int64_t deliveries = 0;
};

/// What opening a registry of an older schema did to it.
struct Migration {
    int from = 0;  ///< schema
    int to = 0;
    std::filesystem::path copy;  ///< the file as it was, `FILE.schema-4.bak`
};

/// What opening a registry may do. Only where it is asked for is one made: at a mistyped path there is none, and that
/// must be said.
enum class Opening {
    read_only,       ///< neither the file nor its folder needs to be writable
    existing,        ///< there must be one
    make_if_missing  ///< makes one, for this user alone, where there is none or an empty file
};

/// One open registry file: one connection, to be used by one thread at a time. Several processes (and several
/// `Registry` objects of one process) may have the same file open; writers wait for one another.
class Registry {
  public:
    /// Opens the registry at `file`. An older schema is migrated, also where somebody only wants to read, after a copy
    /// of the file was made beside it (`migration`); an existing file is never overwritten. Fails with
    /// `registry_unusable` where there is none (unless it may be made), the folder is missing or not writable, the file
    /// is no registry, its schema is newer than this program, or the copy cannot be made; the file is then as it was.
    static Result<Registry> open(const std::filesystem::path& file, Opening opening = Opening::make_if_missing);

    Registry(Registry&&) noexcept;
    Registry& operator=(Registry&&) noexcept;
    ~Registry();

    const std::filesystem::path& file() const;
    /// What opening it did; absent where it was of the newest schema, or new.
    const std::optional<Migration>& migration() const;
    /// Whether another file was put in its place since it was opened: what is read and written here is seen by nobody.
    bool was_replaced() const;
    /// The number of the last migration the file has seen.
    int schema_version() const;
    /// Whether no patient is recorded.
    Result<bool> is_empty() const;
    Result<RowCounts> row_counts() const;
    /// Patients who are followed, by what the deliveries up to that one say: without those entered in error.
    Result<std::size_t> patient_count(std::optional<std::int64_t> upto_delivery = {}) const;

    struct Connection;  ///< private to the room
    Connection& connection() const { return *connection_; }
    explicit Registry(std::unique_ptr<Connection> connection);

  private:
    std::unique_ptr<Connection> connection_;
};

/// One line that says what opening the registry did to it; empty where it did nothing.
std::string migration_notice(const Registry& registry);

/// The schema version this program writes.
int newest_schema_version();

}  // namespace nodtrack::store
