#include "nodtrack/store/access.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "access_chain.hpp"
#include "connection.hpp"
#include "kept_request.hpp"
#include "statements.hpp"

namespace nodtrack::store {
namespace {

constexpr auto roles = std::to_array<std::string_view>({"radiologist", "board", "researcher", "admin"});
constexpr auto scopes = std::to_array<std::string_view>({"read", "write", "export"});

template <class Enumeration, std::size_t count>
std::optional<Enumeration> find_among(const std::array<std::string_view, count>& words, std::string_view text)
{
    const auto* const found = std::ranges::find(words, text);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enumeration>(found - words.begin());
}

/// The value that must be there: only this program writes these tables.
template <class Value>
Value read(std::optional<Value> value)
{
    if (!value) throw std::runtime_error("a stored account or session cannot be read; run `nodtrack check`");
    return *value;
}

std::string blob_of(const BulkStatement& row, int column)
{
    const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(row.value(column)));
    return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(row.value(column)))};
}

constexpr std::string_view account_columns = "a.name, a.role, a.disabled, coalesce(a.display_name, ''), a.made_at_utc";
constexpr int account_column_count = 5;

Account account_of(const BulkStatement& row, int first)
{
    return {.name = std::string(row.text(first)),
            .role = read(role_of_word(row.text(first + 1))),
            .disabled = row.text(first + 2) == "yes",
            .display_name = std::string(row.text(first + 3)),
            .made_at = std::string(row.text(first + 4))};
}

constexpr std::string_view token_columns =
    "t.token_no, t.account, t.scope, t.expires_on, t.made_at_utc, t.made_by, coalesce(t.revoked_at_utc, '')";
constexpr int token_column_count = 7;

ApiToken token_of(const BulkStatement& row)
{
    return {.token_no = row.integer(0),
            .account = std::string(row.text(1)),
            .scope = read(token_scope_of_word(row.text(2))),
            .expires_on = read(Date::parse(row.text(3))),
            .made_at = std::string(row.text(4)),
            .made_by = std::string(row.text(5)),
            .revoked_at = std::string(row.text(6))};
}

}  // namespace

std::string_view word(Role role)
{
    return roles[static_cast<std::size_t>(role)];
}
std::string_view word(TokenScope scope)
{
    return scopes[static_cast<std::size_t>(scope)];
}
std::optional<Role> role_of_word(std::string_view word)
{
    return find_among<Role>(roles, word);
}
std::optional<TokenScope> token_scope_of_word(std::string_view word)
{
    return find_among<TokenScope>(scopes, word);
}
std::vector<std::string> role_words()
{
    return {roles.begin(), roles.end()};
}
std::vector<std::string> token_scope_words()
{
    return {scopes.begin(), scopes.end()};
}

std::string utc_text(Instant moment)
{
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const auto second = (moment - day).count();
    const Date date = Date::from_days(static_cast<std::int32_t>(day.time_since_epoch().count()));
    return fmt::format("{}T{:02}:{:02}:{:02}Z", date.iso(), second / 3600, second / 60 % 60, second % 60);
}

std::optional<Instant> instant_of(std::string_view text)
{
    constexpr std::size_t date_length = 10;
    constexpr std::size_t least_length = 20;
    if (text.size() < least_length || text[date_length] != 'T' || text.back() != 'Z') return std::nullopt;
    const std::optional<Date> date = Date::parse(text.substr(0, date_length));
    if (!date) return std::nullopt;
    std::array<int, 3> parts{};
    constexpr std::array<int, 3> limits = {24, 60, 61};  // a leap second may be written
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t at = date_length + 1 + 3 * i;
        if (i > 0 && text[at - 1] != ':') return std::nullopt;
        const char tens = text[at];
        const char ones = text[at + 1];
        if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
        parts[i] = 10 * (tens - '0') + (ones - '0');
        if (parts[i] >= limits[i]) return std::nullopt;
    }
    const std::string_view fraction = text.substr(least_length - 1, text.size() - least_length);
    const bool digits =
        std::ranges::all_of(fraction.substr(fraction.empty() ? 0 : 1), [](char c) { return c >= '0' && c <= '9'; });
    if (!fraction.empty() && (fraction.front() != '.' || fraction.size() == 1 || !digits)) return std::nullopt;
    return Instant(std::chrono::days(date->days_since_1970())) + std::chrono::hours(parts[0]) +
           std::chrono::minutes(parts[1]) + std::chrono::seconds(parts[2]);
}

