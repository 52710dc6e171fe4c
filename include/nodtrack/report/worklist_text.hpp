#pragma once

#include <span>
#include <string>
#include <string_view>

#include "nodtrack/assess/worklist.hpp"

namespace nodtrack::report {

/// What a group means, in a few words: `past the due date, nothing answers it`.
std::string group_meaning(assess::WorklistGroup group, const assess::WorklistTerms& terms);

/// The headline of a group: `overdue: past the due date, nothing answers it (3)`.
std::string worklist_heading(assess::WorklistGroup group, std::size_t patients, const assess::WorklistTerms& terms);

/// One patient: a line or two with action, due date, lateness, last scan, reason; another one with the decision.
/// The other groups that it stands in are named; `shown_under` is the one of the heading.
std::string worklist_text(const assess::WorklistEntry& entry, assess::WorklistGroup shown_under);

/// The columns of the CSV form. They are stable: later ones are added at the end.
std::string worklist_csv_header();
/// One line; a value with a comma, quote or line feed is quoted. What is not known or not applicable is empty.
std::string worklist_csv(const assess::WorklistEntry& entry);

/// One JSON object and a line end; the members are the CSV columns, unknown ones null.
std::string worklist_json(const assess::WorklistEntry& entry);

/// The CSV columns, separated by ", ", for documents.
std::string worklist_columns();

/// JSON Schema of what `worklist_json` writes.
std::string worklist_schema();

}  // namespace nodtrack::report
