#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "../diameters.hpp"
#include "measuring_constants.hpp"
#include "neighbourhood.hpp"

namespace nodtrack::imaging {

/// A dense body taken voxel by voxel, with its lobes and the thick ends of its spicules: what a model of one smooth
/// outline leaves out of a large nodule. It does not depend on where in the body the click fell.
struct BodyRegion {
    Index3 size{};                     ///< cells; each is `step` voxels of the neighbourhood along each axis
    Index3 step{};                     ///< 1 but on very thin slices
    std::vector<std::uint8_t> inside;  ///< 1 in the body, first axis fastest
    Vector3 thickest{};                ///< the middle of the largest ball that fits in near the click, mm
    double thickness_mm = 0;           ///< radius of that ball
    double cut_mm = 0;                 ///< what is thinner than twice this was cut off before lobes were put back
    double volume_mm3 = 0;             ///< by partial volume: voxels at the outline count by their density
    double body_hu = 0;
    bool is_dome = false;  ///< cut from its base by a ball, see `dome_region`
    double cut_share = 0;  ///< of its surface, where tissue goes on beyond it
    SliceDiameters diameters;

    double equivalent_radius_mm() const;
    /// Whether a voxel of the neighbourhood is in it.
    bool holds(std::int64_t i, std::int64_t j, std::int64_t k) const;
};

/// Finds the body at a place by its thickness: everything denser than half way between lung and soft tissue, opened by
/// the smallest ball that parts it from what reaches the edge of the neighbourhood (chest wall, hilum), and from
/// vessels; then what was cut off within a share of its thickness is put back.
///
/// Absent where nothing dense lies within 2 mm, or nothing parts it from the tissue round the lung.
std::optional<BodyRegion> body_region(const Neighbourhood& image, const Vector3& place, double lung_hu,
                                      const MeasuringConstants& constants = {});

/// The body at a place that stands on the chest wall, the mediastinum or the diaphragm with so wide a base that no
/// thickness parts it: what of the dense voxels lies in a ball a little larger than the largest one that fits in near
/// the place. Its size is a guess, to be told with a wide interval. Absent where less than a share of the directions
/// meets lung, as in a wall.
std::optional<BodyRegion> dome_region(const Neighbourhood& image, const Vector3& place, double lung_hu,
                                      const MeasuringConstants& constants = {});

}  // namespace nodtrack::imaging
