#pragma once

#include <cstdint>
#include <vector>

#include "../ct_volume.hpp"
#include "vector3.hpp"

namespace nodtrack::imaging {

/// The CT round a place, with its axes turned so that the third is the one across axial slices. Places in it are in
/// mm along these axes from the centre of its first voxel.
struct Neighbourhood {
    Index3 size{};
    Vector3 spacing_mm{};
    std::array<std::size_t, 3> axis{};  ///< axis[i]: the volume's index axis that axis i runs along
    Index3 first{};                     ///< the first voxel, as index in the volume (its axes)
    std::vector<float> hu;              ///< first axis fastest
    std::vector<std::uint8_t> bone;     ///< 1 in bone and its blurred rim; empty: none was looked for

    float at(std::int64_t i, std::int64_t j, std::int64_t k) const
    {
        return hu[static_cast<std::size_t>(i + size[0] * (j + size[1] * k))];
    }
    Vector3 place(std::int64_t i, std::int64_t j, std::int64_t k) const
    {
        return {static_cast<double>(i) * spacing_mm[0], static_cast<double>(j) * spacing_mm[1],
                static_cast<double>(k) * spacing_mm[2]};
    }
    bool holds(const Vector3& place) const;
    bool is_bone(std::int64_t i, std::int64_t j, std::int64_t k) const
    {
        return !bone.empty() && bone[static_cast<std::size_t>(i + size[0] * (j + size[1] * k))] != 0;
    }
    bool is_bone(const Vector3& place) const;
    /// Marks what is brighter than `above_hu`, and `rim_mm` about it.
    void mark_bone(float above_hu, double rim_mm);
    /// Trilinear between voxel centres; outside, the value of the nearest place inside. HU.
    double value(const Vector3& place) const;
    /// Index in the volume, not whole; for `position_mm`.
    Vector3 volume_index(const Vector3& place) const;
    /// The place of a volume index.
    Vector3 place_of(const Vector3& volume_index) const;
};

/// The voxels up to `reach_mm` from an index of the volume, along each axis; fewer at the edge of the image.
Neighbourhood neighbourhood(const CtVolume& ct, const Vector3& index, double reach_mm);

/// `count` directions spread evenly over the sphere (golden spiral). Kept for the next call.
const std::vector<Vector3>& even_directions(std::size_t count);

/// The middle value; 0 for none.
double median(std::vector<float> values);

}  // namespace nodtrack::imaging
