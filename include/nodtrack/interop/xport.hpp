#pragma once

#include <cstddef>
#include <filesystem>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/interop/study_files.hpp"

namespace nodtrack::interop {

/// A text of SAS XPORT version 5 has at most this many bytes.
inline constexpr std::size_t longest_xport_text = 200;

/// Writes a table that was written as CSV again as SAS XPORT version 5, with `made_on` as its date. Fails with
/// `bad_input` where a text is longer than the format takes, or a file cannot be read or written.
Result<void> write_xport(const std::filesystem::path& csv, StudyFile file, Date made_on,
                         const std::filesystem::path& xport);

}  // namespace nodtrack::interop
