#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "nodtrack/domain/delivery.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/exchange/fhir_bundle.hpp"

namespace nodtrack::tracker {

/// Whether the name ends as those of JSON files do.
bool is_json_file(const std::filesystem::path& file);

/// Whether a JSON file is a FHIR resource, by its `resourceType`, and no record of ours. Fails with `not_found` where
/// there is no such file.
Result<bool> is_fhir_file(const std::filesystem::path& file);

/// Fails with `bad_input` as `exchange::read_bundle`, with `not_found` where there is no such file.
Result<exchange::ReadBundle> read_bundle_file(const std::filesystem::path& file);

/// Bundles, told apart by who wrote them.
struct BundleFiles {
    bool has_records = false;
    Delivery record;                            ///< what nodtrack's own say, as one delivery
    std::vector<std::filesystem::path> others;  ///< those of other programs: `import_reports` takes them
};

/// Reads Bundles. Those that nodtrack wrote must say what a record may say, and nothing that contradicts it (both with
/// the path); what the registry makes of it is judged by `ingest`.
Result<BundleFiles> read_bundles(const std::vector<std::filesystem::path>& files);

}  // namespace nodtrack::tracker
