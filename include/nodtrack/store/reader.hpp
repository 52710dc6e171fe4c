#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/store/retractions.hpp"

namespace nodtrack::store {

template <RowKind>
using VersionNumbers = std::vector<Version>;

/// A row of which some version was entered in error: the others of it hold, or it is not in the record.
struct CoveredRow {
    RowKind kind = RowKind::patient;
    std::string key;     ///< its `row_key_text`
    Version newest = 0;  ///< the highest version that does not hold
};

/// Which versions the rows of a `PatientRecord` are; each vector runs parallel to the record's, `patients` has one.
struct RecordVersions : PerKind<VersionNumbers> {
    /// The nodule id each measurement was reported under. It differs from the record's nodule where a confirmed
    /// identity link says so.
    std::vector<std::string> observation_ids;
    /// Also where the patient is not found: his own row may be among them.
    std::vector<CoveredRow> covered;
    /// Where everything recorded of the patient was moved to another one: that one's id.
    std::string moved_to;
    /// Measurements that are left out because their scan was entered in error and they were not: `SCAN`, line feed,
    /// `NODULE` each. Nothing that retracts lets this happen.
    std::vector<std::string> without_scan;

    /// Whether versions of the row were entered in error.
    bool is_covered(RowKind kind, std::string_view key) const;
    /// What the next version of a row would be, where `held` holds (0: none does).
    Version next(RowKind kind, std::string_view key, Version held) const;
};

/// Reads patients in order of patient_id, bytewise, over one unchanging view of the registry (later writes are not
/// seen). What was entered in error is left out; a patient of whom nothing else is recorded is not there. It has a
/// connection of its own, so reading does not disturb a writer in the same process.
class PatientReader {
  public:
    /// With `known_on`, only what was recorded on or before that day is seen: rows, corrections and links.
    static Result<PatientReader> open(const Registry& registry, std::optional<Date> known_on = std::nullopt);
    /// Only what was recorded by the deliveries up to that one is seen.
    static Result<PatientReader> open_upto(const Registry& registry, DeliveryNumber newest);

    /// As everything would be read if these retractions were recorded too.
    static Result<PatientReader> open_supposing(const Registry& registry, std::vector<Retraction> retractions);

    PatientReader(PatientReader&&) noexcept;
    PatientReader& operator=(PatientReader&&) noexcept;
    ~PatientReader();

    /// Fills `record` with the next patient; false at the end. Reuse one record: its memory is kept.
    /// Scans are ordered by scan_id, measurements by scan_id and reported nodule id, the others by key.
    Result<bool> next(PatientRecord& record);

    /// Fills `record` with one patient; false when there is none of that id. Ascending ids are read sequentially.
    /// `next` goes on behind it.
    Result<bool> find(std::string_view patient_id, PatientRecord& record);

    /// All ids of the view, in order.
    Result<std::vector<std::string>> patient_ids() const;

    /// Lets go of the view, so that the write-ahead log can be emptied while nobody reads. Before the next record is
    /// read, `renew` takes another one.
    Result<void> release();
    /// Takes a new view: of all that is committed by now. Statements are kept, so this costs microseconds. Returns the
    /// number of the newest delivery in it; 0 while nothing is recorded.
    Result<DeliveryNumber> renew();

    /// The versions of the record last filled; valid until the next call.
    const RecordVersions& versions() const;

    /// Links of the patient last filled, one vector an observation, in order of their numbers; of the same view. Valid
    /// until the next call. When and why they were recorded is not filled.
    const std::vector<std::vector<IdentityLink>>& links() const;

    /// Decisions made for the patient last filled in view of a recommendation, in the order of their days; of the same
    /// view, also with `known_on`. Valid until the next call. Door and clock of the recording (`recorded_at`, `actor`)
    /// are not filled. (All decisions, also those that came with a record, are in `PatientRecord::decisions`.)
    const std::vector<assess::LedgerDecision>& ledger() const;

  private:
    struct State;
    struct Idle;
    explicit PatientReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
    std::weak_ptr<Idle> home_;  ///< where its connection goes back to when it is done with
};

/// One patient; fails with `not_found` when there is none of that id (or was none on that day).
Result<PatientRecord> read_patient(const Registry& registry, std::string_view patient_id,
                                   std::optional<Date> known_on = std::nullopt);

}  // namespace nodtrack::store
