#pragma once

#include <cstdint>
#include <vector>

#include "level.hpp"

namespace nodtrack::imaging {

/// The lungs on a coarse level.
struct Lungs {
    std::vector<std::uint8_t> air;     ///< 1 where the voxel is aerated lung
    std::vector<std::uint8_t> inside;  ///< 1 also on vessels and nodules within, and a little beyond the pleura
    std::vector<std::uint8_t> deep;    ///< the same, without what lies at the chest wall, whose ribs move otherwise
    double aerated_mm3 = 0;
};

/// Finds the lungs: aerated, within the body, not the bowel's or the room's air, and large. Where no such region is
/// found (an image cropped to part of a lung), everything aerated is taken.
Lungs lungs_of(const PyramidLevel& level);

}  // namespace nodtrack::imaging
