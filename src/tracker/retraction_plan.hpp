#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodtrack/interop/statements.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/store/retractions.hpp"

namespace nodtrack::tracker {

/// What is to be stored of the lines of a retractions.csv.
struct RetractionPlan {
    struct Step {
        store::Retraction retraction;
        std::string reason;
    };
    /// The rows that were entered in error; they refer to `Statements::rows`.
    store::NewVersions rows;
    /// First of rows, then of scans, then of patients: the first that covers a row is the one that is told.
    std::vector<Step> steps;
    std::uint64_t added = 0;      ///< lines whose row was not known here
    std::uint64_t unchanged = 0;  ///< lines whose row is known here
    std::vector<std::string> problems;
    std::vector<std::string> warnings;
};

/// A row that is not known here is to be stored with its retraction, so that a list which still has it is not taken in.
/// One that was entered in error here too is left alone; so is one that holds here, with a warning: no file takes out
/// what is recorded. A problem is a line whose row is also in the delivery, or whose scan or patient is nowhere.
Result<RetractionPlan> plan_retractions(const store::Registry& registry, const interop::Statements& statements,
                                        const Delivery& delivery);

}  // namespace nodtrack::tracker
