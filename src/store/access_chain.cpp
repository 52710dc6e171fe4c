#include "access_chain.hpp"

#include <fmt/core.h>

#include <charconv>
#include <map>
#include <optional>

#include "canonical.hpp"
#include "recording.hpp"
#include "statements.hpp"

namespace nodtrack::store {
namespace {

/// The tables of the chain whose rows have a line each; a row that may change has the newest line.
struct ChainedTable {
    std::string_view name;
    std::string_view key;
};
constexpr ChainedTable chained_tables[] = {{"account", "name"},
                                           {"api_token", "token_no"},
                                           {"account_change", "change_no"},
                                           {"secret", "name"},
                                           {"export_release", "released_on"}};
constexpr std::string_view reads_table = "patient_read";

void add(Sha256& sha256, const BulkStatement& row)
{
    CanonicalRow canonical;
    for (int column = 0; column < row.columns(); ++column) {
        sqlite3_value* value = row.value(column);
        const int type = sqlite3_value_type(value);
        if (type == SQLITE_NULL) continue;
        if (type == SQLITE_INTEGER) {
            canonical.integer(column, sqlite3_value_int64(value));
        } else {
            const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(value));
            canonical.text(column, {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))});
        }
    }
    canonical.end();
    sha256.add(canonical.bytes());
}

std::string sha256_of_row(const BulkStatement& row)
{
    Sha256 sha256;
    add(sha256, row);
    return sha256.digest();
}

struct Reads {
    std::int64_t rows = 0;
    std::string sha256;
};

Reads reads_between(BulkStatement& select, std::int64_t first, std::int64_t last)
{
    StatementUse rows(select);
    rows->bind(1, first);
    rows->bind(2, last);
    Sha256 sha256;
    Reads reads;
    while (rows->step()) {
        add(sha256, *rows);
        ++reads.rows;
    }
    reads.sha256 = sha256.digest();
    return reads;
}

std::string select_reads()
{
    return fmt::format("SELECT * FROM {} WHERE read_no BETWEEN ? AND ? ORDER BY read_no", reads_table);
}

std::string line_of(std::string_view table, std::string_view key, std::int64_t rows, std::string_view sha256)
{
    return fmt::format("{} {} {} {}\n", table, key, rows, sha256);
}

/// The line of the row of that key, as it stands.
template <class Key>
std::string line_of_row(sqlite3* database, const ChainedTable& table, const Key& key)
{
    BulkStatement select(database, fmt::format("SELECT * FROM {} WHERE {} = ?", table.name, table.key));
    select.bind(1, key);
    if (!select.step()) return {};
    return line_of(table.name, fmt::format("{}", key), 1, sha256_of_row(select));
}

/// `account a.reader 1 ab12…` taken apart, from its end: a name says anything.
struct Line {
    std::string table;
    std::string key;
    std::string rows;
    std::string sha256;
};

std::optional<Line> line_of_text(std::string_view text)
{
    const std::size_t table = text.find(' ');
    const std::size_t sha256 = text.rfind(' ');
    if (table == std::string_view::npos || sha256 == table) return std::nullopt;
    const std::size_t rows = text.rfind(' ', sha256 - 1);
    if (rows == std::string_view::npos || rows <= table) return std::nullopt;
    return Line{std::string(text.substr(0, table)), std::string(text.substr(table + 1, rows - table - 1)),
                std::string(text.substr(rows + 1, sha256 - rows - 1)), std::string(text.substr(sha256 + 1))};
}

struct Range {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

std::optional<Range> range_of(std::string_view text)
{
    Range range;
    const char* end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.first);
    if (first.ec != std::errc() || !std::string_view(first.ptr, end).starts_with("..")) return std::nullopt;
    const auto last = std::from_chars(first.ptr + 2, end, range.last);
    if (last.ec != std::errc() || last.ptr != end) return std::nullopt;
    return range;
}

/// What the chain says of the rows.
struct Expected {
    std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> rows;  ///< by table, by key
    std::vector<Line> reads;
};

