#pragma once

#include <cstdint>
#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <span>
#include <string>
#include <vector>

#include "header.hpp"

namespace nodtrack::imaging {

/// How a number stands in its bytes (PS3.5 section 8.1): `bits_stored` bits that end at `high_bit`.
struct PixelFormat {
    std::int64_t bits_allocated = 16;
    std::int64_t bits_stored = 16;
    std::int64_t high_bit = 15;
    bool has_sign = false;
    bool big_endian = false;
};

/// How the pixels stand in their file.
enum class PixelPacking {
    plain,
    compressed,  ///< by JPEG, JPEG-LS, JPEG 2000 or RLE, in fragments
    deflated     ///< with all of the data set
};

/// Where the pixels of one slice stand, and what makes HU of them.
struct DicomSlice {
    std::filesystem::path file;
    std::string sop_instance_uid{};  ///< of the file
    PixelFormat format;
    PixelPacking packing = PixelPacking::plain;
    double slope = 1;
    double intercept = 0;
    std::uint64_t frame = 0;         ///< which one of the file's
    std::uint64_t frames = 1;        ///< how many it has
    std::uint64_t pixel_offset = 0;  ///< of the first frame
    std::uint64_t pixel_length = 0;  ///< of all frames
};

/// Where the pixels are that a header tells of. Fails with `bad_input`, naming the file and the element, where anything
/// that HU rest on is missing, unreadable or says that the numbers are none: nothing of it has a default.
Result<DicomSlice> slice_of(const std::filesystem::path& file, const DicomHeader& header);

/// Reads slices one by one; keeps the unpacked file that the last one stood in, as the next may stand there too.
class SliceReader {
  public:
    /// The pixels of a slice as whole HU, as many as `hu` has places. Fails with `bad_input`, naming the file.
    Result<void> read(const DicomSlice& slice, std::span<std::int16_t> hu);

  private:
    Result<void> unpack(const DicomSlice& slice);
    std::filesystem::path unpacked_file_;
    std::vector<char> unpacked_;
};

/// Makes whole HU of stored pixels; what does not fit 16 bits becomes the nearest that does. `stored` holds as many
/// numbers of the format as `hu` has places.
void to_hu(std::span<const char> stored, const DicomSlice& slice, std::span<std::int16_t> hu);

}  // namespace nodtrack::imaging
