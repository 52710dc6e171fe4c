#pragma once

#include <string>
#include <string_view>

namespace nodtrack::report {

/// `text` as it may stand in XML and HTML, in content and in quoted attributes: markup is escaped, bytes that are no
/// UTF-8 and control characters that XML forbids become U+FFFD.
std::string escaped(std::string_view text);

/// The first `most` characters (code points); where some are left out, the last is `…`.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace nodtrack::report
