#include <fmt/core.h>

#include <array>
#include <unordered_map>

#include "connection.hpp"
#include "coverage.hpp"
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
          rows(array_by_kind(
              [this]<RowKind kind>() { return BulkStatement(handle(), select_all_versions<RowOf<kind>>()); })),
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
        BulkStatement& select = rows[index_of(kind)];
        auto& read = RowSchema<kind>::list(versions);
        read.clear();
        select.rewind();
        select.bind(1, patient_id);
        while (select.step()) {
            auto& row = read.emplace_back();
            constexpr int version_column = static_cast<int>(id_count<kind>);
            if constexpr (kind == RowKind::measurement) {
                row.scan_id = select.text(1);
                row.observation_id = select.text(2);
            }
            row.version = static_cast<Version>(select.integer(version_column));
            read_values<RowOf<kind>>(select, row.values);
            row.delivery = delivery_of(select.integer(version_column + 1));
            if (coverage.empty()) continue;
            const Retraction* const by =
                coverage.of_row(kind, key_text_at<RowOf<kind>>(select), row.delivery->delivery_no);
            if (by != nullptr) row.in_error = delivery_of(by->delivery_no);
        }
        select.rewind();
    }

    std::filesystem::path file;
    SQLite::Database database;
    BulkStatement begin;
    BulkStatement end;
    std::array<BulkStatement, row_kind_count> rows;  ///< of all versions, by kind
    BulkStatement delivery;
    std::unordered_map<DeliveryNumber, DeliveryEntry> deliveries;
    Coverage coverage{};  ///< of the patient being read
    PatientVersions versions;
};

HistoryReader::HistoryReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
HistoryReader::HistoryReader(HistoryReader&&) noexcept = default;
HistoryReader& HistoryReader::operator=(HistoryReader&&) noexcept = default;
HistoryReader::~HistoryReader() = default;

Result<HistoryReader> HistoryReader::open(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<HistoryReader> {
        return HistoryReader(std::make_unique<State>(registry.file()));
    });
}

Result<const PatientVersions*> HistoryReader::versions_of(std::string_view patient_id)
{
    State& state = *state_;
    return catching_sqlite(state.file, [&]() -> Result<const PatientVersions*> {
        if (state.deliveries.size() > most_deliveries_kept) state.deliveries.clear();
        state.begin.run();
        try {
            state.coverage = coverage_of(state.handle(), patient_id);
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
