#pragma once

#include "hypothesis.hpp"

namespace nodtrack::imaging {

tl::unexpected<SegmentationRefusal> refused(const char* code, const std::string& detail);

/// The refusal of a click that is in no lung.
tl::unexpected<SegmentationRefusal> refused_in_tissue(double hu);

/// The model of one smooth outline that explains the image at a place best. The setting has lung.
tl::expected<Segmentation, SegmentationRefusal> modelled(const Setting& setting, const EdgeSpread& spread,
                                                         const std::optional<KnownNodule>& known,
                                                         const MeasuringConstants& constants);

}  // namespace nodtrack::imaging
