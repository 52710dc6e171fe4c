#pragma once

#include <cstdint>
#include <filesystem>
#include <nodtrack/domain/result.hpp>
#include <span>

#include "header.hpp"

namespace nodtrack::imaging {

/// How a number stands in its bytes (PS3.5 section 8.1): `bits_stored` bits that end at `high_bit`.
struct PixelFormat {
    std::int64_t bits_allocated = 16;
    std::int64_t bits_stored = 16;
    std::int64_t high_bit = 15;
    bool has_sign = false;
};

/// Where the pixels of one slice stand, and what makes HU of them.
struct DicomSlice {
    std::filesystem::path file;
    PixelFormat format;
    std::int64_t samples = 1;
    double slope = 1;
    double intercept = 0;
    bool compressed = false;
    std::uint64_t pixel_offset = 0;
    std::uint64_t pixel_length = 0;
};

DicomSlice slice_of(const std::filesystem::path& file, const DicomHeader& header);

/// Whether its number format and rescale can be: 8, 16 or 32 bits, all of them there.
bool is_possible(const DicomSlice& slice);

/// Reads the pixels of a slice as whole HU, as many as `hu` has places. Fails with `bad_input`, naming the file.
Result<void> read_slice(const DicomSlice& slice, std::span<std::int16_t> hu);

/// Makes whole HU of stored pixels; what does not fit 16 bits becomes the nearest that does. `stored` holds as many
/// numbers of the format as `hu` has places.
void to_hu(std::span<const char> stored, const DicomSlice& slice, std::span<std::int16_t> hu);

}  // namespace nodtrack::imaging