struct AccessReader::State {
    explicit State(const std::filesystem::path& path)
        : file(path),
          database(open_connection(path, Access::read_only)),
          account(database.getHandle(),
                  fmt::format("SELECT {}, a.password_hash FROM account AS a WHERE a.name = ?", account_columns)),
          accounts(database.getHandle(), fmt::format("SELECT {} FROM account AS a ORDER BY a.name", account_columns)),
          session(database.getHandle(),
                  fmt::format("SELECT {}, s.began_at_utc, s.last_seen_at_utc, s.ends_at_utc FROM session AS s JOIN "
                              "account AS a ON a.name = s.account WHERE s.session_sha256 = ?",
                              account_columns)),
          token(database.getHandle(), fmt::format("SELECT {}, {} FROM api_token AS t JOIN account AS a ON a.name = "
                                                  "t.account WHERE t.token_sha256 = ?",
                                                  token_columns, account_columns)),
          tokens(database.getHandle(),
                 fmt::format("SELECT {} FROM api_token AS t WHERE ?1 = '' OR t.account = ?1 ORDER BY t.token_no",
                             token_columns)),
          answer(database.getHandle(),
                 "SELECT request_sha256, delivery_no, status, coalesce(body, '') FROM idempotency WHERE account = ? "
                 "AND key = ? AND kept_at_utc > ?")
    {}

    std::filesystem::path file;
    SQLite::Database database;
    BulkStatement account;
    BulkStatement accounts;
    BulkStatement session;
    BulkStatement token;
    BulkStatement tokens;
    BulkStatement answer;
};

Result<AccessReader> AccessReader::open(const Registry& registry)
{
    return guarded(registry.file(),
                   [&]() -> Result<AccessReader> { return AccessReader(std::make_unique<State>(registry.file())); });
}

AccessReader::AccessReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
AccessReader::AccessReader(AccessReader&&) noexcept = default;
AccessReader& AccessReader::operator=(AccessReader&&) noexcept = default;
AccessReader::~AccessReader() = default;

Result<std::optional<AccountWithPassword>> AccessReader::account(std::string_view name)
{
    return guarded(state_->file, [&]() -> Result<std::optional<AccountWithPassword>> {
        Rewound row(state_->account);
        row->bind(1, name);
        if (!row->step()) return std::nullopt;
        return AccountWithPassword{account_of(*row, 0), std::string(row->text(account_column_count))};
    });
}

Result<std::vector<Account>> AccessReader::accounts()
{
    return guarded(state_->file, [&]() -> Result<std::vector<Account>> {
        Rewound row(state_->accounts);
        std::vector<Account> accounts;
        while (row->step())
            accounts.push_back(account_of(*row, 0));
        return accounts;
    });
}

Result<std::optional<SessionAndAccount>> AccessReader::session(std::string_view sha256)
{
    return guarded(state_->file, [&]() -> Result<std::optional<SessionAndAccount>> {
        Rewound row(state_->session);
        row->bind(1, sha256);
        if (!row->step()) return std::nullopt;
        SessionAndAccount found;
        found.account = account_of(*row, 0);
        found.session = {.sha256 = std::string(sha256),
                         .account = found.account.name,
                         .began_at = read(instant_of(row->text(account_column_count))),
                         .last_seen_at = read(instant_of(row->text(account_column_count + 1))),
                         .ends_at = read(instant_of(row->text(account_column_count + 2)))};
        return found;
    });
}

Result<std::optional<std::pair<ApiToken, Account>>> AccessReader::token(std::string_view sha256)
{
    using Found = std::optional<std::pair<ApiToken, Account>>;
    return guarded(state_->file, [&]() -> Result<Found> {
        Rewound row(state_->token);
        row->bind(1, sha256);
        if (!row->step()) return Found();
        return Found(std::pair(token_of(*row), account_of(*row, token_column_count)));
    });
}

Result<std::vector<ApiToken>> AccessReader::tokens(std::string_view account)
{
    return guarded(state_->file, [&]() -> Result<std::vector<ApiToken>> {
        Rewound row(state_->tokens);
        row->bind(1, account);
        std::vector<ApiToken> tokens;
        while (row->step())
            tokens.push_back(token_of(*row));
        return tokens;
    });
}

