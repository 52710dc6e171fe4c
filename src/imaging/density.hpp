#pragma once

#include <nodtrack/imaging/mask_measurement.hpp>
#include <vector>

#include "mask_crop.hpp"

namespace nodtrack::imaging {

/// Above this a voxel counts as solid. Solid and ground-glass parts separate best at -250 to -300 HU; other studies
/// used -160 or -400 (evidence O-46).
inline constexpr double solid_above_hu = -300;
/// Above this a voxel counts as calcified: calcium from about 200 HU, bone rather from 300 to 400 (evidence O-46).
inline constexpr double calcified_above_hu = 200;

/// The class by the share of voxels above `solid_above_hu`: solid from 0.8, ground glass up to 0.05, else part
/// solid (the two shares are this project's choice). Outline voxels hold lung as well, so the share is taken
/// over the voxels whose six neighbours are all in the mask; where they are fewer than 8, over those whose four
/// neighbours in the axial slice are; where those are fewer than 4, over all. Absent where no voxel has a value.
std::optional<AttenuationClass> attenuation_class(const MaskCrop& mask, const std::vector<float>& hu);

/// The values of the image inside the mask. `hu` runs like `mask.inside`. Voxels that hold no number are left out;
/// absent where none holds one.
std::optional<DensityValues> density_values(const MaskCrop& mask, const std::vector<float>& hu);

}  // namespace nodtrack::imaging
