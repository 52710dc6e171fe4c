#include "reader_state.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "connection.hpp"
#include "decision_columns.hpp"
#include "layout.hpp"
#include "link_columns.hpp"
#include "read_value.hpp"
#include "refill.hpp"

namespace nodtrack::store {
namespace {

template <class Row>
RowStream stream_of(sqlite3* database, const KnownDeliveries* known)
{
    const std::string sql = fmt::format("SELECT {} FROM {} WHERE patient_id >= ?1 ORDER BY {}", column_list<Row>(),
                                        table_of<Row>, row_order<Row>());
    return {database, sql, static_cast<int>(id_columns<Row>) + 1, known};
}

RowStream stream_of_links(sqlite3* database, const KnownDeliveries* known)
{
    const std::string sql = fmt::format(
        "SELECT {} FROM identity_link WHERE patient_id >= ?1 ORDER BY patient_id, "
        "scan_id, observation_id, link_no",
        link_columns);
    return {database, sql, link_delivery_column, known};
}

RowStream stream_of_retractions(sqlite3* database, const KnownDeliveries* known)
{
    const std::string sql =
        fmt::format("SELECT {} FROM retraction WHERE patient_id >= ?1 ORDER BY patient_id, delivery_no, item_no",
                    retraction_columns);
    return {database, sql, retraction_delivery_column, known};
}

RowStream stream_of_decisions(sqlite3* database, const KnownDeliveries* known)
{
    const std::string sql =
        fmt::format("SELECT {} FROM decision WHERE patient_id >= ?1 AND kind IS NOT NULL ORDER BY {}",
                    decision_column_list(), decision_order);
    return {database, sql, decision_delivery_column, known};
}

template <class Row>
Version version_of(const RowStream& stream)
{
    return static_cast<Version>(stream.row().integer(static_cast<int>(id_columns<Row>)));
}

}  // namespace

PatientReader::State::State(const std::filesystem::path& path, std::optional<Date> day,
                            std::optional<DeliveryNumber> delivery)
    : file(path),
      database(open_connection(path, Access::read_only)),
      begin(handle(), "BEGIN"),
      end(handle(), "COMMIT"),
      newest(handle(), "SELECT coalesce(max(delivery_no), 0) FROM delivery"),
      known_on(day),
      upto(delivery),
      known(known_deliveries()),
      rows(array_by_kind([this]<RowKind kind>() { return stream_of<RowOf<kind>>(handle(), known_or_all()); })),
      retractions(stream_of_retractions(handle(), known_or_all())),
      links(stream_of_links(handle(), known_or_all())),
      ledger_rows(stream_of_decisions(handle(), known_or_all()))
{}

/// Begins the transaction that keeps the view unchanging.
std::optional<KnownDeliveries> PatientReader::State::known_deliveries()
{
    begin.run();
    viewing = true;
    newest_delivery = newest.step() ? newest.integer(0) : 0;
    newest.rewind();
    if (!known_on && !upto) return std::nullopt;
    KnownDeliveries deliveries(static_cast<std::size_t>(newest_delivery) + 1, false);
    if (upto) {
        for (std::size_t number = 1; number < deliveries.size() && number <= static_cast<std::size_t>(*upto); ++number)
            deliveries[number] = true;
        return deliveries;
    }
    SQLite::Statement select(database, "SELECT delivery_no FROM delivery WHERE recorded_on <= ?");
    select.bind(1, known_on->iso());
    while (select.executeStep())
        deliveries[static_cast<std::size_t>(select.getColumn(0).getInt64())] = true;
    return deliveries;
}

void PatientReader::State::release()
{
    for_each_stream([](RowStream& stream) { stream.stop(); });
    started = false;
    if (!viewing) return;
    viewing = false;
    end.run();
}

void PatientReader::State::restart(std::string_view from)
{
    for_each_stream([&](RowStream& stream) { stream.seek(from); });
    started = true;
}

void PatientReader::State::read_retractions()
{
    coverage.clear();
    retractions.advance(patient_id);
    for (; retractions.at(patient_id); retractions.next())
        coverage.add(retraction_of(retractions.row()));
    for (const Retraction& retraction : supposed) {
        if (retraction.patient_id == patient_id) coverage.add(retraction);
    }
    versions.covered.clear();
    versions.without_scan.clear();
    versions.moved_to.clear();
    for (const Retraction& retraction : coverage.all()) {
        const bool is_whole = retraction.scope == RetractionScope::patient && !retraction.moved_to.empty();
        if (is_whole && coverage.taken_back_by(retraction) == nullptr) versions.moved_to = retraction.moved_to;
    }
}

/// Whether the row that the stream stands at was entered in error; then it is noted.
template <class Row>
bool PatientReader::State::is_in_error(const RowStream& stream)
{
    if (coverage.empty()) return false;
    std::string key = key_text_at<Row>(stream.row());
    const DeliveryNumber delivery_no = stream.row().integer(static_cast<int>(id_columns<Row>) + 1);
    if (coverage.of_row(Row::kind, key, delivery_no) == nullptr) return false;
    const Version version = version_of<Row>(stream);
    auto& covered = versions.covered;
    if (covered.empty() || covered.back().kind != Row::kind || covered.back().key != key) {
        covered.push_back({Row::kind, std::move(key), version});
    }
    covered.back().newest = version;  // they come in order
    return true;
}

template <>
void PatientReader::State::read_rows<RowKind::patient>(PatientRecord& record)
{
    record.patient.patient_id = patient_id;
    versions.patients.clear();
    for (; patients().at(patient_id); patients().next()) {
        if (is_in_error<PatientRow>(patients())) continue;
        read_values<PatientRow>(patients().row(), record.patient);
        versions.patients.assign(1, version_of<PatientRow>(patients()));
    }
}

void PatientReader::State::read_ledger()
{
    ledger.clear();
    LedgerRows read(ledger);
    ledger_rows.advance(patient_id);
    for (; ledger_rows.at(patient_id); ledger_rows.next()) {
        if (!is_decision_in_error(ledger_rows.row(), coverage)) read.add(ledger_rows.row());
    }
    std::ranges::stable_sort(ledger, {}, [](const assess::LedgerDecision& decision) {
        return std::tuple(decision.decided_on, decision.delivery_no);
    });
}

void PatientReader::State::read_links()
{
    links_by_observation.clear();
    links.advance(patient_id);
    for (; links.at(patient_id); links.next()) {
        IdentityLink link = link_of(links.row());
        const ObservationKey& key = link.observation;
        if (coverage.of_observation(key.scan_id, key.observation_id, link.delivery_no) != nullptr) continue;
        if (links_by_observation.empty() || links_by_observation.back().front().observation != link.observation) {
            links_by_observation.emplace_back();
        }
        links_by_observation.back().push_back(std::move(link));
    }
}

std::string_view PatientReader::State::nodule_of(std::string_view scan_id, std::string_view observation_id)
{
    for (const std::vector<IdentityLink>& of_one : links_by_observation) {
        const ObservationKey& key = of_one.front().observation;
        if (key.scan_id != scan_id || key.observation_id != observation_id) continue;
        linked_nodule = nodule_after(key, of_one);
        return linked_nodule;
    }
    return observation_id;
}

template <>
void PatientReader::State::read_rows<RowKind::measurement>(PatientRecord& record)
{
    RowStream& measurements = rows[index_of(RowKind::measurement)];
    Refill<Measurement> read(record.measurements);
    Refill<Version> read_versions(versions.measurements);
    Refill<std::string> observation_ids(versions.observation_ids);
    NodulePlaces nodules(record.nodule_ids);
    std::size_t scan = 0;
    measurements.advance(patient_id);
    for (; measurements.at(patient_id); measurements.next()) {
        if (is_in_error<MeasurementRow>(measurements)) continue;
        const std::string_view scan_id = measurements.row().text(1);
        const std::string_view observation_id = measurements.row().text(2);
        while (scan < record.scans.size() && record.scans[scan].scan_id < scan_id)
            ++scan;
        if (scan == record.scans.size() || record.scans[scan].scan_id != scan_id) {
            // Of a scan that is stored nowhere: `check` names such rows.
            if (!coverage.empty()) versions.without_scan.push_back(key_text_at<MeasurementRow>(measurements.row()));
            continue;
        }
        if (read.count() == 0 || read.back().scan != scan || observation_ids.back() != observation_id) {
            observation_ids.add() = observation_id;
            read_versions.add();
            read.add().nodule = nodules.place_of(nodule_of(scan_id, observation_id));
            read.back().scan = static_cast<std::uint32_t>(scan);
        }
        read_values<MeasurementRow>(measurements.row(), read.back().findings);
        read_versions.back() = version_of<MeasurementRow>(measurements);
    }
    read.finish();
    read_versions.finish();
    observation_ids.finish();
    nodules.finish();
}

/// The kinds whose keys lie within their values.
template <RowKind kind>
void PatientReader::State::read_rows(PatientRecord& record)
{
    RowStream& stream = rows[index_of(kind)];
    Refill<ValuesOf<kind>> read(RowSchema<kind>::list(record));
    Refill<Version> read_versions(RowSchema<kind>::list(versions));
    stream.advance(patient_id);
    for (; stream.at(patient_id); stream.next()) {
        if (is_in_error<RowOf<kind>>(stream)) continue;
        ValuesOf<kind> row;
        read_values<RowOf<kind>>(stream.row(), row);
        if (read.count() == 0 || !same_key_within<kind>(read.back(), row)) {
            read.add();
            read_versions.add();
        }
        read.back() = std::move(row);
        read_versions.back() = version_of<RowOf<kind>>(stream);
    }
    read.finish();
    read_versions.finish();
}

/// Precondition: `patients` stands at `patient_id`, the other streams at or before it.
bool PatientReader::State::read(PatientRecord& record)
{
    read_retractions();
    read_links();
    for_each_kind([&]<RowKind kind>() { read_rows<kind>(record); });
    read_ledger();
    return !versions.patients.empty();
}

}  // namespace nodtrack::store