Expected read_chain(sqlite3* database, const AccessChainHead& earlier, std::vector<std::string>& problems)
{
    Expected expected;
    std::string previous(chain_start());
    std::int64_t next = 1;
    bool earlier_found = earlier.entry_no == 0;
    BulkStatement select(database,
                         "SELECT entry_no, entry, previous_sha256, entry_sha256 FROM access_chain ORDER BY entry_no");
    for (; select.step(); ++next) {
        const std::int64_t number = select.integer(0);
        const std::string_view entry = select.text(1);
        if (number != next) {
            problems.push_back(fmt::format("access_chain: entries {} to {} are missing", next, number - 1));
        }
        if (select.text(2) != previous) {
            problems.push_back(fmt::format("access_chain: entry {} does not follow the entry before it", number));
        }
        if (select.text(3) != chained_sha256(select.text(2), entry)) {
            problems.push_back(fmt::format("access_chain: entry {} was changed", number));
        }
        if (number == earlier.entry_no) {
            earlier_found = true;
            if (select.text(3) != earlier.entry_sha256) {
                problems.push_back(
                    fmt::format("access_chain: entry {} is not the one whose hash was exported earlier: "
                                "the log was written anew",
                                number));
            }
        }
        previous = select.text(3);
        next = number;
        for (std::string_view rest = entry; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            auto line = line_of_text(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (!line) {
                problems.push_back(fmt::format("access_chain: entry {} has a line that is none", number));
            } else if (line->table == reads_table) {
                expected.reads.push_back(std::move(*line));
            } else {
                expected.rows[line->table][line->key] = line->sha256;
            }
        }
    }
    if (!earlier_found) {
        problems.push_back(
            fmt::format("access_chain: entry {}, whose hash was exported earlier, is missing: the log "
                        "was cut off",
                        earlier.entry_no));
    }
    return expected;
}

void compare_rows(sqlite3* database, const ChainedTable& table,
                  std::map<std::string, std::string, std::less<>>& expected, std::int64_t& rows,
                  std::vector<std::string>& problems)
{
    BulkStatement select(database, fmt::format("SELECT t.{0}, * FROM {1} AS t ORDER BY t.{0}", table.key, table.name));
    BulkStatement one(database, fmt::format("SELECT * FROM {} WHERE {} = ?", table.name, table.key));
    while (select.step()) {
        ++rows;
        const std::string key(select.text(0));
        const auto known = expected.find(key);
        if (known == expected.end()) {
            problems.push_back(fmt::format("{}: '{}' is not in the log: it was put in from outside", table.name, key));
            continue;
        }
        StatementUse row(one);
        row->bind(1, key);
        if (!row->step() || sha256_of_row(*row) != known->second) {
            problems.push_back(fmt::format("{}: '{}' is not as it was recorded", table.name, key));
        }
        expected.erase(known);
    }
    for (const auto& [key, sha256] : expected)
        problems.push_back(fmt::format("{}: '{}' was taken away", table.name, key));
}

void compare_reads(sqlite3* database, const std::vector<Line>& expected, const Tombstones& tombstones,
                   std::int64_t& rows, std::vector<std::string>& problems)
{
    BulkStatement select(database, select_reads());
    std::int64_t covered = 0;
    for (const Line& line : expected) {
        const auto range = range_of(line.key);
        if (!range) {
            problems.push_back(fmt::format("access_chain: '{}' is no range of the read log", line.key));
            continue;
        }
        const Reads reads = reads_between(select, range->first, range->last);
        rows += reads.rows;
        covered += reads.rows;
        const Tombstone* const erased = tombstones.of(reads_table, range->first);
        const std::string recorded = erased == nullptr ? line.rows : fmt::format("{}", erased->rows_left);
        if (fmt::format("{}", reads.rows) != recorded) {
            problems.push_back(fmt::format("{}: entries {} have {} rows, {} were recorded", reads_table, line.key,
                                           reads.rows, recorded));
        } else if (reads.sha256 != (erased == nullptr ? line.sha256 : erased->left_sha256)) {
            problems.push_back(
                fmt::format("{}: of the entries {} at least one is not as it was recorded", reads_table, line.key));
        }
    }
    BulkStatement count(database, fmt::format("SELECT count(*) FROM {}", reads_table));
    if (count.step() && count.integer(0) != covered) {
        problems.push_back(fmt::format("{}: {} entries, the log knows of {}", reads_table, count.integer(0), covered));
    }
}

}  // namespace

