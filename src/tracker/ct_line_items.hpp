#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/tracker/log.hpp"

namespace nodtrack::tracker {

/// One item of a `CtLine`, read by itself.
struct CtLineItem {
    std::string nodule_id;
    bool is_added = false;
    std::optional<store::NoduleState> absent{};
    std::vector<Cell> cells{};  ///< columns of measurements.csv
};

/// Failure: `bad_input`, the message says what to type.
Result<CtLineItem> read_ct_line_item(const std::string& text);

}  // namespace nodtrack::tracker
