#include <fmt/core.h>

#include "access_rows.hpp"

namespace nodtrack::store {
namespace {

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
    return catching_sqlite(registry.file(), [&]() -> Result<AccessReader> {
        return AccessReader(std::make_unique<State>(registry.file()));
    });
}

AccessReader::AccessReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
AccessReader::AccessReader(AccessReader&&) noexcept = default;
AccessReader& AccessReader::operator=(AccessReader&&) noexcept = default;
AccessReader::~AccessReader() = default;

Result<std::optional<AccountWithPassword>> AccessReader::account(std::string_view name)
{
    return catching_sqlite(state_->file, [&]() -> Result<std::optional<AccountWithPassword>> {
        StatementUse row(state_->account);
        row->bind(1, name);
        if (!row->step()) return std::nullopt;
        return AccountWithPassword{account_of(*row, 0), std::string(row->text(account_column_count))};
    });
}

Result<std::vector<Account>> AccessReader::accounts()
{
    return catching_sqlite(state_->file, [&]() -> Result<std::vector<Account>> {
        StatementUse row(state_->accounts);
        std::vector<Account> accounts;
        while (row->step())
            accounts.push_back(account_of(*row, 0));
        return accounts;
    });
}

Result<std::optional<SessionAndAccount>> AccessReader::session(std::string_view sha256)
{
    return catching_sqlite(state_->file, [&]() -> Result<std::optional<SessionAndAccount>> {
        StatementUse row(state_->session);
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
    return catching_sqlite(state_->file, [&]() -> Result<Found> {
        StatementUse row(state_->token);
        row->bind(1, sha256);
        if (!row->step()) return Found();
        return Found(std::pair(token_of(*row), account_of(*row, token_column_count)));
    });
}

Result<std::vector<ApiToken>> AccessReader::tokens(std::string_view account)
{
    return catching_sqlite(state_->file, [&]() -> Result<std::vector<ApiToken>> {
        StatementUse row(state_->tokens);
        row->bind(1, account);
        std::vector<ApiToken> tokens;
        while (row->step())
            tokens.push_back(token_of(*row));
        return tokens;
    });
}

Result<std::optional<KeptAnswer>> AccessReader::answer(std::string_view account, std::string_view key, Instant now)
{
    return catching_sqlite(state_->file, [&]() -> Result<std::optional<KeptAnswer>> {
        const std::string after = utc_text(now - answers_are_kept);
        StatementUse row(state_->answer);
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

}  // namespace nodtrack::store