Result<std::optional<KeptAnswer>> AccessReader::answer(std::string_view account, std::string_view key, Instant now)
{
    return guarded(state_->file, [&]() -> Result<std::optional<KeptAnswer>> {
        const std::string after = utc_text(now - answers_are_kept);
        Rewound row(state_->answer);
        row->bind(1, account);
        row->bind(2, key);
        row->bind(3, after);
        if (!row->step()) return std::nullopt;
        KeptAnswer answer{.request = {std::string(account), std::string(key), std::string(row->text(0))}};
        if (sqlite3_value_type(row->value(1)) != SQLITE_NULL) answer.delivery_no = row->integer(1);
        if (sqlite3_value_type(row->value(2)) != SQLITE_NULL) answer.status = static_cast<int>(row->integer(2));
        answer.body = row->text(3);
        return answer;
    });
}

namespace {

/// Runs `work` in a transaction of its own that holds the write lock from its start; rolls back where it fails.
template <class Work>
auto writing(Registry& registry, Work&& work) -> decltype(work(std::declval<sqlite3*>()))
{
    return guarded(registry.file(), [&]() -> decltype(work(std::declval<sqlite3*>())) {
        SQLite::Transaction transaction(registry.connection().database, SQLite::TransactionBehavior::IMMEDIATE);
        auto outcome = work(registry.connection().database.getHandle());
        if (outcome) transaction.commit();
        return outcome;
    });
}

tl::unexpected<Error> no_such_account(std::string_view name)
{
    return failure(ErrorCode::not_found,
                   fmt::format("there is no account '{}'; `nodtrack user list` lists them", name));
}

/// The account as the transaction sees it.
std::optional<Account> account_now(sqlite3* database, std::string_view name)
{
    BulkStatement row(database, fmt::format("SELECT {} FROM account AS a WHERE a.name = ?", account_columns));
    row.bind(1, name);
    if (!row.step()) return std::nullopt;
    return account_of(row, 0);
}

/// Logs a change, and the account as it stands now, in the chain.
void log_change(sqlite3* database, AccessEntry& entry, const Occasion& occasion, std::string_view account,
                std::string_view what, std::string_view detail = {})
{
    BulkStatement insert(database,
                         "INSERT INTO account_change (changed_at_utc, actor, door, account, what, detail) VALUES (?, "
                         "?, ?, ?, ?, ?)");
    insert.bind(1, occasion.recorded_at);
    insert.bind(2, occasion.actor);
    insert.bind(3, occasion.door);
    insert.bind(4, account);
    insert.bind(5, what);
    detail.empty() ? insert.bind_null(6) : insert.bind(6, detail);
    insert.run();
    entry.change(sqlite3_last_insert_rowid(database));
    entry.account(account);
}

/// Whoever had a token of the account has none now.
void revoke_tokens_of(sqlite3* database, AccessEntry& entry, const Occasion& occasion, std::string_view name)
{
    std::vector<std::int64_t> numbers;
    {
        BulkStatement select(database,
                             "SELECT token_no FROM api_token WHERE account = ? AND revoked_at_utc IS NULL ORDER BY "
                             "token_no");
        select.bind(1, name);
        while (select.step())
            numbers.push_back(select.integer(0));
    }
    BulkStatement update(database, "UPDATE api_token SET revoked_at_utc = ? WHERE token_no = ?");
    for (const std::int64_t token_no : numbers) {
        update.bind(1, occasion.recorded_at);
        update.bind(2, token_no);
        update.run();
        entry.token(token_no);
        log_change(database, entry, occasion, name, "token_revoked", fmt::format("{}", token_no));
    }
}

void end_sessions_of(sqlite3* database, std::string_view name)
{
    BulkStatement remove(database, "DELETE FROM session WHERE account = ?");
    remove.bind(1, name);
    remove.run();
}

/// Sets one column of an account to a word.
void set_column(sqlite3* database, std::string_view name, std::string_view column, std::string_view value)
{
    BulkStatement update(database, fmt::format("UPDATE account SET {} = ? WHERE name = ?", column));
    update.bind(1, value);
    update.bind(2, name);
    update.run();
}

bool is_last_admin(sqlite3* database, const Account& account)
{
    if (account.role != Role::admin || account.disabled) return false;
    BulkStatement others(
        database, "SELECT EXISTS (SELECT 1 FROM account WHERE role = 'admin' AND disabled = 'no' AND name <> ?)");
    others.bind(1, account.name);
    return others.step() && others.integer(0) == 0;
}

tl::unexpected<Error> last_admin(std::string_view name, std::string_view verb)
{
    return failure(
        ErrorCode::bad_input,
        fmt::format("'{}' is the only admin who can sign in and cannot be {}; make another admin first", name, verb));
}

}  // namespace

