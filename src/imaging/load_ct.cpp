#include <algorithm>
#include <cmath>
#include <nodtrack/imaging/ct.hpp>

#include "image_side.hpp"
#include "loaded_ct.hpp"
#include "text.hpp"

namespace nodtrack::imaging {
namespace {

std::int16_t whole_hu(float value)
{
    // Not a number, and what no CT number can be, become the nearest that is stored.
    if (!(value > -32768.0F)) return -32768;
    return static_cast<std::int16_t>(std::lround(std::min(value, 32767.0F)));
}

}  // namespace

Ct::Ct(std::shared_ptr<const LoadedCt> loaded) : loaded_(std::move(loaded)) {}

const ScanFacts& Ct::facts() const
{
    return loaded_->facts;
}

std::string Ct::description() const
{
    const Grid& grid = loaded_->volume.grid;
    return text_of(grid.size) + " voxels of " + text_of(grid.spacing_mm[0]) + " x " + text_of(grid.spacing_mm[1]) +
           " x " + text_of(grid.spacing_mm[2]) + " mm";
}

Result<Ct> load_ct(const CtRequest& request)
{
    const auto side = image_side();
    if (!side) return tl::unexpected(side.error());
    auto source = (*side)->open_image(request.image, request.progress);
    if (!source) return tl::unexpected(source.error());
    if (const auto checked = check_grid(source->grid, source->name); !checked) return tl::unexpected(checked.error());
    const auto values = (*side)->read_region(*source, {{}, source->grid.size}, request.progress);
    if (!values) return tl::unexpected(values.error());

    auto loaded = std::make_shared<LoadedCt>();
    loaded->volume.grid = source->grid;
    loaded->volume.hu.resize(values->size());
    std::transform(values->begin(), values->end(), loaded->volume.hu.begin(), whole_hu);
    loaded->spread = edge_spread(loaded->volume);
    return Ct(std::move(loaded));
}

}  // namespace nodtrack::imaging
