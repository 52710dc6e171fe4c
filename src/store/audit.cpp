#include "nodtrack/store/audit.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "access_chain.hpp"
#include "audited_tables.hpp"
#include "connection.hpp"
#include "recording.hpp"
#include "schema_check.hpp"
#include "statements.hpp"

namespace nodtrack::store {
namespace {

struct LogEntry {
    std::string entry;
    std::string previous_sha256;
    std::string entry_sha256;
};

std::map<DeliveryNumber, LogEntry> log_entries(sqlite3* database)
{
    BulkStatement select(
        database, "SELECT delivery_no, entry, previous_sha256, entry_sha256 FROM change_log ORDER BY delivery_no");
    std::map<DeliveryNumber, LogEntry> entries;
    while (select.step()) {
        entries[select.integer(0)] = {std::string(select.text(1)), std::string(select.text(2)),
                                      std::string(select.text(3))};
    }
    return entries;
}

void check_chain(const std::map<DeliveryNumber, LogEntry>& entries, std::vector<std::string>& problems)
{
    std::string previous(chain_start());
    DeliveryNumber expected = 1;
    for (const auto& [number, entry] : entries) {
        if (number != expected) {
            problems.push_back(fmt::format("change_log: entries {} to {} are missing", expected, number - 1));
        }
        if (entry.previous_sha256 != previous) {
            problems.push_back(fmt::format("change_log: entry {} does not follow the entry before it", number));
        }
        if (entry.entry_sha256 != chained_sha256(entry.previous_sha256, entry.entry)) {
            problems.push_back(fmt::format("change_log: entry {} was changed", number));
        }
        previous = entry.entry_sha256;
        expected = number + 1;
    }
}

/// The line of an entry about one table, without its line feed; empty when there is none.
std::string_view line_of(std::string_view entry, std::string_view table)
{
    while (!entry.empty()) {
        const std::string_view line = entry.substr(0, entry.find('\n'));
        if (line.starts_with(table) && line.substr(table.size()).starts_with(' ')) return line;
        entry.remove_prefix(std::min(entry.size(), line.size() + 1));
    }
    return {};
}

std::string_view without_line_feed(std::string_view line)
{
    return line.substr(0, line.find('\n'));
}

std::int64_t rows_named(std::string_view line, std::string_view table)
{
    std::int64_t rows = 0;
    if (!line.empty()) std::from_chars(line.data() + table.size() + 1, line.data() + line.size(), rows);
    return rows;
}

void compare(const AuditedTable& table, DeliveryNumber number, std::string_view entry_line, const Tombstone* erased,
             FoundRows* found, std::vector<std::string>& problems)
{
    // After an erasure the rest hashes to what the newest tombstone says.
    const std::string left = erased == nullptr || erased->rows_left == 0
                                 ? std::string()
                                 : log_line(table.name, erased->rows_left, erased->left_sha256);
    const std::string_view line = erased == nullptr ? entry_line : without_line_feed(left);
    const std::int64_t rows = found == nullptr ? 0 : found->rows;
    const std::int64_t recorded = rows_named(line, table.name);
    if (rows != recorded) {
        problems.push_back(fmt::format("{}: delivery {} has {} rows, {} were recorded: rows were {}", table.name,
                                       number, rows, recorded, rows < recorded ? "taken away" : "added"));
        return;
    }
    if (found == nullptr) return;
    std::string expected = log_line(table.name, rows, found->sha256.digest());
    expected.pop_back();
    if (expected != line) {
        problems.push_back(fmt::format("{}: of the {} rows of delivery {} at least one is not as it was recorded",
                                       table.name, rows, number));
    }
}

void check_rows(sqlite3* database, const std::map<DeliveryNumber, LogEntry>& entries, const Tombstones& tombstones,
                AuditReport& report)
{
    for (const AuditedTable& table : audited_tables()) {
        std::map<DeliveryNumber, FoundRows> found = rows_by_delivery(database, table);
        for (const auto& [number, entry] : entries) {
            const auto rows = found.find(number);
            FoundRows* of_delivery = rows == found.end() ? nullptr : &rows->second;
            if (of_delivery != nullptr) report.rows += of_delivery->rows;
            compare(table, number, line_of(entry.entry, table.name), tombstones.of(table.name, number), of_delivery,
                    report.problems);
        }
        for (const auto& [number, rows] : found) {
            if (entries.contains(number)) continue;
            report.problems.push_back(
                fmt::format("{}: {} rows of delivery {}, which the log does not know", table.name, rows.rows, number));
        }
    }
}

void compare_with_earlier(const AuditHead& earlier, const std::map<DeliveryNumber, LogEntry>& entries,
                          std::vector<std::string>& problems)
{
    if (earlier.delivery_no == 0) return;
    const auto entry = entries.find(earlier.delivery_no);
    if (entry == entries.end()) {
        problems.push_back(
            fmt::format("change_log: entry {}, whose hash was exported earlier, is missing: the log was "
                        "cut off",
                        earlier.delivery_no));
    } else if (entry->second.entry_sha256 != earlier.entry_sha256) {
        problems.push_back(
            fmt::format("change_log: entry {} is not the one whose hash was exported earlier: the log "
                        "was written anew",
                        earlier.delivery_no));
    }
}

void check_file(SQLite::Database& database, std::vector<std::string>& problems)
{
    SQLite::Statement integrity(database, "PRAGMA integrity_check");
    while (integrity.executeStep()) {
        const std::string line = integrity.getColumn(0).getString();
        if (line != "ok") problems.push_back("file: " + line);
    }
}

}  // namespace

std::string AuditHead::text() const
{
    const std::string of_record = fmt::format("{}:{}", delivery_no, entry_sha256);
    return access_no == 0 ? of_record : fmt::format("{}/{}:{}", of_record, access_no, access_sha256);
}

namespace {

struct Numbered {
    std::int64_t number = 0;
    std::string sha256;
};

std::optional<Numbered> numbered(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    Numbered head;
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, head.number);
    if (error != std::errc() || end != text.data() + colon || head.number < 0) return std::nullopt;
    head.sha256 = text.substr(colon + 1);
    constexpr std::size_t digits = 64;
    const bool hexadecimal = head.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hexadecimal && head.sha256.size() == digits) return head;
    return head.number == 0 && head.sha256.empty() ? std::optional(head) : std::nullopt;
}

