#pragma once

#include "nodtrack/tracker/row_key.hpp"
#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// The parameters that name one row of a patient's record: scan_id, nodule_id, therapy, event, visit_id, decision,
/// decided_by, date.
std::vector<Parameter> row_parameters();

bool names_a_row(const Call& call);

/// The row named by them and patient_id: the patient's own one where none is given. Failure: `usage`.
Result<tracker::RowKey> row_named_by(const Call& call);

/// Beside these, at the service: the file that the row is of, and its kind.
std::vector<Parameter> row_as_sent();

/// The row as the service is told it: by its file and the columns of its key alone; their day is `date`. Failure:
/// `usage`.
Result<tracker::RowKey> row_sent(const Call& call);

/// `measurement SARC-042 CT-2026-11-10 N1`
std::string row_title(const tracker::RowKey& row);

}  // namespace nodtrack::uses
