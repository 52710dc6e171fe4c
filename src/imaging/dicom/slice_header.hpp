#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/ct.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "../image_source.hpp"

// Private to this folder: from files to the slices of one CT, in steps.

namespace nodtrack::imaging {

/// What the header of one CT slice says; words are kept for comparing and for messages.
struct SliceHeader {
    std::filesystem::path file;
    DicomSlice pixels;
    std::string fault;        ///< why its pixels are no HU, as a whole message; empty where they are
    std::string not_a_slice;  ///< `a localizer (a scout view)`: what it shows instead of one; empty where it is one
    ScanFacts facts;
    std::string series, modality, thickness, kernel, patient_name;
    /// By what acquisitions differ, in the order of `acquisition_marks`; empty where the header does not say.
    std::vector<std::string> acquisition;
    double acquired_at_s = -1;  ///< seconds from midnight; below zero where the header does not say
    std::int64_t rows = 0, columns = 0;
    std::vector<double> position, orientation, pixel_spacing;
    double along_normal = 0;
};

/// What is found among files, and what is said of the rest.
struct FoundSlices {
    std::vector<SliceHeader> slices;
    std::vector<std::string> notes;  ///< what was passed over
};

/// The CT slices among files and folders. What is no CT image is passed over and said; a damaged CT image is an error,
/// as is a file that was named itself and is no DICOM. Fails with `bad_input`.
Result<FoundSlices> ct_slices_among(const std::vector<std::filesystem::path>& paths, const std::string& name);

/// Leaves the slices of one acquisition of one series of one patient. Nothing is chosen in silence, and what is left
/// out is added to the notes. Fails with `bad_input`.
Result<void> keep_one_ct(FoundSlices& found, const SeriesChoice& choice, const std::string& name);

/// Leaves the slices of one acquisition, where they are of several that cover the same place. Fails with `bad_input`.
Result<void> keep_one_acquisition(FoundSlices& found, const std::string& choice, const std::string& name);

/// Names of what `SliceHeader::acquisition` holds.
inline constexpr std::array<const char*, 8> acquisition_marks{"Acquisition Number (0020,0012)",
                                                              "Temporal Position Identifier (0020,0100)",
                                                              "Nominal Percentage of Cardiac Phase (0020,9241)",
                                                              "Convolution Kernel (0018,1210)",
                                                              "KVP (0018,0060)",
                                                              "Slice Thickness (0018,0050)",
                                                              "Reconstruction Diameter (0018,1100)",
                                                              "Irradiation Event UID (0008,3010)"};

/// Sorts the slices along their normal and says where their voxels lie. Fails with `bad_input` where they are no even
/// stack, or where their files cannot hold the pixels they promise.
Result<Grid> stacked(std::vector<SliceHeader>& slices, const std::string& name);

double along_normal(const SliceHeader& slice);

/// The numbers of a DICOM decimal or integer string, separated by backslashes; empty where one is no number.
std::vector<double> numbers_of(std::string_view text);

inline tl::unexpected<Error> refusal(const std::string& message)
{
    return failure(ErrorCode::bad_input, message);
}

}  // namespace nodtrack::imaging
