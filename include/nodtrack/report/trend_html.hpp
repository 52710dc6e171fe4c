#pragma once

#include <string>

#include "nodtrack/report/trend.hpp"

namespace nodtrack::report {

/// The trend as a page of its own: picture, table of all rows, therapies and events, what to note. No script, nothing
/// from another host; prints in black on white. Every text of the record is escaped.
std::string trend_html(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge);

}  // namespace nodtrack::report
