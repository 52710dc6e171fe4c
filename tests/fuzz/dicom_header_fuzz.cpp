// Any bytes as a DICOM file: the header is read or refused with a reason, never past the end, and what it says of the
// pixels can be turned into HU.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "dicom/header.hpp"
#include "dicom/pixels.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack;
    using namespace nodtrack::imaging;
    const std::span<const char> bytes(reinterpret_cast<const char*>(data), size);
    MemoryBytes source(bytes);
    const auto header = read_dicom_header(source, "fuzzed.dcm");
    if (!header) {
        if (header.error().code != ErrorCode::bad_input || header.error().message.find("fuzzed.dcm") != 0) std::abort();
        return 0;
    }
    for (std::size_t frame = 0; frame < std::min<std::size_t>(header->per_frame.size(), 4); ++frame) {
        if (!slice_of("fuzzed.dcm", header->of_frame(frame))) break;
    }
    if (header->deflated) return 0;  // then places are those of the decompressed file
    if (header->pixel_offset > size || header->pixel_length > size - header->pixel_offset) std::abort();
    const auto slice = slice_of("fuzzed.dcm", *header);
    if (header->compressed || !slice) return 0;
    const auto width = static_cast<std::size_t>(slice->format.bits_allocated / 8);
    const auto pixels = bytes.subspan(header->pixel_offset, header->pixel_length);
    std::vector<std::int16_t> hu(std::min<std::size_t>(pixels.size() / width, 4096));
    to_hu(pixels, *slice, hu);
    return 0;
}
