#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::interop {

/// A click on one of many CTs.
struct BatchClick {
    std::string nodule_id;
    std::array<double, 3> position_mm{};  ///< LPS
};

/// One of the CTs, with the clicks on it in their order.
struct BatchCt {
    std::string image;
    std::string series{};
    std::string patient_id{};
    std::string scan_id{};
    std::vector<BatchClick> clicks;
};

/// Reads a list of clicks on many CTs as CSV: image, nodule_id, x_mm, y_mm, z_mm, and, if wished, series, patient_id,
/// scan_id. Rows of one image and series are one CT, in the order of their first rows. Fails with `bad_input`, every
/// problem as `file:row:column: what is wrong, what was expected` in the context.
Result<std::vector<BatchCt>> read_batch_list(std::string text, std::string_view source);

}  // namespace nodtrack::interop
