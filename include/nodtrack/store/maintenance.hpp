#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

struct CheckReport {
    RowCounts counts;
    std::vector<std::string> problems;  ///< empty when the registry is sound

    bool sound() const { return problems.empty(); }
};

/// Checks the file (SQLite's integrity check, which includes the CHECK constraints), foreign keys, rows without their
/// patient, scan or observation, and gaps between versions. Changes nothing.
Result<CheckReport> check(const Registry& registry);

/// Copies the registry to `copy` while others may go on using it. The copy is written beside it first and takes its
/// place only when complete. Fails with `bad_input` when `copy` exists or is the registry itself.
Result<void> back_up(const Registry& registry, const std::filesystem::path& copy);

/// Puts the backup `copy` in place of the registry at `file`. The copy is checked first (a sound registry of a known
/// schema). Sessions end: everybody signs in again. Fails with `bad_input` when `file` is a registry that holds
/// patients, unless `overwrite` is set. No other process may have `file` open.
Result<void> restore(const std::filesystem::path& copy, const std::filesystem::path& file, bool overwrite = false);

/// The copies beside the registry that were made before it was migrated.
std::vector<std::filesystem::path> copies_beside(const Registry& registry);

/// Whether all that is in the write-ahead log can be taken into the file, as nobody holds an older view; tries to.
Result<bool> write_log_can_be_emptied(const Registry& registry);

/// Takes the write-ahead log into the file and begins it anew, where it is longer than `longest_bytes`: beside readers
/// that follow each other without a pause it would grow for ever. Waits at most `patience` for those of an older view,
/// and lets it be where they go on.
Result<void> shorten_write_log(const Registry& registry, std::uintmax_t longest_bytes,
                               std::chrono::milliseconds patience);

/// From now on it keeps 2 MB of the file in memory, not 64: enough for a process that runs for months and stores little
/// at a time.
Result<void> use_for_small_changes(const Registry& registry);

}  // namespace nodtrack::store
