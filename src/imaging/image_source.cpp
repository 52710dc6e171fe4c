#include "image_source.hpp"

#include <system_error>

#include "dicom/series.hpp"
#include "file_kind.hpp"
#include "itk_plugin.hpp"

namespace nodtrack::imaging {
namespace {

void tell(const Progress& progress, std::string_view doing, std::int64_t done, std::int64_t all)
{
    if (progress) progress(doing, static_cast<double>(done) / static_cast<double>(all));
}

}  // namespace

Result<ImageSource> open_image(const std::vector<std::filesystem::path>& paths, const SeriesChoice& choice,
                               const Progress& progress)
{
    if (progress) progress("reading image headers", 0);
    if (paths.empty()) return failure(ErrorCode::usage, "no image was named");
    std::error_code error;
    if (paths.size() == 1 && !std::filesystem::is_directory(paths[0], error)) {
        const auto kind = file_kind(paths[0]);
        if (!kind) return tl::unexpected(kind.error());
        if (*kind != FileKind::dicom) {
            const auto side = itk_plugin();
            if (!side) return tl::unexpected(side.error());
            return (*side)->open_volume(paths[0]);
        }
    }
    return open_series(paths, choice);
}

Result<std::vector<float>> read_region(const ImageSource& source, const Region& region, const Progress& progress)
{
    if (source.slices.empty()) {
        const auto side = itk_plugin();
        if (!side) return tl::unexpected(side.error());
        return (*side)->read_volume(source.file, region);
    }
    std::vector<float> values(voxel_count(region.size));
    std::vector<std::int16_t> slice(static_cast<std::size_t>(source.grid.size[0] * source.grid.size[1]));
    SliceReader reader;
    std::size_t at = 0;
    for (std::int64_t z = 0; z < region.size[2]; ++z) {
        tell(progress, "reading slices", z, region.size[2]);
        const auto read = reader.read(source.slices[static_cast<std::size_t>(region.first[2] + z)], slice);
        if (!read) return tl::unexpected(read.error());
        for (std::int64_t y = 0; y < region.size[1]; ++y) {
            const std::int64_t row = (region.first[1] + y) * source.grid.size[0] + region.first[0];
            for (std::int64_t x = 0; x < region.size[0]; ++x)
                values[at++] = static_cast<float>(slice[static_cast<std::size_t>(row + x)]);
        }
    }
    return values;
}

Result<std::vector<std::int16_t>> read_whole(const ImageSource& source, const Progress& progress)
{
    if (source.slices.empty()) {
        const auto side = itk_plugin();
        if (!side) return tl::unexpected(side.error());
        return (*side)->read_whole_volume(source.file);
    }
    std::vector<std::int16_t> hu(voxel_count(source.grid.size));
    const auto slice_voxels = static_cast<std::size_t>(source.grid.size[0] * source.grid.size[1]);
    SliceReader reader;
    for (std::size_t z = 0; z < source.slices.size(); ++z) {
        tell(progress, "reading slices", static_cast<std::int64_t>(z), source.grid.size[2]);
        const auto read = reader.read(source.slices[z], std::span(hu).subspan(z * slice_voxels, slice_voxels));
        if (!read) return tl::unexpected(read.error());
    }
    return hu;
}

}  // namespace nodtrack::imaging
