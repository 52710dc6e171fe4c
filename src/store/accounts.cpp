#include <fmt/core.h>

#include "access_chain.hpp"
#include "access_rows.hpp"

namespace nodtrack::store {

Account account_of(const BulkStatement& row, int first)
{
    return {.name = std::string(row.text(first)),
            .role = read(role_of_word(row.text(first + 1))),
            .disabled = row.text(first + 2) == "yes",
            .display_name = std::string(row.text(first + 3)),
            .made_at = std::string(row.text(first + 4))};
}

tl::unexpected<Error> no_such_account(std::string_view name)
{
    return failure(ErrorCode::not_found,
                   fmt::format("there is no account '{}'; `nodtrack user list` lists them", name));
}

std::optional<Account> account_now(sqlite3* database, std::string_view name)
{
    BulkStatement row(database, fmt::format("SELECT {} FROM account AS a WHERE a.name = ?", account_columns));
    row.bind(1, name);
    if (!row.step()) return std::nullopt;
    return account_of(row, 0);
}

namespace {

/// Logs a change, and the account as it stands now, in the chain.
void log_change(sqlite3* database, AccessEntry& entry, const Provenance& provenance, std::string_view account,
                std::string_view what, std::string_view detail = {})
{
    BulkStatement insert(database,
                         "INSERT INTO account_change (changed_at_utc, actor, door, account, what, detail) VALUES (?, "
                         "?, ?, ?, ?, ?)");
    insert.bind(1, provenance.recorded_at);
    insert.bind(2, provenance.actor);
    insert.bind(3, provenance.door);
    insert.bind(4, account);
    insert.bind(5, what);
    detail.empty() ? insert.bind_null(6) : insert.bind(6, detail);
    insert.run();
    entry.change(sqlite3_last_insert_rowid(database));
    entry.account(account);
}

/// Whoever had a token of the account has none now.
void revoke_tokens_of(sqlite3* database, AccessEntry& entry, const Provenance& provenance, std::string_view name)
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
        update.bind(1, provenance.recorded_at);
        update.bind(2, token_no);
        update.run();
        entry.token(token_no);
        log_change(database, entry, provenance, name, "token_revoked", fmt::format("{}", token_no));
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
                            const Provenance& provenance)
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
        insert.bind(5, provenance.recorded_at);
        insert.run();
        AccessEntry entry(database);
        log_change(database, entry, provenance, account.name, "added", word(account.role));
        entry.append();
        return {};
    });
}

Result<void> set_role(Registry& registry, std::string_view name, Role role, const Provenance& provenance)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        const std::optional<Account> account = account_now(database, name);
        if (!account) return no_such_account(name);
        if (account->role == role) return {};
        if (is_last_admin(database, *account)) return last_admin(name, "given another role");
        set_column(database, name, "role", word(role));
        AccessEntry entry(database);
        log_change(database, entry, provenance, name, "role", fmt::format("{} to {}", word(account->role), word(role)));
        entry.append();
        return {};
    });
}

Result<void> set_disabled(Registry& registry, std::string_view name, bool disabled, const Provenance& provenance)
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
            revoke_tokens_of(database, entry, provenance, name);
        }
        log_change(database, entry, provenance, name, disabled ? "disabled" : "enabled");
        entry.append();
        return {};
    });
}

Result<void> set_password(Registry& registry, std::string_view name, std::string_view password_hash,
                          const Provenance& provenance)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        if (!account_now(database, name)) return no_such_account(name);
        set_column(database, name, "password_hash", password_hash);
        end_sessions_of(database, name);
        AccessEntry entry(database);
        revoke_tokens_of(database, entry, provenance, name);
        log_change(database, entry, provenance, name, "password");
        entry.append();
        return {};
    });
}

Result<std::int64_t> insert_token(Registry& registry, const ApiToken& token, std::string_view sha256,
                                  const Provenance& provenance)
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
        insert.bind(5, provenance.recorded_at);
        insert.bind(6, provenance.actor);
        insert.run();
        const std::int64_t token_no = sqlite3_last_insert_rowid(database);
        AccessEntry entry(database);
        entry.token(token_no);
        log_change(database, entry, provenance, token.account, "token_added",
                   fmt::format("{}, {}, until {}", token_no, word(token.scope), expires_on));
        entry.append();
        return token_no;
    });
}

Result<void> revoke_token(Registry& registry, std::string_view account, std::int64_t token_no,
                          const Provenance& provenance)
{
    return writing(registry, [&](sqlite3* database) -> Result<void> {
        if (!account_now(database, account)) return no_such_account(account);
        BulkStatement update(database,
                             "UPDATE api_token SET revoked_at_utc = ? WHERE account = ? AND token_no = ? AND "
                             "revoked_at_utc IS NULL");
        update.bind(1, provenance.recorded_at);
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
        log_change(database, entry, provenance, account, "token_revoked", fmt::format("{}", token_no));
        entry.append();
        return {};
    });
}

Result<std::vector<AccountChange>> account_changes(const Registry& registry, std::string_view account)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<AccountChange>> {
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

}  // namespace nodtrack::store
