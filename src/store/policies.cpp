#include "nodtrack/store/policies.hpp"

#include <fmt/format.h>

#include "connection.hpp"
#include "decision_columns.hpp"
#include "nodtrack/domain/sha256.hpp"

namespace nodtrack::store {
namespace {

PolicyFile file_of(const BulkStatement& row)
{
    return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))};
}

constexpr std::string_view select_files = "SELECT sha256, policy_id, policy_version, content FROM policy_file ";

}  // namespace

Result<std::vector<Adoption>> adoptions_of(const Registry& registry, std::optional<Date> known_on)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<Adoption>> {
        BulkStatement select(
            registry.connection().database.getHandle(),
            "SELECT a.patient_id, a.policy_sha256, f.policy_id, f.policy_version, d.delivery_no, d.recorded_at_utc, "
            "d.recorded_on, d.actor, d.door, coalesce(d.reason, '') FROM (SELECT '' AS patient_id, delivery_no, "
            "policy_sha256 FROM policy_adoption UNION ALL SELECT patient_id, delivery_no, policy_sha256 FROM "
            "patient_policy) AS a JOIN delivery AS d USING (delivery_no) LEFT JOIN policy_file AS f ON f.sha256 = "
            "a.policy_sha256 WHERE ?1 = '' OR d.recorded_on <= ?1 ORDER BY d.delivery_no, a.patient_id");
        const std::string day = iso_or_empty(known_on);
        select.bind(1, day);
        std::vector<Adoption> adoptions;
        while (select.step()) {
            Adoption adoption{std::string(select.text(0)),
                              std::string(select.text(1)),
                              std::string(select.text(2)),
                              std::string(select.text(3)),
                              {}};
            adoption.delivery = {select.integer(4),           std::string(select.text(5)), *Date::parse(select.text(6)),
                                 std::string(select.text(7)), std::string(select.text(8)), std::string(select.text(9))};
            adoptions.push_back(std::move(adoption));
        }
        return adoptions;
    });
}

Result<std::string> newest_adoption(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::string> {
        StatementUse row = registry.connection().statements.of(
            "SELECT entry_sha256 FROM change_log WHERE delivery_no = max(coalesce((SELECT max(delivery_no) FROM "
            "policy_adoption), 0), coalesce((SELECT max(delivery_no) FROM patient_policy), 0))");
        return row->step() ? std::string(row->text(0)) : std::string();
    });
}

Result<PolicyFile> policy_file(const Registry& registry, std::string_view sha256)
{
    return catching_sqlite(registry.file(), [&]() -> Result<PolicyFile> {
        BulkStatement select(registry.connection().database.getHandle(),
                             fmt::format("{}WHERE sha256 = ?", select_files));
        select.bind(1, sha256);
        if (select.step()) {
            PolicyFile file = file_of(select);
            if (sha256_of(file.content) == file.sha256) return file;
        }
        return failure(ErrorCode::registry_unusable,
                       fmt::format("registry {}: the adopted policy {} is not there as it was stored; run 'nodtrack "
                                   "audit verify', and restore a backup",
                                   registry.file().string(), sha256.substr(0, 12)));
    });
}

Result<std::optional<PolicyFile>> policy_file_named(const Registry& registry, std::string_view id,
                                                    std::string_view version)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::optional<PolicyFile>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             fmt::format("{}WHERE policy_id = ? AND policy_version = ?", select_files));
        select.bind(1, id);
        select.bind(2, version);
        return select.step() ? std::optional(file_of(select)) : std::nullopt;
    });
}

}  // namespace nodtrack::store