AuditHead head_of(sqlite3* database)
{
    AuditHead head;
    BulkStatement select(database,
                         "SELECT delivery_no, entry_sha256 FROM change_log ORDER BY delivery_no DESC LIMIT 1");
    if (select.step()) head = {select.integer(0), std::string(select.text(1)), 0, {}};
    const AccessChainHead access = access_chain_head(database);
    head.access_no = access.entry_no;
    head.access_sha256 = access.entry_sha256;
    return head;
}

/// Whose record a delivery changed follows from its rows; lists that are kept up to date go by it.
void check_patients_of_deliveries(sqlite3* database, std::vector<std::string>& problems)
{
    std::string rows;
    for (const AuditedTable& table : audited_tables()) {
        if (!table.has_patients) continue;
        rows += fmt::format("{}SELECT delivery_no, patient_id FROM {}", rows.empty() ? "" : " UNION ", table.name);
    }
    // Deliveries that are older than the table have no rows in it.
    const std::string since = "(SELECT coalesce(min(delivery_no), 9223372036854775807) FROM delivery_patient)";
    const std::string of_rows =
        fmt::format("SELECT delivery_no, patient_id FROM ({}) WHERE delivery_no >= {}", rows, since);
    const std::string noted = "SELECT delivery_no, patient_id FROM delivery_patient";
    BulkStatement count(database, fmt::format("SELECT (SELECT count(*) FROM ({0} EXCEPT {1})) + (SELECT count(*) FROM "
                                              "({1} EXCEPT {0}))",
                                              of_rows, noted));
    if (count.step() && count.integer(0) != 0) {
        problems.push_back(fmt::format("delivery_patient: {} rows are not those of the deliveries", count.integer(0)));
    }
}

