#pragma once

#include <cstddef>

#include "../ct_volume.hpp"

namespace nodtrack::imaging {

/// How much a CT blurs an edge: the standard deviation of the Gaussian that a step becomes, voxel size included.
/// 0 where too few edges were found.
struct EdgeSpread {
    double in_slice_mm = 0;
    double across_slices_mm = 0;
    int edges_in_slice = 0;  ///< that the spread was seen at
    int edges_across = 0;
};

/// The spread seen at the edges between lung and soft tissue that stand square to an axis, all over the scan.
EdgeSpread edge_spread(const CtVolume& ct);

}  // namespace nodtrack::imaging
