#include "kept_request.hpp"

#include <stdexcept>

#include "access_rows.hpp"

namespace nodtrack::store {
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

void keep_request(StatementCache& statements, const RequestKey& request, std::string_view recorded_at,
                  DeliveryNumber delivery_no)
{
    const std::string over = utc_text(read(instant_of(recorded_at)) - answers_are_kept);
    StatementUse insert = statements.of(
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

bool is_request_kept(StatementCache& statements, const RequestKey& request, std::string_view recorded_at)
{
    const std::string over = utc_text(read(instant_of(recorded_at)) - answers_are_kept);
    StatementUse row = statements.of("SELECT 1 FROM idempotency WHERE account = ? AND key = ? AND kept_at_utc > ?");
    row->bind(1, request.account);
    row->bind(2, request.key);
    row->bind(3, over);
    return row->step();
}

}  // namespace nodtrack::store
