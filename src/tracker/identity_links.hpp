#pragma once

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nodtrack/tracker/identity.hpp"

namespace nodtrack::tracker {

/// What the change at hand stores beside the links, and what therefore counts as recorded.
struct ComingRows {
    std::set<ObservationKey> observations;
    std::set<std::pair<std::string, std::string>> scans;  ///< patient_id, scan_id
};

/// The links that say `statements`, numbered behind those that are recorded. Left out are proposals that are open
/// already, and, with `skip_what_holds`, confirmed statements that hold already; a confirmed statement answers an open
/// proposal of the same. Fails as `propose_links`. Precondition: a change has been begun, so that nobody else writes.
Result<std::vector<IdentityLink>> links_to_store(const store::Registry& registry,
                                                 std::span<const IdentityStatement> statements,
                                                 const store::Provenance& provenance, const ComingRows& coming,
                                                 bool skip_what_holds);

}  // namespace nodtrack::tracker
