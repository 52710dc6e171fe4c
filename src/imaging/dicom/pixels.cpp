#include "pixels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "../image_side.hpp"

namespace nodtrack::imaging {
namespace {

constexpr DicomTag samples_tag = 0x00280002;
constexpr DicomTag bits_allocated_tag = 0x00280100;
constexpr DicomTag bits_stored_tag = 0x00280101;
constexpr DicomTag high_bit_tag = 0x00280102;
constexpr DicomTag representation_tag = 0x00280103;
constexpr DicomTag intercept_tag = 0x00281052;
constexpr DicomTag slope_tag = 0x00281053;

tl::unexpected<Error> unreadable(const std::filesystem::path& file, const std::string& reason)
{
    return failure(ErrorCode::bad_input, file.string() + ": the pixels of this DICOM slice cannot be read (" + reason +
                                             "); send the series again");
}

/// The number in the stored bits, which may share their bytes with an overlay.
template <class Stored>
double stored_number(Stored raw, const PixelFormat& format)
{
    const auto low_bit = format.high_bit + 1 - format.bits_stored;
    const auto spare = 64 - format.bits_stored;
    const auto lifted = static_cast<std::uint64_t>(raw) >> low_bit << spare;
    if (format.has_sign) return static_cast<double>(static_cast<std::int64_t>(lifted) >> spare);
    return static_cast<double>(lifted >> spare);
}

std::int16_t nearest_whole(double value)
{
    return static_cast<std::int16_t>(std::lround(std::clamp(value, -32768.0, 32767.0)));
}

template <class Stored>
void convert(std::span<const char> stored, const DicomSlice& slice, std::span<std::int16_t> hu)
{
    for (std::size_t i = 0; i < hu.size(); ++i) {
        Stored raw{};
        std::memcpy(&raw, stored.data() + i * sizeof(Stored), sizeof(Stored));
        hu[i] = nearest_whole(slice.slope * stored_number(raw, slice.format) + slice.intercept);
    }
}

/// Whether HU are the stored 16 bits plus a whole number, as on nearly every scanner: then nothing is to be unpacked,
/// and one addition does.
bool is_shifted_only(const DicomSlice& slice)
{
    const PixelFormat& f = slice.format;
    return f.bits_allocated == 16 && f.high_bit + 1 == f.bits_stored && (!f.has_sign || f.bits_stored == 16) &&
           slice.slope == 1 && std::abs(slice.intercept) <= 32768 && slice.intercept == std::floor(slice.intercept);
}

/// Adds `by` to numbers stored as `Stored`, in place; what is too large for 16 bits becomes the largest.
template <class Stored>
void shift(std::span<std::int16_t> hu, std::int32_t mask, std::int32_t by)
{
    for (std::int16_t& value : hu) {
        const auto stored = static_cast<Stored>(value);
        value = static_cast<std::int16_t>(std::clamp((static_cast<std::int32_t>(stored) & mask) + by, -32768, 32767));
    }
}

}  // namespace

bool is_possible(const DicomSlice& slice)
{
    const PixelFormat& f = slice.format;
    return (f.bits_allocated == 8 || f.bits_allocated == 16 || f.bits_allocated == 32) && f.bits_stored >= 1 &&
           f.high_bit < f.bits_allocated && f.high_bit + 1 >= f.bits_stored && std::isfinite(slice.slope) &&
           std::isfinite(slice.intercept);
}

DicomSlice slice_of(const std::filesystem::path& file, const DicomHeader& header)
{
    DicomSlice slice;
    slice.file = file;
    slice.format.bits_allocated = header.whole(bits_allocated_tag, 0);
    slice.format.bits_stored = header.whole(bits_stored_tag, slice.format.bits_allocated);
    slice.format.high_bit = header.whole(high_bit_tag, slice.format.bits_stored - 1);
    slice.format.has_sign = header.whole(representation_tag, 0) == 1;
    slice.samples = header.whole(samples_tag, 1);
    slice.slope = header.number(slope_tag, 1);
    slice.intercept = header.number(intercept_tag, 0);
    slice.compressed = header.compressed;
    slice.pixel_offset = header.pixel_offset;
    slice.pixel_length = header.pixel_length;
    return slice;
}

void to_hu(std::span<const char> stored, const DicomSlice& slice, std::span<std::int16_t> hu)
{
    switch (slice.format.bits_allocated) {
        case 8:
            return convert<std::uint8_t>(stored, slice, hu);
        case 16:
            return convert<std::uint16_t>(stored, slice, hu);
        default:
            return convert<std::uint32_t>(stored, slice, hu);
    }
}

Result<void> read_slice(const DicomSlice& slice, std::span<std::int16_t> hu)
{
    if (slice.samples != 1) return unreadable(slice.file, "it is a colour image");
    if (!is_possible(slice)) return unreadable(slice.file, "its header gives an impossible number format");
    const auto needed = hu.size() * static_cast<std::size_t>(slice.format.bits_allocated / 8);
    if (slice.compressed) {
        const auto side = image_side();
        if (!side) return tl::unexpected(side.error());
        const auto unfolded = (*side)->unfold(slice.file);
        if (!unfolded) return unreadable(slice.file, unfolded.error().message);
        if (unfolded->size() < needed) return unreadable(slice.file, "they cannot be unfolded");
        to_hu(*unfolded, slice, hu);
        return {};
    }
    if (slice.pixel_length < needed)
        return unreadable(slice.file, "they are " + std::to_string(slice.pixel_length) +
                                          " bytes where rows and columns need " + std::to_string(needed));
    FileBytes bytes(slice.file);
    if (is_shifted_only(slice)) {
        if (!bytes.is_open() || !bytes.read(slice.pixel_offset, reinterpret_cast<char*>(hu.data()), needed))
            return unreadable(slice.file, "it changed since its header was read");
        const auto by = static_cast<std::int32_t>(slice.intercept);
        if (slice.format.has_sign)
            shift<std::int16_t>(hu, -1, by);
        else
            shift<std::uint16_t>(hu, (1 << slice.format.bits_stored) - 1, by);
        return {};
    }
    std::vector<char> stored(needed);
    if (!bytes.is_open() || !bytes.read(slice.pixel_offset, stored.data(), needed))
        return unreadable(slice.file, "it changed since its header was read");
    to_hu(stored, slice, hu);
    return {};
}

}  // namespace nodtrack::imaging
