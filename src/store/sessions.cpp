#include "access_rows.hpp"

namespace nodtrack::store {

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

}  // namespace nodtrack::store
