#pragma once

#include "segment_nodule.hpp"

namespace nodtrack::imaging {

/// The 95 % interval of the true volume.
///
/// The standard deviation of the logarithm of the volume is taken together from what was seen to go wrong: the
/// noise's (from the covariance of the fit), the share of the outline that vessels hide, the share that the pleura
/// cuts, and what the model leaves unexplained. The factors were set by the coverage on synthetic scans of several
/// settings and checked on others (docs/accuracy.md). Readers do not draw an outline at half
/// the density: the interval reaches to where they draw it. Where another kind of nodule explains the image nearly as
/// well, the interval reaches over its volume, too: a part-solid nodule on thick slices may be a smaller solid one.
std::array<double, 2> volume_ci95_mm3(const Segmentation& nodule, const MeasuringConstants& constants = {});

/// The 95 % interval of what this method would measure again of the same nodule: without what two measurements share,
/// that readers draw their outline elsewhere, and that lobes were counted or not. A change is told by this one.
std::array<double, 2> repeated_volume_ci95_mm3(const Segmentation& nodule, const MeasuringConstants& constants = {});

}  // namespace nodtrack::imaging
