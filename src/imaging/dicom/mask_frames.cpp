#include "mask_frames.hpp"

#include <array>
#include <string_view>

#include "frame_codecs.hpp"
#include "slice_header.hpp"

namespace nodtrack::imaging {
namespace {

constexpr std::string_view rle_syntax = "1.2.840.10008.1.2.5";
constexpr std::string_view deflated_frame_syntax = "1.2.840.10008.1.2.8.1";
/// JPEG 2000 and High-Throughput JPEG 2000, reversible or not (PS3.6 table A-1).
constexpr std::array<std::string_view, 5> jpeg_2000_syntaxes{"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91",
                                                             "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202",
                                                             "1.2.840.10008.1.2.4.203"};

std::size_t frame_pixels(const FrameFormat& format)
{
    return static_cast<std::size_t>(format.rows * format.columns);
}

std::size_t frame_bytes(const FrameFormat& format)
{
    return (frame_pixels(format) * static_cast<std::size_t>(format.bits) + 7) / 8;
}

/// The numbers in `bytes`, from pixel `first` on; several pixels of one bit share a byte, the first one lowest.
std::vector<std::uint16_t> numbers_in(std::span<const unsigned char> bytes, std::size_t first, std::size_t count,
                                      std::int64_t bits)
{
    std::vector<std::uint16_t> numbers(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = first + i;
        if (bits == 1)
            numbers[i] = static_cast<std::uint16_t>((bytes[at >> 3U] >> (at & 7U)) & 1U);
        else if (bits == 8)
            numbers[i] = bytes[at];
        else
            numbers[i] = static_cast<std::uint16_t>(bytes[2 * at] | bytes[2 * at + 1] << 8U);
    }
    return numbers;
}

/// Which fragments are which frame's: one each, or by the offset table (PS3.5 A.4).
std::optional<std::vector<std::vector<ByteRun>>> fragments_of_frames(const DicomObject& object,
                                                                     std::span<const unsigned char> offsets,
                                                                     std::size_t frames)
{
    if (object.fragments.empty()) return std::nullopt;
    const std::vector<ByteRun> runs(object.fragments.begin() + 1, object.fragments.end());
    std::vector<std::vector<ByteRun>> of_frames;
    if (runs.size() == frames) {
        for (const ByteRun& run : runs)
            of_frames.push_back({run});
        return of_frames;
    }
    if (frames == 1 && !runs.empty()) return std::vector<std::vector<ByteRun>>{runs};
    if (offsets.size() != frames * 4 || runs.empty()) return std::nullopt;
    constexpr std::uint64_t item_head = 8;
    const std::uint64_t start = runs.front().offset - item_head;
    std::size_t next = 0;
    for (const ByteRun& run : runs) {
        const auto offset_of = [&](std::size_t frame) {
            const unsigned char* const at = offsets.data() + 4 * frame;
            return static_cast<std::uint64_t>(at[0]) | static_cast<std::uint64_t>(at[1]) << 8U |
                   static_cast<std::uint64_t>(at[2]) << 16U | static_cast<std::uint64_t>(at[3]) << 24U;
        };
        if (next < frames && run.offset - item_head - start == offset_of(next)) {
            of_frames.emplace_back();
            ++next;
        }
        if (of_frames.empty()) return std::nullopt;
        of_frames.back().push_back(run);
    }
    if (of_frames.size() != frames) return std::nullopt;
    return of_frames;
}

}  // namespace

Result<MaskFrames> MaskFrames::of(const std::filesystem::path& file, const DicomObject& object,
                                  const FrameFormat& format)
{
    MaskFrames frames;
    frames.file_ = file;
    frames.object_ = &object;
    frames.format_ = format;
    if (object.fragments.empty()) {
        const auto pixels = frame_pixels(format) * static_cast<std::size_t>(format.frames);
        const std::uint64_t needed = (pixels * static_cast<std::size_t>(format.bits) + 7) / 8;
        if (!object.has_pixels || object.pixels.length < needed)
            return refusal(file.string() + ": has " + std::to_string(object.pixels.length) +
                           " bytes of pixels, where its " + std::to_string(format.frames) + " frames take " +
                           std::to_string(needed) + "; send or save the object again");
        return frames;
    }
    const std::string& syntax = object.transfer_syntax;
    if (syntax == rle_syntax)
        frames.packing_ = Packing::rle;
    else if (syntax == deflated_frame_syntax)
        frames.packing_ = Packing::deflated;
    else if (std::find(jpeg_2000_syntaxes.begin(), jpeg_2000_syntaxes.end(), syntax) != jpeg_2000_syntaxes.end())
        frames.packing_ = Packing::jpeg_2000;
    else
        return refusal(file.string() + ": its pixels are compressed by a transfer syntax that is not read here (" +
                       syntax + "); save it uncompressed, or by RLE, JPEG 2000 or deflation");
    const auto table = frames.bytes_of(object.fragments.front());
    if (!table) return tl::unexpected(table.error());
    auto runs = fragments_of_frames(object, *table, static_cast<std::size_t>(format.frames));
    if (!runs)
        return refusal(file.string() + ": which of its " + std::to_string(object.fragments.size() - 1) +
                       " fragments of pixels belong to which of " + std::to_string(format.frames) +
                       " frames cannot be told; send or save the object again");
    frames.runs_ = std::move(*runs);
    return frames;
}

Result<std::vector<unsigned char>> MaskFrames::bytes_of(const ByteRun& run) const
{
    std::vector<unsigned char> bytes(run.length);
    auto* const to = reinterpret_cast<char*>(bytes.data());
    bool is_read = false;
    if (!object_->inflated.empty()) {
        MemoryBytes memory(object_->inflated);
        is_read = memory.read(run.offset, to, bytes.size());
    } else {
        FileBytes source(file_);
        is_read = source.is_open() && source.read(run.offset, to, bytes.size());
    }
    if (!is_read) return refusal(file_.string() + ": its pixels cannot be read; send or save the object again");
    return bytes;
}

Result<std::vector<std::uint16_t>> MaskFrames::plain_frame(std::int64_t index) const
{
    // Pixels of one bit run on from frame to frame: a frame may begin within a byte. Words are read whole.
    const std::size_t first_bit =
        static_cast<std::size_t>(index) * frame_pixels(format_) * static_cast<std::size_t>(format_.bits);
    const std::size_t last_bit = first_bit + frame_pixels(format_) * static_cast<std::size_t>(format_.bits);
    const std::uint64_t first_byte = first_bit / 8 & ~std::uint64_t{1};
    const std::uint64_t end_byte =
        std::min<std::uint64_t>(((last_bit + 7) / 8 + 1) & ~std::uint64_t{1}, object_->pixels.length);
    auto bytes = bytes_of({object_->pixels.offset + first_byte, end_byte - first_byte});
    if (!bytes) return tl::unexpected(bytes.error());
    if (object_->words_big_endian) {
        for (std::size_t i = 0; i + 1 < bytes->size(); i += 2)
            std::swap((*bytes)[i], (*bytes)[i + 1]);
    }
    return numbers_in(*bytes, (first_bit - first_byte * 8) / static_cast<std::size_t>(format_.bits),
                      frame_pixels(format_), format_.bits);
}

Result<std::vector<std::uint16_t>> MaskFrames::frame(std::int64_t index) const
{
    if (packing_ == Packing::plain) return plain_frame(index);
    Bytes packed;
    for (const ByteRun& run : runs_[static_cast<std::size_t>(index)]) {
        const auto bytes = bytes_of(run);
        if (!bytes) return tl::unexpected(bytes.error());
        packed.insert(packed.end(), bytes->begin(), bytes->end());
    }
    try {
        if (packing_ == Packing::jpeg_2000) return unpacked_jpeg_2000(packed, format_.rows, format_.columns);
        const std::size_t size = frame_bytes(format_);
        const Bytes bytes = packing_ == Packing::rle ? unpacked_rle(packed, size, format_.bits == 16 ? 2 : 1)
                                                     : unpacked_deflate(packed, size);
        return numbers_in(bytes, 0, frame_pixels(format_), format_.bits);
    } catch (const Damage& damage) {
        return refusal(file_.string() + ": frame " + std::to_string(index + 1) + ": " + damage.what() +
                       "; send or save the object again");
    }
}

}  // namespace nodtrack::imaging
