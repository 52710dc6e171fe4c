#include <algorithm>

#include "extent.hpp"
#include "hypothesis.hpp"

namespace nodtrack::imaging {
namespace {

/// How much of a body lies where `holds(place)`.
template <class Holds>
double share_of_body(const NoduleModel& model, Holds holds)
{
    constexpr std::size_t places = 60;
    double inside = 0;
    for (const Vector3& direction : even_directions(places)) {
        const double radius = model.body.radius_mm(direction);
        for (const double share : {0.4, 0.65, 0.85, 0.97})  // shells of about equal volume
            inside += holds(along(model.body.center, direction, share * radius)) ? 1 : 0;
    }
    return inside / (4 * places);
}

/// How much of a body lies in the vessel beside it.
double share_in_vessel(const NoduleModel& model)
{
    return share_of_body(model, [&](const Vector3& place) { return model.vessel->holds(place, 0); });
}

/// What the voxels say of the rim between a core and its body's outline, clear of both by some of the blur.
struct RimSeen {
    double voxels = 0;
    double unlike_share = 0;  ///< of them, far from the rim's density
    double lung_share = 0;    ///< of them, nearer to lung than to the rim
};

RimSeen rim_seen(const NoduleFit& fit, double noise_hu)
{
    constexpr double clear_of_edges = 0.4;  // of the blur
    constexpr double clear_of_pleura_mm = 0.5;
    const NoduleModel& model = fit.model;
    const double clear_mm = clear_of_edges * std::exp(model.log_blur_in_slice);
    RimSeen rim;
    for (const auto& voxel : fit.voxels()) {
        if (model.pleura && model.pleura->depth_mm(voxel.place) > -clear_of_pleura_mm) continue;
        if ((1 - model.body.share(voxel.place)) * model.body.size_mm() < clear_mm) continue;
        if ((model.core->share(voxel.place) - 1) * model.core->size_mm() < clear_mm) continue;
        ++rim.voxels;
        if (std::abs(voxel.residual) > 3 * noise_hu + 30) ++rim.unlike_share;
        if (voxel.residual < -0.5 * (model.body_hu - model.lung_hu)) ++rim.lung_share;
    }
    if (rim.voxels > 0) {
        rim.unlike_share /= rim.voxels;
        rim.lung_share /= rim.voxels;
    }
    return rim;
}

/// Whether a fit went somewhere a nodule cannot be.
bool is_impossible(const Hypothesis& hypothesis, const Scene& scene)
{
    const NoduleModel& model = hypothesis.fit->model;
    if (model.vessel && (share_in_vessel(model) > 0.6 || !(model.vessel->radius_mm() < 4))) return true;
    const double start = hypothesis.fit->start().radius_mm;
    const double size = model.body.size_mm();
    double widest = 0;
    double narrowest = 1e9;
    for (const Vector3& direction : even_directions(64)) {
        const double radius = model.body.radius_mm(direction);
        widest = std::max(widest, radius);
        narrowest = std::min(narrowest, radius);
    }
    if (!(size > 0.6 && size < 18) || widest > 3.2 * narrowest) return true;
    if (size > 1.8 * start + 0.5 || widest > 2.2 * start + 1) return true;
    if (length(difference(model.body.center, scene.click)) > size + 1) return true;
    const double noise = scene.lung.noise_hu;
    if (hypothesis.kind == AttenuationClass::ground_glass)
        return model.body_hu < scene.lung.hu + std::max(100.0, 4 * noise);
    if (hypothesis.kind != AttenuationClass::part_solid) return false;
    const double core = model.core->size_mm();
    const double thickest =
        knows_blur(scene) ? scene.constants.thickest_core_share_blur_known : scene.constants.thickest_core_share;
    return model.body_hu > -300 || model.body_hu < scene.lung.hu + std::max(120.0, 3 * noise) ||
           core > thickest * size || core < 0.5;
}

/// What a hypothesis leaves unexplained: half the squared residuals in units of what is expected of them (noise, and
/// 3.5 % of the contrast for what the model leaves out), bounded, since vessels are nobody's fault; the distance
/// from what is expected of the parameters; and a price for a second body.
double unexplained(Hypothesis& hypothesis, const Scene& scene)
{
    constexpr double most_if_brighter = 5;
    constexpr double most_if_darker = 12;
    constexpr double model_error = 0.035;
    NoduleFit& fit = *hypothesis.fit;
    fit.evaluate();
    double total = 0;
    for (const auto& voxel : fit.voxels()) {
        const double own = model_error * std::max(0.0, voxel.hu - scene.lung.hu);
        const double error = square(voxel.residual) / (square(scene.lung.noise_hu) + square(own));
        total += 0.5 * std::min(error, voxel.residual > 0 ? most_if_brighter : most_if_darker);
    }
    for (std::size_t i = 0; i < fit.expected.size(); ++i) {
        const Expectation& e = fit.expected[i];
        if (e.spread > 0) total += square((fit.parameter(i) - e.mean) / e.spread);
    }
    if (hypothesis.kind == AttenuationClass::part_solid) {
        const MeasuringConstants& c = scene.constants;
        constexpr double thin_rim_mm = 0.6;  // thinner than what blur and lobulation of a solid nodule make up
        total += knows_blur(scene) ? c.second_body : c.second_body_blur_unknown;
        if (fit.model.body.size_mm() - fit.model.core->size_mm() < thin_rim_mm) total += 25;
        const double rim_share = 1 - fit.model.core->size_mm() / fit.model.body.size_mm();
        double rim_price = c.per_rim_share * std::max(0.0, c.usual_rim_share - rim_share);
        rim_price += c.per_dense_rim_hu * std::max(0.0, fit.model.body_hu - c.densest_rim_hu);
        rim_price += c.per_faint_rim_hu * std::max(0.0, c.faintest_rim_hu - fit.model.body_hu);
        // Where the blur is known, what it does to a solid nodule's outline is part of the model, and is no rim.
        total += knows_blur(scene) ? c.rim_prices_blur_known * rim_price : rim_price;
        // A rim is even: where it is lung here and vessel there, it is none.
        const RimSeen rim = rim_seen(fit, scene.lung.noise_hu);
        // One that is wide, and seen on two slices, is no blur: spiculated nodules have uneven ones.
        const double wide_mm = std::max(c.wide_rim_mm, 2 * scene.image.spacing_mm[2]);
        const double rim_mm = fit.model.body.size_mm() - fit.model.core->size_mm();
        const double thin = 1 - smooth_step(rim_mm, wide_mm - 0.3, wide_mm + 0.3);
        total += thin * c.per_uneven_rim_share * std::max(0.0, rim.unlike_share - c.uneven_rim_share);
        total += thin * c.per_lung_in_rim_share * std::max(0.0, rim.lung_share - c.lung_in_rim_share);
        // Small ones can hardly be told, and where vessels crowd about a nodule they make up a rim.
        constexpr double tellable_radius_mm = 2.5;
        constexpr double per_mm = 45;
        constexpr double clear_outline = 0.5;
        total += per_mm * std::clamp(tellable_radius_mm - fit.model.body.size_mm(), 0.0, 0.5);
        total += 80 * std::max(0.0, clear_outline - fit.start().agreement);
    }
    if (hypothesis.kind == AttenuationClass::ground_glass) {
        // Denser than most: rather something solid that is blurred, or bits of vessels taken together.
        constexpr double dense_glass_hu = -450;
        constexpr double per_hu = 0.35;
        total += per_hu * std::max(0.0, fit.model.body_hu - dense_glass_hu);
    }
    if (fit.model.vessel) total += 12;
    return is_impossible(hypothesis, scene) ? 1e9 : total;
}

}  // namespace

double share_in_bone(const Neighbourhood& image, const NoduleModel& model)
{
    if (image.bone.empty()) return 0;
    const auto in_lung = [&](const Vector3& place) { return !model.pleura || model.pleura->depth_mm(place) <= 0; };
    const double all = share_of_body(model, in_lung);
    const double hidden =
        share_of_body(model, [&](const Vector3& place) { return in_lung(place) && image.is_bone(place); });
    return all > 0 ? hidden / all : 0;
}

Hypothesis* best_of(std::vector<Hypothesis>& list, const Scene& scene)
{
    NoduleFit* widest = nullptr;
    double most = 0;
    const bool any_possible =
        std::any_of(list.begin(), list.end(), [&](const Hypothesis& h) { return !is_impossible(h, scene); });
    for (Hypothesis& h : list) {
        if (any_possible && is_impossible(h, scene)) continue;
        const double reach = h.fit->model.body.size_mm() + length(difference(h.fit->model.body.center, scene.click));
        if (reach < 20 && reach > most) {
            most = reach;
            widest = h.fit.get();
        }
    }
    if (widest == nullptr) return nullptr;
    NoduleFit all(scene.image, FirstSphere(), widest->model, scene.lung.noise_hu);
    all.take_voxels(1.5);
    Hypothesis* best = nullptr;
    for (Hypothesis& h : list) {
        h.fit->take_voxels_of(all);
        h.unexplained = unexplained(h, scene);
        if (h.unexplained < 1e9 && (best == nullptr || h.unexplained < best->unexplained)) best = &h;
    }
    return best;
}

std::vector<KindCost> kinds_of(const std::vector<Hypothesis>& list, double least)
{
    std::vector<KindCost> kinds;
    for (const Hypothesis& h : list) {
        if (h.unexplained >= 1e9) continue;
        const auto same = std::find_if(kinds.begin(), kinds.end(), [&](const KindCost& k) { return k.kind == h.kind; });
        if (same == kinds.end())
            kinds.push_back({h.kind, h.unexplained - least});
        else
            same->more_unexplained = std::min(same->more_unexplained, h.unexplained - least);
    }
    return kinds;
}

Hypothesis* best_as(std::vector<Hypothesis>& list, AttenuationClass kind, Hypothesis* otherwise)
{
    Hypothesis* best = nullptr;
    for (Hypothesis& h : list) {
        if (h.kind == kind && h.unexplained < 1e9 && (best == nullptr || h.unexplained < best->unexplained)) best = &h;
    }
    return best == nullptr ? otherwise : best;
}

}  // namespace nodtrack::imaging
