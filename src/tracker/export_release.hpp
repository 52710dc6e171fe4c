#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nodtrack/store/access.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/deidentify.hpp"
#include "nodtrack/tracker/export.hpp"

// Which patients an export is of, and under which names.

namespace nodtrack::tracker {

/// The patients asked for, each once and in the registry's order.
Result<std::vector<std::string>> ids_to_export(store::PatientReader& reader, const ExportRequest& request);

/// What a de-identified export is made of.
struct ReleaseReading {
    store::ExportRelease release;
    store::PatientReader reader;                              ///< sees what the release holds
    std::vector<std::pair<Pseudonym, std::string>> patients;  ///< with their ids, in order of the research ids
};

/// The release that an export of today is of, the patients asked for and their pseudonyms; the registry's secret is
/// made where there is none yet. Fails as `write_deidentified_export`.
Result<ReleaseReading> open_release(store::Registry& registry, const ExportRequest& request,
                                    const store::Provenance& provenance);

}  // namespace nodtrack::tracker
