#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "nodtrack/tracker/row_key.hpp"

namespace nodtrack::cli {

/// The options that name one row of a patient's record: --scan, --nodule, --therapy,
/// --event, --visit, --decision, --decided-by, --date.
std::vector<Option> row_options();

/// The row named by them and PATIENT: the patient's own one where none is given. Failure: `usage`.
Result<tracker::RowKey> row_named_by(const Arguments& arguments);

/// `measurement SARC-042 CT-2026-11-10 N1`
std::string row_title(const tracker::RowKey& row);

}  // namespace nodtrack::cli
