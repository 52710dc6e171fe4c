#pragma once

#include <filesystem>
#include <vector>

#include "command.hpp"

namespace nodtrack::cli {

/// Takes in JSON files: a record, or FHIR Bundles. Those that nodtrack wrote are a record too; those of other programs
/// are read as reports are.
Result<ExitStatus> take_in_json(const Call& call, const std::vector<std::filesystem::path>& files);

/// The Bundles of a folder that `nodtrack export --format fhir` made; none where the folder has files of a record.
std::vector<std::filesystem::path> bundles_of_export(const std::filesystem::path& folder);

}  // namespace nodtrack::cli
