#include "segment_nodule.hpp"

#include <algorithm>
#include <memory>
#include <numbers>

#include "../text.hpp"
#include "extent.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double reach_mm = 24;
constexpr double solid_hu = 30;  // soft tissue; its spread covers contrast-free lesions
constexpr double ground_glass_hu = -590;
constexpr double usual_ground_glass_sd_hu = 110;
constexpr double usual_rim_sd_hu = 70;  // a thin rim's density and width can hardly be told apart
constexpr double solid_sd_hu = 35;

/// The lung round a click.
struct Lung {
    double hu = 0;
    double noise_hu = 0;
};

std::optional<Lung> lung_round(const Neighbourhood& image, const Vector3& click)
{
    constexpr double near_mm = 14;
    constexpr std::size_t fewest = 50;
    std::vector<float> lung;
    for (std::int64_t k = 0; k < image.size[2]; ++k) {
        for (std::int64_t j = 0; j < image.size[1]; j += 2) {
            for (std::int64_t i = 0; i < image.size[0]; i += 2) {
                const float value = image.at(i, j, k);
                if (value > -1020 && value < -650 && length(difference(image.place(i, j, k), click)) < near_mm)
                    lung.push_back(value);
            }
        }
    }
    if (lung.size() < fewest) return std::nullopt;
    const double rough = median(lung);
    std::erase_if(lung, [&](float value) { return static_cast<double>(value) > rough + 80; });

    // Noise from second differences two voxels apart, which smooth lung cancels out of.
    std::vector<float> differences;
    for (std::int64_t k = 0; k < image.size[2]; k += 2) {
        for (std::int64_t j = 1; j + 1 < image.size[1]; j += 2) {
            for (std::int64_t i = 2; i + 2 < image.size[0]; i += 2) {
                const float here = image.at(i, j, k);
                const float left = image.at(i - 2, j, k);
                const float right = image.at(i + 2, j, k);
                if (here < -700 && left < -700 && right < -700)
                    differences.push_back(std::abs(here - 0.5F * (left + right)));
            }
        }
    }
    constexpr double mad_to_sd = 1 / 0.6745;
    const double noise = differences.size() > 30 ? median(differences) * mad_to_sd / std::sqrt(1.5) : 25;
    return Lung{median(lung), std::max(noise, 4.0)};
}

/// The mean of a place and six around it.
double local_mean(const Neighbourhood& image, const Vector3& place)
{
    double total = image.value(place);
    for (std::size_t a = 0; a < 3; ++a) {
        for (const double step : {-0.6, 0.6}) {
            Vector3 beside = place;
            beside[a] += step;
            total += image.value(beside);
        }
    }
    return total / 7;
}

/// The brightest place within 1.6 mm of the click (a reader's click is seldom at the centre), clear of the pleura.
Vector3 brightest_near(const Neighbourhood& image, const Vector3& click, const std::optional<Pleura>& pleura)
{
    constexpr double within_mm = 1.6;
    constexpr double clear_of_pleura_mm = 1.2;
    Vector3 best = click;
    double brightest = -1e9;
    for (int k = -3; k <= 3; ++k) {
        for (int j = -3; j <= 3; ++j) {
            for (int i = -3; i <= 3; ++i) {
                const Vector3 place = sum(click, {0.5 * i, 0.5 * j, 0.5 * k});
                const double off = length(difference(place, click));
                if (off > within_mm || !image.holds(place)) continue;
                if (image.is_bone(place) || (pleura && pleura->depth_mm(place) > -clear_of_pleura_mm)) continue;
                const double value = local_mean(image, place) - 4 * off;
                if (value > brightest) {
                    brightest = value;
                    best = place;
                }
            }
        }
    }
    return best;
}

/// One idea of what the nodule is.
struct Hypothesis {
    AttenuationClass kind = AttenuationClass::solid;
    std::unique_ptr<NoduleFit> fit;
    double unexplained = 0;
};

/// Everything that the hypotheses share.
struct Scene {
    const Neighbourhood& image;
    Vector3 click{};
    Lung lung;
    EdgeSpread spread;
    std::optional<PleuraSeen> pleura_seen;
    std::optional<Pleura> pleura;
    std::optional<Vessel> vessel;
    std::optional<double> glass_hu;  ///< known from another scan
};

Expectation expected_log_blur(double seen_mm, double own_mm, double voxel_mm, double voxel_share, double seen_sd)
{
    if (seen_mm > 0) return {std::log(seen_mm), seen_sd};
    return {0.5 * std::log(own_mm * own_mm + voxel_mm * voxel_mm / voxel_share), 0.15};
}

