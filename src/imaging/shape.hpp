#pragma once

#include <nodtrack/imaging/mask_measurement.hpp>
#include <string>
#include <vector>

#include "mask_crop.hpp"

namespace nodtrack::imaging {

/// Size and shape of the label's voxels. The mask must hold at least one.
ShapeValues shape_values(const MaskCrop& mask);

/// The 95 % interval of the true volume of a thing whose mask has this volume.
///
/// A mask says of each voxel that the surface cuts only that it is in or out. Two errors are taken together, the
/// root of the sum of their squares: (1) what each cut voxel hides, a share between 0 and 1 with the standard
/// deviation 1/sqrt(12), independent from voxel to voxel; (2) what all of them share, because one threshold or one
/// hand drew the outline: up to a quarter voxel all round. (A threshold anywhere between 0.25 and 0.75 of the
/// contrast at a sharp edge stays within that.) Readers who disagree about what belongs to the nodule are not in it.
/// The number of cut voxels is `voxel_layer_mm3` (see `Mesh`) over the volume of one. With r the relative error the
/// interval is [V / (1 + r), V (1 + r)], so it never holds a negative volume.
std::array<double, 2> volume_interval(double volume_mm3, double voxel_layer_mm3, double one_voxel_mm3);

/// What a reader of the values must know about the mask: codes of `nodtrack::imaging::flag`.
std::vector<std::string> mask_flags(const MaskCrop& mask);

}  // namespace nodtrack::imaging
