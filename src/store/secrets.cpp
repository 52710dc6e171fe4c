#include <fmt/core.h>

#include "access_chain.hpp"
#include "access_rows.hpp"

namespace nodtrack::store {
namespace {

std::string blob_of(const BulkStatement& row, int column)
{
    const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(row.value(column)));
    return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(row.value(column)))};
}

}  // namespace

Result<std::string> secret(Registry& registry, std::string_view name, std::string_view fresh,
                           const Provenance& provenance)
{
    return writing(registry, [&](sqlite3* database) -> Result<std::string> {
        BulkStatement row(database, "SELECT value FROM secret WHERE name = ?");
        row.bind(1, name);
        if (row.step()) return blob_of(row, 0);
        BulkStatement insert(
            database, "INSERT INTO secret (name, value, made_at_utc, made_by) VALUES (?, CAST(? AS BLOB), ?, ?)");
        insert.bind(1, name);
        insert.bind(2, fresh);
        insert.bind(3, provenance.recorded_at);
        insert.bind(4, provenance.actor);
        insert.run();
        AccessEntry entry(database);
        entry.secret(name);
        entry.append();
        return std::string(fresh);
    });
}

Result<std::optional<ExportRelease>> newest_release(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::optional<ExportRelease>> {
        BulkStatement row(registry.connection().database.getHandle(),
                          "SELECT released_on, delivery_no FROM export_release ORDER BY released_on DESC LIMIT 1");
        if (!row.step()) return std::nullopt;
        return ExportRelease{read(Date::parse(row.text(0))), row.integer(1)};
    });
}

Result<ExportRelease> add_release(Registry& registry, const Provenance& provenance)
{
    return writing(registry, [&](sqlite3* database) -> Result<ExportRelease> {
        const std::string day = provenance.today.iso();
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
        const ExportRelease release{provenance.today, newest.integer(0)};
        BulkStatement insert(database,
                             "INSERT INTO export_release (released_on, delivery_no, made_at_utc, made_by) VALUES (?, "
                             "?, ?, ?)");
        insert.bind(1, day);
        insert.bind(2, release.delivery_no);
        insert.bind(3, provenance.recorded_at);
        insert.bind(4, provenance.actor);
        insert.run();
        AccessEntry entry(database);
        entry.release(day);
        entry.append();
        return release;
    });
}

}  // namespace nodtrack::store
