#pragma once

#include <vector>

#include "field.hpp"
#include "level.hpp"

namespace nodtrack::imaging {

/// A voxel of the prior scan at which something can be seen: value and its slope in space.
struct EdgeSample {
    Vector3f position_mm{};
    Vector3f slope{};  ///< HU per mm
    float hu = 0;
};

/// The voxels of a level in the lungs at which the density changes most; at most `most` of them.
std::vector<EdgeSample> edge_samples(const PyramidLevel& level, const PyramidLevel& lung_level,
                                     const std::vector<std::uint8_t>& lung, std::size_t most);

/// How well the scans agree around each node once registered.
struct Agreement {
    std::vector<float> samples;      ///< seen around it, of weight
    std::vector<float> left_mm;      ///< the step that the samples around this node alone would still take
    std::vector<float> unexplained;  ///< share of the structure that is not found again
};

struct RefineSettings {
    float spacing_mm = 10;     ///< of the field's nodes
    float stiffness = 1;       ///< per sample of mean information
    float tolerated_hu = 150;  ///< differences much above weigh little: what grew, shrank or is another structure
    int rounds = 3;
};

/// Moves the field so that the current scan looks like the prior one at the samples (Gauss-Newton, each node's
/// evidence from the samples around it with their mean difference taken out, so that breathing's change of density
/// does not pull).
DeformationField refined(const DeformationField& field, const std::vector<EdgeSample>& samples,
                         const PyramidLevel& current, const RefineSettings& settings, Agreement* agreement);

}  // namespace nodtrack::imaging
