#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "nodtrack/tracker/ct_log.hpp"

namespace nodtrack::cli {

/// What a new CT shows of each nodule, and what becomes of it, as a table.
std::string ct_table_text(const tracker::CtFollowUp& follow_up, const std::vector<tracker::CtOutcome>& outcomes);

/// The same as one JSON object; `delivery` and `assessment` are for the caller to add.
nlohmann::ordered_json ct_table_json(const tracker::CtFollowUp& follow_up,
                                     const std::vector<tracker::CtOutcome>& outcomes);

}  // namespace nodtrack::cli