Result<void> insert_account(Registry& registry, const Account& account, std::string_view password_hash,
                            const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        if (account_now(database, account.name)) {
            return failure(ErrorCode::bad_input, fmt::format("there is an account '{}' already; take another name, or "
                                                             "change that one",
                                                             account.name));
        }
        BulkStatement insert(database,
                             "INSERT INTO account (name, role, disabled, display_name, password_hash, made_at_utc) "
                             "VALUES (?, ?, 'no', ?, ?, ?)");
        insert.bind(1, account.name);
        insert.bind(2, word(account.role));
        account.display_name.empty() ? insert.bind_null(3) : insert.bind(3, account.display_name);
        insert.bind(4, password_hash);
        insert.bind(5, occasion.recorded_at);
        insert.run();
        AccessEntry entry(database);
        log_change(database, entry, occasion, account.name, "added", word(account.role));
        entry.append();
        return {};
    });
}

Result<void> set_role(Registry& registry, std::string_view name, Role role, const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        const std::optional<Account> account = account_now(database, name);
        if (!account) return no_such_account(name);
        if (account->role == role) return {};
        if (is_last_admin(database, *account)) return last_admin(name, "given another role");
        set_column(database, name, "role", word(role));
        AccessEntry entry(database);
        log_change(database, entry, occasion, name, "role", fmt::format("{} to {}", word(account->role), word(role)));
        entry.append();
        return {};
    });
}

Result<void> set_disabled(Registry& registry, std::string_view name, bool disabled, const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        const std::optional<Account> account = account_now(database, name);
        if (!account) return no_such_account(name);
        if (account->disabled == disabled) return {};
        if (disabled && is_last_admin(database, *account)) return last_admin(name, "disabled");
        set_column(database, name, "disabled", disabled ? "yes" : "no");
        AccessEntry entry(database);
        if (disabled) {
            end_sessions_of(database, name);
            revoke_tokens_of(database, entry, occasion, name);
        }
        log_change(database, entry, occasion, name, disabled ? "disabled" : "enabled");
        entry.append();
        return {};
    });
}

Result<void> set_password(Registry& registry, std::string_view name, std::string_view password_hash,
                          const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        if (!account_now(database, name)) return no_such_account(name);
        set_column(database, name, "password_hash", password_hash);
        end_sessions_of(database, name);
        AccessEntry entry(database);
        revoke_tokens_of(database, entry, occasion, name);
        log_change(database, entry, occasion, name, "password");
        entry.append();
        return {};
    });
}

Result<std::int64_t> insert_token(Registry& registry, const ApiToken& token, std::string_view sha256,
                                  const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<std::int64_t> {
        if (!account_now(database, token.account)) return no_such_account(token.account);
        const std::string expires_on = token.expires_on.iso();
        BulkStatement insert(database,
                             "INSERT INTO api_token (account, token_sha256, scope, expires_on, made_at_utc, made_by) "
                             "VALUES (?, ?, ?, ?, ?, ?)");
        insert.bind(1, token.account);
        insert.bind(2, sha256);
        insert.bind(3, word(token.scope));
        insert.bind(4, expires_on);
        insert.bind(5, occasion.recorded_at);
        insert.bind(6, occasion.actor);
        insert.run();
        const std::int64_t token_no = sqlite3_last_insert_rowid(database);
        AccessEntry entry(database);
        entry.token(token_no);
        log_change(database, entry, occasion, token.account, "token_added",
                   fmt::format("{}, {}, until {}", token_no, word(token.scope), expires_on));
        entry.append();
        return token_no;
    });
}

Result<void> revoke_token(Registry& registry, std::string_view account, std::int64_t token_no, const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        if (!account_now(database, account)) return no_such_account(account);
        BulkStatement update(database,
                             "UPDATE api_token SET revoked_at_utc = ? WHERE account = ? AND token_no = ? AND "
                             "revoked_at_utc IS NULL");
        update.bind(1, occasion.recorded_at);
        update.bind(2, account);
        update.bind(3, token_no);
        update.run();
        if (sqlite3_changes(database) == 0) {
            return failure(ErrorCode::not_found, fmt::format("account '{}' has no token {} that could be revoked; "
                                                             "`nodtrack user list` lists the tokens",
                                                             account, token_no));
        }
        AccessEntry entry(database);
        entry.token(token_no);
        log_change(database, entry, occasion, account, "token_revoked", fmt::format("{}", token_no));
        entry.append();
        return {};
    });
}

