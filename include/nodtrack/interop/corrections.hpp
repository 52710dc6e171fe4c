#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

/// What a person says of one nodule of a table: one row of a file of corrections.
struct CorrectionRow {
    enum class Decision : std::uint8_t { none, accept, leave };
    std::string nodule_id;
    Decision decision = Decision::none;
    std::vector<std::pair<std::string, std::string>> cells;  ///< column of measurements.csv and its text; none is empty
};

/// Reads corrections as CSV: nodule_id, and any of decision {accept, leave} and the columns of measurements.csv that do
/// not name the row; an empty cell leaves what was measured. Values are checked where they are used. Fails with
/// `bad_input`, every problem as `file:row:column: what is wrong, what was expected` in the context.
Result<std::vector<CorrectionRow>> read_corrections(std::string text, std::string_view source);

}  // namespace nodtrack::interop
