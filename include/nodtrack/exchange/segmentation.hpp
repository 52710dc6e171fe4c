#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::exchange {

/// A nodule of a segmentation to be written: its voxels in the CT.
struct SegmentToWrite {
    std::string nodule_id;
    std::string tracking_uid;
    std::array<std::int64_t, 3> first{};  ///< column, row, slice
    std::array<std::int64_t, 3> size{};
    std::vector<std::uint8_t> inside;  ///< 1 inside; columns fastest, then rows
};

/// What was measured on one CT, to be written as a DICOM SEG.
struct SegmentationToWrite {
    std::vector<std::filesystem::path> slices;  ///< the CT's files, in the order that the voxels count them
    std::vector<SegmentToWrite> segments;
    std::string software_version;
};

/// Writes the segmentation: binary, a segment a nodule with its tracking id and UID, a frame for each slice that it has
/// voxels on, patient, study and frame of reference as the CT has them. The same voxels give the same bytes. Fails with
/// `bad_input` where the file cannot be written, and where a nodule has no voxels or a slice is no single CT image.
Result<void> write_segmentation(const SegmentationToWrite& segmentation, const std::filesystem::path& file);

}  // namespace nodtrack::exchange
