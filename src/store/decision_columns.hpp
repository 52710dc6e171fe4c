#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage.hpp"
#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/store/provenance.hpp"
#include "recording.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// The columns of a decision in their order in the table: of the record and of the ledger, then those that came to the
/// record since.
const std::vector<std::string_view>& decision_columns();
/// The same, comma-separated.
std::string decision_column_list();
/// Versions of one decision stand together, oldest first.
inline constexpr std::string_view decision_order = "patient_id, decided_on, kind, decided_by, delivery_no";
inline constexpr int decision_delivery_column = 2;

/// What was decided in view of a recommendation.
void write_decision(RecordedTable& table, const assess::LedgerDecision& decision, DeliveryNumber delivery_no);
/// What came with a record, or corrects what stands.
void write_decision(RecordedTable& table, const DecisionRow& row, DeliveryNumber delivery_no);

/// Takes the rows of one patient, which select `decision_columns` in `decision_order`, and appends the decisions that
/// were made in view of a recommendation, each as it was corrected last. Throws std::runtime_error on a word that this
/// program cannot have written.
class LedgerRows {
  public:
    explicit LedgerRows(std::vector<assess::LedgerDecision>& decisions) : decisions_(decisions) {}
    /// Whether the row began a new decision.
    bool add(const BulkStatement& row);

  private:
    std::vector<assess::LedgerDecision>& decisions_;
    std::string key_;  ///< of the row before
    bool has_decision_ = false;
};

/// Whether a row that selects `decision_columns` was entered in error; what brought an event goes with that event.
bool is_decision_in_error(const BulkStatement& row, const Coverage& coverage);

/// The action of a word. Throws as above.
policy::Action stored_action(std::string_view word);

std::optional<Date> date_or_null(const BulkStatement& row, int column);

}  // namespace nodtrack::store
