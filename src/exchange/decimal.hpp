#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nodtrack::exchange {

/// Thousandths of a decimal string of DICOM (PS3.5 section 6.2: sign, digits, point, exponent), times a power of ten:
/// `1.81` with 1 is 18,100. Exact; what lies beyond thousandths is rounded, half away from zero. Absent where the text
/// is none, or the number too great.
std::optional<std::int64_t> scaled_thousandths(std::string_view text, int power_of_ten);

}  // namespace nodtrack::exchange
