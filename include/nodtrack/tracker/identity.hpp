#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/occasion.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

using store::IdentityLink;
using store::LinkMethod;
using store::links_of;
using store::ObservationKey;

// Which nodule a measured row is, is a statement that people may correct without touching the measurement. Nothing is
// ever changed or taken away: confirming and undoing add a link that answers an earlier one.

/// A statement to be recorded: this observation is this nodule.
struct IdentityProposal {
    ObservationKey observation;
    std::string nodule_id;
    LinkMethod how = LinkMethod::typed;
    std::optional<int> confidence_permille;  ///< 0 to 1000, where a program says so
};

/// Records proposals; they change no record until confirmed. Fails with `not_found` where an observation is not
/// recorded, with `bad_input` on an empty nodule id or a confidence outside 0 to 1000.
Result<store::DeliveryNumber> propose_links(store::Registry& registry, std::span<const IdentityProposal> proposals,
                                            const store::Occasion& occasion);

/// Confirms one proposed link of one observation.
struct LinkChoice {
    ObservationKey observation;
    int link_no = 0;
};

/// Confirms proposed links together. Fails with `not_found` where there is no such link, with `bad_input` where one
/// is not open (answered already) or two observations of one scan would become one nodule: confirm the link of the
/// other observation in the same call, or undo it first.
Result<store::DeliveryNumber> confirm_links(store::Registry& registry, std::span<const LinkChoice> links,
                                            const store::Occasion& occasion);

/// Records and confirms in one step: what a person types.
Result<store::DeliveryNumber> link(store::Registry& registry, std::span<const IdentityProposal> statements,
                                   const store::Occasion& occasion);

/// Undoes confirmed links, or turns down proposed ones, together: the observation is again what it was before.
/// `occasion.reason` says why. Failures as `confirm_links`; `bad_input` also where the reason is missing.
Result<store::DeliveryNumber> undo_links(store::Registry& registry, std::span<const LinkChoice> links,
                                         const store::Occasion& occasion);

}  // namespace nodtrack::tracker
