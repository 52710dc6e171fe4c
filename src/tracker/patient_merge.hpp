#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivered_patients.hpp"
#include "nodtrack/domain/consistency.hpp"
#include "nodtrack/domain/implausible.hpp"
#include "nodtrack/domain/look_alike.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "nodtrack/tracker/row_key.hpp"
#include "problem_list.hpp"

namespace nodtrack::tracker {

/// Joins what is delivered for one patient to what is stored, patient after patient: finds what is new, what fills in,
/// what contradicts, and what the record that comes out cannot say.
class PatientMerge {
  public:
    /// `reader` may be null: then nothing is stored yet.
    PatientMerge(const Delivery& delivery, Date today, bool amends, store::PatientReader* reader);

    /// Precondition: patients come in ascending order.
    Result<void> join(const DeliveredPatient& delivered);

    ProblemList& problems() { return problems_; }
    /// What is to be stored. Refers to rows of the delivery and of this object.
    const store::NewVersions& new_versions() const { return new_versions_; }
    /// Stored rows whose values change.
    const std::vector<RowKey>& superseded() const { return superseded_; }
    /// The patient joined last, as it would stand.
    const PatientRecord& record() const { return record_; }
    /// The counts and warnings of all patients joined.
    IngestReport report() const;

  private:
    enum class Verdict { unchanged, filled_in, superseded, contradicts };

    Result<void> load(std::string_view patient_id);
    bool refuse_unknown_patient(const DeliveredPatient& delivered);
    Result<void> join_patient(const DeliveredPatient& delivered);
    void join_measurements(const DeliveredPatient& delivered);
    /// All other kinds: their keys lie within their values.
    template <RowKind kind>
    void join_rows(const DeliveredPatient& delivered);
    /// Where the patient is new: his id must not look like a known one.
    Result<void> ask_about_patient_id(const PatientRow& row);
    /// What the record that comes out contradicts or makes implausible, and did not before.
    Result<void> check_record(const DeliveredPatient& delivered);
    void refuse(const RecordProblem& problem, const DeliveredPatient& delivered);
    void ask_about(const ImplausibleValue& value, const DeliveredPatient& delivered);
    void warn_of_new_with_earlier_rows();
    void refuse_rows_linked_to_one_nodule();

    /// The place of a scan in the record, or its number of scans.
    std::uint32_t scan_place(std::string_view scan_id);
    std::uint32_t nodule_place(std::string_view nodule_id);
    std::uint32_t stored_measurement(std::uint32_t scan, std::string_view observation_id) const;

    /// Puts what `delivered` says into `stored`.
    template <RowKind kind>
    Verdict join_values(std::uint32_t line, const ValuesOf<kind>& delivered, ValuesOf<kind>& stored);
    template <class Row>
    void add_new(const Row& row);
    /// Joins a row with the stored values of its key, `place` in the record, and keeps it as the next version where it
    /// says something new.
    template <RowKind kind>
    void join_row(const RowOf<kind>& row, std::size_t place, ValuesOf<kind>& stored, store::Version stored_version);
    RowTally& tally(RowKind kind) { return report_.tally[index_of(kind)]; }
    std::vector<std::uint32_t>& lines(RowKind kind) { return lines_[index_of(kind)]; }

    const Delivery& delivery_;
    Date today_;
    bool amends_;
    store::PatientReader* reader_;
    ProblemList problems_;
    ProblemList warnings_;
    IngestReport report_;
    store::NewVersions new_versions_;
    std::vector<RowKey> superseded_;
    std::optional<LookAlikeIds> known_patients_;  ///< read when the first new one comes

    /// Rows that join stored values with delivered ones; deques, as `new_versions_` points into them.
    template <RowKind kind>
    using JoinedRows = std::deque<RowOf<kind>>;
    PerKind<JoinedRows> joined_;

    // The patient at hand. `lines_` runs parallel to the record: where a row stands in its file, 0 where it was
    // not delivered. Stored rows come first, in the store's order.
    PatientRecord record_;
    bool stored_ = false;
    bool changed_ = false;
    std::uint32_t stored_scans_ = 0;
    std::uint32_t stored_measurements_ = 0;
    std::uint32_t last_scan_ = 0;
    std::uint32_t last_nodule_ = 0;
    std::array<std::vector<std::uint32_t>, row_kind_count> lines_;
};

}  // namespace nodtrack::tracker
