#pragma once

#include "segment_nodule.hpp"

namespace nodtrack::imaging {

/// The 95 % interval of the true volume.
///
/// The standard deviation of the logarithm of the volume is taken together from what was seen to go wrong: the
/// noise's (from the covariance of the fit), the share of the outline that vessels hide, the share that the pleura
/// cuts, what the model leaves unexplained, and what small and faint bodies leave open between size and density.
std::array<double, 2> volume_ci95_mm3(const Segmentation& nodule);

}  // namespace nodtrack::imaging
