#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "canonical.hpp"
#include "nodtrack/store/provenance.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// A table whose rows the change log hashes.
struct AuditedTable {
    std::string_view name;
    std::string columns;  ///< in the order in which they were hashed
    std::string key;
    int delivery_column;
    bool has_patients = true;  ///< its rows are of patients: it has a column patient_id
};

const std::vector<AuditedTable>& audited_tables();

/// The bytes of a row that are hashed, of a statement that selects the table's columns.
void write_canonical(const BulkStatement& statement, CanonicalRow& canonical);

struct FoundRows {
    std::int64_t rows = 0;
    Sha256 sha256;
};

/// What the rows of one table hash to, delivery by delivery.
std::map<DeliveryNumber, FoundRows> rows_by_delivery(sqlite3* database, const AuditedTable& table);

/// What is left of some rows of which others were erased.
struct Tombstone {
    std::string table_name;
    std::int64_t of_no = 0;  ///< a delivery; of the read log the first entry of its stretch
    std::int64_t rows_erased = 0;
    std::int64_t rows_left = 0;
    std::string left_sha256;
};

/// The newest tombstones.
class Tombstones {
  public:
    Tombstones() = default;
    explicit Tombstones(sqlite3* database);
    /// Null where nothing was erased of these.
    const Tombstone* of(std::string_view table_name, std::int64_t of_no) const;

  private:
    std::map<std::pair<std::string, std::int64_t>, Tombstone> newest_;
};

}  // namespace nodtrack::store
