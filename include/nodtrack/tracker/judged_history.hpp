#pragma once

#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/interop/history_export.hpp"

namespace nodtrack::tracker {

/// The rows of one patient's history, each row on a diagnostic CT with what the policy said of the nodule as of that
/// CT's day; rows on other scans, and of nodules not judged, have none. Precondition: `record` outlives the rows.
std::vector<interop::HistoryRow> judged_history_of(const PatientRecord& record, const assess::Judge& judge);

}  // namespace nodtrack::tracker