void AccessEntry::account(std::string_view name)
{
    entry_ += line_of_row(database_, chained_tables[0], name);
}

void AccessEntry::token(std::int64_t token_no)
{
    entry_ += line_of_row(database_, chained_tables[1], token_no);
}

void AccessEntry::change(std::int64_t change_no)
{
    entry_ += line_of_row(database_, chained_tables[2], change_no);
}

void AccessEntry::secret(std::string_view name)
{
    entry_ += line_of_row(database_, chained_tables[3], name);
}

void AccessEntry::release(std::string_view released_on)
{
    entry_ += line_of_row(database_, chained_tables[4], released_on);
}

void AccessEntry::reads(std::int64_t first, std::int64_t last)
{
    BulkStatement select(database_, select_reads());
    const Reads reads = reads_between(select, first, last);
    if (reads.rows > 0) {
        entry_ += line_of(reads_table, fmt::format("{}..{}", first, last), reads.rows, reads.sha256);
    }
}

void AccessEntry::append()
{
    if (entry_.empty()) return;
    const AccessChainHead last = access_chain_head(database_);
    const std::string previous = last.entry_no == 0 ? std::string(chain_start()) : last.entry_sha256;
    const std::string sha256 = chained_sha256(previous, entry_);
    BulkStatement insert(database_,
                         "INSERT INTO access_chain (entry_no, entry, previous_sha256, entry_sha256) VALUES (?, ?, ?, "
                         "?)");
    insert.bind(1, last.entry_no + 1);
    insert.bind(2, entry_);
    insert.bind(3, previous);
    insert.bind(4, sha256);
    insert.run();
    entry_.clear();
}

void begin_access_chain(sqlite3* database)
{
    if (access_chain_head(database).entry_no != 0) return;
    AccessEntry entry(database);
    const auto each = [&](const ChainedTable& table, auto&& line) {
        BulkStatement keys(database, fmt::format("SELECT {0} FROM {1} ORDER BY {0}", table.key, table.name));
        while (keys.step())
            line(keys);
    };
    each(chained_tables[0], [&](const BulkStatement& key) { entry.account(key.text(0)); });
    each(chained_tables[1], [&](const BulkStatement& key) { entry.token(key.integer(0)); });
    each(chained_tables[2], [&](const BulkStatement& key) { entry.change(key.integer(0)); });
    each(chained_tables[3], [&](const BulkStatement& key) { entry.secret(key.text(0)); });
    BulkStatement ends(database,
                       fmt::format("SELECT coalesce(min(read_no), 0), coalesce(max(read_no), 0) FROM {}", reads_table));
    if (ends.step() && ends.integer(1) != 0) entry.reads(ends.integer(0), ends.integer(1));
    entry.append();
}

AccessChainHead access_chain_head(sqlite3* database)
{
    BulkStatement select(database, "SELECT entry_no, entry_sha256 FROM access_chain ORDER BY entry_no DESC LIMIT 1");
    if (!select.step()) return {};
    return {select.integer(0), std::string(select.text(1))};
}

std::vector<ReadStretch> read_stretches(sqlite3* database)
{
    std::vector<std::string> ignored;
    std::vector<ReadStretch> stretches;
    for (const Line& line : read_chain(database, {}, ignored).reads) {
        if (const auto range = range_of(line.key)) stretches.push_back({range->first, range->last});
    }
    return stretches;
}

FoundRows reads_of_stretch(sqlite3* database, const ReadStretch& stretch)
{
    BulkStatement select(database, select_reads());
    select.bind(1, stretch.first);
    select.bind(2, stretch.last);
    FoundRows found;
    while (select.step()) {
        add(found.sha256, select);
        ++found.rows;
    }
    return found;
}

std::vector<std::string> access_chain_problems(sqlite3* database, const AccessChainHead& earlier,
                                               const Tombstones& tombstones, std::int64_t& rows)
{
    std::vector<std::string> problems;
    Expected expected = read_chain(database, earlier, problems);
    for (const ChainedTable& table : chained_tables) {
        compare_rows(database, table, expected.rows[std::string(table.name)], rows, problems);
    }
    compare_reads(database, expected.reads, tombstones, rows, problems);
    return problems;
}

}  // namespace nodtrack::store
