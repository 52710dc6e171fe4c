#include <algorithm>
#include <cmath>
#include <nodtrack/imaging/ct.hpp>

#include "density.hpp"
#include "loaded_ct.hpp"
#include "mask_crop.hpp"
#include "measured_seed.hpp"
#include "nodule/extent.hpp"
#include "nodule/segment_nodule.hpp"
#include "nodule/volume_error.hpp"
#include "shape.hpp"
#include "text.hpp"

namespace nodtrack::imaging {
namespace {

/// The voxel of a place, not whole.
Vector3 index_of(const Grid& grid, const Vector3& position_mm)
{
    const Vector3 from = difference(position_mm, grid.origin_mm);
    Vector3 index{};
    for (std::size_t a = 0; a < 3; ++a)
        index[a] = dot(from, grid.direction[a]) / grid.spacing_mm[a];
    return index;
}

bool is_inside(const Grid& grid, const Vector3& index)
{
    for (std::size_t a = 0; a < 3; ++a) {
        if (!(index[a] >= -0.5 && index[a] <= static_cast<double>(grid.size[a]) - 0.5)) return false;
    }
    return true;
}

/// The voxels whose centres lie in the model, cropped to what they fill. Where a nodule is so small that no centre
/// does, the one nearest to its centre.
MaskCrop mask_of(const Grid& grid, const Segmentation& found)
{
    const Neighbourhood& image = found.image;
    const NoduleModel& model = found.model;
    const bool by_region = found.region && found.region_weight >= 0.5;
    const auto is_inside = [&](std::int64_t i, std::int64_t j, std::int64_t k) {
        if (by_region) return found.region->holds(i, j, k);
        const Vector3 place = image.place(i, j, k);
        return length(difference(place, model.body.center)) < 3 * model.body.size_mm() && model.holds(place);
    };
    std::vector<Index3> voxels;
    for (std::int64_t k = 0; k < image.size[2]; ++k) {
        for (std::int64_t j = 0; j < image.size[1]; ++j) {
            for (std::int64_t i = 0; i < image.size[0]; ++i) {
                if (is_inside(i, j, k)) voxels.push_back({i, j, k});
            }
        }
    }
    if (voxels.empty()) {
        Index3 nearest{};
        for (std::size_t a = 0; a < 3; ++a)
            nearest[a] = std::clamp<std::int64_t>(std::llround(model.body.center[a] / image.spacing_mm[a]), 0,
                                                  image.size[a] - 1);
        voxels.push_back(nearest);
    }
    for (Index3& voxel : voxels) {
        Index3 turned{};
        for (std::size_t a = 0; a < 3; ++a)
            turned[image.axis[a]] = voxel[a] + image.first[image.axis[a]];
        voxel = turned;
    }
    MaskCrop mask;
    mask.grid = grid;
    Index3 last = voxels.front();
    mask.region.first = voxels.front();
    for (const Index3& voxel : voxels) {
        for (std::size_t a = 0; a < 3; ++a) {
            mask.region.first[a] = std::min(mask.region.first[a], voxel[a]);
            last[a] = std::max(last[a], voxel[a]);
        }
    }
    for (std::size_t a = 0; a < 3; ++a)
        mask.region.size[a] = last[a] - mask.region.first[a] + 1;
    mask.inside.assign(voxel_count(mask.region.size), 0);
    for (const Index3& voxel : voxels) {
        Index3 local{};
        for (std::size_t a = 0; a < 3; ++a)
            local[a] = voxel[a] - mask.region.first[a];
        mask.inside[mask.offset(local)] = 1;
    }
    return mask;
}

std::vector<float> values_under(const CtVolume& ct, const MaskCrop& mask)
{
    std::vector<float> values;
    values.reserve(mask.inside.size());
    const Region& box = mask.region;
    for (std::int64_t k = 0; k < box.size[2]; ++k) {
        for (std::int64_t j = 0; j < box.size[1]; ++j) {
            const std::int64_t row =
                box.first[0] + ct.grid.size[0] * (box.first[1] + j + ct.grid.size[1] * (box.first[2] + k));
            for (std::int64_t i = 0; i < box.size[0]; ++i)
                values.push_back(static_cast<float>(ct.hu[static_cast<std::size_t>(row + i)]));
        }
    }
    return values;
}

/// The density of the body itself: its voxels at the outline hold lung as well, so the mean is the model's.
DensityValues density_of(const Segmentation& found, const MaskCrop& mask, const std::vector<float>& hu)
{
    DensityValues density = density_values(mask, hu).value_or(DensityValues());
    const NoduleModel& model = found.model;
    const double core = std::min(1.0, found.core_volume_mm3 / found.volume_mm3);
    density.mean_hu = model.body_hu * (1 - core) + model.core_hu * core;
    density.attenuation = found.attenuation;
    switch (found.attenuation) {
        case AttenuationClass::solid:
            density.solid_volume_mm3 = found.volume_mm3;
            break;
        case AttenuationClass::part_solid:
            density.solid_volume_mm3 = found.core_volume_mm3;
            break;
        default:
            density.solid_volume_mm3 = 0;
    }
    return density;
}

/// Of the model, with what the region has beyond it: a lobe or a thick spicule counts.
SliceDiameters diameters_of(const Segmentation& found)
{
    if (!found.region) return section_diameters(found.model);
    const SliceDiameters& whole = found.region->diameters;
    if (found.region_weight >= 1) return whole;
    const SliceDiameters model = section_diameters(found.model);
    const double longer = whole.long_mm - model.long_mm;
    const double share = std::max(found.region_weight, found.length_weight * std::clamp(longer - 0.4, 0.0, 1.0));
    return {model.long_mm + share * longer, model.short_mm + share * (whole.short_mm - model.short_mm)};
}

/// Draws an axis out, or in, about its middle, to the length that is reported: the fit is finer than the mask.
void draw_to_length(std::array<Vector3, 2>& ends, double length_mm)
{
    double square = 0;
    for (std::size_t i = 0; i < 3; ++i)
        square += (ends[1][i] - ends[0][i]) * (ends[1][i] - ends[0][i]);
    if (!(square > 0)) return;
    const double factor = length_mm / std::sqrt(square);
    for (std::size_t i = 0; i < 3; ++i) {
        const double middle = (ends[0][i] + ends[1][i]) / 2;
        const double half = (ends[1][i] - ends[0][i]) / 2 * factor;
        ends[0][i] = middle - half;
        ends[1][i] = middle + half;
    }
}

std::vector<std::string> flags_of(const Segmentation& found, const MaskCrop& mask, double across_mm)
{
    std::vector<std::string> flags;
    for (const std::string& code : mask_flags(mask)) {
        // A mask so small has its own flags; that pieces are apart cannot be.
        if (code != flag::several_components) flags.push_back(code);
    }
    if (found.pleural_share > 0) flags.emplace_back(flag::touches_pleura);
    if (found.attached_share > 0.15) flags.emplace_back(flag::attached);
    if (found.misfit > 0.2) flags.emplace_back(flag::irregular);
    if (across_mm < 3 * found.image.spacing_mm[2]) flags.emplace_back(flag::thick_slices);
    if (found.kind_is_close) flags.emplace_back(flag::attenuation_uncertain);
    if (found.region && found.region->is_dome) flags.emplace_back(flag::wide_base);
    if (across_mm < MeasuringConstants().too_small_mm) flags.emplace_back(flag::too_small_to_tell);
    return flags;
}

}  // namespace

MeasuredSeed measure_seed_as(const Ct& ct, const Seed& seed, const std::optional<KnownNodule>& known)
{
    const CtVolume& volume = ct.loaded().volume;
    MeasuredSeed measured;
    SeedMeasurement& answer = measured.measurement;
    answer.values.nodule_id = seed.nodule_id;
    answer.values.slice_thickness_mm = ct.loaded().facts.slice_thickness_mm;
    const Vector3 index = index_of(volume.grid, seed.position_mm);
    if (!is_inside(volume.grid, index)) {
        answer.values.flags.push_back(std::string(flag::seed_outside_image) + ": " + text_of(seed.position_mm) +
                                      " mm lies outside the image; give DICOM patient coordinates (LPS)");
        return measured;
    }
    const auto found = segment_nodule(volume, ct.loaded().spread, index, known);
    if (!found) {
        answer.values.flags.push_back(found.error().code + ": " + found.error().detail);
        return measured;
    }

    const MaskCrop mask = mask_of(volume.grid, *found);
    ShapeValues shape = shape_values(mask);
    const SliceDiameters diameters = diameters_of(*found);
    if (!found->region || found->region_weight < 0.5)
        shape.center_mm = position_mm(volume.grid, found->image.volume_index(found->model.body.center));
    shape.volume_mm3 = found->volume_mm3;
    shape.volume_ci95_mm3 = volume_ci95_mm3(*found);
    shape.repeated_volume_ci95_mm3 = repeated_volume_ci95_mm3(*found);
    shape.volume_method = VolumeMethod::partial_volume;
    shape.long_axis_mm = diameters.long_mm;
    shape.short_axis_mm = diameters.short_mm;
    shape.mean_diameter_mm = (diameters.long_mm + diameters.short_mm) / 2;
    draw_to_length(shape.long_axis_ends_mm, shape.long_axis_mm);
    draw_to_length(shape.short_axis_ends_mm, shape.short_axis_mm);

    measured.kinds = found->kinds;
    measured.body_hu = found->model.body_hu;
    answer.values.status = MeasurementStatus::measured;
    answer.values.density = density_of(*found, mask, values_under(volume, mask));
    answer.values.flags = flags_of(*found, mask, shape.short_axis_mm);
    if (found->pleural_share > 0 && answer.values.density->mean_hu > MeasuringConstants().bone_hu)
        answer.values.flags.push_back(std::string(flag::may_be_rib) +
                                      ": it is as dense as bone and lies on the chest wall; look whether it is a rib");
    answer.values.shape = shape;
    answer.mask = {mask.region.first, mask.region.size, mask.inside};
    return measured;
}

SeedMeasurement measure_seed(const Ct& ct, const Seed& seed)
{
    return measure_seed_as(ct, seed, std::nullopt).measurement;
}

}  // namespace nodtrack::imaging
