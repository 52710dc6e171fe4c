#include "nodtrack/store/reader.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <tuple>

#include "connection.hpp"
#include "decision_columns.hpp"
#include "layout.hpp"
#include "link_columns.hpp"
#include "read_value.hpp"
#include "row_stream.hpp"

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

/// Fills a vector from its beginning and keeps the memory of what stood there.
template <class T>
class Refill {
  public:
    explicit Refill(std::vector<T>& items) : items_(items) {}
    T& add()
    {
        if (count_ == items_.size()) items_.emplace_back();
        return items_[count_++];
    }
    std::size_t count() const { return count_; }
    T& back() { return items_[count_ - 1]; }
    void finish() { items_.resize(count_); }

  private:
    std::vector<T>& items_;
    std::size_t count_ = 0;
};

/// The place of a nodule id in a record's list; one not yet there is added. Scan after scan names the same nodules in
/// the same order, so the place after the last one is the first guess.
class NodulePlaces {
  public:
    explicit NodulePlaces(std::vector<std::string>& ids) : ids_(ids) {}

    std::uint32_t place_of(std::string_view nodule_id)
    {
        const std::size_t count = ids_.count();
        for (std::size_t tries = 0; tries < count; ++tries) {
            const std::size_t place = guess_ < count ? guess_ : guess_ - count;
            guess_ = place + 1;
            if (ids_.at(place) == nodule_id) return static_cast<std::uint32_t>(place);
        }
        ids_.add() = nodule_id;
        guess_ = count + 1;
        return static_cast<std::uint32_t>(count);
    }
    void finish() { ids_.finish(); }

  private:
    struct Ids : Refill<std::string> {
        explicit Ids(std::vector<std::string>& ids) : Refill(ids), all(ids) {}
        const std::string& at(std::size_t place) const { return all[place]; }
        std::vector<std::string>& all;
    };
    Ids ids_;
    std::size_t guess_ = 0;
};

}  // namespace

struct PatientReader::State {
    explicit State(const std::filesystem::path& path, std::optional<Date> day = {},
                   std::optional<DeliveryNumber> delivery = {})
        : file(path),
          database(open_connection(path, Access::read_only)),
          begin(handle(), "BEGIN"),
          end(handle(), "COMMIT"),
          newest(handle(), "SELECT coalesce(max(delivery_no), 0) FROM delivery"),
          known_on(day),
          upto(delivery),
          known(known_deliveries()),
          rows(array_by_kind([this]<RowKind kind>() { return stream_of<RowOf<kind>>(handle(), known_or_all()); })),
          links(stream_of_links(handle(), known_or_all())),
          ledger_rows(stream_of_decisions(handle(), known_or_all()))
    {}

    sqlite3* handle() { return database.getHandle(); }
    const KnownDeliveries* known_or_all() const { return known ? &*known : nullptr; }

    std::optional<KnownDeliveries> known_deliveries();
    template <class Visitor>
    void for_each_stream(Visitor&& visit)
    {
        std::ranges::for_each(rows, visit);
        visit(links);
        visit(ledger_rows);
    }
    RowStream& patients() { return rows[index_of(RowKind::patient)]; }
    void release();
    void restart(std::string_view patient_id);
    void read(PatientRecord& record);
    void read_links();
    void read_ledger();
    std::string_view nodule_of(std::string_view scan_id, std::string_view observation_id);
    template <RowKind kind>
    void read_rows(PatientRecord& record);

    std::filesystem::path file;
    SQLite::Database database;
    BulkStatement begin;
    BulkStatement end;
    BulkStatement newest;
    std::optional<Date> known_on;
    std::optional<DeliveryNumber> upto;
    DeliveryNumber newest_delivery = 0;
    bool viewing = false;
    std::optional<KnownDeliveries> known;
    std::array<RowStream, row_kind_count> rows;  ///< by kind
    RowStream links;
    RowStream ledger_rows;
    RecordVersions versions;
    std::vector<assess::LedgerDecision> ledger;
    std::string patient_id;  ///< the one being read, or read last
    std::vector<std::vector<IdentityLink>> links_by_observation;
    std::string linked_nodule;
    bool started = false;
};

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

template <>
void PatientReader::State::read_rows<RowKind::patient>(PatientRecord& record)
{
    record.patient.patient_id = patient_id;
    for (; patients().at(patient_id); patients().next()) {
        read_values<PatientRow>(patients().row(), record.patient);
        versions.patients.assign(1, version_of<PatientRow>(patients()));
    }
}

