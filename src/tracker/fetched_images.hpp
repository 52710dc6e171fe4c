#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::tracker {

/// Where the service keeps what it fetches of a patient: beside the registry, a folder a patient, a folder a study in
/// it. A patient's id may hold what a path may not.
std::filesystem::path fetched_images(const std::filesystem::path& registry_file, const std::string& patient_id);

/// Takes the folders of these ids away; how many there were. Fails with `registry_unusable` where one stays.
Result<std::size_t> remove_fetched_images(const std::filesystem::path& registry_file,
                                          std::span<const std::string> patient_ids);

}  // namespace nodtrack::tracker
