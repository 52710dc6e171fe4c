#pragma once

#include "nodtrack/assess/assessment.hpp"

namespace nodtrack::assess {

/// Which of the two questions of local recurrence fit a primary. Where record and histology leave the tissue open,
/// both.
struct PrimaryTissue {
    bool may_be_bone = true;
    bool may_be_soft = true;

    /// Variant 4 is of bone, variant 5 of soft tissue; the others are of either. `variant`: `variant-4`.
    bool fits(std::string_view variant) const;
};

/// By the record or, where it is silent, by a histology that decides it. Source: decision table, section 1 and G4.
PrimaryTissue primary_tissue_of(const Assessment& assessment, const Patient& patient, const policy::Policy& policy);

}  // namespace nodtrack::assess
