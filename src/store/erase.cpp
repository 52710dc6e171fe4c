#include "nodtrack/store/erase.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "access_chain.hpp"
#include "audited_tables.hpp"
#include "connection.hpp"
#include "coverage.hpp"
#include "nodtrack/domain/text.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/change.hpp"
#include "patient_numbers.hpp"

namespace nodtrack::store {
namespace {

constexpr std::string_view blank = "(erased)";

/// Whether a text names the id, not a longer one that begins or ends with it.
std::size_t find_id(std::string_view text, std::string_view id, std::size_t from = 0)
{
    const auto is_part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
               (static_cast<unsigned char>(c) & 0x80U) != 0;
    };
    for (std::size_t at = text.find(id, from); at != std::string_view::npos; at = text.find(id, at + 1)) {
        const bool begins = at == 0 || !is_part(text[at - 1]);
        const std::size_t end = at + id.size();
        if (begins && (end == text.size() || !is_part(text[end]))) return at;
    }
    return std::string_view::npos;
}

/// The append-only triggers, out of the way until `restore`; all in one transaction.
class Triggers {
  public:
    explicit Triggers(SQLite::Database& database) : database_(database)
    {
        std::vector<std::string> names;
        SQLite::Statement select(database, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name");
        while (select.executeStep()) {
            names.push_back(select.getColumn(0).getString());
            statements_.push_back(select.getColumn(1).getString());
        }
        select.reset();
        for (const std::string& name : names)
            database_.exec("DROP TRIGGER " + name);
    }
    void restore()
    {
        for (const std::string& statement : statements_)
            database_.exec(statement);
    }

  private:
    SQLite::Database& database_;
    std::vector<std::string> statements_;
};

/// Everything of one patient, taken out of all tables in the transaction that is open.
class Eraser {
  public:
    Eraser(SQLite::Database& database, std::vector<std::string> ids) : database_(database), ids_(std::move(ids)) {}

    void erase_record()
    {
        erase_copies_taken_back();
        for (const AuditedTable& table : audited_tables()) {
            if (table.has_patients) erase_rows(table);
        }
        erase_moved_rows();
        blank_reasons();
        for (const std::string& id : ids_) {
            SQLite::Statement noted(database_, "DELETE FROM delivery_patient WHERE patient_id = ?");
            noted.bind(1, id);
            noted.exec();
        }
    }
    void erase_beside_the_record()
    {
        blank_reads();
        forget_answers();
    }
    void add_what_is_left(std::vector<Tombstone>& tombstones);
    std::vector<std::string> named_elsewhere();

    ErasureReport report;

  private:
    void note(std::string_view table, std::int64_t number, std::int64_t rows)
    {
        gone_[{std::string(table), number}] += rows;
    }
    /// Takes away rows of a table that fit `where`, whose parameters `bind` fills.
    template <class Bind>
    void take_away(std::string_view table, const std::string& where, Bind&& bind)
    {
        SQLite::Statement count(database_, fmt::format("SELECT delivery_no, count(*) FROM {} WHERE {} GROUP BY "
                                                       "delivery_no",
                                                       table, where));
        bind(count);
        while (count.executeStep()) {
            note(table, count.getColumn(0).getInt64(), count.getColumn(1).getInt64());
            report.rows += count.getColumn(1).getInt64();
            deliveries_.insert(count.getColumn(0).getInt64());
        }
        SQLite::Statement rows(database_, fmt::format("DELETE FROM {} WHERE {}", table, where));
        bind(rows);
        rows.exec();
    }
    void erase_rows(const AuditedTable& table);
    void erase_copies_taken_back();
    void erase_moved_rows();
    void blank_reasons();
    void blank_reads();
    void forget_answers();
    std::string without_ids(std::string text) const
    {
        for (const std::string& id : ids_) {
            for (std::size_t at = find_id(text, id); at != std::string::npos; at = find_id(text, id, at))
                text.replace(at, id.size(), blank);
        }
        return text;
    }
    bool names_any(std::string_view text) const
    {
        return std::ranges::any_of(ids_, [&](const std::string& id) { return find_id(text, id) != std::string::npos; });
    }

