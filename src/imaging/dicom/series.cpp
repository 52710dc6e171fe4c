#include "series.hpp"

#include "../text.hpp"
#include "slice_header.hpp"

namespace nodtrack::imaging {

Result<ImageSource> open_series(const std::vector<std::filesystem::path>& paths, const SeriesChoice& choice)
{
    const std::string name =
        paths.front().string() + (paths.size() > 1 ? " and " + std::to_string(paths.size() - 1) + " more" : "");
    auto found = ct_slices_among(paths, name);
    if (!found) return tl::unexpected(found.error());
    if (const auto kept = keep_one_ct(*found, choice, name); !kept) return tl::unexpected(kept.error());
    const auto grid = stacked(found->slices, name);
    if (!grid) return tl::unexpected(grid.error());

    ImageSource source;
    source.name = name;
    source.grid = *grid;
    source.notes = std::move(found->notes);
    for (SliceHeader& slice : found->slices)
        source.slices.push_back(std::move(slice.pixels));
    source.facts = std::move(found->slices.front().facts);
    const auto thickness = numbers_of(found->slices.front().thickness);
    if (thickness.size() == 1 && thickness[0] > 0) source.facts.slice_thickness_mm = thickness[0];
    return source;
}

}  // namespace nodtrack::imaging
