#pragma once

#include <nodtrack/imaging/ct.hpp>
#include <optional>
#include <vector>

#include "nodule/segment_nodule.hpp"

namespace nodtrack::imaging {

/// What was measured from a click, and how well each kind of nodule would explain the image there.
struct MeasuredSeed {
    SeedMeasurement measurement;
    std::vector<KindCost> kinds;  ///< empty where refused
    double body_hu = 0;           ///< of the body without its core, if any
};

/// As `measure_seed`; with `known`, as a nodule of that kind, where one is possible there.
MeasuredSeed measure_seed_as(const Ct& ct, const Seed& seed, const std::optional<KnownNodule>& known);

}  // namespace nodtrack::imaging
