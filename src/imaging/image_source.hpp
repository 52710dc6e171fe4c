#pragma once

#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/ct.hpp>
#include <nodtrack/imaging/measure_mask.hpp>
#include <string>
#include <vector>

#include "dicom/pixels.hpp"
#include "grid.hpp"

namespace nodtrack::imaging {

/// An image whose place is known and whose values have not been read yet.
struct ImageSource {
    std::string name;  ///< for messages
    Grid grid;
    std::filesystem::path file;      ///< the one file, or
    std::vector<DicomSlice> slices;  ///< one DICOM file per index along axis 2
    ScanFacts facts;
    std::vector<std::string> notes;  ///< what was passed over or left out, and what was taken for granted
};

/// Which CT is meant where there are several; either may be empty.
struct SeriesChoice {
    std::string series{};       ///< the Series Instance UID or the end of it
    std::string acquisition{};  ///< one of those that the refusal lists
};

/// Where the voxels of a DICOM series or of a NRRD, MetaImage or NIfTI file lie. Fails with `bad_input`.
Result<ImageSource> open_image(const std::vector<std::filesystem::path>& paths, const SeriesChoice& choice,
                               const Progress& progress);

/// HU of a box of voxels, first axis fastest; reads just the slices of the box. Fails with `bad_input`.
Result<std::vector<float>> read_region(const ImageSource& source, const Region& region, const Progress& progress);

/// Whole HU of all voxels, each slice straight to its place. Fails with `bad_input`.
Result<std::vector<std::int16_t>> read_whole(const ImageSource& source, const Progress& progress);

}  // namespace nodtrack::imaging
