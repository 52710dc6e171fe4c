#pragma once

#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <string>
#include <vector>

#include "../file_kind.hpp"
#include "../itk_plugin.hpp"

// Private to the library that holds ITK: one reading chain a file, ITK's own headers in none of these headers.

namespace nodtrack::imaging {

/// Where the voxels of a NRRD, MetaImage or NIfTI file lie. Fails with `bad_input`.
Result<ImageSource> open_volume_file(const std::filesystem::path& file, FileKind kind);

/// HU of a box of voxels of such a file. Fails with `bad_input`.
Result<std::vector<float>> read_volume_region(const std::filesystem::path& file, const Region& region);

/// Whole HU of all voxels of such a file. Fails with `bad_input`.
Result<std::vector<std::int16_t>> read_volume_hu(const std::filesystem::path& file);

/// The voxels of one label or segment of such a file. Fails with `bad_input`.
Result<MaskCrop> read_mask_file(const std::filesystem::path& file, const MaskChoice& choice);

/// The bytes of the pixels of a DICOM file whose pixels are compressed. Fails with `bad_input`.
Result<std::vector<char>> decompressed_pixels(const std::filesystem::path& file);

/// ITK and GDCM report by writing to stderr unless told not to.
void silence_image_libraries();

/// What a library said of a failure, on one line and without its names and addresses.
std::string short_reason(const char* description);

}  // namespace nodtrack::imaging
