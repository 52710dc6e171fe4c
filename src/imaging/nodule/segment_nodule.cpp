#include "segment_nodule.hpp"

#include <algorithm>

#include "body_region.hpp"
#include "modelled.hpp"

namespace nodtrack::imaging {
namespace {

/// Whether a region is a nodule's that the click means.
bool is_meant(const BodyRegion& region, const Vector3& click, const MeasuringConstants& constants)
{
    const double radius = region.equivalent_radius_mm();
    const double off = length(difference(region.thickest, click));
    const bool is_rib = region.body_hu > constants.bone_hu && region.cut_share > 0;
    return !is_rib && radius < constants.largest_mm && off < std::max(constants.click_mm, radius + 1) &&
           region.cut_share < constants.most_cut_share;
}

/// Whether a click lies in the inner part of an outline.
bool is_round(const Segmentation& outline, const Vector3& click, const MeasuringConstants& constants)
{
    return outline.model.body.share(click) < constants.inner_share;
}

/// How far the voxels' body replaces the model's: where the model leaves out lobes, or took in what is none.
double region_weight(const Segmentation& modelled_nodule, const BodyRegion& region, const MeasuringConstants& constants)
{
    if (modelled_nodule.attenuation != AttenuationClass::solid) return 0;
    const double more = std::log(region.volume_mm3 / modelled_nodule.volume_mm3);
    const double differs = std::max(smooth_step(more, 0.05, 0.15), smooth_step(-more, 0.25, 0.5));
    const double radius = region.equivalent_radius_mm();
    const double is_large = smooth_step(radius, constants.mixed_from_mm, constants.mixed_to_mm);
    const double parted = 1 - smooth_step(modelled_nodule.pleural_share, 0.03, 0.1);
    return differs * is_large * parted;
}

Segmentation segmentation_of(BodyRegion region, Setting&& setting, const MeasuringConstants& constants)
{
    Segmentation s;
    s.noise_hu = setting.lung->noise_hu;
    s.attached_share = region.cut_share;
    // A neck wider than a vessel is the wall, and the outline there a guess at the pleura.
    if (region.is_dome || (region.cut_mm > constants.wall_neck_mm &&
                           region.cut_mm > 1.2 * constants.thinnest_share * region.thickness_mm))
        s.pleural_share = region.cut_share;
    s.volume_mm3 = region.volume_mm3;
    s.volume_sd_mm3 = 0.02 * region.volume_mm3;
    s.core_volume_mm3 = 0;
    s.model.body.center = region.thickest;
    s.model.body.coefficients[0] = std::log(region.equivalent_radius_mm());
    s.model.body_hu = region.body_hu;
    s.model.lung_hu = setting.lung->hu;
    s.kinds = {{AttenuationClass::solid, 0}};
    s.region_weight = 1;
    s.region = std::move(region);
    s.image = std::move(setting.image);
    return s;
}

/// A body that was cut off the wall over much of its surface may be the wall. Where a smooth outline fits at the click
/// that is far smaller, it is the nodule.
std::optional<Segmentation> small_body_at_click(const CtVolume& ct, const EdgeSpread& spread, const Vector3& index,
                                                const std::optional<KnownNodule>& known, const BodyRegion& region,
                                                const MeasuringConstants& constants)
{
    const Setting setting = setting_at(ct, index);
    if (!setting.lung) return std::nullopt;
    auto found = modelled(setting, spread, known, constants);
    if (!found || found->volume_mm3 * constants.wall_over_nodule > region.volume_mm3) return std::nullopt;
    found->region_weight = 0;
    return std::move(*found);
}

/// Whether an outline is that of a rib which the click lies beside: bone at the wall, where the click is in none. (A
/// nodule that is ossified to its rim is clicked in its bone.)
bool is_rib_beside(const Segmentation& outline, double clicked_hu, const MeasuringConstants& constants)
{
    return clicked_hu < constants.bone_hu && outline.model.body_hu > constants.bone_hu && outline.pleural_share > 0;
}

tl::expected<Segmentation, SegmentationRefusal> outlined(const CtVolume& ct, const EdgeSpread& spread,
                                                         const Vector3& index, const std::optional<KnownNodule>& known,
                                                         const MeasuringConstants& constants)
{
    constexpr double air_below_hu = -935;
    Setting setting = setting_at(ct, index);
    if (!setting.lung) {
        if (setting.here_hu < air_below_hu)
            return refused(flag::seed_in_air, "the click is in air outside the lungs; click a nodule in the lung");
        return refused_in_tissue(setting.here_hu);
    }

    const bool may_be_faint = known && known->kind != AttenuationClass::solid;
    // From the middle of the body, wherever in it the click fell.
    auto region = body_region(setting.image, setting.place, setting.lung->hu, constants);
    if (region && !is_meant(*region, setting.place, constants)) region.reset();
    if (region) {
        Setting again = setting_at(ct, setting.image.volume_index(region->thickest));
        if (again.lung) {
            auto same = body_region(again.image, again.place, again.lung->hu, constants);
            if (same && is_meant(*same, again.place, constants)) {
                setting = std::move(again);
                region = std::move(same);
            }
        }
    }
    if (region && !may_be_faint && region->cut_share > constants.doubtful_cut_share) {
        if (auto small = small_body_at_click(ct, spread, index, known, *region, constants)) return std::move(*small);
    }
    if (region && region->equivalent_radius_mm() > constants.alone_from_mm && !may_be_faint)
        return segmentation_of(std::move(*region), std::move(setting), constants);

    auto found = modelled(setting, spread, known, constants);
    const bool is_elsewhere = !found || !is_round(*found, setting.image.place_of(index), constants);
    if (is_elsewhere && region && region->equivalent_radius_mm() < constants.mixed_from_mm) {
        // The middle of what is dense may be that of a vessel with a small nodule beside it, which the click meant.
        Setting clicked = setting_at(ct, index);
        auto as_clicked = modelled(clicked, spread, known, constants);
        if (as_clicked && (!found || is_round(*as_clicked, clicked.place, constants))) {
            found = std::move(as_clicked);
            setting = std::move(clicked);
            region.reset();
        }
    }
    for (int round = 0; round < 2 && !region && found; ++round) {
        const Vector3 off = difference(found->model.body.center, setting.place);
        if (length(off) < 0.25) break;
        Setting next = setting_at(ct, found->image.volume_index(found->model.body.center));
        if (!next.lung) break;
        auto again = modelled(next, spread, known, constants);
        // What is meant is round the click: an outline that has wandered from it is that of something beside it.
        if (!again || !is_round(*again, next.image.place_of(index), constants)) break;
        setting = std::move(next);
        found = std::move(again);
    }
    if (!found && !region && !may_be_faint) {
        region = dome_region(setting.image, setting.place, setting.lung->hu, constants);
        if (region && !is_meant(*region, setting.place, constants)) region.reset();
    }
    if (!region) return found;
    if (!found) {
        if (region->equivalent_radius_mm() < constants.alone_if_refused_mm || may_be_faint) return found;
        return segmentation_of(std::move(*region), std::move(setting), constants);
    }
    found->region_weight = may_be_faint ? 0 : region_weight(*found, *region, constants);
    if (found->attenuation == AttenuationClass::solid) {
        const double radius = region->equivalent_radius_mm();
        found->length_weight = smooth_step(radius, constants.mixed_from_mm, constants.mixed_to_mm) *
                               (1 - smooth_step(found->pleural_share, 0.03, 0.1));
        const double modelled_volume = found->volume_mm3;
        found->volume_mm3 *= std::pow(region->volume_mm3 / modelled_volume, found->region_weight);
        found->core_volume_mm3 = 0;
        found->region = std::move(region);
    }
    return found;
}

}  // namespace

tl::expected<Segmentation, SegmentationRefusal> segment_nodule(const CtVolume& ct, const EdgeSpread& spread,
                                                               const Vector3& index,
                                                               const std::optional<KnownNodule>& known)
{
    const MeasuringConstants constants;
    auto found = outlined(ct, spread, index, known, constants);
    if (found && is_rib_beside(*found, setting_at(ct, index).here_hu, constants))
        return refused(
            flag::seed_in_bone,
            "the outline at the click is that of a rib beside it; click nearer to the nodule's centre, or draw "
            "a mask and give it with --mask");
    return found;
}

}  // namespace nodtrack::imaging
