#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/tracker/retract.hpp"

namespace nodtrack::uses {

// How answers tell what becomes of rows that were entered in error, moved or brought back.

/// A line a row.
std::string row_changes_text(const std::vector<tracker::RowChange>& rows);
/// `[{"row":"measurements","patient_id":…,"scan_id":…,"before":2,"after":null}]`
std::string row_changes_json(const std::vector<tracker::RowChange>& rows);
std::string row_change_schema();

/// Every answer that changes, and how many do not.
std::string answers_text(const std::vector<tracker::AnswerChange>& answers);
std::string answers_json(const std::vector<tracker::AnswerChange>& answers);

/// `TITLE:` and the lines, indented; the first of many. Nothing where there are none.
std::string lines_text(std::string_view title, const std::vector<std::string>& lines);

}  // namespace nodtrack::uses
