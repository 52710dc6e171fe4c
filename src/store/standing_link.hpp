#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "nodtrack/store/links.hpp"

namespace nodtrack::store {

/// The nodule that the links of one observation make it; absent where none holds, and then it is the one it was
/// reported under. `links` are in order of their numbers.
inline std::optional<std::string> nodule_by_links(const std::vector<IdentityLink>& links)
{
    std::vector<const IdentityLink*> standing;
    for (const IdentityLink& link : links) {
        if (link.state == LinkState::confirmed) standing.push_back(&link);
        if (link.state != LinkState::undone) continue;
        std::erase_if(standing, [&](const IdentityLink* earlier) { return earlier->link_no == link.answers; });
    }
    if (standing.empty()) return std::nullopt;
    return standing.back()->nodule_id;
}

}  // namespace nodtrack::store
