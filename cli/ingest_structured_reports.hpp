#pragma once

#include <filesystem>
#include <vector>

#include "command.hpp"

namespace nodtrack::cli {

/// Takes in DICOM structured reports, and tells of each nodule what became of it.
Result<ExitStatus> take_in_reports(const Call& call, const std::vector<std::filesystem::path>& files);

/// Adds the options that `take_in_reports` reads beside those of a folder.
std::vector<Option> with_report_options(std::vector<Option> options);

}  // namespace nodtrack::cli
