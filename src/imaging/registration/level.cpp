#include "level.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::imaging {
namespace {

constexpr int least_hu = -1000;  // nothing is thinner than air
constexpr int most_hu = 1000;
constexpr int lung_range_to_hu = -50;

void place_in_space(PyramidLevel& level)
{
    const Grid& grid = level.grid;
    for (std::size_t a = 0; a < 3; ++a) {
        level.size[a] = static_cast<int>(grid.size[a]);
        level.spacing_mm[a] = grid.spacing_mm[a];
        double offset = 0;
        for (std::size_t b = 0; b < 3; ++b) {
            const double slope = grid.direction[a][b] / grid.spacing_mm[a];
            level.to_index[a][b] = static_cast<float>(slope);
            offset -= slope * grid.origin_mm[b];
        }
        level.offset[a] = static_cast<float>(offset);
    }
}

/// Means of blocks of voxels. A rest at the far border that fills no block is left out.
PyramidLevel blocks_of(const Grid& grid, const std::vector<std::int16_t>& hu, double spacing_mm)
{
    Index3 factor{};
    PyramidLevel level;
    level.grid = grid;
    Vector3 first{};
    for (std::size_t a = 0; a < 3; ++a) {
        factor[a] = std::clamp<std::int64_t>(std::llround(spacing_mm / grid.spacing_mm[a]), 1, grid.size[a]);
        level.grid.size[a] = grid.size[a] / factor[a];
        level.grid.spacing_mm[a] = grid.spacing_mm[a] * static_cast<double>(factor[a]);
        first[a] = static_cast<double>(factor[a] - 1) / 2;
    }
    level.grid.origin_mm = position_mm(grid, first);
    place_in_space(level);
    level.hu.resize(voxel_count(level.grid.size));

    const auto width = static_cast<std::size_t>(level.grid.size[0]);
    const auto step = static_cast<std::size_t>(factor[0]);
    std::vector<std::int32_t> columns(width * step);
    const auto count = static_cast<std::int32_t>(factor[0] * factor[1] * factor[2]);
    const float share = 1.0F / static_cast<float>(count);
    for (std::int64_t k = 0; k < level.grid.size[2]; ++k) {
        for (std::int64_t j = 0; j < level.grid.size[1]; ++j) {
            std::fill(columns.begin(), columns.end(), 0);
            std::int32_t* sums = columns.data();
            for (std::int64_t dk = 0; dk < factor[2]; ++dk) {
                for (std::int64_t dj = 0; dj < factor[1]; ++dj) {
                    const std::int64_t row = (k * factor[2] + dk) * grid.size[1] + j * factor[1] + dj;
                    const std::int16_t* values = hu.data() + static_cast<std::size_t>(row * grid.size[0]);
                    for (std::size_t i = 0; i < width * step; ++i)
                        sums[i] += std::min(std::max(static_cast<std::int32_t>(values[i]), least_hu), most_hu);
                }
            }
            std::int16_t* out = level.hu.data() + level.place(0, static_cast<int>(j), static_cast<int>(k));
            for (std::size_t i = 0; i < width; ++i) {
                std::int32_t sum = 0;
                for (std::size_t d = 0; d < step; ++d)
                    sum += sums[i * step + d];
                out[i] = static_cast<std::int16_t>(static_cast<float>(sum) * share - 0.5F);
            }
        }
    }
    return level;
}

}  // namespace

Vector3f PyramidLevel::position_of(float i, float j, float k) const
{
    const Vector3 place = position_mm(grid, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
    return {static_cast<float>(place[0]), static_cast<float>(place[1]), static_cast<float>(place[2])};
}

PyramidLevel level_of(const CtVolume& ct, double spacing_mm)
{
    return blocks_of(ct.grid, ct.hu, spacing_mm);
}

void keep_lung_range(PyramidLevel& level)
{
    for (std::int16_t& hu : level.hu)
        hu = std::min<std::int16_t>(hu, lung_range_to_hu);
}

PyramidLevel coarser(const PyramidLevel& fine, double spacing_mm)
{
    return blocks_of(fine.grid, fine.hu, spacing_mm);
}

}  // namespace nodtrack::imaging
