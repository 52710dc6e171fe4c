#pragma once

#include <string>
#include <string_view>

namespace nodtrack::report {

/// Lines that `text` takes in a column of `width` when set in Arial, or a face of the same widths (Helvetica,
/// Liberation Sans), of `size`; the same unit for both. Broken at blanks, long words anywhere. At least 1.
std::size_t printed_lines(std::string_view text, double size, double width);

/// `text`, shortened until it takes at most `lines`.
std::string fitted_to_lines(std::string text, double size, double width, std::size_t lines);

}  // namespace nodtrack::report
