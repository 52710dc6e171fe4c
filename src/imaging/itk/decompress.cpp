#include <gdcmImageReader.h>

#include "image_file.hpp"

namespace nodtrack::imaging {

Result<std::vector<char>> decompressed_pixels(const std::filesystem::path& file)
{
    // A file of a few kilobytes may claim pixels beyond all memory.
    constexpr std::size_t most_bytes = std::size_t{1} << 30U;
    gdcm::ImageReader reader;
    reader.SetFileName(file.c_str());
    if (!reader.Read()) return failure(ErrorCode::bad_input, "they cannot be decompressed");
    const std::size_t length = reader.GetImage().GetBufferLength();
    if (length > most_bytes) return failure(ErrorCode::bad_input, "they claim to decompress to more than 1 GB");
    std::vector<char> decompressed(length);
    if (!reader.GetImage().GetBuffer(decompressed.data()))
        return failure(ErrorCode::bad_input, "they cannot be decompressed");
    return decompressed;
}

}  // namespace nodtrack::imaging
