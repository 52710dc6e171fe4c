#pragma once

#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/measure_mask.hpp>
#include <string>
#include <vector>

#include "grid.hpp"
#include "mask_crop.hpp"

// ITK and GDCM take some 30 shared libraries and 35 ms of CPU to start, many times what everything else does, so
// they live in a library of their own, which is loaded when the first image is read. This header is what the two
// sides share; both are always built together.

namespace nodtrack::imaging {

/// An image whose place is known and whose values have not been read yet.
struct ImageSource {
    std::string name;  ///< for messages
    Grid grid;
    std::filesystem::path file;                 ///< the one file, or
    std::vector<std::filesystem::path> slices;  ///< one DICOM file per index along axis 2
};

/// The functions of the library that holds ITK. None throws.
struct ImageSide {
    const char* version;  ///< of the program it was built with
    Result<ImageSource> (*open_image)(const std::vector<std::filesystem::path>& paths, const Progress& progress);
    /// HU of a box of voxels, first axis fastest.
    Result<std::vector<float>> (*read_region)(const ImageSource& source, const Region& region,
                                              const Progress& progress);
    Result<MaskCrop> (*read_mask)(const std::filesystem::path& file, std::int32_t label);
};

/// The library's one entry point.
inline constexpr auto image_side_entry = "nodtrack_imaging_image_side";
using ImageSideEntry = const ImageSide* (*)();

/// The loaded library; loads it on the first call, from any thread. Fails with `internal` where it is not found
/// beside the program or in `../lib/nodtrack`, cannot be loaded, or belongs to another version.
Result<const ImageSide*> image_side();

}  // namespace nodtrack::imaging
