#pragma once

#include "voxels_round.hpp"

namespace nodtrack::imaging {

/// What `draw` makes of one view.
Picture drawn(const NoduleInImage& nodule, const VoxelsRound& voxels, const View& view);

/// The edge of the square that shows a nodule with room round it: whole centimetres, 30 mm at least.
double fitting_field_mm(const NoduleMask& mask, const Grid& grid);

}  // namespace nodtrack::imaging
