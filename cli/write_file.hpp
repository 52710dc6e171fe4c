#pragma once

#include <string_view>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::cli {

/// Puts a made document where a caller wants it: in a file, which is replaced if it is there, or on stdout for `-`.
/// The file is written beside its name and moved there when it is whole. Failure: `bad_input`, with the file and why.
Result<void> write_file(std::string_view file, std::string_view content);

}  // namespace nodtrack::cli
