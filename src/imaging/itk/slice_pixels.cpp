#include <gdcmImageReader.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <fstream>

#include "dicom_header.hpp"
#include "image_file.hpp"

namespace nodtrack::imaging {
namespace {

tl::unexpected<Error> unreadable(const std::filesystem::path& file, const std::string& reason)
{
    return failure(ErrorCode::bad_input, file.string() + ": the pixels of this DICOM slice cannot be read (" + reason +
                                             "); send the series again");
}

constexpr DicomTag samples_tag = 0x00280002;
constexpr DicomTag rows_tag = 0x00280010;
constexpr DicomTag columns_tag = 0x00280011;
constexpr DicomTag bits_allocated_tag = 0x00280100;
constexpr DicomTag bits_stored_tag = 0x00280101;
constexpr DicomTag high_bit_tag = 0x00280102;
constexpr DicomTag representation_tag = 0x00280103;
constexpr DicomTag intercept_tag = 0x00281052;
constexpr DicomTag slope_tag = 0x00281053;

/// How a number stands in its bytes (PS3.5 section 8.1): `bits_stored` bits that end at `high_bit`.
struct PixelFormat {
    std::int64_t bits_allocated = 16;
    std::int64_t bits_stored = 16;
    std::int64_t high_bit = 15;
    bool has_sign = false;
};

/// Stored values of one slice and what makes HU of them.
struct Pixels {
    std::vector<char> stored;
    PixelFormat format;
    double slope = 1;
    double intercept = 0;
};

bool is_possible(const PixelFormat& format)
{
    const auto& f = format;
    return (f.bits_allocated == 8 || f.bits_allocated == 16 || f.bits_allocated == 32) && f.bits_stored >= 1 &&
           f.high_bit < f.bits_allocated && f.high_bit + 1 >= f.bits_stored;
}

/// The bytes of the pixels as they stand in the file.
bool read_plain(const std::filesystem::path& file, const DicomHeader& header, std::vector<char>& stored)
{
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(header.pixel_offset));
    return static_cast<bool>(stream.read(stored.data(), static_cast<std::streamsize>(stored.size())));
}

/// The bytes of the pixels, unfolded by GDCM.
bool read_compressed(const std::filesystem::path& file, std::vector<char>& stored)
{
    gdcm::ImageReader reader;
    reader.SetFileName(file.c_str());
    if (!reader.Read() || reader.GetImage().GetBufferLength() < stored.size()) return false;
    std::vector<char> unfolded(reader.GetImage().GetBufferLength());
    if (!reader.GetImage().GetBuffer(unfolded.data())) return false;
    std::copy_n(unfolded.begin(), stored.size(), stored.begin());
    return true;
}

Result<Pixels> pixels_of(const std::filesystem::path& file, const Grid& grid)
{
    const auto header = read_dicom_header(file);
    if (!header) return tl::unexpected(header.error());
    if (header->whole(columns_tag, 0) != grid.size[0] || header->whole(rows_tag, 0) != grid.size[1])
        return unreadable(file, "it changed since its header was read");
    if (header->whole(samples_tag, 1) != 1) return unreadable(file, "it is a colour image");

    Pixels pixels;
    pixels.format.bits_allocated = header->whole(bits_allocated_tag, 0);
    pixels.format.bits_stored = header->whole(bits_stored_tag, pixels.format.bits_allocated);
    pixels.format.high_bit = header->whole(high_bit_tag, pixels.format.bits_stored - 1);
    pixels.format.has_sign = header->whole(representation_tag, 0) == 1;
    if (!is_possible(pixels.format)) return unreadable(file, "its header gives an impossible number format");
    pixels.slope = header->number(slope_tag, 1);
    pixels.intercept = header->number(intercept_tag, 0);
    pixels.stored.resize(static_cast<std::size_t>(grid.size[0] * grid.size[1] * pixels.format.bits_allocated / 8));
    if (!header->compressed && header->pixel_length < pixels.stored.size())
        return unreadable(file, "they are " + std::to_string(header->pixel_length) +
                                    " bytes where rows and columns need " + std::to_string(pixels.stored.size()));
    if (header->compressed ? !read_compressed(file, pixels.stored) : !read_plain(file, *header, pixels.stored))
        return unreadable(file, "they cannot be unfolded");
    return pixels;
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

/// Copies the rows and columns of the box from a slice to its place in `values`, as HU.
template <class Stored>
void copy_box(const Pixels& pixels, const Grid& grid, const Region& box, float* values)
{
    for (std::int64_t y = 0; y < box.size[1]; ++y) {
        const std::int64_t row = (box.first[1] + y) * grid.size[0] + box.first[0];
        for (std::int64_t x = 0; x < box.size[0]; ++x) {
            Stored stored{};
            std::memcpy(&stored, pixels.stored.data() + static_cast<std::size_t>(row + x) * sizeof(Stored),
                        sizeof(Stored));
            *values++ = static_cast<float>(pixels.slope * stored_number(stored, pixels.format) + pixels.intercept);
        }
    }
}

void copy_any(const Pixels& pixels, const Grid& grid, const Region& box, float* values)
{
    switch (pixels.format.bits_allocated) {
        case 8:
            return copy_box<std::uint8_t>(pixels, grid, box, values);
        case 16:
            return copy_box<std::uint16_t>(pixels, grid, box, values);
        default:
            return copy_box<std::uint32_t>(pixels, grid, box, values);
    }
}

}  // namespace

Result<std::vector<float>> read_series_region(const ImageSource& source, const Region& region, const Progress& progress)
{
    std::vector<float> values(voxel_count(region.size));
    const auto slice_values = static_cast<std::size_t>(region.size[0] * region.size[1]);
    for (std::int64_t z = 0; z < region.size[2]; ++z) {
        const auto& file = source.slices[static_cast<std::size_t>(region.first[2] + z)];
        if (progress) progress("reading slices", static_cast<double>(z) / static_cast<double>(region.size[2]));
        try {
            const auto pixels = pixels_of(file, source.grid);
            if (!pixels) return tl::unexpected(pixels.error());
            copy_any(*pixels, source.grid, region, values.data() + static_cast<std::size_t>(z) * slice_values);
        } catch (const std::exception& error) {
            return unreadable(file, plain_reason(error.what()));
        }
    }
    return values;
}

}  // namespace nodtrack::imaging
