#include "pixels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "../itk_plugin.hpp"
#include "../text.hpp"

namespace nodtrack::imaging {
namespace {

constexpr DicomTag samples_tag = 0x00280002;
constexpr DicomTag photometric_tag = 0x00280004;
constexpr DicomTag bits_allocated_tag = 0x00280100;
constexpr DicomTag bits_stored_tag = 0x00280101;
constexpr DicomTag high_bit_tag = 0x00280102;
constexpr DicomTag representation_tag = 0x00280103;
constexpr DicomTag intercept_tag = 0x00281052;
constexpr DicomTag slope_tag = 0x00281053;
constexpr DicomTag rescale_type_tag = 0x00281054;
constexpr DicomTag modality_lut_tag = 0x00283000;

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
Stored swapped(Stored value)
{
    std::uint64_t turned = 0;
    for (std::size_t i = 0; i < sizeof(Stored); ++i)
        turned = turned << 8U | ((std::uint64_t{value} >> (8 * i)) & 0xffU);
    return static_cast<Stored>(turned);
}

template <class Stored>
void convert(std::span<const char> stored, const DicomSlice& slice, std::span<std::int16_t> hu)
{
    for (std::size_t i = 0; i < hu.size(); ++i) {
        Stored raw{};
        std::memcpy(&raw, stored.data() + i * sizeof(Stored), sizeof(Stored));
        if constexpr (sizeof(Stored) > 1) {
            if (slice.format.big_endian) raw = swapped(raw);
        }
        hu[i] = nearest_whole(slice.slope * stored_number(raw, slice.format) + slice.intercept);
    }
}

/// Whether HU are the stored 16 bits plus a whole number, as on nearly every scanner: then nothing is to be unpacked,
/// and one addition does.
bool is_shifted_only(const DicomSlice& slice)
{
    const PixelFormat& f = slice.format;
    return f.bits_allocated == 16 && !f.big_endian && f.high_bit + 1 == f.bits_stored &&
           (!f.has_sign || f.bits_stored == 16) && slice.slope == 1 && std::abs(slice.intercept) <= 32768 &&
           slice.intercept == std::floor(slice.intercept);
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

/// A number that HU rest on.
Result<std::int64_t> required_whole(const std::filesystem::path& file, const DicomHeader& header, DicomTag tag,
                                    const std::string& name)
{
    if (const auto value = header.whole(tag)) return *value;
    return failure(ErrorCode::bad_input, file.string() + ": " + name +
                                             (header.has(tag) ? " is no number" : " is missing") +
                                             "; without it the pixels cannot be read. Send the original series");
}

Result<double> required_decimal(const std::filesystem::path& file, const DicomHeader& header, DicomTag tag,
                                const std::string& name)
{
    if (const auto value = header.decimal(tag)) return *value;
    const std::string text = header.text(tag);
    return failure(ErrorCode::bad_input,
                   file.string() + ": " + name +
                       (text.empty() ? std::string(header.values.contains(tag) ? " is empty" : " is missing")
                                     : " is '" + printable(text) + "', which is not one number") +
                       "; without it stored numbers are no HU. Send the original series");
}

Result<PixelFormat> format_of(const std::filesystem::path& file, const DicomHeader& header)
{
    const auto samples = required_whole(file, header, samples_tag, "Samples per Pixel (0028,0002)");
    if (!samples) return tl::unexpected(samples.error());
    if (*samples != 1) return unreadable(file, "it is a colour image");
    const std::string photometric = header.text(photometric_tag);
    if (!photometric.empty() && !photometric.starts_with("MONOCHROME"))
        return unreadable(file, "its Photometric Interpretation (0028,0004) is " + printable(photometric));
    const auto allocated = required_whole(file, header, bits_allocated_tag, "Bits Allocated (0028,0100)");
    if (!allocated) return tl::unexpected(allocated.error());
    const auto stored = required_whole(file, header, bits_stored_tag, "Bits Stored (0028,0101)");
    if (!stored) return tl::unexpected(stored.error());
    const auto high = required_whole(file, header, high_bit_tag, "High Bit (0028,0102)");
    if (!high) return tl::unexpected(high.error());
    const auto representation = required_whole(file, header, representation_tag, "Pixel Representation (0028,0103)");
    if (!representation) return tl::unexpected(representation.error());

    PixelFormat format;
    format.bits_allocated = *allocated;
    format.bits_stored = *stored;
    format.high_bit = *high;
    format.has_sign = *representation == 1;
    format.big_endian = header.big_endian;
    const bool is_width = *allocated == 8 || *allocated == 16 || *allocated == 32;
    // Bytes of 8-bit pixels may be swapped in pairs there (PS3.5 8.1.1), and nothing says whether they are.
    const bool is_open = header.big_endian && *allocated == 8;
    if (!is_width || *stored < 1 || *high >= *allocated || *high + 1 < *stored || *representation > 1 || is_open)
        return failure(ErrorCode::bad_input,
                       file.string() + ": its header gives an impossible number format (Bits Allocated " +
                           std::to_string(*allocated) + ", Bits Stored " + std::to_string(*stored) + ", High Bit " +
                           std::to_string(*high) + ", Pixel Representation " + std::to_string(*representation) +
                           "); send the series again");
    return format;
}

}  // namespace

Result<DicomSlice> slice_of(const std::filesystem::path& file, const DicomHeader& header)
{
    DicomSlice slice;
    slice.file = file;
    const auto format = format_of(file, header);
    if (!format) return tl::unexpected(format.error());
    slice.format = *format;
    if (header.has(modality_lut_tag))
        return failure(ErrorCode::bad_input,
                       file.string() +
                           ": has a Modality LUT Sequence (0028,3000) for its numbers, which is not read; a CT in HU "
                           "has Rescale Slope and Intercept. Send the original series");
    const auto slope = required_decimal(file, header, slope_tag, "Rescale Slope (0028,1053)");
    if (!slope) return tl::unexpected(slope.error());
    if (*slope <= 0)
        return failure(ErrorCode::bad_input, file.string() + ": Rescale Slope (0028,1053) is " + text_of(*slope) +
                                                 ", and of a CT it is above zero; send the original series");
    const auto intercept = required_decimal(file, header, intercept_tag, "Rescale Intercept (0028,1052)");
    if (!intercept) return tl::unexpected(intercept.error());
    // PS3.3 C.11.1.1.2; US, unspecified, is what ITK's and GDCM's writers leave of HU.
    const std::string type = upper_case(header.text(rescale_type_tag));
    if (!type.empty() && type != "HU" && type != "US")
        return failure(ErrorCode::bad_input, file.string() + ": Rescale Type (0028,1054) is " + printable(type) +
                                                 ", not HU; give a CT in Hounsfield units");
    slice.slope = *slope;
    slice.intercept = *intercept;
    slice.packing = header.compressed ? PixelPacking::compressed
                    : header.deflated ? PixelPacking::deflated
                                      : PixelPacking::plain;
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

Result<void> SliceReader::unpack(const DicomSlice& slice)
{
    if (unpacked_file_ == slice.file) return {};
    unpacked_file_.clear();
    unpacked_.clear();
    if (slice.packing == PixelPacking::compressed) {
        const auto side = itk_plugin();
        if (!side) return tl::unexpected(side.error());
        auto decompressed = (*side)->decompress(slice.file);
        if (!decompressed) return unreadable(slice.file, decompressed.error().message);
        unpacked_ = std::move(*decompressed);
    } else {
        FileBytes bytes(slice.file);
        if (!bytes.is_open()) return unreadable(slice.file, "it changed since its header was read");
        auto whole = decompressed_file(bytes, slice.file.string());
        if (!whole) return tl::unexpected(whole.error());
        if (whole->size() < slice.pixel_offset || whole->size() - slice.pixel_offset < slice.pixel_length)
            return unreadable(slice.file, "it changed since its header was read");
        whole->erase(whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(slice.pixel_offset));
        unpacked_ = std::move(*whole);
    }
    unpacked_file_ = slice.file;
    return {};
}

Result<void> SliceReader::read(const DicomSlice& slice, std::span<std::int16_t> hu)
{
    const auto needed = hu.size() * static_cast<std::size_t>(slice.format.bits_allocated / 8);
    const std::uint64_t start = slice.frame * needed;
    if (slice.packing != PixelPacking::plain) {
        if (const auto done = unpack(slice); !done) return tl::unexpected(done.error());
        if (unpacked_.size() < start || unpacked_.size() - start < needed)
            return unreadable(slice.file, "they cannot be decompressed");
        DicomSlice unpacked = slice;
        // The library that decompresses fragments gives numbers as this computer has them.
        if (slice.packing == PixelPacking::compressed) unpacked.format.big_endian = false;
        to_hu(std::span<const char>(unpacked_).subspan(start, needed), unpacked, hu);
        return {};
    }
    if (slice.pixel_length < start || slice.pixel_length - start < needed)
        return unreadable(slice.file, "they are " + std::to_string(slice.pixel_length) +
                                          " bytes where rows and columns need " + std::to_string(start + needed));
    FileBytes bytes(slice.file);
    const std::uint64_t offset = slice.pixel_offset + start;
    if (is_shifted_only(slice)) {
        if (!bytes.is_open() || !bytes.read(offset, reinterpret_cast<char*>(hu.data()), needed))
            return unreadable(slice.file, "it changed since its header was read");
        const auto by = static_cast<std::int32_t>(slice.intercept);
        if (slice.format.has_sign)
            shift<std::int16_t>(hu, -1, by);
        else
            shift<std::uint16_t>(hu, (1 << slice.format.bits_stored) - 1, by);
        return {};
    }
    std::vector<char> stored(needed);
    if (!bytes.is_open() || !bytes.read(offset, stored.data(), needed))
        return unreadable(slice.file, "it changed since its header was read");
    to_hu(stored, slice, hu);
    return {};
}

}  // namespace nodtrack::imaging
