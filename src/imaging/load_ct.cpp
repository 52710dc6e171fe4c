#include <nodtrack/imaging/ct.hpp>

#include "image_source.hpp"
#include "loaded_ct.hpp"
#include "text.hpp"

namespace nodtrack::imaging {

Ct::Ct(std::shared_ptr<const LoadedCt> loaded) : loaded_(std::move(loaded)) {}

const ScanFacts& Ct::facts() const
{
    return loaded_->facts;
}

const std::vector<std::string>& Ct::notes() const
{
    return loaded_->notes;
}

double Ct::axial_spacing_mm() const
{
    return loaded_->volume.grid.spacing_mm[axial_axis(loaded_->volume.grid)];
}

const std::vector<std::filesystem::path>& Ct::slice_files() const
{
    return loaded_->slice_files;
}

std::string Ct::description() const
{
    const Grid& grid = loaded_->volume.grid;
    return text_of(grid.size) + " voxels of " + text_of(grid.spacing_mm[0]) + " x " + text_of(grid.spacing_mm[1]) +
           " x " + text_of(grid.spacing_mm[2]) + " mm";
}

Result<Ct> load_ct(const CtRequest& request)
{
    auto source = open_image(request.image, {request.series, request.acquisition}, request.progress);
    if (!source) return tl::unexpected(source.error());
    if (const auto checked = check_grid(source->grid, source->name); !checked) return tl::unexpected(checked.error());
    auto hu = read_whole(*source, request.progress);
    if (!hu) return tl::unexpected(hu.error());

    auto loaded = std::make_shared<LoadedCt>();
    loaded->volume = {source->grid, std::move(*hu)};
    loaded->facts = std::move(source->facts);
    loaded->notes = std::move(source->notes);
    for (const DicomSlice& slice : source->slices) {
        if (slice.frames == 1) loaded->slice_files.push_back(slice.file);
    }
    if (loaded->slice_files.size() != source->slices.size()) loaded->slice_files.clear();
    loaded->spread = edge_spread(loaded->volume);
    return Ct(std::move(loaded));
}

}  // namespace nodtrack::imaging
