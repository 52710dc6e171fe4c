#include "audited_tables.hpp"

#include <fmt/core.h>

#include "decision_columns.hpp"
#include "layout.hpp"

namespace nodtrack::store {
namespace {

std::vector<AuditedTable> all_audited_tables()
{
    std::vector<AuditedTable> tables = {{"delivery", "*", "delivery_no", 0, false}};
    for_each_kind([&]<RowKind kind>() {
        using Row = RowOf<kind>;
        if constexpr (kind == RowKind::decision) return;  // the ledger's table, below
        tables.push_back({table_of<Row>, column_list<Row>(), row_order<Row>(), static_cast<int>(id_columns<Row>) + 1});
    });
    tables.push_back({"identity_link", "*", "patient_id, scan_id, observation_id, link_no", 4});
    tables.push_back({"nodule_image", "*", "patient_id, scan_id, observation_id, version", 4});
    tables.push_back({"assessment", "*", "patient_id, as_of, policy_id, policy_version, delivery_no", 4});
    tables.push_back({"decision", "*", std::string(decision_order), 2});
    tables.push_back({"retraction", "*", "patient_id, delivery_no, item_no", 1});
    tables.push_back({"policy_file", "*", "sha256", 1, false});
    tables.push_back({"policy_adoption", "*", "delivery_no", 0, false});
    tables.push_back({"patient_policy", "*", "patient_id, delivery_no", 1});
    tables.push_back({"erasure", "*", "table_name, of_no, delivery_no", 2, false});
    return tables;
}

}  // namespace

const std::vector<AuditedTable>& audited_tables()
{
    static const std::vector<AuditedTable> tables = all_audited_tables();
    return tables;
}

void write_canonical(const BulkStatement& statement, CanonicalRow& canonical)
{
    canonical.clear();
    const int columns = statement.columns();
    for (int column = 0; column < columns; ++column) {
        sqlite3_value* value = statement.value(column);
        switch (sqlite3_value_type(value)) {
            case SQLITE_NULL:
                break;
            case SQLITE_INTEGER:
                canonical.integer(column, sqlite3_value_int64(value));
                break;
            default:
                canonical.text(column, BulkStatement::text_of(value));
        }
    }
    canonical.end();
}

std::map<DeliveryNumber, FoundRows> rows_by_delivery(sqlite3* database, const AuditedTable& table)
{
    BulkStatement select(database, fmt::format("SELECT {} FROM {} ORDER BY {}", table.columns, table.name, table.key));
    std::map<DeliveryNumber, FoundRows> found;
    CanonicalRow canonical;
    FoundRows* current = nullptr;
    DeliveryNumber current_no = 0;
    while (select.step()) {
        const DeliveryNumber delivery_no = select.integer(table.delivery_column);
        if (current == nullptr || delivery_no != current_no) {
            current = &found[delivery_no];
            current_no = delivery_no;
        }
        write_canonical(select, canonical);
        current->sha256.add(canonical.bytes());
        ++current->rows;
    }
    return found;
}

Tombstones::Tombstones(sqlite3* database)
{
    BulkStatement select(database,
                         "SELECT table_name, of_no, rows_erased, rows_left, left_sha256 FROM erasure ORDER BY "
                         "delivery_no");
    while (select.step()) {
        Tombstone tombstone{std::string(select.text(0)), select.integer(1), select.integer(2), select.integer(3),
                            std::string(select.text(4))};
        newest_[{tombstone.table_name, tombstone.of_no}] = tombstone;
    }
}

const Tombstone* Tombstones::of(std::string_view table_name, std::int64_t of_no) const
{
    const auto found = newest_.find({std::string(table_name), of_no});
    return found == newest_.end() ? nullptr : &found->second;
}

}  // namespace nodtrack::store
