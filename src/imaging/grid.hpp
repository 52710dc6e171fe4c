#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <nodtrack/domain/result.hpp>
#include <string>

namespace nodtrack::imaging {

using Vector3 = std::array<double, 3>;
using Index3 = std::array<std::int64_t, 3>;

/// Where the voxels of an image lie. Index axis 0 runs fastest in memory.
struct Grid {
    Index3 size{};
    Vector3 spacing_mm{};
    Vector3 origin_mm{};                 ///< centre of the first voxel, LPS
    std::array<Vector3, 3> direction{};  ///< direction[i]: unit vector of index axis i, LPS
};

/// A box of voxels: `size` of them from `first` on.
struct Region {
    Index3 first{};
    Index3 size{};
};

inline std::size_t voxel_count(const Index3& size)
{
    return static_cast<std::size_t>(size[0] * size[1] * size[2]);
}

/// Position of an index, which need not be whole: voxel centres are at whole numbers. mm, LPS.
Vector3 position_mm(const Grid& grid, const Vector3& index);

/// The index axis that runs nearest to the patient's head-foot axis: slices across it are the axial ones.
std::size_t axial_axis(const Grid& grid);

/// Fails with `bad_input` unless sizes and spacings are above zero and the axes stand at right angles.
Result<void> check_grid(const Grid& grid, const std::string& name);

/// How the index of a voxel in one grid becomes the index of the voxel at the same place in another.
struct AxisMap {
    std::array<std::size_t, 3> axis{};  ///< axis[i]: the target axis that source axis i runs along
    std::array<bool, 3> flipped{};      ///< source axis i runs the other way
    Index3 first{};                     ///< target index of the source's first voxel

    Index3 index(const Index3& source) const;
    Region region(const Region& source) const;
};

/// The map from the mask's voxels to the image's, where the mask's are some of the image's: the same centres to a tenth
/// of the smallest spacing, the axes possibly swapped or flipped. Fails with `bad_input`, naming what differs.
Result<AxisMap> same_voxels(const Grid& mask, const std::string& mask_name, const Grid& image,
                            const std::string& image_name);

/// The image's lattice in the order and sense of the mask's axes, and where the mask begins in it.
struct Lattice {
    Grid grid;
    Index3 first{};
};

Lattice lattice_of(const Grid& mask, const Grid& image, const AxisMap& map);

}  // namespace nodtrack::imaging
