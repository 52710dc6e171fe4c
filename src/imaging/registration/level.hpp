#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "../ct_volume.hpp"

namespace nodtrack::imaging {

using Vector3f = std::array<float, 3>;

/// A CT at a coarser spacing, for registration: means of whole blocks of voxels.
struct PyramidLevel {
    std::array<int, 3> size{};
    Vector3 spacing_mm{};
    Grid grid;  ///< of this level
    std::vector<std::int16_t> hu;
    std::array<std::array<float, 3>, 3> to_index{};  ///< index = to_index * position + offset
    Vector3f offset{};

    std::size_t place(int i, int j, int k) const
    {
        return static_cast<std::size_t>(i) +
               static_cast<std::size_t>(size[0]) *
                   (static_cast<std::size_t>(j) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(k));
    }
    Vector3f index_of(const Vector3f& position_mm) const
    {
        Vector3f index{};
        for (std::size_t a = 0; a < 3; ++a)
            index[a] = to_index[a][0] * position_mm[0] + to_index[a][1] * position_mm[1] +
                       to_index[a][2] * position_mm[2] + offset[a];
        return index;
    }
    /// Where a voxel's centre lies, mm, LPS.
    Vector3f position_of(float i, float j, float k) const;

    /// The value between voxels (trilinear). False outside the image.
    bool value_at(const Vector3f& index, float& value) const
    {
        // Not `floor`, which is slow without SSE 4.1; what is below zero is outside.
        if (!(index[0] >= 0 && index[1] >= 0 && index[2] >= 0)) return false;
        const int i = static_cast<int>(index[0]);
        const int j = static_cast<int>(index[1]);
        const int k = static_cast<int>(index[2]);
        if (i + 1 >= size[0] || j + 1 >= size[1] || k + 1 >= size[2]) return false;
        const float x = index[0] - static_cast<float>(i);
        const float y = index[1] - static_cast<float>(j);
        const float z = index[2] - static_cast<float>(k);
        const std::int16_t* at = hu.data() + place(i, j, k);
        const std::size_t row = static_cast<std::size_t>(size[0]);
        const std::size_t slice = row * static_cast<std::size_t>(size[1]);
        const auto mix = [x](const std::int16_t* p) {
            return static_cast<float>(p[0]) + x * static_cast<float>(p[1] - p[0]);
        };
        const float low = mix(at) + y * (mix(at + row) - mix(at));
        const float high = mix(at + slice) + y * (mix(at + slice + row) - mix(at + slice));
        value = low + z * (high - low);
        return true;
    }
};

/// The image in blocks that come nearest to `spacing_mm`, each the mean of whole voxels.
PyramidLevel level_of(const CtVolume& ct, double spacing_mm);

/// The same of a finer level.
PyramidLevel coarser(const PyramidLevel& fine, double spacing_mm);

/// Makes everything denser than fat equal, so that bone, contrast agent and organs tell nothing.
void keep_lung_range(PyramidLevel& level);

}  // namespace nodtrack::imaging