/// Times of recording that go back: the clock was set back, or had been ahead. What was known on a day goes by it.
void find_clock_going_back(sqlite3* database, std::vector<std::string>& notices)
{
    BulkStatement select(database,
                         "SELECT delivery_no, recorded_at_utc, lag(recorded_at_utc) OVER (ORDER BY delivery_no) AS "
                         "before_utc FROM delivery ORDER BY delivery_no");
    while (select.step()) {
        if (sqlite3_value_type(select.value(2)) == SQLITE_NULL || select.text(1) >= select.text(2)) continue;
        notices.push_back(fmt::format("delivery {} was recorded at {}, the one before it at {}: the clock went back",
                                      select.integer(0), select.text(1), select.text(2)));
    }
}

/// What was erased by law is told for ever, without whose it was.
void tell_erasures(sqlite3* database, std::vector<std::string>& notices)
{
    BulkStatement select(database,
                         "SELECT e.delivery_no, sum(e.rows_erased), count(DISTINCT CASE WHEN e.table_name <> "
                         "'patient_read' THEN e.of_no END), d.recorded_at_utc, d.actor, coalesce(d.reason, '') FROM "
                         "erasure AS e JOIN delivery AS d USING (delivery_no) GROUP BY e.delivery_no ORDER BY "
                         "e.delivery_no");
    while (select.step()) {
        notices.push_back(fmt::format("delivery {} erased {} rows of {} deliveries, by {} at {}: {}", select.integer(0),
                                      select.integer(1), select.integer(2), select.text(4), select.text(3),
                                      select.text(5)));
    }
}

}  // namespace

std::optional<AuditHead> AuditHead::parse(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const auto record = numbered(text.substr(0, slash));
    if (!record) return std::nullopt;
    AuditHead head{record->number, record->sha256, 0, {}};
    if (slash == std::string_view::npos) return head;
    const auto access = numbered(text.substr(slash + 1));
    if (!access) return std::nullopt;
    head.access_no = access->number;
    head.access_sha256 = access->sha256;
    return head;
}

Result<AuditHead> audit_head(const Registry& registry)
{
    return catching_sqlite(registry.file(),
                           [&]() -> Result<AuditHead> { return head_of(registry.connection().database.getHandle()); });
}

Result<AuditReport> audit_verify(const Registry& registry, const std::optional<AuditHead>& earlier)
{
    return catching_sqlite(registry.file(), [&]() -> Result<AuditReport> {
        SQLite::Database database = open_connection(registry.file(), Access::read_only);
        database.exec("BEGIN");
        AuditReport report;
        check_file(database, report.problems);
        // First of all: a trigger or view that was put in makes everything else say what it likes.
        for (std::string& problem : schema_problems(database))
            report.problems.push_back(std::move(problem));
        const std::map<DeliveryNumber, LogEntry> entries = log_entries(database.getHandle());
        report.head = head_of(database.getHandle());
        report.deliveries = static_cast<std::int64_t>(entries.size());
        check_chain(entries, report.problems);
        const Tombstones tombstones(database.getHandle());
        check_rows(database.getHandle(), entries, tombstones, report);
        tell_erasures(database.getHandle(), report.notices);
        check_patients_of_deliveries(database.getHandle(), report.problems);
        if (earlier) compare_with_earlier(*earlier, entries, report.problems);
        const AccessChainHead earlier_access =
            earlier ? AccessChainHead{earlier->access_no, earlier->access_sha256} : AccessChainHead{};
        for (std::string& problem :
             access_chain_problems(database.getHandle(), earlier_access, tombstones, report.rows))
            report.problems.push_back(std::move(problem));
        find_clock_going_back(database.getHandle(), report.notices);
        return report;
    });
}

Result<std::string> newest_recorded_at(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::string> {
        StatementUse row = registry.connection().statements.of(
            "SELECT recorded_at_utc FROM delivery ORDER BY delivery_no DESC LIMIT 1");
        return row->step() ? std::string(row->text(0)) : std::string();
    });
}

Result<std::string> entry_sha256(const Registry& registry, DeliveryNumber delivery_no)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::string> {
        StatementUse row =
            registry.connection().statements.of("SELECT entry_sha256 FROM change_log WHERE delivery_no = ?");
        row->bind(1, delivery_no);
        return row->step() ? std::string(row->text(0)) : std::string();
    });
}

}  // namespace nodtrack::store
