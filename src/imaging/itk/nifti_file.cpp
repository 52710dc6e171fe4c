#include <nifti1_io.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <optional>
#include <system_error>

#include "../text.hpp"
#include "volume_header.hpp"

// By the NIfTI library itself: ITK's wrapper scales spacings by their unit but no positions, and refuses files whose
// place stands in the sform alone.

namespace nodtrack::imaging {
namespace {

using Gzip = std::unique_ptr<gzFile_s, int (*)(gzFile)>;
using Nifti = std::unique_ptr<nifti_image, void (*)(nifti_image*)>;
using Header = std::unique_ptr<nifti_1_header, void (*)(void*)>;

constexpr std::uint64_t header_and_mark = 352;

/// Passes where the file begins as the one kind that is read here: NIfTI-1 in one file.
Result<void> check_start(const std::filesystem::path& file)
{
    const Gzip stream(gzopen(file.c_str(), "rb"), gzclose);  // reads files that are not compressed as they are
    if (!stream) return because("cannot be read");
    std::array<unsigned char, header_and_mark> start{};
    if (gzread(stream.get(), start.data(), static_cast<unsigned>(start.size())) < static_cast<int>(start.size()))
        return because("is no whole NIfTI file: its header is cut short");
    std::array<unsigned char, 4> size{start[0], start[1], start[2], start[3]};
    const auto is = [&](std::int32_t wanted) {
        const auto read = std::bit_cast<std::int32_t>(size);
        std::array<unsigned char, 4> turned{size[3], size[2], size[1], size[0]};
        return read == wanted || std::bit_cast<std::int32_t>(turned) == wanted;
    };
    if (is(540)) return because("is NIfTI-2, which is not read; save it as NIfTI-1");
    if (!is(348)) return because("is no NIfTI-1 file: it does not begin with its header");
    if (start[344] != 'n' || start[345] != '+' || start[346] != '1' || start[347] != 0)
        return because("is no NIfTI-1 file in one piece (its mark is not n+1); save it as .nii or .nii.gz");
    return {};
}

Nifti opened(const std::filesystem::path& file)
{
    return {nifti_image_read(file.c_str(), 0), nifti_image_free};
}

std::optional<NumberType> number_type(int datatype)
{
    switch (datatype) {
        case DT_INT8:
            return NumberType::int8;
        case DT_UINT8:
            return NumberType::uint8;
        case DT_INT16:
            return NumberType::int16;
        case DT_UINT16:
            return NumberType::uint16;
        case DT_INT32:
            return NumberType::int32;
        case DT_UINT32:
            return NumberType::uint32;
        case DT_INT64:
            return NumberType::int64;
        case DT_UINT64:
            return NumberType::uint64;
        case DT_FLOAT32:
            return NumberType::float32;
        case DT_FLOAT64:
            return NumberType::float64;
        default:
            return std::nullopt;
    }
}

/// Where an affine map from indices puts the voxels; its axes point right, front and head.
Grid grid_by(const mat44& affine, const Index3& size, double unit_mm)
{
    Grid grid;
    grid.size = size;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        Vector3 step{};
        double length = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            step[i] = (i < 2 ? -1 : 1) * unit_mm * static_cast<double>(affine.m[i][axis]);
            length += step[i] * step[i];
        }
        grid.spacing_mm[axis] = std::sqrt(length);
        for (std::size_t i = 0; i < 3; ++i)
            grid.direction[axis][i] = length > 0 ? step[i] / grid.spacing_mm[axis] : 0;
    }
    for (std::size_t i = 0; i < 3; ++i)
        grid.origin_mm[i] = (i < 2 ? -1 : 1) * unit_mm * static_cast<double>(affine.m[i][3]);
    return grid;
}

