#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodtrack/interop/statements.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// What is to be stored of the lines of a links.csv.
struct LinkPlan {
    struct Step {
        store::IdentityLink link;
        std::string reason;
        std::size_t round = 0;  ///< the place among those of its observation: an answer comes after what it answers
    };
    std::vector<Step> steps;
    std::uint64_t unchanged = 0;  ///< lines that say what is recorded already
    std::vector<std::string> problems;
};

/// Compares links.csv with what is recorded, and gives the rows of the delivery back the names that they were first
/// reported under: an export has the record as its confirmed links make it. A row that a confirmed state made (a nodule
/// that is resolved, a metastasectomy, no nodule) is taken out, for the link makes it again.
///
/// Problems, one line each: numbers with gaps, an answer to nothing, a statement that contradicts the recorded ones of
/// its observation, an observation or scan that is neither in the delivery nor recorded. Statements that were added
/// here since are none.
Result<LinkPlan> plan_links(const store::Registry& registry, const std::vector<interop::LinkRow>& rows,
                            Delivery& delivery);

}  // namespace nodtrack::tracker
