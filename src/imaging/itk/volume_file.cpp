#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <new>
#include <set>

#include "../text.hpp"
#include "image_file.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double label_tolerance = 1e-3;  // of a label in a mask stored as floating point
constexpr std::size_t most_labels_named = 20;

std::string kind_name(FileKind kind)
{
    switch (kind) {
        case FileKind::nrrd:
            return "NRRD";
        case FileKind::meta_image:
            return "MetaImage";
        case FileKind::nifti:
            return "NIfTI";
        case FileKind::dicom:
            return "DICOM";
        case FileKind::other:
            break;
    }
    return "unknown";
}

itk::ImageIOBase::Pointer reader_of(FileKind kind)
{
    switch (kind) {
        case FileKind::nrrd:
            return itk::NrrdImageIO::New().GetPointer();
        case FileKind::meta_image:
            return itk::MetaImageIO::New().GetPointer();
        case FileKind::nifti:
            return itk::NiftiImageIO::New().GetPointer();
        case FileKind::dicom:
        case FileKind::other:
            break;
    }
    return nullptr;
}

tl::unexpected<Error> unreadable(const std::filesystem::path& file, FileKind kind, const std::string& reason)
{
    return failure(ErrorCode::bad_input, file.string() + ": cannot be read as " + kind_name(kind) + " (" + reason +
                                             "); give a whole, undamaged file");
}

/// An ImageIO that has read the header of a three-dimensional image of single numbers.
Result<itk::ImageIOBase::Pointer> header_of(const std::filesystem::path& file, FileKind kind)
{
    const std::string name = file.string();
    const auto io = reader_of(kind);
    if (io.IsNull())
        return failure(ErrorCode::bad_input,
                       name +
                           ": is no image file that is read here; give a NRRD (.nrrd, .nhdr), MetaImage (.mha, "
                           ".mhd) or NIfTI file (.nii, .nii.gz), or, for the image, a DICOM series");
    if (!io->CanReadFile(name.c_str()))
        return unreadable(file, kind, "its header is damaged or its name ends in another kind's letters");
    io->SetFileName(name);
    io->ReadImageInformation();

    const unsigned dimensions = io->GetNumberOfDimensions();
    const bool one_volume = dimensions == 3 || (dimensions == 4 && io->GetDimensions(3) == 1);
    if (!one_volume)
        return failure(ErrorCode::bad_input, name + ": has " + std::to_string(dimensions) +
                                                 " dimensions; give an image of one volume, which has 3");
    if (io->GetNumberOfComponents() != 1)
        return failure(ErrorCode::bad_input, name + ": has " + std::to_string(io->GetNumberOfComponents()) +
                                                 " numbers a voxel; give an image of 1 (no colour, no vectors)");
    return io;
}

Grid grid_of(const itk::ImageIOBase& io)
{
    Grid grid;
    for (unsigned i = 0; i < 3; ++i) {
        grid.size[i] = static_cast<std::int64_t>(io.GetDimensions(i));
        grid.spacing_mm[i] = io.GetSpacing(i);
        grid.origin_mm[i] = io.GetOrigin(i);
        const auto direction = io.GetDirection(i);
        for (unsigned j = 0; j < 3 && j < direction.size(); ++j)
            grid.direction[i][j] = direction[j];
    }
    return grid;
}

/// Reads at least the box; the result may hold more where the format cannot be read in parts.
template <class Pixel>
typename itk::Image<Pixel, 3>::Pointer image_with(const std::string& name, itk::ImageIOBase* io, const Region& box)
{
    using Image = itk::Image<Pixel, 3>;
    const auto reader = itk::ImageFileReader<Image>::New();
    reader->SetFileName(name);
    reader->SetImageIO(io);
    reader->UpdateOutputInformation();
    typename Image::RegionType region;
    for (unsigned i = 0; i < 3; ++i) {
        region.SetIndex(i, box.first[i]);
        region.SetSize(i, static_cast<itk::SizeValueType>(box.size[i]));
    }
    reader->GetOutput()->SetRequestedRegion(region);
    reader->Update();
    return reader->GetOutput();
}

