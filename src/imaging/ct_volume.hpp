#pragma once

#include <cstdint>
#include <vector>

#include "grid.hpp"

namespace nodtrack::imaging {

/// A CT in memory.
struct CtVolume {
    Grid grid;
    std::vector<std::int16_t> hu;  ///< whole HU, first axis fastest
};

}  // namespace nodtrack::imaging
