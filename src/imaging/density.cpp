#include "density.hpp"

#include <cmath>
#include <cstddef>

namespace nodtrack::imaging {
namespace {

constexpr double solid_from_share = 0.8;
constexpr double ground_glass_to_share = 0.05;
constexpr std::size_t enough_core_voxels = 8;
constexpr std::size_t enough_slice_core_voxels = 4;

/// Voxels and how many of them are solid.
struct Tally {
    std::size_t voxels = 0;
    std::size_t solid = 0;
};

/// Over the voxels whose neighbours along all axes but `skipped` are in the mask (`skipped` 3: along all).
Tally core_tally(const MaskCrop& mask, const std::vector<float>& hu, std::size_t skipped)
{
    Tally tally;
    for_each_voxel(mask, [&](const Index3& at) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            if (axis == skipped) continue;
            for (const std::int64_t step : {-1, 1}) {
                Index3 neighbour = at;
                neighbour[axis] += step;
                if (!mask.contains(neighbour)) return;
            }
        }
        const float value = hu[mask.offset(at)];
        if (!std::isfinite(value)) return;
        ++tally.voxels;
        tally.solid += static_cast<std::size_t>(value > solid_above_hu);
    });
    return tally;
}

Tally whole_tally(const MaskCrop& mask, const std::vector<float>& hu)
{
    Tally tally;
    for_each_voxel(mask, [&](const Index3& at) {
        const float value = hu[mask.offset(at)];
        if (!std::isfinite(value)) return;
        ++tally.voxels;
        tally.solid += static_cast<std::size_t>(value > solid_above_hu);
    });
    return tally;
}

}  // namespace

std::optional<AttenuationClass> attenuation_class(const MaskCrop& mask, const std::vector<float>& hu)
{
    Tally tally = core_tally(mask, hu, 3);
    if (tally.voxels < enough_core_voxels) {
        tally = core_tally(mask, hu, axial_axis(mask.grid));
        if (tally.voxels < enough_slice_core_voxels) tally = whole_tally(mask, hu);
    }
    if (tally.voxels == 0) return std::nullopt;
    const double share = static_cast<double>(tally.solid) / static_cast<double>(tally.voxels);
    if (share >= solid_from_share) return AttenuationClass::solid;
    if (share <= ground_glass_to_share) return AttenuationClass::ground_glass;
    return AttenuationClass::part_solid;
}

std::optional<DensityValues> density_values(const MaskCrop& mask, const std::vector<float>& hu)
{
    const Vector3& spacing = mask.grid.spacing_mm;
    const double one_voxel_mm3 = spacing[0] * spacing[1] * spacing[2];
    double count = 0;
    double voxels = 0;
    double sum = 0;
    double solid = 0;
    double calcified = 0;
    for_each_voxel(mask, [&](const Index3& at) {
        ++voxels;
        const double value = hu[mask.offset(at)];
        if (!std::isfinite(value)) return;
        ++count;
        sum += value;
        solid += static_cast<double>(value > solid_above_hu);
        calcified += static_cast<double>(value > calcified_above_hu);
    });
    if (count == 0) return std::nullopt;

    DensityValues density;
    density.mean_hu = sum / count;
    double squares = 0;
    for_each_voxel(mask, [&](const Index3& at) {
        const double from_mean = hu[mask.offset(at)] - density.mean_hu;
        if (std::isfinite(from_mean)) squares += from_mean * from_mean;
    });
    density.sd_hu = std::sqrt(squares / count);
    density.attenuation = attenuation_class(mask, hu);
    // A solid nodule's outline voxels are solid tissue too; only lung in the same voxel keeps them below the limit.
    density.solid_volume_mm3 = (density.attenuation == AttenuationClass::solid ? voxels : solid) * one_voxel_mm3;
    density.calcified_volume_mm3 = calcified * one_voxel_mm3;
    return density;
}

}  // namespace nodtrack::imaging
