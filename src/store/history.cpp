#include "nodtrack/store/history.hpp"

#include <fmt/core.h>
#include <sqlite3.h>

#include <initializer_list>
#include <utility>

#include "connection.hpp"
#include "decision_columns.hpp"
#include "layout.hpp"
#include "nodtrack/store/change.hpp"
#include "read_value.hpp"

namespace nodtrack::store {
namespace {

constexpr std::string_view delivery_columns = "recorded_at_utc, recorded_on, actor, door, coalesce(reason, '')";

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

using Key = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The versions of the row whose columns have the values of `key`.
template <class Row, class Values>
Result<std::vector<RecordedVersion<Values>>> versions_of(const Registry& registry, Key key)
{
    return guarded(registry.file(), [&]() -> Result<std::vector<RecordedVersion<Values>>> {
        std::string sql = fmt::format("SELECT {}, {} FROM {} JOIN delivery USING (delivery_no) WHERE ",
                                      column_list<Row>(), delivery_columns, Layout<Row>::table);
        for (const auto& [column, value] : key)
            sql += fmt::format("{} = ? AND ", column);
        sql += "true ORDER BY version";
        BulkStatement select(registry.connection().database.getHandle(), sql);
        int parameter = 1;
        for (const auto& [column, value] : key)
            select.bind(parameter++, value);

        std::vector<RecordedVersion<Values>> versions;
        while (select.step()) {
            RecordedVersion<Values>& version = versions.emplace_back();
            constexpr int version_column = static_cast<int>(key_columns<Row>);
            version.version = static_cast<Version>(select.integer(version_column));
            read_values<Row>(select, version.values);
            version.delivery =
                delivery_of(select, select.integer(version_column + 1), static_cast<int>(column_count<Row>));
        }
        return versions;
    });
}

}  // namespace

Result<std::vector<RecordedVersion<Patient>>> patient_versions(const Registry& registry, std::string_view patient_id)
{
    auto versions = versions_of<PatientRow, Patient>(registry, {{"patient_id", patient_id}});
    if (versions) {
        for (auto& version : *versions)
            version.values.patient_id = patient_id;
    }
    return versions;
}

Result<std::vector<RecordedVersion<Scan>>> scan_versions(const Registry& registry, std::string_view patient_id,
                                                         std::string_view scan_id)
{
    auto versions = versions_of<ScanRow, Scan>(registry, {{"patient_id", patient_id}, {"scan_id", scan_id}});
    if (versions) {
        for (auto& version : *versions)
            version.values.scan_id = scan_id;
    }
    return versions;
}

Result<std::vector<RecordedVersion<Findings>>> findings_versions(const Registry& registry, std::string_view patient_id,
                                                                 std::string_view scan_id,
                                                                 std::string_view observation_id)
{
    return versions_of<MeasurementRow, Findings>(
        registry, {{"patient_id", patient_id}, {"scan_id", scan_id}, {"observation_id", observation_id}});
}

Result<std::vector<RecordedVersion<Therapy>>> therapy_versions(const Registry& registry, std::string_view patient_id,
                                                               TherapyKind kind, Date start_date,
                                                               std::string_view nodule_id)
{
    return versions_of<TherapyRow, Therapy>(
        registry,
        {{"patient_id", patient_id}, {"kind", word(kind)}, {"start_date", start_date.iso()}, {"nodule_id", nodule_id}});
}

Result<std::vector<RecordedVersion<NoduleEvent>>> event_versions(const Registry& registry, std::string_view patient_id,
                                                                 std::string_view nodule_id, EventKind kind, Date date)
{
    return versions_of<EventRow, NoduleEvent>(
        registry, {{"patient_id", patient_id}, {"nodule_id", nodule_id}, {"kind", word(kind)}, {"date", date.iso()}});
}

Result<std::vector<DeliveryEntry>> deliveries(const Registry& registry)
{
    return guarded(registry.file(), [&]() -> Result<std::vector<DeliveryEntry>> {
        BulkStatement select(
            registry.connection().database.getHandle(),
            fmt::format("SELECT delivery_no, {} FROM delivery ORDER BY delivery_no", delivery_columns));
        std::vector<DeliveryEntry> entries;
        while (select.step())
            entries.push_back(delivery_of(select, select.integer(0), 1));
        return entries;
    });
}

Result<std::vector<SavedAssessment>> assessments_of(const Registry& registry, std::string_view patient_id)
{
    return guarded(registry.file(), [&]() -> Result<std::vector<SavedAssessment>> {
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

Result<std::vector<Decision>> decisions_of(const Registry& registry, std::string_view patient_id)
{
    return guarded(registry.file(), [&]() -> Result<std::vector<Decision>> {
        BulkStatement select(registry.connection().database.getHandle(),
                             fmt::format("SELECT {}, recorded_at_utc, actor FROM decision JOIN delivery USING "
                                         "(delivery_no) WHERE patient_id = ? AND kind IS NOT NULL ORDER BY delivery_no",
                                         decision_columns));
        select.bind(1, patient_id);
        std::vector<Decision> decisions;
        while (select.step()) {
            Decision& decision = decisions.emplace_back();
            read_decision(select, decision);
            decision.recorded_at = select.text(decision_column_count);
            decision.actor = select.text(decision_column_count + 1);
        }
        return decisions;
    });
}

}  // namespace nodtrack::store
