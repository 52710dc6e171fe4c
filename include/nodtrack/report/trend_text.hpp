#pragma once

#include <string>

#include "nodtrack/report/trend.hpp"

namespace nodtrack::report {

/// The trend for a terminal of about 118 columns: a table of scans and long axes (in parts of a few nodules where there
/// are many), charts of up to six nodules each with the policy's cut-offs, therapies and events by date, and what a
/// reading may be off.
std::string trend_text(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

}  // namespace nodtrack::report
