#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audited_tables.hpp"

namespace nodtrack::store {

/// The chain of what stands beside the record: accounts, tokens, their changes, the read log, secrets
/// and releases. All functions
/// throw SQLite::Exception.

/// One entry in the making, in the transaction that writes the rows it names. Lines are taken when the rows stand.
class AccessEntry {
  public:
    explicit AccessEntry(sqlite3* database) : database_(database) {}

    void account(std::string_view name);
    void token(std::int64_t token_no);
    void change(std::int64_t change_no);
    void secret(std::string_view name);
    void release(std::string_view released_on);
    void reads(std::int64_t first, std::int64_t last);
    /// Appends the entry to the chain; nothing where it names nothing.
    void append();

  private:
    sqlite3* database_;
    std::string entry_;
};

/// Begins the chain with an entry of all rows that are older than it; nothing where it has begun.
void begin_access_chain(sqlite3* database);

struct AccessChainHead {
    std::int64_t entry_no = 0;  ///< 0 while there is no entry
    std::string entry_sha256;
};
AccessChainHead access_chain_head(sqlite3* database);

/// What is not as it was written, one line each; rows that were hashed again are added to `rows`. `earlier`: a head
/// kept elsewhere, or none.
std::vector<std::string> access_chain_problems(sqlite3* database, const AccessChainHead& earlier,
                                               const Tombstones& tombstones, std::int64_t& rows);

/// A stretch of the read log that has one line in the chain.
struct ReadStretch {
    std::int64_t first = 0;
    std::int64_t last = 0;
};
std::vector<ReadStretch> read_stretches(sqlite3* database);

/// What the entries of a stretch hash to.
FoundRows reads_of_stretch(sqlite3* database, const ReadStretch& stretch);

}  // namespace nodtrack::store
