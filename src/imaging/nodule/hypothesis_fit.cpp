#include <algorithm>

#include "hypothesis.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double solid_hu = 30;  // soft tissue; its spread covers contrast-free lesions
constexpr double ground_glass_hu = -590;
constexpr double usual_ground_glass_sd_hu = 110;
constexpr double usual_rim_sd_hu = 70;  // a thin rim's density and width can hardly be told apart
constexpr double solid_sd_hu = 35;

/// The blur as seen at `edges` edges of the scan; where these are too few, as it usually is.
Expectation expected_log_blur(double seen_mm, int edges, double voxel_mm, double voxel_share, double seen_sd,
                              const MeasuringConstants& constants)
{
    if (edges >= constants.enough_edges) return {std::log(seen_mm), seen_sd};
    const double usual = 0.5 * std::log(square(constants.usual_own_blur_mm) + square(voxel_mm) / voxel_share);
    if (seen_mm > 0) return {0.5 * (std::log(seen_mm) + usual), constants.usual_blur_sd};
    return {usual, constants.usual_blur_sd};
}

Expectation expected_log_blur_in_slice(const Scene& scene)
{
    return expected_log_blur(scene.spread.in_slice_mm, scene.spread.edges_in_slice, scene.image.spacing_mm[0], 11, 0.06,
                             scene.constants);
}

Expectation expected_log_blur_across(const Scene& scene)
{
    return expected_log_blur(scene.spread.across_slices_mm, scene.spread.edges_across, scene.image.spacing_mm[2], 12,
                             0.08, scene.constants);
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
    expected[at.blur] = expected_log_blur_in_slice(scene);
    expected[at.blur + 1] = expected_log_blur_across(scene);
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
    model.log_blur_in_slice = expected_log_blur_in_slice(scene).mean;
    model.log_blur_across = expected_log_blur_across(scene).mean;
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

}  // namespace

bool knows_blur(const Scene& scene)
{
    return scene.spread.edges_in_slice >= scene.constants.enough_edges;
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
    if (dense_sphere) {
        add(AttenuationClass::solid, started_fit(scene, *dense_sphere, solid.mean), solid);
    }
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

}  // namespace nodtrack::imaging