/// Calls `take(value, offset in the box)` for each voxel of the box.
template <class Pixel, class Take>
void for_each_value(const itk::Image<Pixel, 3>& image, const Region& box, Take take)
{
    const auto& buffered = image.GetBufferedRegion();
    Index3 at{};
    std::size_t offset = 0;
    for (at[2] = 0; at[2] < box.size[2]; ++at[2]) {
        for (at[1] = 0; at[1] < box.size[1]; ++at[1]) {
            typename itk::Image<Pixel, 3>::IndexType start{{box.first[0], box.first[1] + at[1], box.first[2] + at[2]}};
            if (!buffered.IsInside(start)) throw std::out_of_range("less was read than was asked for");
            const Pixel* values = image.GetBufferPointer() + image.ComputeOffset(start);
            for (std::int64_t x = 0; x < box.size[0]; ++x, ++offset)
                take(values[x], offset);
        }
    }
}

/// What of a mask is needed while its voxels pass by.
struct LabelSearch {
    Index3 low{};
    Index3 high{};
    bool found = false;
    std::set<std::int64_t> others;
};

template <class Pixel>
bool has_label(Pixel value, std::int32_t label)
{
    if constexpr (std::is_integral_v<Pixel>)
        return static_cast<std::int32_t>(value) == label;
    else
        return std::abs(static_cast<double>(value) - label) <= label_tolerance;
}

template <class Pixel>
LabelSearch search(const itk::Image<Pixel, 3>& image, const Grid& grid, std::int32_t label)
{
    LabelSearch result;
    result.low = grid.size;
    const Region whole{{}, grid.size};
    const auto row = static_cast<std::size_t>(grid.size[0]);
    const auto rows = static_cast<std::size_t>(grid.size[1]);
    for_each_value(image, whole, [&](Pixel value, std::size_t offset) {
        if (value == Pixel{}) {
            if (label != 0) return;
        }
        if (has_label(value, label)) {
            const Index3 at{static_cast<std::int64_t>(offset % row), static_cast<std::int64_t>(offset / row % rows),
                            static_cast<std::int64_t>(offset / row / rows)};
            for (std::size_t i = 0; i < 3; ++i) {
                result.low[i] = std::min(result.low[i], at[i]);
                result.high[i] = std::max(result.high[i], at[i]);
            }
            result.found = true;
        } else if (!result.found && value != Pixel{} && result.others.size() < most_labels_named) {
            result.others.insert(static_cast<std::int64_t>(std::lround(static_cast<double>(value))));
        }
    });
    return result;
}

template <class Pixel>
MaskCrop label_crop(const std::string& name, itk::ImageIOBase* io, const Grid& grid, std::int32_t label)
{
    const auto image = image_with<Pixel>(name, io, {{}, grid.size});
    const LabelSearch found = search<Pixel>(*image, grid, label);
    MaskCrop crop;
    crop.grid = grid;
    if (!found.found) {
        crop.labels_found.assign(found.others.begin(), found.others.end());
        return crop;
    }
    crop.region.first = found.low;
    for (std::size_t i = 0; i < 3; ++i)
        crop.region.size[i] = found.high[i] - found.low[i] + 1;
    crop.inside.resize(voxel_count(crop.region.size));
    for_each_value(*image, crop.region, [&](Pixel value, std::size_t offset) {
        crop.inside[offset] = static_cast<std::uint8_t>(has_label(value, label));
    });
    return crop;
}

template <class Pixel>
std::vector<float> box_values(const std::string& name, itk::ImageIOBase* io, const Region& box)
{
    const auto image = image_with<Pixel>(name, io, box);
    std::vector<float> values(voxel_count(box.size));
    for_each_value(*image, box, [&](Pixel value, std::size_t offset) { values[offset] = static_cast<float>(value); });
    return values;
}

