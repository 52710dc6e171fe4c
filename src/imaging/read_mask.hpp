#pragma once

#include <nodtrack/imaging/measure_mask.hpp>

#include "image_source.hpp"
#include "mask_crop.hpp"

namespace nodtrack::imaging {

/// The voxels that a request means of its mask, of whatever kind the file is. `image` is the request's, null where it
/// has none. Fails with `bad_input`.
Result<MaskCrop> read_mask(const MaskRequest& request, const ImageSource* image);

}  // namespace nodtrack::imaging