Result<std::vector<AccountChange>> account_changes(const Registry& registry, std::string_view account)
{
    return guarded(registry.file(), [&]() -> Result<std::vector<AccountChange>> {
        BulkStatement row(registry.connection().database.getHandle(),
                          "SELECT change_no, changed_at_utc, actor, door, account, what, coalesce(detail, '') FROM "
                          "account_change WHERE ?1 = '' OR account = ?1 ORDER BY change_no");
        row.bind(1, account);
        std::vector<AccountChange> changes;
        while (row.step()) {
            changes.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                               std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5)),
                               std::string(row.text(6))});
        }
        return changes;
    });
}

Result<void> insert_session(Registry& registry, const StoredSession& session)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        if (!account_now(database, session.account)) return no_such_account(session.account);
        const std::string began_at = utc_text(session.began_at);
        const std::string last_seen_at = utc_text(session.last_seen_at);
        const std::string ends_at = utc_text(session.ends_at);
        BulkStatement insert(database, "INSERT INTO session VALUES (?, ?, ?, ?, ?)");
        insert.bind(1, session.sha256);
        insert.bind(2, session.account);
        insert.bind(3, began_at);
        insert.bind(4, last_seen_at);
        insert.bind(5, ends_at);
        insert.run();
        return {};
    });
}

Result<void> touch_sessions(Registry& registry, std::span<const SessionTouch> touches)
{
    if (touches.empty()) return {};
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        BulkStatement update(database,
                             "UPDATE session SET last_seen_at_utc = ?2 WHERE session_sha256 = ?1 AND last_seen_at_utc "
                             "< ?2");
        for (const SessionTouch& touch : touches) {
            const std::string seen_at = utc_text(touch.seen_at);
            update.bind(1, touch.sha256);
            update.bind(2, seen_at);
            update.run();
        }
        return {};
    });
}

Result<void> delete_session(Registry& registry, std::string_view sha256)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        BulkStatement remove(database, "DELETE FROM session WHERE session_sha256 = ?");
        remove.bind(1, sha256);
        remove.run();
        return {};
    });
}

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
    return guarded(registry.file(), [&]() -> Result<std::vector<PatientRead>> {
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

namespace {

/// Fills the answer into the row that its write left; false where there is none that waits for it.
bool fill_answer(BulkStatement& update, sqlite3* database, const KeptAnswer& answer)
{
    update.bind(1, static_cast<std::int64_t>(*answer.status));
    update.bind(2, answer.body);
    update.bind(3, answer.request.account);
    update.bind(4, answer.request.key);
    update.bind(5, answer.request.request_sha256);
    update.run();
    return sqlite3_changes(database) > 0;
}

}  // namespace

Result<void> keep_answers(Registry& registry, std::span<const KeptAnswer> answers, Instant now)
{
    if (answers.empty()) return {};
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        const std::string kept_at = utc_text(now);
        const std::string over = utc_text(now - answers_are_kept);
        BulkStatement update(database,
                             "UPDATE idempotency SET status = ?1, body = ?2 WHERE account = ?3 AND key = ?4 AND "
                             "request_sha256 = ?5 AND status IS NULL");
        BulkStatement insert(database,
                             "INSERT INTO idempotency (account, key, request_sha256, kept_at_utc, delivery_no, status, "
                             "body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account, key) DO UPDATE SET "
                             "request_sha256 = ?3, kept_at_utc = ?4, delivery_no = ?5, status = ?6, body = ?7 WHERE "
                             "kept_at_utc <= ?8");
        for (const KeptAnswer& answer : answers) {
            if (!answer.status) throw std::logic_error("an answer without a status cannot be kept");
            if (fill_answer(update, database, answer)) continue;
            insert.bind(1, answer.request.account);
            insert.bind(2, answer.request.key);
            insert.bind(3, answer.request.request_sha256);
            insert.bind(4, kept_at);
            answer.delivery_no ? insert.bind(5, *answer.delivery_no) : insert.bind_null(5);
            insert.bind(6, static_cast<std::int64_t>(*answer.status));
            insert.bind(7, answer.body);
            insert.bind(8, over);
            insert.run();
        }
        return {};
    });
}

