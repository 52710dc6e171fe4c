#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/mask_measurement.hpp>
#include <nodtrack/imaging/scan_facts.hpp>
#include <optional>
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
    /// A NRRD, MetaImage or NIfTI file or a DICOM segmentation (SEG) on the image's voxels or some of them (its axes
    /// may be flipped or swapped), or a DICOM structure set (RTSTRUCT), whose contours are filled on the image's
    /// voxels.
    std::filesystem::path mask;
    /// 1 where absent; of a DICOM object the number of the segment or region, and absent the only one there is.
    std::optional<std::int32_t> label{};
    std::string nodule_id;      ///< handed back in the answer; the label's number where empty
    Progress progress;          ///< may be empty
    std::string series{};       ///< which series of a folder of several: its UID, or the end of it
    std::string acquisition{};  ///< which acquisition of a series of several
    std::string segment{};      ///< by its name or id, instead of the label: of a .seg.nrrd, or of a SEG, number too
    std::string roi{};          ///< by its name or number, instead of the label: of an RTSTRUCT
};

/// What a label of a mask was measured as, and what was read for it.
struct MaskAnswer {
    MaskMeasurement measurement;
    ScanFacts facts;                 ///< of the image; empty without one
    std::vector<std::string> notes;  ///< what was passed over or left out when it was read, one sentence each
};

/// The size, shape and density of the voxels that carry the label. Of a mask whose voxels hold shares of the nodule the
/// volume is the sum of the shares, and a flag says so.
///
/// A label that no voxel carries is refused (see `MaskMeasurement`), with the labels the mask does hold.
/// Fails with `bad_input` where a file is missing, damaged or no image; where a folder holds several series, or a
/// series lacks slices or is sheared by a tilted gantry; and where mask and image do not lie on the same voxels.
/// Fails with `internal` where the part of the program that reads images cannot be loaded.
Result<MaskMeasurement> measure_mask(const MaskRequest& request);

/// The same with what the image's header says of the scan.
Result<MaskAnswer> measure_mask_and_scan(const MaskRequest& request);

}  // namespace nodtrack::imaging