void PatientReader::State::read_ledger()
{
    ledger.clear();
    LedgerRows read(ledger);
    ledger_rows.advance(patient_id);
    for (; ledger_rows.at(patient_id); ledger_rows.next())
        read.add(ledger_rows.row());
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
        const std::string_view scan_id = measurements.row().text(1);
        const std::string_view observation_id = measurements.row().text(2);
        while (scan < record.scans.size() && record.scans[scan].scan_id < scan_id)
            ++scan;
        if (scan == record.scans.size() || record.scans[scan].scan_id != scan_id) continue;  // `check` names orphans
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
void PatientReader::State::read(PatientRecord& record)
{
    read_links();
    for_each_kind([&]<RowKind kind>() { read_rows<kind>(record); });
    read_ledger();
}

/// Connections of a registry that nobody reads with at the moment.
struct PatientReader::Idle {
    std::mutex mutex;
    std::vector<std::unique_ptr<State>> readers;
};

Result<PatientReader> PatientReader::open_upto(const Registry& registry, DeliveryNumber newest)
{
    return guarded(registry.file(), [&]() -> Result<PatientReader> {
        return PatientReader(std::make_unique<State>(registry.file(), std::nullopt, newest));
    });
}

Result<PatientReader> PatientReader::open(const Registry& registry, std::optional<Date> known_on)
{
    return guarded(registry.file(), [&]() -> Result<PatientReader> {
        if (known_on) return PatientReader(std::make_unique<State>(registry.file(), known_on));
        std::shared_ptr<void>& kept = registry.connection().idle_readers;
        if (!kept) kept = std::make_shared<Idle>();
        const auto idle = std::static_pointer_cast<Idle>(kept);
        std::unique_ptr<State> state;
        {
            const std::lock_guard lock(idle->mutex);
            if (!idle->readers.empty()) {
                state = std::move(idle->readers.back());
                idle->readers.pop_back();
            }
        }
        if (state) {
            state->known = state->known_deliveries();
        } else {
            state = std::make_unique<State>(registry.file(), std::nullopt);
        }
        PatientReader reader(std::move(state));
        reader.home_ = idle;
        return reader;
    });
}

PatientReader::PatientReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PatientReader::PatientReader(PatientReader&&) noexcept = default;
PatientReader& PatientReader::operator=(PatientReader&&) noexcept = default;

PatientReader::~PatientReader()
{
    constexpr std::size_t most_idle = 2;
    const auto idle = home_.lock();
    if (!state_ || !idle) return;
    try {
        state_->release();
        state_->patient_id.clear();
        const std::lock_guard lock(idle->mutex);
        if (idle->readers.size() < most_idle) idle->readers.push_back(std::move(state_));
    } catch (const std::exception&) {
        state_.reset();  // whatever is wrong with it, the next one finds out for itself
    }
}

Result<bool> PatientReader::next(PatientRecord& record)
{
    return guarded(state_->file, [&]() -> Result<bool> {
        if (!state_->started) state_->restart({});
        if (!state_->patients().has_row()) return false;
        state_->patient_id = state_->patients().patient_id();
        state_->read(record);
        return true;
    });
}

Result<bool> PatientReader::find(std::string_view patient_id, PatientRecord& record)
{
    return guarded(state_->file, [&]() -> Result<bool> {
        if (!state_->started || patient_id <= state_->patient_id) state_->restart(patient_id);
        state_->patient_id = patient_id;
        state_->patients().advance(patient_id);
        if (!state_->patients().at(patient_id)) return false;
        state_->read(record);
        return true;
    });
}

Result<std::vector<std::string>> PatientReader::patient_ids() const
{
    return guarded(state_->file, [&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> ids;
        SQLite::Statement select(state_->database, "SELECT DISTINCT patient_id FROM patient ORDER BY patient_id");
        while (select.executeStep())
            ids.push_back(select.getColumn(0).getString());
        return ids;
    });
}

Result<void> PatientReader::release()
{
    return guarded(state_->file, [&]() -> Result<void> {
        state_->release();
        return {};
    });
}

Result<DeliveryNumber> PatientReader::renew()
{
    return guarded(state_->file, [&]() -> Result<DeliveryNumber> {
        state_->release();
        state_->known = state_->known_deliveries();
        return state_->newest_delivery;
    });
}

const RecordVersions& PatientReader::versions() const
{
    return state_->versions;
}

const std::vector<std::vector<IdentityLink>>& PatientReader::links() const
{
    return state_->links_by_observation;
}

const std::vector<assess::LedgerDecision>& PatientReader::ledger() const
{
    return state_->ledger;
}

Result<PatientRecord> read_patient(const Registry& registry, std::string_view patient_id, std::optional<Date> known_on)
{
    Result<PatientReader> reader = PatientReader::open(registry, known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = reader->find(patient_id, record);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) {
        return failure(ErrorCode::not_found,
                       fmt::format("patient {} is not recorded{}", patient_id,
                                   known_on ? " on or before " + known_on->iso() : std::string()));
    }
    return record;
}

}  // namespace nodtrack::store