    SQLite::Database& database_;
    std::vector<std::string> ids_;
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> gone_;  ///< rows by table and delivery
    std::set<std::int64_t> deliveries_;
    std::set<std::int64_t> reads_;
};

void Eraser::erase_rows(const AuditedTable& table)
{
    // Of decisions the view is audited, the table holds them.
    for (const std::string& id : ids_)
        take_away(table.name, "patient_id = ?", [&](SQLite::Statement& statement) { statement.bind(1, id); });
}

/// Calls `take(table, key columns, values)` for each table that has rows which a retraction of a row or scan covers.
template <class Take>
void take_moved_rows(const Retraction& retraction, Take&& take)
{
    if (retraction.scope == RetractionScope::scan) {
        for (const char* const table : {"scan", "observation", "identity_link", "nodule_image"})
            take(table, std::vector<std::string>{"scan_id"}, std::vector<std::string>{retraction.scan_id});
    }
    if (retraction.scope != RetractionScope::row) return;
    std::vector<std::string> values(1);
    for (const char c : retraction.row_key) {
        if (c == '\n') {
            values.emplace_back();
        } else {
            values.back() += c;
        }
    }
    with_kind(retraction.kind, [&]<RowKind kind>() {
        std::vector<std::string> columns;
        for (std::size_t i = 1; i < key_names<kind>.size(); ++i)
            columns.emplace_back(sql_key_column<RowOf<kind>>(key_names<kind>[i]));
        take(kind == RowKind::decision ? std::string_view("decision") : table_of<RowOf<kind>>, columns, values);
        if (kind != RowKind::measurement) return;
        take("identity_link", columns, values);
        take("nodule_image", columns, values);
    });
}

/// What was moved to somebody else's number and taken back: the copies stand there still.
void Eraser::erase_copies_taken_back()
{
    std::vector<Retraction> moves;
    for (const std::string& id : ids_) {
        BulkStatement select(
            database_.getHandle(),
            fmt::format("SELECT {} FROM retraction WHERE patient_id = ? AND moved_to_patient_id IS NOT NULL",
                        retraction_columns));
        select.bind(1, id);
        while (select.step())
            moves.push_back(retraction_of(select));
    }
    for (const Retraction& move : moves) {
        if (std::ranges::count(ids_, move.moved_to) != 0) continue;  // all of it goes anyway
        if (coverage_of(database_.getHandle(), move.patient_id).taken_back_by(move) == nullptr) continue;
        for (const AuditedTable& table : audited_tables()) {
            if (!table.has_patients) continue;
            take_away(table.name, "patient_id = ? AND delivery_no = ?", [&](SQLite::Statement& statement) {
                statement.bind(1, move.moved_to);
                statement.bind(2, move.delivery_no);
            });
        }
        SQLite::Statement noted(database_, "DELETE FROM delivery_patient WHERE patient_id = ? AND delivery_no = ?");
        noted.bind(1, move.moved_to);
        noted.bind(2, move.delivery_no);
        noted.exec();
    }
}

/// What had been entered for another patient, and was moved to this one, goes too; and that it was.
void Eraser::erase_moved_rows()
{
    std::vector<Retraction> moved;
    for (const std::string& id : ids_) {
        BulkStatement select(
            database_.getHandle(),
            fmt::format("SELECT {} FROM retraction WHERE moved_to_patient_id = ?", retraction_columns));
        select.bind(1, id);
        while (select.step())
            moved.push_back(retraction_of(select));
    }
    for (const Retraction& retraction : moved) {
        const Coverage coverage = coverage_of(database_.getHandle(), retraction.patient_id);
        const bool was_taken_back = coverage.taken_back_by(retraction) != nullptr;
        const std::string where = "patient_id = ? AND delivery_no < ?";
        const auto bind = [&](SQLite::Statement& statement) {
            statement.bind(1, retraction.patient_id);
            statement.bind(2, retraction.delivery_no);
        };
        const auto take_rows = [&](std::string_view table, const std::vector<std::string>& columns,
                                   const std::vector<std::string>& values) {
            std::string key = where;
            for (const std::string& column : columns)
                key += fmt::format(" AND {} = ?", column);
            take_away(table, key, [&](SQLite::Statement& statement) {
                bind(statement);
                for (std::size_t i = 0; i < values.size(); ++i)
                    statement.bind(static_cast<int>(i) + 3, values[i]);
            });
        };
        if (!was_taken_back) take_moved_rows(retraction, take_rows);
        SQLite::Statement unnamed(database_,
                                  "UPDATE retraction SET moved_to_patient_id = NULL WHERE patient_id = ? AND "
                                  "delivery_no = ? AND moved_to_patient_id IS NOT NULL");
        unnamed.bind(1, retraction.patient_id);
        unnamed.bind(2, retraction.delivery_no);
        unnamed.exec();
        note("retraction", retraction.delivery_no, 0);
    }
}

/// Of a delivery that was of this patient alone its reason is of him too.
void Eraser::blank_reasons()
{
    std::vector<std::pair<std::int64_t, std::string>> reasons;
    SQLite::Statement select(database_, "SELECT delivery_no, reason FROM delivery WHERE reason IS NOT NULL");
    while (select.executeStep())
        reasons.emplace_back(select.getColumn(0).getInt64(), select.getColumn(1).getString());
    select.reset();
    std::string of_others;
    for (const AuditedTable& table : audited_tables()) {
        if (!table.has_patients) continue;
        of_others += fmt::format("{}EXISTS (SELECT 1 FROM {} WHERE delivery_no = ?1)", of_others.empty() ? "" : " OR ",
                                 table.name);
    }
    SQLite::Statement others(database_, "SELECT " + of_others);
    SQLite::Statement update(database_, "UPDATE delivery SET reason = ? WHERE delivery_no = ?");
    for (const auto& [number, reason] : reasons) {
        std::string kept = without_ids(reason);
        if (deliveries_.contains(number)) {
            others.reset();
            others.bind(1, number);
            if (others.executeStep() && others.getColumn(0).getInt() == 0) kept = blank;
        }
        if (kept == reason) continue;
        update.reset();
        update.bind(1, kept);
        update.bind(2, number);
        update.exec();
        note("delivery", number, 0);
        ++report.reasons;
    }
}

void Eraser::blank_reads()
{
    struct Read {
        std::int64_t number;
        std::string patient;
        std::string route;
        std::string detail;
    };
    std::vector<Read> named;
    SQLite::Statement select(database_, "SELECT read_no, patient_id, route, coalesce(detail, '') FROM patient_read");
    while (select.executeStep()) {
        Read read{select.getColumn(0).getInt64(), select.getColumn(1).getString(), select.getColumn(2).getString(),
                  select.getColumn(3).getString()};
        const bool is_of = std::ranges::count(ids_, read.patient) > 0;
        if (is_of || names_any(read.route) || names_any(read.detail)) named.push_back(std::move(read));
    }
    select.reset();
    SQLite::Statement update(database_,
                             "UPDATE patient_read SET patient_id = ?, route = ?, detail = nullif(?, '') WHERE read_no "
                             "= ?");
    for (const Read& read : named) {
        update.reset();
        const bool is_of = std::ranges::count(ids_, read.patient) > 0;
        update.bind(1, is_of ? std::string(blank) : read.patient);
        update.bind(2, without_ids(read.route));
        update.bind(3, without_ids(read.detail));
        update.bind(4, read.number);
        update.exec();
        reads_.insert(read.number);
        ++report.reads;
    }
}

/// Kept answers end by themselves; those that tell something of the patient end now.
void Eraser::forget_answers()
{
    std::vector<std::pair<std::string, std::string>> keys;
    SQLite::Statement select(database_,
                             "SELECT account, key, coalesce(delivery_no, 0), coalesce(body, '') FROM "
                             "idempotency");
    while (select.executeStep()) {
        const bool is_of =
            deliveries_.contains(select.getColumn(2).getInt64()) || names_any(select.getColumn(3).getString());
        if (is_of) keys.emplace_back(select.getColumn(0).getString(), select.getColumn(1).getString());
    }
    select.reset();
    SQLite::Statement forget(database_, "DELETE FROM idempotency WHERE account = ? AND key = ?");
    for (const auto& [account, key] : keys) {
        forget.reset();
        forget.bind(1, account);
        forget.bind(2, key);
        forget.exec();
    }
}

void Eraser::add_what_is_left(std::vector<Tombstone>& tombstones)
{
    const std::string nothing = Sha256().digest();
    const Tombstones earlier(database_.getHandle());
    const auto add = [&](const std::string& table, std::int64_t number, std::int64_t erased, FoundRows* left) {
        const Tombstone* const before = earlier.of(table, number);
        tombstones.push_back({table, number, erased + (before == nullptr ? 0 : before->rows_erased),
                              left == nullptr ? 0 : left->rows, left == nullptr ? nothing : left->sha256.digest()});
    };
    for (const AuditedTable& table : audited_tables()) {
        const bool is_touched =
            std::ranges::any_of(gone_, [&](const auto& one) { return one.first.first == table.name; });
        if (!is_touched) continue;
        std::map<DeliveryNumber, FoundRows> found = rows_by_delivery(database_.getHandle(), table);
        for (const auto& [of, rows] : gone_) {
            if (of.first != table.name) continue;
            const auto left = found.find(of.second);
            add(of.first, of.second, rows, left == found.end() ? nullptr : &left->second);
        }
    }
    for (const ReadStretch& stretch : read_stretches(database_.getHandle())) {
        const auto touched = reads_.lower_bound(stretch.first);
        if (touched == reads_.end() || *touched > stretch.last) continue;
        FoundRows left = reads_of_stretch(database_.getHandle(), stretch);
        add("patient_read", stretch.first, 0, &left);
    }
    report.deliveries = static_cast<std::int64_t>(deliveries_.size());
}

std::vector<std::string> Eraser::named_elsewhere()
{
    SQLite::Statement columns(database_,
                              "SELECT s.name, c.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c WHERE "
                              "s.type = 'table' AND c.type = 'TEXT' ORDER BY s.name, c.cid");
    std::vector<std::string> found;
    while (columns.executeStep()) {
        const std::string table = columns.getColumn(0).getString();
        const std::string column = columns.getColumn(1).getString();
        for (const std::string& id : ids_) {
            SQLite::Statement select(database_,
                                     fmt::format("SELECT {0} FROM {1} WHERE instr({0}, ?) > 0", column, table));
            select.bind(1, id);
            bool is_named = false;
            while (!is_named && select.executeStep())
                is_named = find_id(select.getColumn(0).getString(), id) != std::string::npos;
            if (is_named) found.push_back(table + "." + column);
        }
    }
    return found;
}

Result<void> check_request(const Registry& registry, const std::string& patient_id, const Provenance& provenance)
{
    SQLite::Database& database = registry.connection().database;
    SQLite::Statement is_there(database, "SELECT EXISTS (SELECT 1 FROM patient WHERE patient_id = ?)");
    is_there.bind(1, patient_id);
    is_there.executeStep();
    if (is_there.getColumn(0).getInt() == 0)
        return failure(ErrorCode::not_found, fmt::format("nothing is recorded of patient {}", patient_id));
    if (const std::string now = number_now(database.getHandle(), patient_id); !now.empty()) {
        return failure(ErrorCode::bad_input,
                       fmt::format("patient {} is patient {} now; nothing was erased: erase that one, this number goes "
                                   "with it",
                                   patient_id, now));
    }
    for (const std::string& id : all_ids(database.getHandle(), patient_id)) {
        if (find_id(provenance.reason, id) == std::string_view::npos) continue;
        return failure(ErrorCode::bad_input,
                       "reason: names the patient, and it stays; say why without the id. Nothing was erased");
    }
    const Result<AuditReport> audit = audit_verify(registry);
    if (!audit) return tl::unexpected<Error>(audit.error());
    if (audit->intact()) return {};
    return failure(ErrorCode::conflict,
                   "the registry is not intact, and an erasure would hide that; nothing was erased: find out why first "
                   "(`nodtrack audit verify`)",
                   audit->problems);
}

}  // namespace

Result<ErasureReport> erase_patient(Registry& registry, const std::string& patient_id, const Provenance& provenance)
{
    return catching_sqlite(registry.file(), [&]() -> Result<ErasureReport> {
        SQLite::Database& database = registry.connection().database;
        database.exec("PRAGMA secure_delete = ON");
        Result<Change> change = Change::begin(registry, provenance);
        if (!change) return tl::unexpected<Error>(change.error());
        if (const auto sound = check_request(registry, patient_id, provenance); !sound)
            return tl::unexpected<Error>(sound.error());
        std::vector<std::string> ids = all_ids(database.getHandle(), patient_id);
        Eraser eraser(database, ids);
        Triggers triggers(database);
        eraser.erase_record();
        eraser.erase_beside_the_record();
        std::vector<Tombstone> tombstones;
        eraser.add_what_is_left(tombstones);
        triggers.restore();
        eraser.report.named_elsewhere = eraser.named_elsewhere();
        if (const auto stored = change->store_tombstones(tombstones); !stored)
            return tl::unexpected<Error>(stored.error());
        const Result<DeliveryNumber> committed = change->commit();
        if (!committed) return tl::unexpected<Error>(committed.error());
        eraser.report.delivery_no = *committed;
        eraser.report.earlier_ids.assign(ids.begin() + 1, ids.end());
        return std::move(eraser.report);
    });
}

Result<bool> wipe_free_space(Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<bool> {
        SQLite::Database& database = registry.connection().database;
        constexpr int patience_ms = 3'000;  // for those who read an older view
        database.exec("PRAGMA secure_delete = ON");
        database.exec("VACUUM");
        database.setBusyTimeout(patience_ms);
        SQLite::Statement checkpoint(database, "PRAGMA wal_checkpoint(TRUNCATE)");
        const bool is_done = checkpoint.executeStep() && checkpoint.getColumn(0).getInt() == 0;
        checkpoint.reset();
        database.setBusyTimeout(busy_timeout_ms);
        std::error_code none;
        const auto left = std::filesystem::file_size(registry.file().string() + "-wal", none);
        return is_done && (none || left == 0);
    });
}

}  // namespace nodtrack::store
