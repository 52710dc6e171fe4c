#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nodtrack::imaging {

using Bytes = std::vector<unsigned char>;

/// A compressed frame as `size` plain bytes, numbers of two bytes little endian. Each throws `Damage` where it does not
/// hold as many.
Bytes unpacked_rle(std::span<const unsigned char> packed, std::size_t size, std::size_t bytes_a_pixel);
Bytes unpacked_deflate(std::span<const unsigned char> packed, std::size_t size);

/// The numbers of a frame compressed by JPEG 2000. Throws `Damage` where it has another size.
std::vector<std::uint16_t> unpacked_jpeg_2000(std::span<const unsigned char> packed, std::int64_t rows,
                                              std::int64_t columns);

}  // namespace nodtrack::imaging