void expect(NoduleFit& fit, const Scene& scene, const Expectation& body_hu, double freedom)
{
    const ParameterPlaces at = fit.places();
    auto& expected = fit.expected;
    expected.assign(at.count, {});
    for (std::size_t i = 1; i < fit.model.body.terms(); ++i)
        expected[at.body + i] = {0, freedom * (i < 6 ? 0.2 : i < 13 ? 0.05 : 0.03)};
    expected[at.body_hu] = body_hu;
    expected[at.lung] = {scene.lung.hu, 60};
    for (std::size_t i = 0; i < 3; ++i)
        expected[at.slope + i] = {0, 1.5};
    const auto& spacing = scene.image.spacing_mm;
    expected[at.blur] = expected_log_blur(scene.spread.in_slice_mm, 0.52, spacing[0], 11, 0.06);
    expected[at.blur + 1] = expected_log_blur(scene.spread.across_slices_mm, 0.48, spacing[2], 12, 0.08);
    if (fit.model.pleura) {
        expected[at.pleura] = {fit.model.pleura->height[0], 1};
        expected[at.pleura + 1] = expected[at.pleura + 2] = {0, 0.5};
        for (std::size_t i = 3; i < 6; ++i)
            expected[at.pleura + i] = {0, 0.02};
        expected[at.pleura + 6] = {40, 80};
    }
    if (fit.model.core) {
        for (std::size_t i = 0; i < 3; ++i)
            expected[at.core_center + i] = {fit.model.body.center[i], 0.25 * fit.model.body.size_mm()};
        expected[at.core] = {fit.model.body.coefficients[0] - 0.6, 0.6};
        for (std::size_t i = 1; i < fit.model.core->terms(); ++i)
            expected[at.core + i] = {0, 0.15};
        expected[at.core_hu] = {solid_hu, 40};
    }
    if (fit.model.vessel) {
        constexpr std::array<double, 3> freedom_of_course{1, 0.2, 0.02};
        for (std::size_t i = 0; i < 6; ++i)
            expected[at.vessel + i] = {scene.vessel->course[i], freedom_of_course[i % 3]};
        expected[at.vessel + 6] = {scene.vessel->log_radius, 0.3};
        expected[at.vessel + 7] = {scene.vessel->hu, 40};
    }
}

std::unique_ptr<NoduleFit> started_fit(const Scene& scene, const FirstSphere& sphere, double body_hu)
{
    NoduleModel model;
    model.body.center = sphere.center;
    model.body.coefficients[0] = std::log(sphere.radius_mm);
    model.body_hu = body_hu;
    model.lung_hu = scene.lung.hu;
    model.middle = sphere.center;
    const auto& spacing = scene.image.spacing_mm;
    model.log_blur_in_slice = expected_log_blur(scene.spread.in_slice_mm, 0.5, spacing[0], 11, 1).mean;
    model.log_blur_across = expected_log_blur(scene.spread.across_slices_mm, 0.45, spacing[2], 12, 1).mean;
    if (scene.pleura && scene.pleura_seen->distance_mm < sphere.radius_mm * 1.3 + 5) {
        // The surface again, now that the place and size of the nodule on it are known.
        PleuraSeen seen = *scene.pleura_seen;
        seen.distance_mm = -scene.pleura->depth_mm(sphere.center);
        const auto again = fitted_pleura(scene.image, sphere.center, seen, sphere.radius_mm * 1.05 + 0.6,
                                         sphere.radius_mm + 6, scene.lung.hu);
        model.pleura = again ? again : scene.pleura;
    }
    if (scene.vessel) model.vessel = scene.vessel;
    return std::make_unique<NoduleFit>(scene.image, sphere, std::move(model), scene.lung.noise_hu);
}

/// From a ball to an ellipsoid to a lobulated body, each time with less patience for what does not fit.
void fit_in_stages(NoduleFit& fit, const Scene& scene, const Expectation& body_hu)
{
    const bool attached = fit.start().agreement < 0.85;
    const double freedom = attached ? 0.5 : 1;
    const double contrast = std::abs(fit.model.body_hu - scene.lung.hu) * (fit.model.core ? 1.3 : 1);
    const double least = 3 * scene.lung.noise_hu + 0.04 * contrast;
    constexpr double beyond_mm = 3.5;
    const auto stage = [&](double share, int steps, double least_gain) {
        fit.outlier_hu = std::max(share * contrast, least);
        fit.take_voxels(beyond_mm);
        fit.improve(steps, least_gain);
    };
    expect(fit, scene, body_hu, freedom);
    stage(attached ? 0.2 : 0.4, 4, 1e-2);
    stage(attached ? 0.14 : 0.2, 4, 1e-2);
    fit.model.body.detail = StarDetail::lobulated;
    expect(fit, scene, body_hu, freedom);
    stage(0.12, 6, 3e-3);
    stage(0, 10, 3e-4);
}

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

