#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "grid.hpp"

namespace nodtrack::imaging {

/// What of a mask is meant.
struct MaskChoice {
    std::optional<std::int32_t> label{};  ///< 1 where nothing is named; of a DICOM object the segment's or ROI's number
    std::string segment{};                ///< by its name, id or number instead: of a .seg.nrrd or a DICOM SEG
    std::string roi{};                    ///< the region of interest of an RTSTRUCT, by its name or number
};

/// The part of a mask round one label: all its voxels, and nothing else but what lies between them.
struct MaskCrop {
    Grid grid;                               ///< of the whole mask
    Region region;                           ///< the label's bounding box; size 0 where no voxel has the label
    std::vector<std::uint8_t> inside;        ///< 1 for the label, else 0; `region.size`, first axis fastest
    std::vector<std::int64_t> labels_found;  ///< filled only where no voxel has the label: what it holds, at most 20
    /// Of a mask whose voxels hold a share of the nodule each: the sum of them over the label and the voxels next to
    /// it. `inside` then are those of one half and more.
    std::optional<double> shares{};
    std::vector<std::string> flags{};  ///< what has to be said of a measurement by it

    std::size_t offset(const Index3& local) const
    {
        return static_cast<std::size_t>(local[0] + region.size[0] * (local[1] + region.size[1] * local[2]));
    }
    /// Whether the voxel `local` (counted from `region.first`) has the label; false outside the box.
    bool contains(const Index3& local) const
    {
        for (std::size_t i = 0; i < 3; ++i) {
            if (local[i] < 0 || local[i] >= region.size[i]) return false;
        }
        return inside[offset(local)] != 0;
    }
};

/// Calls `visit(local index)` for each voxel of the label, in memory order.
template <class Visit>
void for_each_voxel(const MaskCrop& mask, Visit visit)
{
    Index3 at{};
    std::size_t offset = 0;
    for (at[2] = 0; at[2] < mask.region.size[2]; ++at[2]) {
        for (at[1] = 0; at[1] < mask.region.size[1]; ++at[1]) {
            for (at[0] = 0; at[0] < mask.region.size[0]; ++at[0], ++offset) {
                if (mask.inside[offset] != 0) visit(at);
            }
        }
    }
}

}  // namespace nodtrack::imaging
