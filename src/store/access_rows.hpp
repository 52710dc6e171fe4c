#pragma once

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "connection.hpp"
#include "nodtrack/store/access.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// The value that must be there: only this program writes these tables.
template <class Value>
Value read(std::optional<Value> value)
{
    if (!value) throw std::runtime_error("a stored account or session cannot be read; run `nodtrack check`");
    return *value;
}

inline constexpr std::string_view account_columns =
    "a.name, a.role, a.disabled, coalesce(a.display_name, ''), a.made_at_utc";
inline constexpr int account_column_count = 5;
/// Of a row that has them from column `first` on.
Account account_of(const BulkStatement& row, int first);

/// Runs `work` in a transaction of its own that holds the write lock from its start; rolls back where it fails.
template <class Work>
auto writing(Registry& registry, Work&& work) -> decltype(work(std::declval<sqlite3*>()))
{
    return catching_sqlite(registry.file(), [&]() -> decltype(work(std::declval<sqlite3*>())) {
        SQLite::Transaction transaction(registry.connection().database, SQLite::TransactionBehavior::IMMEDIATE);
        auto outcome = work(registry.connection().database.getHandle());
        if (outcome) transaction.commit();
        return outcome;
    });
}

/// The account as the transaction sees it.
std::optional<Account> account_now(sqlite3* database, std::string_view name);
tl::unexpected<Error> no_such_account(std::string_view name);

}  // namespace nodtrack::store