/// Runs `read` and turns what ITK and the allocator throw into an error that names the file.
template <class Read>
auto guarded(const std::filesystem::path& file, FileKind kind, Read read) -> decltype(read())
{
    try {
        return read();
    } catch (const itk::ExceptionObject& error) {
        return unreadable(file, kind, plain_reason(error.GetDescription()));
    } catch (const std::bad_alloc&) {
        return unreadable(file, kind, "its header asks for more memory than there is");
    } catch (const std::exception& error) {
        return unreadable(file, kind, plain_reason(error.what()));
    }
}

}  // namespace

Result<ImageSource> open_volume_file(const std::filesystem::path& file, FileKind kind)
{
    return guarded(file, kind, [&]() -> Result<ImageSource> {
        if (const auto complete = check_complete(file, kind); !complete) return tl::unexpected(complete.error());
        const auto io = header_of(file, kind);
        if (!io) return tl::unexpected(io.error());
        ImageSource source;
        source.name = file.string();
        source.grid = grid_of(**io);
        source.file = file;
        return source;
    });
}

Result<std::vector<float>> read_volume_region(const std::filesystem::path& file, const Region& region)
{
    const auto kind = file_kind(file);
    if (!kind) return tl::unexpected(kind.error());
    return guarded(file, *kind, [&]() -> Result<std::vector<float>> {
        const auto io = header_of(file, *kind);
        if (!io) return tl::unexpected(io.error());
        // CT is stored in 16 bits; reading it so halves the memory of a format that is read whole.
        if ((*io)->GetComponentType() == itk::IOComponentEnum::SHORT)
            return box_values<short>(file.string(), *io, region);
        return box_values<float>(file.string(), *io, region);
    });
}

Result<std::vector<std::int16_t>> read_volume_hu(const std::filesystem::path& file)
{
    const auto kind = file_kind(file);
    if (!kind) return tl::unexpected(kind.error());
    return guarded(file, *kind, [&]() -> Result<std::vector<std::int16_t>> {
        const auto io = header_of(file, *kind);
        if (!io) return tl::unexpected(io.error());
        const Grid grid = grid_of(**io);
        if ((*io)->GetComponentType() == itk::IOComponentEnum::SHORT) {
            // Straight into the one buffer, without an image of ITK's between.
            itk::ImageIORegion all((*io)->GetNumberOfDimensions());
            for (unsigned i = 0; i < (*io)->GetNumberOfDimensions(); ++i) {
                all.SetIndex(i, 0);
                all.SetSize(i, (*io)->GetDimensions(i));
            }
            (*io)->SetIORegion(all);
            std::vector<std::int16_t> hu(voxel_count(grid.size));
            (*io)->Read(hu.data());
            return hu;
        }
        const auto image = image_with<float>(file.string(), *io, {{}, grid.size});
        std::vector<std::int16_t> hu(voxel_count(grid.size));
        for_each_value(*image, {{}, grid.size}, [&](float value, std::size_t offset) {
            // What is no number, and what no CT number can be, becomes the nearest that can be stored.
            hu[offset] = value > -32768.0F ? static_cast<std::int16_t>(std::lround(std::min(value, 32767.0F)))
                                           : std::int16_t{-32768};
        });
        return hu;
    });
}

Result<MaskCrop> read_mask_file(const std::filesystem::path& file, std::int32_t label)
{
    const auto kind = file_kind(file);
    if (!kind) return tl::unexpected(kind.error());
    return guarded(file, *kind, [&]() -> Result<MaskCrop> {
        if (const auto complete = check_complete(file, *kind); !complete) return tl::unexpected(complete.error());
        const auto io = header_of(file, *kind);
        if (!io) return tl::unexpected(io.error());
        const Grid grid = grid_of(**io);
        switch ((*io)->GetComponentType()) {
            case itk::IOComponentEnum::UCHAR:
                return label_crop<unsigned char>(file.string(), *io, grid, label);
            case itk::IOComponentEnum::CHAR:
            case itk::IOComponentEnum::SHORT:
                return label_crop<short>(file.string(), *io, grid, label);
            default:  // floating point holds whole numbers up to 2^24 exactly
                return label_crop<float>(file.string(), *io, grid, label);
        }
    });
}

}  // namespace nodtrack::imaging
