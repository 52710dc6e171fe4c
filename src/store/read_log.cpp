#include <fmt/core.h>

#include "access_chain.hpp"
#include "access_rows.hpp"

namespace nodtrack::store {

Result<void> log_reads(Registry& registry, std::span<const PatientRead> reads)
{
    if (reads.empty()) return {};
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        BulkStatement insert(database,
                             "INSERT INTO patient_read (read_at_utc, account, patient_id, route, detail) VALUES (?, ?, "
                             "?, ?, ?)");
        std::int64_t first = 0;
        for (const PatientRead& read : reads) {
            const std::string read_at = utc_text(read.read_at);
            insert.bind(1, read_at);
            insert.bind(2, read.account);
            insert.bind(3, read.patient_id);
            insert.bind(4, read.route);
            read.detail.empty() ? insert.bind_null(5) : insert.bind(5, read.detail);
            insert.run();
            if (first == 0) first = sqlite3_last_insert_rowid(database);
        }
        AccessEntry entry(database);
        entry.reads(first, sqlite3_last_insert_rowid(database));
        entry.append();
        return {};
    });
}

Result<std::vector<PatientRead>> reads_of(const Registry& registry, const ReadFilter& filter)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<PatientRead>> {
        // Only what is asked for is compared, so that the index of it is used.
        std::string sql =
            "SELECT read_at_utc, account, patient_id, route, read_no, coalesce(detail, '') FROM patient_read WHERE "
            "read_no > ?1";
        // A list names those whom it showed.
        if (!filter.patient_id.empty()) {
            sql += " AND (patient_id = ?2 OR (patient_id = '*' AND instr(detail, json_quote(?2)) > 0))";
        }
        if (!filter.account.empty()) sql += " AND account = ?3";
        if (filter.from) sql += " AND read_at_utc >= ?4";
        if (filter.to) sql += " AND read_at_utc < ?5";
        sql += " ORDER BY read_no LIMIT ?6";
        const std::string from = filter.from ? filter.from->iso() : std::string();
        const std::string before = filter.to ? add_days(*filter.to, 1).iso() : std::string();
        BulkStatement row(registry.connection().database.getHandle(), sql);
        row.bind(1, filter.after_read_no);
        if (!filter.patient_id.empty()) row.bind(2, filter.patient_id);
        if (!filter.account.empty()) row.bind(3, filter.account);
        if (filter.from) row.bind(4, from);
        if (filter.to) row.bind(5, before);
        row.bind(6, filter.limit ? static_cast<std::int64_t>(*filter.limit) : std::int64_t{-1});
        std::vector<PatientRead> reads;
        while (row.step()) {
            reads.push_back({.read_at = read(instant_of(row.text(0))),
                             .account = std::string(row.text(1)),
                             .patient_id = std::string(row.text(2)),
                             .route = std::string(row.text(3)),
                             .read_no = row.integer(4),
                             .detail = std::string(row.text(5))});
        }
        return reads;
    });
}

}  // namespace nodtrack::store
