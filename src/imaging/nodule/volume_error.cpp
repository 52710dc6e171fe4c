#include "volume_error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nodtrack::imaging {

namespace {

/// What the noise and what hides the outline make of a volume: the factor to both ends of its 95 % interval.
double error_factor(const Segmentation& nodule, const MeasuringConstants& constants)
{
    const bool faint = nodule.attenuation == AttenuationClass::ground_glass;
    const double noise = nodule.volume_sd_mm3 / nodule.volume_mm3;
    const double modelled = square(2.2 * noise) + square(0.015) +
                            square((faint ? 0.15 : 0.42) * nodule.attached_share) +
                            square(0.15 * nodule.pleural_share) + square(0.25 * nodule.misfit);
    double by_region = 0;
    if (nodule.region)
        by_region = square(constants.region_error) + square(constants.region_error_per_cut * nodule.region->cut_share) +
                    square(nodule.region->is_dome ? constants.dome_error : 0);
    const double variance = (1 - nodule.region_weight) * modelled + nodule.region_weight * by_region;
    return std::exp(1.96 * std::sqrt(variance));
}

void reach_over_other_kinds(std::array<double, 2>& interval, const Segmentation& nodule, double factor)
{
    for (const double other : nodule.other_volumes_mm3) {
        interval[0] = std::min(interval[0], other / factor);
        interval[1] = std::max(interval[1], other * factor);
    }
}

}  // namespace

std::array<double, 2> repeated_volume_ci95_mm3(const Segmentation& nodule, const MeasuringConstants& constants)
{
    const double factor = error_factor(nodule, constants);
    std::array<double, 2> interval{nodule.volume_mm3 / factor, nodule.volume_mm3 * factor};
    reach_over_other_kinds(interval, nodule, factor);
    return interval;
}

std::array<double, 2> volume_ci95_mm3(const Segmentation& nodule, const MeasuringConstants& constants)
{
    const double factor = error_factor(nodule, constants);
    const double radius = std::cbrt(0.75 / std::numbers::pi * nodule.volume_mm3);
    const double wider = std::min(constants.outline_wider_mm, constants.outline_wider_share * radius);
    const double narrower = wider * constants.outline_narrower_mm / constants.outline_wider_mm;
    const auto cube = [](double x) { return x * x * x; };
    std::array<double, 2> interval{nodule.volume_mm3 / factor * cube(1 - narrower / radius),
                                   nodule.volume_mm3 * factor * cube(1 + wider / radius)};
    reach_over_other_kinds(interval, nodule, factor);
    // A body voxel by voxel that was measured otherwise: what it holds more is lobes, or something beside it.
    if (nodule.region && nodule.region_weight < 1 && nodule.region->equivalent_radius_mm() > constants.mixed_from_mm) {
        interval[0] = std::min(interval[0], std::max(nodule.region->volume_mm3, interval[0] / 1.5));
        interval[1] = std::max(interval[1], std::min(nodule.region->volume_mm3, interval[1] * 1.5));
    }
    return interval;
}

}  // namespace nodtrack::imaging
