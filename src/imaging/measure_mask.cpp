#include <nodtrack/imaging/measure_mask.hpp>

#include <cmath>
#include <iterator>

#include "density.hpp"
#include "image_source.hpp"
#include "itk_plugin.hpp"
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

/// Puts the mask on the voxels of the whole image, where it holds but some of them.
AxisMap put_on_image(MaskCrop& mask, const Grid& image, const AxisMap& map)
{
    const Lattice lattice = lattice_of(mask.grid, image, map);
    AxisMap whole = map;
    for (std::size_t i = 0; i < 3; ++i) {
        mask.region.first[i] += lattice.first[i];
        whole.first[map.axis[i]] = map.flipped[i] ? image.size[map.axis[i]] - 1 : 0;
    }
    mask.grid = lattice.grid;
    return whole;
}

/// Counts the voxels of a mask that holds shares by them.
void count_by_shares(const MaskCrop& mask, ShapeValues& shape)
{
    if (!mask.shares) return;
    double voxels = 0;
    for_each_voxel(mask, [&](const Index3&) { ++voxels; });
    const double by = *mask.shares / voxels;
    shape.volume_mm3 *= by;
    for (double& limit : shape.volume_ci95_mm3)
        limit *= by;
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

Result<MaskAnswer> measure_mask_and_scan(const MaskRequest& request)
{
    const auto side = itk_plugin();
    if (!side) return tl::unexpected(side.error());
    const std::string mask_name = request.mask.string();

    tell(request.progress, "reading the mask", 0);
    auto mask = (*side)->read_mask(request.mask, {request.label, request.segment});
    if (!mask) return tl::unexpected(mask.error());
    if (const auto checked = check_grid(mask->grid, mask_name); !checked) return tl::unexpected(checked.error());

    MaskAnswer answer;
    MaskMeasurement& measured = answer.measurement;
    std::optional<ImageSource> image;
    AxisMap map;
    if (!request.image.empty()) {
        auto opened = open_image(request.image, {request.series, request.acquisition}, request.progress);
        if (!opened) return tl::unexpected(opened.error());
        if (const auto checked = check_grid(opened->grid, opened->name); !checked)
            return tl::unexpected(checked.error());
        const auto found = same_voxels(mask->grid, mask_name, opened->grid, opened->name);
        if (!found) return tl::unexpected(found.error());
        map = put_on_image(*mask, opened->grid, *found);
        answer.facts = opened->facts;
        answer.notes = opened->notes;
        measured.slice_thickness_mm = opened->facts.slice_thickness_mm;
        image = std::move(*opened);
    }

    measured.nodule_id = !request.nodule_id.empty() ? request.nodule_id
                         : !request.segment.empty() ? request.segment
                                                    : std::to_string(request.label);
    if (mask->inside.empty()) {
        measured.flags.push_back(refusal(*mask, request.label));
        std::move(mask->flags.begin(), mask->flags.end(), std::back_inserter(measured.flags));
        return answer;
    }

    if (image) {
        const Region region = map.region(mask->region);
        const auto values = read_region(*image, region, request.progress);
        if (!values) return tl::unexpected(values.error());
        const auto hu = reordered(*values, region, map, *mask);
        measured.density = density_values(*mask, hu);
        bool all_finite = true;
        for_each_voxel(*mask, [&](const Index3& at) { all_finite &= std::isfinite(hu[mask->offset(at)]); });
        if (!all_finite) measured.flags.emplace_back(flag::no_value_inside_mask);
    }
    tell(request.progress, "measuring", 0);
    measured.shape = shape_values(*mask);
    count_by_shares(*mask, *measured.shape);
    measured.status = MeasurementStatus::measured;
    for (std::string& code : mask_flags(*mask))
        measured.flags.push_back(std::move(code));
    std::move(mask->flags.begin(), mask->flags.end(), std::back_inserter(measured.flags));
    tell(request.progress, "measuring", 1);
    return answer;
}

Result<MaskMeasurement> measure_mask(const MaskRequest& request)
{
    auto answer = measure_mask_and_scan(request);
    if (!answer) return tl::unexpected(answer.error());
    return std::move(answer->measurement);
}

}  // namespace nodtrack::imaging
