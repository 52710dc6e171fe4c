#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/tracker/ct_log.hpp"

namespace nodtrack::cli {

/// What a new CT shows of each nodule, and what becomes of it, as a table.
std::string ct_table_text(const tracker::CtFollowUp& follow_up, const std::vector<tracker::CtOutcome>& outcomes);

/// The same as one JSON object on a line, with the number of the delivery and the assessment (JSON; empty: none) that
/// came of it.
std::string ct_table_json(const tracker::CtFollowUp& follow_up, const std::vector<tracker::CtOutcome>& outcomes,
                          std::optional<store::DeliveryNumber> delivery, const std::string& assessment);

}  // namespace nodtrack::cli
