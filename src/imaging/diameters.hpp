#pragma once

#include <array>
#include <vector>

#include "marching_cubes.hpp"
#include "mask_crop.hpp"

namespace nodtrack::imaging {

/// The greatest distance between two points. `points` in half voxels. mm.
double longest_distance_mm(std::vector<Index3> points, const Vector3& spacing_mm);

/// The two ends of a diameter, as places among the voxels of the image.
using DiameterEnds = std::array<Vector3, 2>;

/// The two diameters of one slice, mm.
struct SliceDiameters {
    double long_mm = 0;
    double short_mm = 0;
    DiameterEnds long_ends{};  ///< of a mask; a model tells none
    DiameterEnds short_ends{};
};

/// Long axis: the longest distance between two points of the slice's contour, which is the mesh's cut with its voxel
/// steps smoothed (see `slice_contour`). Short axis: the longest distance
/// between two points of the contour along a line at right angles to it. Where several pairs of points are as far
/// apart as the longest, the one with the greatest short axis counts.
/// The slice is the one of most voxels across `axis`; among equals the one with the longest long axis.
SliceDiameters largest_slice_diameters(const MaskCrop& mask, std::size_t axis);

}  // namespace nodtrack::imaging
