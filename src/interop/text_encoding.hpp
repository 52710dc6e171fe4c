#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nodtrack::interop {

// To UTF-8. Absent where the bytes are no text of that encoding: nothing is replaced.

/// Windows' Western European code page, which German and French Excel write as "CSV".
std::optional<std::string> utf8_of_windows_1252(std::string_view bytes);

/// UTF-16 by its byte order mark; little-endian without one, as Excel's "Unicode text".
std::optional<std::string> utf8_of_utf16(std::string_view bytes);

}  // namespace nodtrack::interop
