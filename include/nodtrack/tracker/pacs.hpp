#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/exchange/pacs.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/judges.hpp"

namespace nodtrack::tracker {

using exchange::Pacs;

// Which PACSs there are stands in a file beside the registry, `REGISTRY.pacs.json`, and not in it
// (docs/decisions/pacs.md).

std::filesystem::path pacs_file(const std::filesystem::path& registry_file);
/// By name. Fails with `registry_unusable` where the file is damaged, or others may write it.
Result<std::vector<Pacs>> pacs_list(const std::filesystem::path& registry_file);
/// Fails with `not_found`, naming those there are.
Result<Pacs> pacs_named(const std::filesystem::path& registry_file, const std::string& name);
/// Fails with `usage` where its parts do not go together, with `bad_input` where the name is taken or is none.
Result<void> add_pacs(const std::filesystem::path& registry_file, Pacs pacs);
Result<void> remove_pacs(const std::filesystem::path& registry_file, const std::string& name);

struct PullRequest {
    exchange::StudyQuery query;
    /// The newest so many studies that have such a series; absent: all that were asked for.
    std::optional<std::size_t> newest;
    std::vector<std::string> modalities{"CT"};
    std::filesystem::path into;  ///< must not be there, or be empty
};

struct PulledSeries {
    std::string series_uid;
    std::string modality;
    std::string description;
    std::filesystem::path folder;
    std::size_t objects = 0;
};

struct PulledStudy {
    exchange::PacsStudy study;
    std::filesystem::path folder;
    std::vector<PulledSeries> series;
};

/// Fetches studies into `into/DATE/ct-1`, …, all or nothing: they are written beside `into` and moved there when they
/// are complete. Fails with `not_found` where the PACS has none, with `bad_input` as `exchange` does, or where `into`
/// holds something already.
Result<std::vector<PulledStudy>> pull(const Pacs& pacs, const PullRequest& request);

/// Makes the structured report of one recorded CT, on images of `ct_folder`, or else on those that the PACS has of it,
/// sends it, and asks whether it is there; the SOP instance UID. Fails with `not_found` for an unknown patient or scan,
/// with `bad_input` where the scan is not known to be a study of that PACS.
Result<std::string> push_report(const store::Registry& registry, const Judges& judges, const Pacs& pacs,
                                const std::string& patient_id, const std::string& scan_id,
                                const std::optional<std::filesystem::path>& ct_folder);

/// Sends files as they are. Fails with `not_found` or `bad_input`, and then none was sent, or as `exchange` does.
Result<std::vector<exchange::ObjectToSend>> push_files(const Pacs& pacs, const std::vector<std::string>& files);

}  // namespace nodtrack::tracker