Result<void> forget_what_is_over(Registry& registry, Instant now, Instant idle_since)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        const std::string now_text = utc_text(now);
        const std::string idle_text = utc_text(idle_since);
        const std::string over = utc_text(now - answers_are_kept);
        BulkStatement sessions(database, "DELETE FROM session WHERE ends_at_utc <= ? OR last_seen_at_utc < ?");
        sessions.bind(1, now_text);
        sessions.bind(2, idle_text);
        sessions.run();
        BulkStatement kept(database, "DELETE FROM idempotency WHERE kept_at_utc <= ?");
        kept.bind(1, over);
        kept.run();
        return {};
    });
}

Result<std::string> secret(Registry& registry, std::string_view name, std::string_view fresh, const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<std::string> {
        BulkStatement row(database, "SELECT value FROM secret WHERE name = ?");
        row.bind(1, name);
        if (row.step()) return blob_of(row, 0);
        BulkStatement insert(
            database, "INSERT INTO secret (name, value, made_at_utc, made_by) VALUES (?, CAST(? AS BLOB), ?, ?)");
        insert.bind(1, name);
        insert.bind(2, fresh);
        insert.bind(3, occasion.recorded_at);
        insert.bind(4, occasion.actor);
        insert.run();
        AccessEntry entry(database);
        entry.secret(name);
        entry.append();
        return std::string(fresh);
    });
}

Result<std::optional<ExportRelease>> newest_release(const Registry& registry)
{
    return guarded(registry.file(), [&]() -> Result<std::optional<ExportRelease>> {
        BulkStatement row(registry.connection().database.getHandle(),
                          "SELECT released_on, delivery_no FROM export_release ORDER BY released_on DESC LIMIT 1");
        if (!row.step()) return std::nullopt;
        return ExportRelease{read(Date::parse(row.text(0))), row.integer(1)};
    });
}

Result<ExportRelease> add_release(Registry& registry, const Occasion& occasion)
{
    return writing(registry, [&](sqlite3* database) -> Result<ExportRelease> {
        const std::string day = occasion.today.iso();
        BulkStatement same(database, "SELECT 1 FROM export_release WHERE released_on = ?");
        same.bind(1, day);
        if (same.step()) {
            return failure(
                ErrorCode::bad_input,
                fmt::format("there is a release of {} already, and a day has one: leave --new-release out, or take "
                            "one tomorrow",
                            day));
        }
        BulkStatement newest(database, "SELECT coalesce(max(delivery_no), 0) FROM delivery");
        newest.step();
        const ExportRelease release{occasion.today, newest.integer(0)};
        BulkStatement insert(database,
                             "INSERT INTO export_release (released_on, delivery_no, made_at_utc, made_by) VALUES (?, "
                             "?, ?, ?)");
        insert.bind(1, day);
        insert.bind(2, release.delivery_no);
        insert.bind(3, occasion.recorded_at);
        insert.bind(4, occasion.actor);
        insert.run();
        AccessEntry entry(database);
        entry.release(day);
        entry.append();
        return release;
    });
}

void keep_request(StatementShelf& statements, const RequestKey& request, std::string_view recorded_at,
                  DeliveryNumber delivery_no)
{
    const std::string over = utc_text(read(instant_of(recorded_at)) - answers_are_kept);
    Rewound insert = statements.of(
        "INSERT INTO idempotency (account, key, request_sha256, kept_at_utc, delivery_no) VALUES (?1, "
        "?2, ?3, ?4, ?5) ON CONFLICT (account, key) DO UPDATE SET request_sha256 = ?3, kept_at_utc = "
        "?4, delivery_no = ?5, status = NULL, body = NULL WHERE kept_at_utc <= ?6");
    insert->bind(1, request.account);
    insert->bind(2, request.key);
    insert->bind(3, request.request_sha256);
    insert->bind(4, recorded_at);
    insert->bind(5, delivery_no);
    insert->bind(6, over);
    insert->run();
}

bool is_request_kept(StatementShelf& statements, const RequestKey& request, std::string_view recorded_at)
{
    const std::string over = utc_text(read(instant_of(recorded_at)) - answers_are_kept);
    Rewound row = statements.of("SELECT 1 FROM idempotency WHERE account = ? AND key = ? AND kept_at_utc > ?");
    row->bind(1, request.account);
    row->bind(2, request.key);
    row->bind(3, over);
    return row->step();
}

}  // namespace nodtrack::store
