#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/store/occasion.hpp"
#include "recording.hpp"
#include "statements.hpp"

namespace nodtrack::store {

/// The columns of a decision in their order in the table; `table` names it in the statement.
inline constexpr std::string_view decision_columns =
    "patient_id, decided_on, delivery_no, action, due_date, decision.reason, as_of, policy_version, kind, decided_by, "
    "board, present, nodule_id, event_kind, event_date, policy_id, policy_sha256, index_scan_id, policy_action, "
    "policy_due_date, policy_safety_net_ct_date, policy_rule, policy_patient_class, policy_nodules";
inline constexpr int decision_column_count = 24;
inline constexpr int decision_delivery_column = 2;

void write_decision(RecordedTable& table, const assess::Decision& decision, DeliveryNumber delivery_no);

/// The decision of a row that selects `decision_columns`, into `decision`, whose memory is kept. Throws
/// std::runtime_error on a word that this program cannot have written.
void read_decision(const BulkStatement& row, assess::Decision& decision);

/// The action of a word. Throws as above.
policy::Action stored_action(std::string_view word);

inline std::string iso_or_empty(const std::optional<Date>& date)
{
    return date ? date->iso() : std::string();
}

std::optional<Date> date_or_null(const BulkStatement& row, int column);

}  // namespace nodtrack::store
