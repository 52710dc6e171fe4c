#include <fmt/core.h>

#include <unordered_map>

#include "connection.hpp"
#include "layout.hpp"
#include "nodtrack/store/history.hpp"
#include "read_value.hpp"

namespace nodtrack::store {
namespace {

/// Deliveries never change, so they are read once; beyond this many the oldest knowledge is dropped.
constexpr std::size_t most_deliveries_kept = 2'000;

template <class Row>
std::string select_all_versions()
{
    return fmt::format("SELECT {} FROM {} WHERE patient_id = ?1 ORDER BY {}", column_list<Row>(), table_of<Row>,
                       row_order<Row>());
}

}  // namespace

struct HistoryReader::State {
    explicit State(const std::filesystem::path& path)
        : file(path),
          database(open_connection(path, Access::read_only)),
          begin(handle(), "BEGIN"),
          end(handle(), "COMMIT"),
          patients(handle(), select_all_versions<PatientRow>()),
          scans(handle(), select_all_versions<ScanRow>()),
          measurements(handle(), select_all_versions<MeasurementRow>()),
          therapies(handle(), select_all_versions<TherapyRow>()),
          events(handle(), select_all_versions<EventRow>()),
          visits(handle(), select_all_versions<VisitRow>()),
          decisions(handle(), select_all_versions<DecisionRow>()),
          delivery(handle(),
                   "SELECT recorded_at_utc, recorded_on, actor, door, coalesce(reason, '') FROM delivery WHERE "
                   "delivery_no = ?1")
    {}

    sqlite3* handle() { return database.getHandle(); }

    const DeliveryEntry* delivery_of(DeliveryNumber number)
    {
        const auto known = deliveries.find(number);
        if (known != deliveries.end()) return &known->second;
        DeliveryEntry entry;
        entry.delivery_no = number;
        delivery.bind(1, number);
        if (delivery.step()) {
            entry.recorded_at = delivery.text(0);
            read_value(delivery.value(1), entry.recorded_on);
            entry.actor = delivery.text(2);
            entry.door = delivery.text(3);
            entry.reason = delivery.text(4);
        }
        delivery.rewind();
        return &deliveries.emplace(number, std::move(entry)).first->second;
    }

    template <RowKind kind>
    void read(std::string_view patient_id)
    {
        BulkStatement& select = RowSchema<kind>::list(*this);
        auto& rows = RowSchema<kind>::list(versions);
        rows.clear();
        select.rewind();
        select.bind(1, patient_id);
        while (select.step()) {
            auto& row = rows.emplace_back();
            constexpr int version_column = static_cast<int>(id_count<kind>);
            if constexpr (kind == RowKind::measurement) {
                row.scan_id = select.text(1);
                row.observation_id = select.text(2);
            }
            row.version = static_cast<Version>(select.integer(version_column));
            read_values<RowOf<kind>>(select, row.values);
            row.delivery = delivery_of(select.integer(version_column + 1));
        }
        select.rewind();
    }

    std::filesystem::path file;
    SQLite::Database database;
    BulkStatement begin;
    BulkStatement end;
    BulkStatement patients;
    BulkStatement scans;
    BulkStatement measurements;
    BulkStatement therapies;
    BulkStatement events;
    BulkStatement visits;
    BulkStatement decisions;
    BulkStatement delivery;
    std::unordered_map<DeliveryNumber, DeliveryEntry> deliveries;
    PatientVersions versions;
};

HistoryReader::HistoryReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
HistoryReader::HistoryReader(HistoryReader&&) noexcept = default;
HistoryReader& HistoryReader::operator=(HistoryReader&&) noexcept = default;
HistoryReader::~HistoryReader() = default;

Result<HistoryReader> HistoryReader::open(const Registry& registry)
{
    return guarded(registry.file(),
                   [&]() -> Result<HistoryReader> { return HistoryReader(std::make_unique<State>(registry.file())); });
}

Result<const PatientVersions*> HistoryReader::versions_of(std::string_view patient_id)
{
    State& state = *state_;
    return guarded(state.file, [&]() -> Result<const PatientVersions*> {
        if (state.deliveries.size() > most_deliveries_kept) state.deliveries.clear();
        state.begin.run();
        try {
            for_each_kind([&]<RowKind kind>() { state.read<kind>(patient_id); });
        } catch (...) {
            state.database.tryExec("ROLLBACK");
            throw;
        }
        state.end.run();
        return &state.versions;
    });
}

}  // namespace nodtrack::store