/// How far apart two grids put the same corner voxel, at the most.
double disagreement_mm(const Grid& one, const Grid& other)
{
    double worst = 0;
    for (std::size_t corner = 0; corner < 8; ++corner) {
        Vector3 index{};
        for (std::size_t i = 0; i < 3; ++i)
            index[i] = ((corner >> i) & 1U) != 0 ? static_cast<double>(one.size[i] - 1) : 0;
        const Vector3 a = position_mm(one, index);
        const Vector3 b = position_mm(other, index);
        worst = std::max(worst, std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
    return worst;
}

Result<double> unit_of(int code)
{
    switch (code) {
        case NIFTI_UNITS_UNKNOWN:  // what many programs leave; then it is mm
        case NIFTI_UNITS_MM:
            return 1.0;
        case NIFTI_UNITS_METER:
            return 1000.0;
        case NIFTI_UNITS_MICRON:
            return 0.001;
        default:
            return because("gives lengths in a unit of code " + std::to_string(code) + ", which is none");
    }
}

Result<Grid> grid_of(const nifti_image& image)
{
    const Index3 size{image.dim[1], image.dim[2], image.dim[3]};
    const auto unit = unit_of(image.xyz_units);
    if (!unit) return tl::unexpected(unit.error());
    const Grid by_sform = grid_by(image.sto_xyz, size, *unit);
    const Grid by_qform = grid_by(image.qto_xyz, size, *unit);
    if (image.sform_code <= 0 && image.qform_code <= 0)
        return because("does not say where it lies (qform_code and sform_code are 0); save it with its position");
    if (image.sform_code > 0 && image.qform_code > 0) {
        const double smallest = *std::min_element(by_sform.spacing_mm.begin(), by_sform.spacing_mm.end());
        const double apart = disagreement_mm(by_sform, by_qform);
        if (!(apart <= 0.1 * smallest))
            return because("says two things of where it lies: its qform and its sform put the same voxel " +
                           text_of(apart) + " mm apart; save it with one of them");
    }
    return image.sform_code > 0 ? by_sform : by_qform;
}

/// The bytes of the voxels, which are all there; reads no further than it has to.
Result<void> check_length(const std::filesystem::path& file, std::uint64_t start, std::uint64_t expected)
{
    const Gzip stream(gzopen(file.c_str(), "rb"), gzclose);
    if (!stream) return because("cannot be read");
    std::vector<char> buffer(1U << 20U);
    std::uint64_t total = 0;
    int length = 0;
    while (total < start + expected &&
           (length = gzread(stream.get(), buffer.data(), static_cast<unsigned>(buffer.size()))) > 0)
        total += static_cast<std::uint64_t>(length);
    const std::uint64_t found = total - std::min(total, start);
    if (found < expected) return because(cut_short(found, expected));
    return {};
}

}  // namespace

Result<VolumeHeader> nifti_header(const std::filesystem::path& file)
{
    if (const auto checked = check_start(file); !checked) return tl::unexpected(checked.error());
    int swapped = 0;
    const Header raw(nifti_read_header(file.c_str(), &swapped, 1), std::free);
    if (!raw) return because("has an impossible header");
    const Nifti image = opened(file);
    if (!image) return because("has an impossible header");
    if (image->nifti_type != NIFTI_FTYPE_NIFTI1_1) return because("is no NIfTI-1 file in one piece");
    for (int i = 4; i <= image->dim[0] && i < 8; ++i) {
        if (image->dim[i] > 1)
            return because("has " + std::to_string(image->dim[0]) +
                           " dimensions; give an image of one volume, which has 3");
    }
    if (image->dim[0] < 3)
        return because("has " + std::to_string(image->dim[0]) +
                       " dimensions; give an image of one volume, which has 3");

    VolumeHeader header;
    const auto type = number_type(image->datatype);
    if (!type)
        return because("holds elements of datatype " + std::to_string(image->datatype) +
                       ", which is not read: one number a voxel is");
    header.type = *type;
    const std::size_t bytes = bytes_of(*type);
    if (raw->bitpix != static_cast<int>(8 * bytes) || image->nbyper != static_cast<int>(bytes))
        return because("contradicts itself: bitpix is " + std::to_string(raw->bitpix) + " where its datatype " +
                       std::to_string(image->datatype) + " has " + std::to_string(8 * bytes) + " bits");
    std::vector<std::uint64_t> sizes;
    for (int i = 1; i <= 3; ++i)
        sizes.push_back(static_cast<std::uint64_t>(std::max(image->dim[i], 0)));
    std::error_code error;
    const auto promised = promised_bytes(sizes, bytes, std::filesystem::file_size(file, error));
    if (!promised) return tl::unexpected(promised.error());
    // What the library will read, and from where.
    if (image->iname_offset < static_cast<int>(header_and_mark) || image->nvox * bytes != *promised)
        return because("has an impossible header");
    const auto grid = grid_of(*image);
    if (!grid) return tl::unexpected(grid.error());
    header.grid = *grid;
    if (!std::isfinite(image->scl_slope) || !std::isfinite(image->scl_inter))
        return because("has a scale (scl_slope, scl_inter) that is no number");
    if (image->scl_slope != 0) {  // 0 says that there is none
        header.slope = static_cast<double>(image->scl_slope);
        header.intercept = static_cast<double>(image->scl_inter);
    }
    const auto whole = check_length(file, static_cast<std::uint64_t>(image->iname_offset), *promised);
    if (!whole) return tl::unexpected(whole.error());
    return header;
}

Result<VolumeNumbers> nifti_numbers(const std::filesystem::path& file, const VolumeHeader& header)
{
    Nifti image = opened(file);
    if (!image || number_type(image->datatype) != header.type || image->nvox != voxel_count(header.grid.size))
        return because("changed since its header was read");
    if (nifti_image_load(image.get()) != 0 || image->data == nullptr)
        return because("is cut short or damaged: its voxels cannot be read to their end");
    const char* const first = static_cast<const char*>(image->data);
    return VolumeNumbers{std::shared_ptr<const void>(image.release(), [](nifti_image* one) { nifti_image_free(one); }),
                         first};
}

}  // namespace nodtrack::imaging
