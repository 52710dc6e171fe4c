#include <nodtrack/imaging/measure_mask.hpp>

#include <cmath>
#include <iterator>

#include "density.hpp"
#include "image_source.hpp"
#include "read_mask.hpp"
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

/// What is meant, by the name under which it was asked for.
std::string name_of(const MaskRequest& request)
{
    if (!request.nodule_id.empty()) return request.nodule_id;
    if (!request.segment.empty()) return request.segment;
    return !request.roi.empty() ? request.roi : std::to_string(request.label.value_or(1));
}

std::string what_is_meant(const MaskRequest& request)
{
    const std::string& named = request.segment.empty() ? request.roi : request.segment;
    return named.empty() ? "has label " + std::to_string(request.label.value_or(1))
                         : "is inside '" + printable(named) + "'";
}

std::string refusal(const MaskCrop& mask, const MaskRequest& request)
{
    std::vector<std::string> found;
    for (const std::int64_t other : mask.labels_found)
        found.push_back(std::to_string(other));
    return std::string(flag::label_not_in_mask) + ": no voxel " + what_is_meant(request) +
           (found.empty() ? "; the mask is empty" : "; the mask holds " + joined(found, ", "));
}

}  // namespace

Result<MaskAnswer> measure_mask_and_scan(const MaskRequest& request)
{
    const std::string mask_name = request.mask.string();
    std::optional<ImageSource> image;
    if (!request.image.empty()) {
        auto opened = open_image(request.image, {request.series, request.acquisition}, request.progress);
        if (!opened) return tl::unexpected(opened.error());
        if (const auto checked = check_grid(opened->grid, opened->name); !checked)
            return tl::unexpected(checked.error());
        image = std::move(*opened);
    }
    tell(request.progress, "reading the mask", 0);
    auto mask = read_mask(request, image ? &*image : nullptr);
    if (!mask) return tl::unexpected(mask.error());
    if (const auto checked = check_grid(mask->grid, mask_name); !checked) return tl::unexpected(checked.error());

    MaskAnswer answer;
    MaskMeasurement& measured = answer.measurement;
    AxisMap map;
    if (image) {
        const auto found = same_voxels(mask->grid, mask_name, image->grid, image->name);
        if (!found) return tl::unexpected(found.error());
        map = put_on_image(*mask, image->grid, *found);
        answer.facts = image->facts;
        answer.notes = image->notes;
        measured.slice_thickness_mm = image->facts.slice_thickness_mm;
    }

    measured.nodule_id = name_of(request);
    if (mask->inside.empty()) {
        measured.flags.push_back(refusal(*mask, request));
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
