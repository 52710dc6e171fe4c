#pragma once

#include <string_view>

namespace nodtrack {

/// Whether UTF-8 text holds a control character of ASCII or of Latin-1 (U+0080 to U+009F), which a terminal may obey
/// instead of showing it. Tabs and line ends count only where `line_breaks_allowed` is false.
bool holds_control_character(std::string_view text, bool line_breaks_allowed);

}  // namespace nodtrack
