#pragma once

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage.hpp"
#include "nodtrack/store/reader.hpp"
#include "row_stream.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// A connection that reads one unchanging view: a stream of rows of each table, side by side, and what of the patient
/// at hand stands beside the record.
struct PatientReader::State {
    explicit State(const std::filesystem::path& path, std::optional<Date> day = {},
                   std::optional<DeliveryNumber> delivery = {});

    sqlite3* handle() { return database.getHandle(); }
    const KnownDeliveries* known_or_all() const { return known ? &*known : nullptr; }

    std::optional<KnownDeliveries> known_deliveries();
    template <class Visitor>
    void for_each_stream(Visitor&& visit)
    {
        std::ranges::for_each(rows, visit);
        visit(retractions);
        visit(links);
        visit(ledger_rows);
    }
    RowStream& patients() { return rows[index_of(RowKind::patient)]; }
    void release();
    void restart(std::string_view patient_id);
    /// False where all of the patient was entered in error.
    bool read(PatientRecord& record);
    void read_retractions();
    void read_links();
    void read_ledger();
    std::string_view nodule_of(std::string_view scan_id, std::string_view observation_id);
    template <RowKind kind>
    void read_rows(PatientRecord& record);
    template <class Row>
    bool is_in_error(const RowStream& stream);

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
    RowStream retractions;
    RowStream links;
    RowStream ledger_rows;
    std::vector<Retraction> supposed{};  ///< beside those recorded
    Coverage coverage{};                 ///< of the patient being read
    RecordVersions versions;
    std::vector<assess::LedgerDecision> ledger;
    std::string patient_id;  ///< the one being read, or read last
    std::vector<std::vector<IdentityLink>> links_by_observation;
    std::string linked_nodule;
    bool started = false;
};

}  // namespace nodtrack::store
