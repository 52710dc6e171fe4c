#pragma once

#include <span>
#include <string>

#include "nodtrack/assess/ledger.hpp"

namespace nodtrack::report {

/// `TUMOUR_BOARD due 2026-11-24`
std::string action_text(policy::Action action, const std::optional<Date>& due_date);

/// A decision beside what the policy said: who, when, what, why, in four or five lines.
std::string decision_text(const assess::LedgerDecision& decision);

/// One JSON object without a line end: patient_id, kind, decided_on, decided_by, board, present, reason, action,
/// due_date, event (object or null), policy_answer (object: as_of, policy, index_scan, action, due_date,
/// safety_net_ct_date, rule, patient_class, nodules), delivery_no, recorded_at, actor.
std::string decision_json(const assess::LedgerDecision& decision);

/// The life of each kept recommendation, oldest first, with the decisions on it; empty where there is none.
std::string ledger_text(std::string_view patient_id, std::span<const assess::LedgerEntry> entries);

/// One of them as a JSON object, `"row": "recommendation"` first.
std::string ledger_entry_json(std::string_view patient_id, const assess::LedgerEntry& entry);

}  // namespace nodtrack::report
