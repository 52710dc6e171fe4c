#include "frame_codecs.hpp"

#include <openjpeg.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "data_set.hpp"

namespace nodtrack::imaging {
namespace {

std::uint32_t little_endian_32(std::span<const unsigned char> bytes)
{
    return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8U |
           static_cast<std::uint32_t>(bytes[2]) << 16U | static_cast<std::uint32_t>(bytes[3]) << 24U;
}

/// One segment of an RLE frame (PS3.5 annex G.3): runs of literal and of repeated bytes.
Bytes unpacked_runs(std::span<const unsigned char> packed, std::size_t size)
{
    constexpr unsigned char no_operation = 128;
    Bytes bytes;
    bytes.reserve(size);
    std::size_t at = 0;
    while (bytes.size() < size) {
        if (at >= packed.size()) throw Damage("a frame holds fewer pixels than it should");
        const unsigned char head = packed[at++];
        if (head == no_operation) continue;
        const std::size_t count = head < no_operation ? head + 1U : 257U - head;
        const std::size_t taken = head < no_operation ? count : 1;
        if (taken > packed.size() - at) throw Damage("a frame is cut short");
        if (head < no_operation)
            bytes.insert(bytes.end(), packed.begin() + static_cast<std::ptrdiff_t>(at),
                         packed.begin() + static_cast<std::ptrdiff_t>(at + count));
        else
            bytes.insert(bytes.end(), count, packed[at]);
        at += taken;
    }
    bytes.resize(size);  // a run may pad the last byte to an even number
    return bytes;
}

/// Bytes in memory, for OpenJPEG to read.
struct MemoryStream {
    std::span<const unsigned char> bytes;
    std::size_t at = 0;
};

OPJ_SIZE_T read_bytes(void* to, OPJ_SIZE_T count, void* user)
{
    auto& stream = *static_cast<MemoryStream*>(user);
    const std::size_t there = std::min<std::size_t>(count, stream.bytes.size() - stream.at);
    if (there == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(to, stream.bytes.data() + stream.at, there);
    stream.at += there;
    return there;
}

OPJ_OFF_T skip_bytes(OPJ_OFF_T count, void* user)
{
    auto& stream = *static_cast<MemoryStream*>(user);
    if (count < 0 || static_cast<std::size_t>(count) > stream.bytes.size() - stream.at) return -1;
    stream.at += static_cast<std::size_t>(count);
    return count;
}

OPJ_BOOL seek_bytes(OPJ_OFF_T place, void* user)
{
    auto& stream = *static_cast<MemoryStream*>(user);
    if (place < 0 || static_cast<std::size_t>(place) > stream.bytes.size()) return OPJ_FALSE;
    stream.at = static_cast<std::size_t>(place);
    return OPJ_TRUE;
}

template <auto free>
struct FreedBy {
    template <class Object>
    void operator()(Object* object) const
    {
        free(object);
    }
};

}  // namespace

Bytes unpacked_rle(std::span<const unsigned char> packed, std::size_t size, std::size_t bytes_a_pixel)
{
    constexpr std::size_t head_bytes = 64;  // PS3.5 G.5: a count and 15 offsets
    if (packed.size() < head_bytes || little_endian_32(packed) != bytes_a_pixel)
        throw Damage("a frame compressed by RLE does not begin with " + std::to_string(bytes_a_pixel) + " segments");
    if (bytes_a_pixel != 1 && bytes_a_pixel != 2) throw Damage("a pixel has more than two bytes");
    Bytes bytes(size);
    for (std::size_t segment = 0; segment < bytes_a_pixel; ++segment) {
        const std::size_t from = little_endian_32(packed.subspan(4 + 4 * segment));
        if (from < head_bytes || from > packed.size()) throw Damage("a frame compressed by RLE is cut short");
        const Bytes plane = unpacked_runs(packed.subspan(from), size / bytes_a_pixel);
        // The segment of the high bytes comes first.
        for (std::size_t i = 0; i < plane.size(); ++i)
            bytes[bytes_a_pixel * i + (bytes_a_pixel - 1 - segment)] = plane[i];
    }
    return bytes;
}

Bytes unpacked_deflate(std::span<const unsigned char> packed, std::size_t size)
{
    Bytes bytes(size);
    z_stream state{};
    if (inflateInit2(&state, -MAX_WBITS) != Z_OK) throw Damage("a frame cannot be decompressed");
    const std::unique_ptr<z_stream, int (*)(z_streamp)> ended(&state, inflateEnd);
    state.next_in = const_cast<Bytef*>(packed.data());  // zlib reads it only
    state.avail_in = static_cast<uInt>(packed.size());
    state.next_out = bytes.data();
    state.avail_out = static_cast<uInt>(bytes.size());
    const int status = inflate(&state, Z_SYNC_FLUSH);
    if ((status != Z_STREAM_END && status != Z_OK) || state.avail_out != 0)
        throw Damage("a deflated frame holds fewer pixels than it should");
    return bytes;
}

std::vector<std::uint16_t> unpacked_jpeg_2000(std::span<const unsigned char> packed, std::int64_t rows,
                                              std::int64_t columns)
{
    const bool is_code_stream = packed.size() > 1 && packed[0] == 0xff && packed[1] == 0x4f;
    MemoryStream memory{packed};
    const std::unique_ptr<opj_stream_t, FreedBy<opj_stream_destroy>> stream(opj_stream_default_create(OPJ_TRUE));
    const std::unique_ptr<opj_codec_t, FreedBy<opj_destroy_codec>> codec(
        opj_create_decompress(is_code_stream ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
    if (!stream || !codec) throw Damage("a frame cannot be decompressed");
    opj_stream_set_user_data(stream.get(), &memory, nullptr);
    opj_stream_set_user_data_length(stream.get(), packed.size());
    opj_stream_set_read_function(stream.get(), read_bytes);
    opj_stream_set_skip_function(stream.get(), skip_bytes);
    opj_stream_set_seek_function(stream.get(), seek_bytes);

    opj_dparameters_t parameters{};
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t* opened = nullptr;
    if (opj_setup_decoder(codec.get(), &parameters) == OPJ_FALSE ||
        opj_read_header(stream.get(), codec.get(), &opened) == OPJ_FALSE)
        throw Damage("a frame is no JPEG 2000");
    const std::unique_ptr<opj_image_t, FreedBy<opj_image_destroy>> image(opened);
    // Looked at before anything is decompressed: a few bytes may claim pixels beyond all memory.
    const auto has_size = [&](const opj_image_comp_t& component) {
        return component.w == columns && component.h == rows && component.prec <= 16;
    };
    if (image->numcomps != 1 || !has_size(image->comps[0]) || image->x1 - image->x0 != columns ||
        image->y1 - image->y0 != rows)
        throw Damage("a frame compressed by JPEG 2000 has another size than the object says");
    if (opj_decode(codec.get(), stream.get(), image.get()) == OPJ_FALSE || image->comps[0].data == nullptr ||
        !has_size(image->comps[0]))
        throw Damage("a frame compressed by JPEG 2000 is damaged");
    std::vector<std::uint16_t> numbers(static_cast<std::size_t>(rows * columns));
    std::transform(image->comps[0].data, image->comps[0].data + numbers.size(), numbers.begin(),
                   [](OPJ_INT32 value) { return static_cast<std::uint16_t>(std::clamp(value, 0, 0xffff)); });
    return numbers;
}

}  // namespace nodtrack::imaging
