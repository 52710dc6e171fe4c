#pragma once

#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/measure_mask.hpp>
#include <string>
#include <vector>

#include "image_source.hpp"
#include "mask_crop.hpp"

// ITK and GDCM take some 30 shared libraries and 35 ms of CPU to start, many times what everything else does, so
// they live in a library of their own, which is loaded when the first image is read. This header is what the two
// sides share; both are always built together.

namespace nodtrack::imaging {

/// The functions of the library that holds ITK. None throws.
struct ItkPlugin {
    const char* version;  ///< of the program it was built with
    /// Where the voxels of a NRRD, MetaImage or NIfTI file lie.
    Result<ImageSource> (*open_volume)(const std::filesystem::path& file);
    /// HU of a box of its voxels, first axis fastest.
    Result<std::vector<float>> (*read_volume)(const std::filesystem::path& file, const Region& region);
    /// Whole HU of all its voxels.
    Result<std::vector<std::int16_t>> (*read_whole_volume)(const std::filesystem::path& file);
    Result<MaskCrop> (*read_mask)(const std::filesystem::path& file, const MaskChoice& choice);
    /// The pixels of a DICOM file that has them compressed.
    Result<std::vector<char>> (*decompress)(const std::filesystem::path& file);
};

/// The library's one entry point.
inline constexpr auto itk_plugin_entry = "nodtrack_imaging_itk_plugin";
using ImageSideEntry = const ItkPlugin* (*)();

/// The loaded library; loads it on the first call, from any thread. Fails with `internal` where it is not found
/// beside the program or in `../lib/nodtrack`, cannot be loaded, or belongs to another version.
Result<const ItkPlugin*> itk_plugin();

}  // namespace nodtrack::imaging
