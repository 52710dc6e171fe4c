#include "modelled.hpp"

#include <algorithm>
#include <numbers>

#include "../text.hpp"
#include "extent.hpp"

namespace nodtrack::imaging {
namespace {

/// The pleura that a large nodule stands on: the surface fitted round what a nodule would hide, seen in the direction
/// that is left when tissue is opened by larger and larger balls (a thin chest wall does not stand the largest).
/// Absent where the click lies behind that, too.
std::optional<std::pair<PleuraSeen, Pleura>> pleura_beyond_large_nodule(const Neighbourhood& image,
                                                                        const Vector3& click,
                                                                        const PleuraSeen& seen_first, double lung_hu)
{
    constexpr double outer_mm = 17;
    constexpr double clearly_inside_mm = 0.3;
    constexpr double deepest_mm = 9;
    std::vector<PleuraSeen> directions;
    for (const double opening : {largest_opening_mm, 10.0, 8.5}) {
        if (const auto seen = seen_pleura(image, click, opening)) directions.push_back(*seen);
    }
    directions.push_back(seen_first);
    for (const double inner_mm : {8.5, 7.0}) {
        for (const PleuraSeen& seen : directions) {
            const auto surface = fitted_pleura(image, click, seen, inner_mm, outer_mm, lung_hu);
            if (!surface) continue;
            const double depth = surface->depth_mm(click);
            if (depth <= -clearly_inside_mm && depth > -deepest_mm)
                return std::pair{PleuraSeen{seen.outward, -depth}, *surface};
        }
    }
    return std::nullopt;
}

/// A place outside a vessel, as near to another as may be.
Vector3 clear_of(const std::optional<Vessel>& vessel, const Vector3& place)
{
    constexpr double clear_mm = 0.6;
    if (!vessel || !vessel->holds(place, clear_mm)) return place;
    const Vessel::View view = vessel->view(place);
    return along(place, vessel->outward(view), vessel->radius_mm() + clear_mm - view.distance_mm);
}

/// A stretch of vessel: what was fitted goes on at two opposite ends, about as thick as it is.
bool is_vessel(const Neighbourhood& image, const Vector3& center, double size, const std::optional<Pleura>& pleura,
               double level)
{
    constexpr double as_thick = 0.75;
    const auto thickness = [&](const Vector3& at, const Vector3& axis) {
        const Vector3 any = std::abs(axis[0]) < 0.7 ? Vector3{1, 0, 0} : Vector3{0, 1, 0};
        const Vector3 flat = along(any, axis, -dot(any, axis));
        const Vector3 side = scaled(flat, 1 / length(flat));
        const Vector3 other = cross(axis, side);
        // Half the mean chord through the place, which need not be the middle.
        double chords = 0;
        constexpr int ways = 12;
        for (int i = 0; i < ways; ++i) {
            const double turn = i * 2 * std::numbers::pi / ways;
            const Vector3 way = along(scaled(side, std::cos(turn)), other, std::sin(turn));
            double r = 0;
            while (r < 2 * size + 1 && image.value(along(at, way, r)) > level)
                r += 0.3;
            chords += r;
        }
        return chords / ways;
    };
    for (const Vector3& axis : even_directions(600)) {
        if (axis[2] < 0) continue;  // each line once
        bool goes_on = true;
        for (double s = 0.5; s < 2 * size + 3 && goes_on; s += 0.5) {
            for (const double t : {s, -s}) {
                const Vector3 place = along(center, axis, t);
                goes_on &= image.value(place) > level && !(pleura && pleura->depth_mm(place) > -0.5);
            }
        }
        if (!goes_on) continue;
        const double own = thickness(center, axis);
        const double far = 1.3 * size + 2;
        if (thickness(along(center, axis, far), axis) > as_thick * own &&
            thickness(along(center, axis, -far), axis) > as_thick * own)
            return true;
    }
    return false;
}

double mean_misfit(const NoduleFit& fit, double lung_hu)
{
    double squares = 0;
    double count = 0;
    for (const auto& voxel : fit.voxels()) {
        if (voxel.inside < 0.03) continue;
        squares += square(std::min(std::abs(voxel.residual), 300.0));
        ++count;
    }
    return count > 0 ? std::sqrt(squares / count) / std::abs(fit.model.body_hu - lung_hu) : 0;
}

/// How far outside half the density the outline of a solid nodule is drawn: where it is softer than the scan's blur,
/// tissue thins out, and readers take that in; where it is denser than soft tissue, half its density lies farther in
/// than that of soft tissue.
double outline_shift_mm(const NoduleModel& model, const Scene& scene)
{
    const MeasuringConstants& c = scene.constants;
    constexpr double sharp_blur_mm = 0.52;
    const double spacing = scene.image.spacing_mm[0];
    const double sharp =
        knows_blur(scene) ? scene.spread.in_slice_mm : std::sqrt(square(sharp_blur_mm) + square(spacing) / 11);
    const double blur = std::exp(model.log_blur_in_slice);
    double shift = std::min(c.soft_most_mm, c.soft_share * std::max(0.0, blur - c.soft_from * sharp));
    if (model.body_hu > c.dense_body_hu) {
        const double half_of_soft_tissue = 0.5 * (c.soft_tissue_hu - model.lung_hu) / (model.body_hu - model.lung_hu);
        // The Gaussian's quantile by a logistic curve, within 2 % of the blur from 0.2 to 0.5.
        shift += c.dense_share * blur * std::log(1 / half_of_soft_tissue - 1) / 1.65;
    }
    return shift;
}

Segmentation segmentation_of(Hypothesis& found, const Scene& scene)
{
    NoduleFit& fit = *found.fit;
    fit.outlier_hu = 3 * scene.lung.noise_hu + 0.04 * std::abs(fit.model.body_hu - fit.model.lung_hu);
    fit.take_voxels(3.5);
    fit.evaluate();

    Segmentation s;
    s.model = fit.model;
    s.noise_hu = scene.lung.noise_hu;
    const bool bright_glass = found.kind == AttenuationClass::ground_glass && fit.model.body_hu > -300;
    s.attenuation = bright_glass ? AttenuationClass::solid : found.kind;
    s.misfit = mean_misfit(fit, scene.lung.hu);

    double hidden = 0;
    double edge = 0;
    for (const auto& voxel : fit.voxels()) {
        const double here = voxel.inside * (1 - voxel.inside) * (1 - voxel.behind_pleura);
        edge += here;
        hidden += here * (1 - std::min(1.0, voxel.weight));
    }
    s.attached_share = edge > 0 ? hidden / edge : 0;

    const Extent extent = extent_of(fit.model);
    s.volume_sd_mm3 = std::sqrt(std::max(0.0, fit.variance_of(extent.volume_gradient)));
    s.volume_gradient = extent.volume_gradient;
    if (s.attenuation == AttenuationClass::solid)
        s.model.body.coefficients[0] += std::log1p(outline_shift_mm(s.model, scene) / s.model.body.size_mm());
    const Extent drawn = extent_of(s.model);
    s.volume_mm3 = drawn.volume_mm3;
    s.core_volume_mm3 = drawn.core_volume_mm3;
    s.pleural_share = drawn.pleural_share;
    return s;
}

}  // namespace

tl::unexpected<SegmentationRefusal> refused(const char* code, const std::string& detail)
{
    return tl::unexpected(SegmentationRefusal{code, detail});
}

tl::unexpected<SegmentationRefusal> refused_in_tissue(double hu)
{
    if (hu > 200)
        return refused(flag::seed_in_bone,
                       "the click is at " + text_of(std::round(hu)) + " HU, in bone; click a nodule in the lung");
    return refused(flag::seed_in_soft_tissue,
                   "the click is inside the chest wall, mediastinum or another large soft tissue; click a nodule "
                   "in the lung or on its surface");
}

tl::expected<Segmentation, SegmentationRefusal> modelled(const Setting& setting, const EdgeSpread& spread,
                                                         const std::optional<KnownNodule>& known,
                                                         const MeasuringConstants& constants)
{
    constexpr double shallow_mm = 1.3;
    constexpr double pleura_reach_mm = 14;
    constexpr double deep_mm = 2;
    constexpr double air_below_hu = -935;
    Neighbourhood image = setting.image;
    const Vector3& click = setting.place;
    const double here = setting.here_hu;
    const std::optional<Lung> lung = setting.lung;

    Scene scene{image,
                click,
                *lung,
                spread,
                seen_pleura(image, click),
                std::nullopt,
                std::nullopt,
                known ? known->glass_hu : std::nullopt,
                constants};
    if (scene.pleura_seen) {
        if (scene.pleura_seen->distance_mm < pleura_reach_mm)
            scene.pleura = fitted_pleura(image, click, *scene.pleura_seen, 0,
                                         std::min(11.0, scene.pleura_seen->distance_mm + 9), lung->hu);
        const bool is_deep =
            scene.pleura_seen->distance_mm <= -deep_mm || (scene.pleura && scene.pleura->depth_mm(click) > shallow_mm);
        if (is_deep) {
            const auto beyond = pleura_beyond_large_nodule(image, click, *scene.pleura_seen, lung->hu);
            if (!beyond) return refused_in_tissue(here);
            scene.pleura_seen = beyond->first;
            scene.pleura = beyond->second;
        }
    }

    // Beside the chest wall, what is much brighter than the click is a rib, or the click is in one.
    constexpr double bone_hu = 200;
    constexpr double rib_mm = 3;
    constexpr double rim_mm = 1.3;
    constexpr double ribs_within_mm = 16;
    if (scene.pleura_seen && scene.pleura_seen->distance_mm < ribs_within_mm) {
        if (here < bone_hu)
            image.mark_bone(bone_hu, rim_mm);
        else if (is_vessel(image, click, rib_mm, std::nullopt, bone_hu))
            return refused_in_tissue(here);
    }

    const Vector3 peak = brightest_near(image, click, scene.pleura);
    const double peak_hu = local_mean(image, peak);
    if (peak_hu < lung->hu + std::max(90.0, 3 * lung->noise_hu)) {
        if (here < air_below_hu)
            return refused(flag::seed_in_air,
                           "the click is in air (" + text_of(std::round(here)) + " HU); click a nodule in the lung");
        return refused(flag::no_nodule_at_seed, "nothing denser than lung lies within 1.6 mm of the click (" +
                                                    text_of(std::round(peak_hu)) + " HU at most, lung " +
                                                    text_of(std::round(lung->hu)) + " HU); click on the nodule");
    }

    Vector3 start = click;
    if (scene.pleura) {
        const double depth = scene.pleura->depth_mm(click);
        if (depth > -1) start = along(click, scene.pleura->outward, -(depth + 1));
    }
    const auto sphere_at = [&](double level) {
        const auto around = [&](const Vector3& from) {
            return first_sphere(image, clear_of(scene.vessel, from), level, scene.pleura, scene.vessel);
        };
        auto sphere = around(start);
        if (!sphere || sphere->agreement < 0.12 || image.value(sphere->center) < level - 150) {
            const auto from_peak = around(peak);
            if (from_peak && (!sphere || from_peak->agreement > sphere->agreement)) sphere = from_peak;
        }
        return sphere;
    };
    const double dense_level = 0.5 * (lung->hu + std::min(peak_hu, 40.0));
    const double faint_level = lung->hu + std::min(140.0, 0.5 * (peak_hu - lung->hu));
    std::optional<FirstSphere> dense_sphere;
    if (peak_hu > -350) dense_sphere = sphere_at(dense_level);
    auto faint_sphere = sphere_at(faint_level);
    if (!dense_sphere && !faint_sphere)
        return refused(flag::seed_in_soft_tissue,
                       "what lies at the click has no end within 20 mm; click a nodule in the lung or on its surface");

    auto list = hypotheses(scene, dense_sphere, faint_sphere, peak_hu);
    constexpr double largest_beside_vessel_mm = 4.5;
    if (dense_sphere && dense_sphere->agreement < 0.85 && dense_sphere->radius_mm < largest_beside_vessel_mm) {
        scene.vessel =
            seen_vessel(image, click, dense_sphere->radius_mm, lung->hu, std::clamp(peak_hu, 20.0, 60.0), scene.pleura);
        if (scene.vessel) {
            dense_sphere = sphere_at(dense_level);
            faint_sphere = sphere_at(faint_level);
            for (Hypothesis& beside : hypotheses(scene, dense_sphere, faint_sphere, peak_hu))
                list.push_back(std::move(beside));
        }
    }
    Hypothesis* best = best_of(list, scene);
    if (best == nullptr)
        return refused(flag::no_stable_outline,
                       "no outline of a nodule fits what lies at the click; click nearer to its centre, or draw a mask "
                       "and give it with --mask");
    const std::vector<KindCost> kinds = kinds_of(list, best->unexplained);
    if (known) best = best_as(list, known->kind, best);
    if (share_in_bone(image, best->fit->model) > 0.7)
        return refused(flag::seed_in_bone,
                       "a rib hides most of what lies at the click; draw a mask and give it with --mask");
    Segmentation found = segmentation_of(*best, scene);
    found.kinds = kinds;
    found.kind_is_close = std::any_of(kinds.begin(), kinds.end(), [&](const KindCost& k) {
        return k.kind != best->kind && k.more_unexplained < constants.kind_is_close;
    });
    for (const Hypothesis& other : list) {
        // Thick slices leave less to tell kinds apart by than the sum of squares makes believe.
        constexpr double ruled_out = 18;
        constexpr double thin_slice_mm = 1.25;
        const double too_much = ruled_out * std::clamp(image.spacing_mm[2] / thin_slice_mm, 1.0, 2.0);
        if (&other != best && other.unexplained < best->unexplained + too_much)
            found.other_volumes_mm3.push_back(extent_of(other.fit->model).volume_mm3);
    }
    // (A stretch of vessel is sometimes explained as a core with a rim, too.)
    if (!found.model.vessel && found.attenuation != AttenuationClass::ground_glass && found.attached_share > 0.1 &&
        is_vessel(image, found.model.body.center, found.model.body.size_mm(), found.model.pleura,
                  0.5 * (lung->hu + std::min(peak_hu, 40.0))))
        return refused(flag::seed_in_vessel,
                       "what lies at the click goes on to both sides as thick as it is, like a vessel; click a nodule");
    found.image = std::move(image);
    return found;
}

}  // namespace nodtrack::imaging
