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
#include "profile_word.hpp"

namespace nodtrack::tracker {

/// Joins what is delivered for one patient to what is stored, patient after patient: finds what is new, what fills in,
/// what contradicts, and what the record that comes out cannot say.
class PatientMerge {
  public:
    /// How rows are joined to what is stored.
    struct Rules {
        Date today;
        bool amends = false;  ///< values that contradict stored ones supersede them
        /// The rows are those of a list that is sent again and again: what it repeats of values that were corrected
        /// since, and of rows that were entered in error, is told and left as it is. Else somebody says it now.
        bool is_list = false;
        std::string judged_as{};  ///< whose policy's words count, where that is another number; empty: his own
    };
    /// `reader` may be null: then nothing is stored yet. `registry` is what it reads.
    PatientMerge(const Delivery& delivery, const Rules& rules, const store::Registry& registry,
                 store::PatientReader* reader);

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
    Verdict join_values(const RowOf<kind>& row, ValuesOf<kind>& stored, bool has_earlier_versions);
    /// Whether what a row says of a column takes the place of what is stored because it is later, not because that was
    /// wrong; where it is a follow-up status, tells it. `before` is what is stored.
    template <RowKind kind>
    bool is_newer(const RowOf<kind>& row, const ValuesOf<kind>& before, std::string_view column, Is is);
    /// False where the row is one that was entered in error and is repeated, or cannot stand: it is told.
    template <class Row>
    bool add_new(const Row& row);
    /// Whether a list repeats a row that was entered in error; tells it.
    template <class Row>
    bool is_repeated_in_error(const Row& row);
    /// Whether a list repeats an earlier value of a row, which is another one by now; tells it. `now` as text.
    template <RowKind kind, class Owner, class Member>
    bool is_repeated_earlier(const RowOf<kind>& row, const Field<Owner, Member>& field, const std::string& now);
    template <RowKind kind>
    std::vector<store::RecordedVersion<ValuesOf<kind>>> versions_of(const RowOf<kind>& row);
    template <class Row>
    bool is_covered(const Row& row) const;
    template <class Row>
    store::Version next_version(const Row& row, store::Version held) const;
    /// Joins a row with the stored values of its key, `place` in the record, and keeps it as the next version where it
    /// says something new.
    template <RowKind kind>
    void join_row(const RowOf<kind>& row, std::size_t place, ValuesOf<kind>& stored, store::Version stored_version);
    RowTally& tally(RowKind kind) { return report_.tally[index_of(kind)]; }
    std::vector<std::uint32_t>& lines(RowKind kind) { return lines_[index_of(kind)]; }

    const Delivery& delivery_;
    Rules rules_;
    const store::Registry& registry_;
    store::PatientReader* reader_;
    std::optional<Error> failed_;  ///< the registry could not be read
    ProblemList problems_;
    ProblemList warnings_;
    IngestReport report_;
    store::NewVersions new_versions_;
    std::vector<RowKey> superseded_;
    ProfileWords profile_words_;
    std::optional<LookAlikeIds> known_patients_;  ///< read when the first new one comes

    /// Rows that join stored values with delivered ones; deques, as `new_versions_` points into them.
    template <RowKind kind>
    using JoinedRows = std::deque<RowOf<kind>>;
    PerKind<JoinedRows> joined_;

    // The patient at hand. `lines_` runs parallel to the record: where a row stands in its file, 0 where it was
    // not delivered. Stored rows come first, in the store's order.
    PatientRecord record_;
    bool stored_ = false;
    bool entered_anew_ = false;  ///< the patient was entered in error before, and is entered again
    bool changed_ = false;
    std::uint32_t stored_scans_ = 0;
    std::uint32_t stored_measurements_ = 0;
    std::uint32_t last_scan_ = 0;
    std::uint32_t last_nodule_ = 0;
    std::array<std::vector<std::uint32_t>, row_kind_count> lines_;
};

}  // namespace nodtrack::tracker
