#include "volume_error.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::imaging {

std::array<double, 2> volume_ci95_mm3(const Segmentation& nodule)
{
    const double noise = nodule.volume_sd_mm3 / nodule.volume_mm3;
    const double variance = square(2.5 * noise) + square(0.02) + square(0.3 * nodule.attached_share) +
                            square(0.2 * nodule.pleural_share) + square(0.3 * nodule.misfit);
    const double factor = std::exp(1.96 * std::sqrt(variance));
    return {nodule.volume_mm3 / factor, nodule.volume_mm3 * factor};
}

}  // namespace nodtrack::imaging
