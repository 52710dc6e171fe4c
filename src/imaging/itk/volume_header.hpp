#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nodtrack/domain/result.hpp>
#include <string>
#include <vector>

#include "../grid.hpp"

// Private to the library that holds the readers of NRRD, MetaImage and NIfTI: each of them says first what it will
// read, that is held against the file and against what a CT may be, and then it reads. Headers of the libraries in
// none of these headers.

namespace nodtrack::imaging {

enum class NumberType { int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64 };

std::size_t bytes_of(NumberType type);

/// One segment of Slicer's .seg.nrrd.
struct Segment {
    std::string id, name;
    std::int64_t label = 1;
    std::size_t layer = 0;
};

/// What a volume file will give.
struct VolumeHeader {
    Grid grid;
    NumberType type = NumberType::int16;
    std::size_t layers = 1;  ///< numbers a voxel, which lie beside each other
    double slope = 1;        ///< a voxel's value is slope times the number and intercept
    double intercept = 0;
    std::vector<Segment> segments;
    std::vector<std::string> notes;
};

/// Numbers as a library read them, as many as the header says, as this computer has them.
struct VolumeNumbers {
    std::shared_ptr<const void> memory;
    const char* first = nullptr;
};

// Each fails with `bad_input`; the reason only, without the file's name.
Result<VolumeHeader> nrrd_header(const std::filesystem::path& file);
Result<VolumeNumbers> nrrd_numbers(const std::filesystem::path& file, const VolumeHeader& header);
Result<VolumeHeader> meta_image_header(const std::filesystem::path& file);
Result<VolumeNumbers> meta_image_numbers(const std::filesystem::path& file, const VolumeHeader& header);
Result<VolumeHeader> nifti_header(const std::filesystem::path& file);
Result<VolumeNumbers> nifti_numbers(const std::filesystem::path& file, const VolumeHeader& header);

/// Passes where so many numbers can be in a file of so many bytes and in memory. What takes more than a gigabyte has
/// to have a two hundredth of it in the file: chests do, bombs do not.
Result<std::uint64_t> promised_bytes(const std::vector<std::uint64_t>& sizes, std::size_t number_bytes,
                                     std::uint64_t file_bytes);

/// Passes where a file that a header names for its voxels stands beside it and is a file.
Result<std::filesystem::path> data_file_beside(const std::filesystem::path& header, const std::string& name);

/// The millimetres of a unit of length by its name or sign; fails where it is none.
Result<double> millimetres_of(const std::string& unit);

inline tl::unexpected<Error> because(const std::string& reason)
{
    return failure(ErrorCode::bad_input, reason);
}

inline std::string cut_short(std::uint64_t found, std::uint64_t expected)
{
    return "is cut short or damaged: it holds " + std::to_string(found) + " bytes of voxels where its header says " +
           std::to_string(expected);
}

}  // namespace nodtrack::imaging
