#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/mask_measurement.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace nodtrack::imaging {

/// Called with what is being done and the share of it that is done (0 to 1), from the calling thread.
using Progress = std::function<void(std::string_view doing, double share)>;

/// One label of one mask, and the image it was drawn on if there is one.
struct MaskRequest {
    /// A NRRD, MetaImage or NIfTI file in HU, or the folder or the files of one DICOM series; empty: shape alone.
    std::vector<std::filesystem::path> image;
    /// A NRRD, MetaImage or NIfTI file on the image's voxels (its axes may be flipped or swapped).
    std::filesystem::path mask;
    std::int32_t label = 1;
    std::string nodule_id;  ///< handed back in the answer; the label's number where empty
    Progress progress;      ///< may be empty
};

/// The size, shape and density of the voxels that carry the label.
///
/// A label that no voxel carries is refused (see `MaskMeasurement`), with the labels the mask does hold.
/// Fails with `bad_input` where a file is missing, damaged or no image; where a folder holds several series, or a
/// series lacks slices or is sheared by a tilted gantry; and where mask and image do not lie on the same voxels.
/// Fails with `internal` where the part of the program that reads images cannot be loaded.
Result<MaskMeasurement> measure_mask(const MaskRequest& request);

}  // namespace nodtrack::imaging
