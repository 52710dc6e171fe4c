#include <nodtrack/imaging/measure_mask.hpp>

#include <cmath>

#include "density.hpp"
#include "image_side.hpp"
#include "image_source.hpp"
#include "shape.hpp"
#include "text.hpp"

namespace nodtrack::imaging {
namespace {

void tell(const Progress& progress, std::string_view doing, double share)
{
    if (progress) progress(doing, share);
}

/// The values of an image at the mask's voxels, in the mask's order.
std::vector<float> reordered(const std::vector<float>& values, const Region& region, const AxisMap& map,
                             const MaskCrop& mask)
{
    std::vector<float> ordered(mask.inside.size(), 0.0F);
    for_each_voxel(mask, [&](const Index3& local) {
        Index3 at{};
        for (std::size_t i = 0; i < 3; ++i)
            at[i] = mask.region.first[i] + local[i];
        at = map.index(at);
        for (std::size_t i = 0; i < 3; ++i)
            at[i] -= region.first[i];
        ordered[mask.offset(local)] =
            values[static_cast<std::size_t>(at[0] + region.size[0] * (at[1] + region.size[1] * at[2]))];
    });
    return ordered;
}

/// The image's values inside the mask's box.
Result<std::vector<float>> values_under(const MaskCrop& mask, const std::string& mask_name, const ImageSource& image,
                                        const Progress& progress)
{
    const auto map = same_voxels(mask.grid, mask_name, image.grid, image.name);
    if (!map) return tl::unexpected(map.error());
    const Region region = map->region(mask.region);
    const auto values = read_region(image, region, progress);
    if (!values) return tl::unexpected(values.error());
    return reordered(*values, region, *map, mask);
}

std::string refusal(const MaskCrop& mask, std::int32_t label)
{
    std::vector<std::string> found;
    for (const std::int64_t other : mask.labels_found)
        found.push_back(std::to_string(other));
    return std::string(flag::label_not_in_mask) + ": no voxel has label " + std::to_string(label) +
           (found.empty() ? "; the mask is empty" : "; the mask holds " + joined(found, ", "));
}

}  // namespace

Result<MaskMeasurement> measure_mask(const MaskRequest& request)
{
    const auto side = image_side();
    if (!side) return tl::unexpected(side.error());
    const std::string mask_name = request.mask.string();

    tell(request.progress, "reading the mask", 0);
    const auto mask = (*side)->read_mask(request.mask, request.label);
    if (!mask) return tl::unexpected(mask.error());
    if (const auto checked = check_grid(mask->grid, mask_name); !checked) return tl::unexpected(checked.error());

    std::optional<ImageSource> image;
    if (!request.image.empty()) {
        auto opened = open_image(request.image, "", request.progress);
        if (!opened) return tl::unexpected(opened.error());
        if (const auto checked = check_grid(opened->grid, opened->name); !checked)
            return tl::unexpected(checked.error());
        image = std::move(*opened);
    }

    MaskMeasurement answer;
    answer.nodule_id = request.nodule_id.empty() ? std::to_string(request.label) : request.nodule_id;
    if (mask->inside.empty()) {
        if (image) {  // the wrong image is a fault even where there is nothing to measure
            const auto map = same_voxels(mask->grid, mask_name, image->grid, image->name);
            if (!map) return tl::unexpected(map.error());
        }
        answer.flags.push_back(refusal(*mask, request.label));
        return answer;
    }

    if (image) {
        const auto hu = values_under(*mask, mask_name, *image, request.progress);
        if (!hu) return tl::unexpected(hu.error());
        answer.density = density_values(*mask, *hu);
        bool all_finite = true;
        for_each_voxel(*mask, [&](const Index3& at) { all_finite &= std::isfinite((*hu)[mask->offset(at)]); });
        if (!all_finite) answer.flags.emplace_back(flag::no_value_inside_mask);
    }
    tell(request.progress, "measuring", 0);
    answer.shape = shape_values(*mask);
    answer.status = MeasurementStatus::measured;
    for (std::string& code : mask_flags(*mask))
        answer.flags.push_back(std::move(code));
    tell(request.progress, "measuring", 1);
    return answer;
}

}  // namespace nodtrack::imaging
