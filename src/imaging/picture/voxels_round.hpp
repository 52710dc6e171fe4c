#pragma once

#include <nodtrack/imaging/picture.hpp>
#include <vector>

#include "../grid.hpp"
#include "../image_source.hpp"

namespace nodtrack::imaging {

/// The part of an image round a nodule.
struct VoxelsRound {
    Grid grid;      ///< of the whole image
    Region region;  ///< the part that was read
    std::vector<float> hu;
};

/// Reads it, and checks that it is what was measured. Failures as `draw`.
Result<VoxelsRound> voxels_round(const NoduleInImage& nodule);

/// Calls `visit(index in the image)` for each voxel of the nodule.
template <class Visit>
void for_each_inside(const NoduleMask& mask, Visit visit)
{
    std::size_t at = 0;
    for (std::int64_t k = 0; k < mask.size[2]; ++k) {
        for (std::int64_t j = 0; j < mask.size[1]; ++j) {
            for (std::int64_t i = 0; i < mask.size[0]; ++i) {
                if (mask.inside[at++] != 0) visit(Index3{mask.first[0] + i, mask.first[1] + j, mask.first[2] + k});
            }
        }
    }
}

}  // namespace nodtrack::imaging
