#pragma once

#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <string>

#include "../image_source.hpp"
#include "../mask_crop.hpp"
#include "object.hpp"

namespace nodtrack::imaging {

/// The voxels of one segment of a DICOM segmentation (SEG: binary, fractional or label map), or of one region of
/// interest of a structure set (RTSTRUCT), which is filled on the voxels of `image`. `image` may be null for a SEG.
/// Fails with `bad_input` where it is neither, or damaged; where it belongs to another patient or another image; where
/// several segments or regions are there and none is named; and where a contour lies on no slice of the image.
Result<MaskCrop> read_dicom_mask(const std::filesystem::path& file, const MaskChoice& choice, const ImageSource* image);

// The two kinds, once the file is read and its patient compared.

Result<MaskCrop> mask_of_segmentation(const std::filesystem::path& file, const DicomObject& object,
                                      const MaskChoice& choice, const ImageSource* image);
Result<MaskCrop> mask_of_structure_set(const std::filesystem::path& file, const DicomObject& object,
                                       const MaskChoice& choice, const ImageSource* image);

}  // namespace nodtrack::imaging
