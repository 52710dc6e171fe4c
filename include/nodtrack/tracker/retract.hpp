#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/retractions.hpp"
#include "nodtrack/tracker/answer_change.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::tracker {

/// What is said to have been entered in error. One of `row`, `delivery` and `undo` is given.
struct RetractRequest {
    std::string patient_id{};     ///< empty: all patients of the delivery
    std::optional<RowKey> row{};  ///< a scan's goes with everything on it, the patient's own with everything recorded
    std::optional<store::DeliveryNumber> delivery{};  ///< what it brought
    std::optional<store::DeliveryNumber> undo{};      ///< takes back what this delivery retracted (and moved)
    bool confirm = false;                             ///< also where an answer becomes quieter
    bool dry_run = false;                             ///< tells everything, stores nothing
    bool own_rows_alone = false;  ///< fails with `not_allowed` where others than the actor have recorded it
    bool may_decide = true;       ///< else decisions, and events that end an alarm, are not the actor's to retract
};

/// What becomes of one row: the version that held and the one that holds then; absent: none.
struct RowChange {
    RowKey row;
    std::optional<store::Version> before{};
    std::optional<store::Version> after{};
};

struct RetractReport {
    std::vector<RowChange> rows{};
    std::vector<AnswerChange> answers{};    ///< of each patient concerned, as of today
    std::vector<std::string> rests{};       ///< what was said and decided with these rows in view, and links of them
    std::vector<std::string> warnings{};    ///< what the record then contradicts
    std::vector<std::string> questions{};   ///< what needs `confirm`, one line each
    store::DeliveryNumber delivery_no = 0;  ///< 0 on a dry run
};

/// Says that rows were entered in error, or takes that back; nothing is taken away, and the history tells it.
/// `provenance.reason` says why. Until the day before everything is told as it was known then.
///
/// Fails with `bad_input` where the reason is missing, the row is in error already, rows would be left without their
/// scan or patient, two rows of a scan would be one nodule, or (without `confirm`) an answer becomes quieter: one line
/// each among `Error::questions`; with `not_found` where there is no such row or delivery.
Result<RetractReport> retract(store::Registry& registry, const Judges& judges, const RetractRequest& request,
                              const store::Provenance& provenance);

/// The retractions that a request comes to, not stored yet. Fails as `retract`.
Result<std::vector<store::Retraction>> retractions_asked_for(const store::Registry& registry,
                                                             const RetractRequest& request,
                                                             const store::Provenance& provenance);

/// The row as a retraction names it: a scan's goes with everything on it, the patient's own with everything recorded.
store::Retraction retraction_of_row(const RowKey& row);

/// The patients of `retractions` with and without them: what becomes of rows and answers goes to the report. Fails with
/// `bad_input` as `retract`, but for what needs `confirm`.
Result<void> add_outcome(const store::Registry& registry, const Judges& judges,
                         const std::vector<store::Retraction>& retractions, Date today, RetractReport& report);

/// Fails with `not_allowed` where `rows` are not the actor's to retract, by what the request says of him.
Result<void> require_right_to_retract(const store::Registry& registry, const RetractRequest& request,
                                      const std::vector<RowChange>& rows, const store::Provenance& provenance);

}  // namespace nodtrack::tracker
