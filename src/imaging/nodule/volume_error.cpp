#include "volume_error.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::imaging {

std::array<double, 2> volume_ci95_mm3(const Segmentation& nodule)
{
    const bool faint = nodule.attenuation == AttenuationClass::ground_glass;
    const double noise = nodule.volume_sd_mm3 / nodule.volume_mm3;
    const double variance = square(2.2 * noise) + square(0.015) +
                            square((faint ? 0.15 : 0.42) * nodule.attached_share) +
                            square(0.15 * nodule.pleural_share) + square(0.25 * nodule.misfit);
    const double factor = std::exp(1.96 * std::sqrt(variance));
    std::array<double, 2> interval{nodule.volume_mm3 / factor, nodule.volume_mm3 * factor};
    for (const double other : nodule.other_volumes_mm3) {
        interval[0] = std::min(interval[0], other / factor);
        interval[1] = std::max(interval[1], other * factor);
    }
    return interval;
}

}  // namespace nodtrack::imaging
