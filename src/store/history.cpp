#include "nodtrack/store/history.hpp"

#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

#include "connection.hpp"
#include "coverage.hpp"
#include "decision_columns.hpp"
#include "layout.hpp"
#include "nodtrack/store/change.hpp"
#include "read_value.hpp"

namespace nodtrack::store {
namespace {

constexpr std::string_view delivery_columns = "recorded_at_utc, recorded_on, actor, door, coalesce(said_why, '')";
/// The deliveries; a decision has a reason of its own.
constexpr std::string_view deliveries_with_reasons =
    "(SELECT delivery_no, recorded_at_utc, recorded_on, actor, door, reason AS said_why FROM delivery)";

/// The delivery of a row that selects `delivery_columns` from `first` on.
DeliveryEntry delivery_of(const BulkStatement& row, DeliveryNumber delivery_no, int first)
{
    DeliveryEntry entry;
    entry.delivery_no = delivery_no;
    entry.recorded_at = row.text(first);
    read_value(row.value(first + 1), entry.recorded_on);
    entry.actor = row.text(first + 2);
    entry.door = row.text(first + 3);
    entry.reason = row.text(first + 4);
    return entry;
}

}  // namespace

template <RowKind kind>
Result<std::vector<RecordedVersion<ValuesOf<kind>>>> versions_of(const Registry& registry,
                                                                 std::span<const std::string> key)
{
    using Row = RowOf<kind>;
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<RecordedVersion<ValuesOf<kind>>>> {
        const auto& columns = key_names<kind>;
        if (key.size() != columns.size()) throw std::logic_error("a key has not as many values as columns");
        std::string sql = fmt::format("SELECT {}, {} FROM {} JOIN {} USING (delivery_no) WHERE ", column_list<Row>(),
                                      delivery_columns, table_of<Row>, deliveries_with_reasons);
        for (const std::string_view column : columns)
            sql += fmt::format("{} = ? AND ", sql_key_column<Row>(column));
        sql += "true ORDER BY version";
        BulkStatement select(registry.connection().database.getHandle(), sql);
        int parameter = 1;
        for (const std::string& value : key)
            select.bind(parameter++, value);

        std::vector<RecordedVersion<ValuesOf<kind>>> versions;
        while (select.step()) {
            RecordedVersion<ValuesOf<kind>>& version = versions.emplace_back();
            constexpr int version_column = static_cast<int>(id_columns<Row>);
            version.version = static_cast<Version>(select.integer(version_column));
            read_values<Row>(select, version.values);
            version.delivery = delivery_of(select, select.integer(version_column + 1), stored_columns<Row>);
        }
        const Coverage coverage = coverage_of(registry.connection().database.getHandle(), key.front());
        for (RecordedVersion<ValuesOf<kind>>& version : versions) {
            const Retraction* const by = coverage.of_row(kind, row_key_text(key), version.delivery.delivery_no);
            if (by == nullptr) continue;
            Result<std::optional<DeliveryEntry>> entry = delivery_entry(registry, by->delivery_no);
            if (!entry) return tl::unexpected<Error>(entry.error());
            version.in_error = std::move(*entry);
        }
        return versions;
    });
}

#define NODTRACK_VERSIONS_OF(kind)                                                                   \
    template Result<std::vector<RecordedVersion<ValuesOf<kind>>>> versions_of<kind>(const Registry&, \
                                                                                    std::span<const std::string>);
NODTRACK_VERSIONS_OF(RowKind::patient)
NODTRACK_VERSIONS_OF(RowKind::scan)
NODTRACK_VERSIONS_OF(RowKind::measurement)
NODTRACK_VERSIONS_OF(RowKind::therapy)
NODTRACK_VERSIONS_OF(RowKind::event)
NODTRACK_VERSIONS_OF(RowKind::visit)
NODTRACK_VERSIONS_OF(RowKind::decision)
#undef NODTRACK_VERSIONS_OF

Result<std::vector<DeliveryEntry>> deliveries(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<DeliveryEntry>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             fmt::format("SELECT delivery_no, {} FROM {} ORDER BY delivery_no", delivery_columns,
                                         deliveries_with_reasons));
        std::vector<DeliveryEntry> entries;
        while (select.step())
            entries.push_back(delivery_of(select, select.integer(0), 1));
        return entries;
    });
}

Result<std::vector<SavedAssessment>> assessments_of(const Registry& registry, std::string_view patient_id)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<SavedAssessment>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             "SELECT as_of, known_on, policy_id, policy_version, policy_sha256, json, delivery_no, "
                             "recorded_at_utc, index_scan_id, action, due_date, safety_net_ct_date, rule, "
                             "patient_class, nodules FROM assessment JOIN delivery USING (delivery_no) WHERE "
                             "patient_id = ? ORDER BY delivery_no, as_of");
        select.bind(1, patient_id);
        std::vector<SavedAssessment> assessments;
        while (select.step()) {
            SavedAssessment& saved = assessments.emplace_back();
            saved.patient_id = patient_id;
            read_value(select.value(0), saved.proposal.as_of);
            saved.known_on = date_or_null(select, 1);
            saved.proposal.policy_id = select.text(2);
            saved.proposal.policy_version = select.text(3);
            saved.proposal.policy_sha256 = select.text(4);
            saved.json = select.text(5);
            saved.delivery_no = select.integer(6);
            saved.recorded_at = select.text(7);
            saved.proposal.rule = select.text(12);
            if (saved.proposal.rule.empty()) continue;  // kept by schema 1
            saved.proposal.index_scan_id = select.text(8);
            saved.proposal.action = stored_action(select.text(9));
            saved.proposal.due_date = date_or_null(select, 10);
            saved.proposal.safety_net_ct_date = date_or_null(select, 11);
            saved.proposal.patient_class = select.text(13);
            saved.proposal.nodules = select.text(14);
        }
        return assessments;
    });
}

Result<std::vector<LedgerDecision>> decisions_of(const Registry& registry, std::string_view patient_id)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::vector<LedgerDecision>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             fmt::format("SELECT {}, recorded_at_utc, actor FROM decision JOIN delivery USING "
                                         "(delivery_no) WHERE patient_id = ? AND kind IS NOT NULL ORDER BY {}",
                                         decision_column_list(), decision_order));
        select.bind(1, patient_id);
        const Coverage coverage = coverage_of(registry.connection().database.getHandle(), patient_id);
        std::vector<LedgerDecision> decisions;
        LedgerRows rows(decisions);
        while (select.step()) {
            if (is_decision_in_error(select, coverage)) continue;
            if (!rows.add(select)) continue;
            decisions.back().recorded_at = select.text(select.columns() - 2);
            decisions.back().actor = select.text(select.columns() - 1);
        }
        std::ranges::stable_sort(decisions, {}, &LedgerDecision::delivery_no);
        return decisions;
    });
}

}  // namespace nodtrack::store