/// How much of a nodule bone hides, of what is in front of the pleura.
double share_in_bone(const Neighbourhood& image, const NoduleModel& model)
{
    if (image.bone.empty()) return 0;
    const auto in_lung = [&](const Vector3& place) { return !model.pleura || model.pleura->depth_mm(place) <= 0; };
    const double all = share_of_body(model, in_lung);
    const double hidden =
        share_of_body(model, [&](const Vector3& place) { return in_lung(place) && image.is_bone(place); });
    return all > 0 ? hidden / all : 0;
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
    return model.body_hu > -300 || model.body_hu < scene.lung.hu + std::max(120.0, 4 * noise) || core > 0.93 * size ||
           core < 0.5;
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
        constexpr double second_body = 6;
        constexpr double thin_rim_mm = 0.6;  // thinner than what blur and lobulation of a solid nodule make up
        total += second_body;
        if (fit.model.body.size_mm() - fit.model.core->size_mm() < thin_rim_mm) total += 25;
        if (fit.model.body_hu > -430) total += 15;
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

std::vector<Hypothesis> hypotheses(const Scene& scene, const std::optional<FirstSphere>& dense_sphere,
                                   const std::optional<FirstSphere>& faint_sphere, double peak_hu)
{
    std::vector<Hypothesis> list;
    // A nodule brighter than soft tissue is calcified or took up contrast: then its own peak is expected.
    const Expectation solid = peak_hu > 120 ? Expectation{peak_hu, 80} : Expectation{solid_hu, solid_sd_hu};
    constexpr double between_scans_sd_hu = 30;
    const Expectation known{scene.glass_hu.value_or(ground_glass_hu), between_scans_sd_hu};
    const Expectation glass = scene.glass_hu ? known : Expectation{ground_glass_hu, usual_ground_glass_sd_hu};
    const Expectation rim = scene.glass_hu ? known : Expectation{ground_glass_hu, usual_rim_sd_hu};
    const auto add = [&](AttenuationClass kind, std::unique_ptr<NoduleFit> fit, const Expectation& body) {
        fit_in_stages(*fit, scene, body);
        list.push_back({kind, std::move(fit), 0});
    };
    if (dense_sphere) add(AttenuationClass::solid, started_fit(scene, *dense_sphere, solid.mean), solid);
    if (faint_sphere && (!dense_sphere || peak_hu < -150))
        add(AttenuationClass::ground_glass, started_fit(scene, *faint_sphere, -560), glass);
    if (!dense_sphere && faint_sphere && peak_hu > -650 && faint_sphere->radius_mm < 3.5) {
        // A small solid nodule blurred away.
        auto fit = started_fit(scene, *faint_sphere, solid.mean);
        fit->model.body.coefficients[0] -= 0.25;
        add(AttenuationClass::solid, std::move(fit), solid);
    }
    if (dense_sphere && faint_sphere && faint_sphere->radius_mm > dense_sphere->radius_mm + 0.35 &&
        faint_sphere->radius_mm > 1.9) {
        auto fit = started_fit(scene, *faint_sphere, rim.mean);
        StarShape core;
        core.center = dense_sphere->center;
        core.coefficients[0] = std::log(std::min(dense_sphere->radius_mm, 0.75 * faint_sphere->radius_mm));
        fit->model.core = core;
        add(AttenuationClass::part_solid, std::move(fit), rim);
    }
    return list;
}

/// The hypothesis that leaves least unexplained, all judged by the same voxels; null where none is possible.
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

/// The best of a kind; `otherwise` where there is none.
Hypothesis* best_as(std::vector<Hypothesis>& list, AttenuationClass kind, Hypothesis* otherwise)
{
    Hypothesis* best = nullptr;
    for (Hypothesis& h : list) {
        if (h.kind == kind && h.unexplained < 1e9 && (best == nullptr || h.unexplained < best->unexplained)) best = &h;
    }
    return best == nullptr ? otherwise : best;
}

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

tl::unexpected<SegmentationRefusal> refused(const char* code, const std::string& detail)
{
    return tl::unexpected(SegmentationRefusal{code, detail});
}

/// The refusal of a click that is in no lung.
tl::unexpected<SegmentationRefusal> refused_in_tissue(double hu)
{
    if (hu > 200)
        return refused(flag::seed_in_bone,
                       "the click is at " + text_of(std::round(hu)) + " HU, in bone; click a nodule in the lung");
    return refused(flag::seed_in_soft_tissue,
                   "the click is inside the chest wall, mediastinum or another large soft tissue; click a nodule "
                   "in the lung or on its surface");
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
    s.volume_mm3 = extent.volume_mm3;
    s.core_volume_mm3 = extent.core_volume_mm3;
    s.pleural_share = extent.pleural_share;
    s.volume_gradient = extent.volume_gradient;
    s.volume_sd_mm3 = std::sqrt(std::max(0.0, fit.variance_of(extent.volume_gradient)));
    return s;
}

}  // namespace

tl::expected<Segmentation, SegmentationRefusal> segment_nodule(const CtVolume& ct, const EdgeSpread& spread,
                                                               const Vector3& index,
                                                               const std::optional<KnownNodule>& known)
{
    constexpr double shallow_mm = 1.3;
    constexpr double pleura_reach_mm = 14;
    constexpr double deep_mm = 2;
    constexpr double air_below_hu = -935;

    Neighbourhood image = neighbourhood(ct, index, reach_mm);
    const Vector3 click = image.place_of(index);
    const double here = local_mean(image, click);
    const auto lung = lung_round(image, click);
    if (!lung) {
        if (here < air_below_hu)
            return refused(flag::seed_in_air, "the click is in air outside the lungs; click a nodule in the lung");
        return refused_in_tissue(here);
    }

    Scene scene{image,
                click,
                *lung,
                spread,
                seen_pleura(image, click),
                std::nullopt,
                std::nullopt,
                known ? known->glass_hu : std::nullopt};
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
