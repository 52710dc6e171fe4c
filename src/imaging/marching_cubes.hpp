#pragma once

#include <vector>

#include "mask_crop.hpp"

namespace nodtrack::imaging {

/// The 0.5 iso-surface of a mask that is zero outside its box.
struct Mesh {
    double volume_mm3 = 0;
    double area_mm2 = 0;
    /// Volume of the layer one voxel thick along the surface: each triangle's area times the width of a voxel
    /// along its normal.
    double voxel_layer_mm3 = 0;
    /// Each vertex once, in half voxels from the centre of the box's first voxel, along the index axes.
    std::vector<Index3> vertices;
};

/// Marching cubes (Lorensen and Cline 1987) over the cells between voxel centres. Vertices lie half way along cell
/// edges. Where a cell face has its two inside corners on a diagonal, they are kept apart; that choice is
/// the same for both cells of the face, so the surface is closed.
Mesh marching_cubes_mesh(const MaskCrop& mask);

}  // namespace nodtrack::imaging
