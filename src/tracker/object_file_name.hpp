#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::tracker {

/// The name of a file of an export: `sr-SARC-002-CT1.dcm` of the ids SARC-002 and CT1. Ids may hold what a path may
/// not: then the file has such letters as `_`, and a number that tells it from others.
std::string object_file_name(std::string_view begin, const std::vector<std::string>& ids, std::string_view end);

}  // namespace nodtrack::tracker
