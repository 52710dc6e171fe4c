#include "register_ct.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lungs.hpp"
#include "search.hpp"

namespace nodtrack::imaging {
namespace {

/// Positions of the lungs' voxels, every `stride`-th along each axis.
std::vector<Vector3f> places_in(const PyramidLevel& level, const std::vector<std::uint8_t>& mask, int stride)
{
    std::vector<Vector3f> places;
    for (int k = 0; k < level.size[2]; k += stride) {
        for (int j = 0; j < level.size[1]; j += stride) {
            for (int i = 0; i < level.size[0]; i += stride) {
                if (mask[level.place(i, j, k)] != 0)
                    places.push_back(
                        level.position_of(static_cast<float>(i), static_cast<float>(j), static_cast<float>(k)));
            }
        }
    }
    return places;
}

Vector3f mean_of(const std::vector<Vector3f>& places)
{
    std::array<double, 3> sum{};
    for (const Vector3f& place : places) {
        for (std::size_t a = 0; a < 3; ++a)
            sum[a] += static_cast<double>(place[a]);
    }
    Vector3f mean{};
    for (std::size_t a = 0; a < 3; ++a)
        mean[a] = static_cast<float>(sum[a] / static_cast<double>(places.size()));
    return mean;
}

/// The nodes nearest to places of the lungs.
std::vector<std::size_t> nodes_in(const ControlGrid& nodes, const std::vector<Vector3f>& places)
{
    std::vector<bool> taken(nodes.count());
    for (const Vector3f& place : places)
        taken[nodes.nearest(place)] = true;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < taken.size(); ++i) {
        if (taken[i]) found.push_back(i);
    }
    return found;
}

ControlGrid nodes_around(const std::vector<Vector3f>& places, float spacing_mm)
{
    Vector3f least = places.front();
    Vector3f most = places.front();
    for (const Vector3f& place : places) {
        for (std::size_t a = 0; a < 3; ++a) {
            least[a] = std::min(least[a], place[a]);
            most[a] = std::max(most[a], place[a]);
        }
    }
    return nodes_over(least, most, spacing_mm);
}
ControlGrid halved(const ControlGrid& nodes)
{
    ControlGrid fine = nodes;
    fine.spacing_mm /= 2;
    for (std::size_t a = 0; a < 3; ++a)
        fine.size[a] = 2 * fine.size[a] - 1;
    return fine;
}

/// A scan on three spacings.
struct Pyramid {
    PyramidLevel fine;    ///< about 1.4 mm
    PyramidLevel middle;  ///< about 3 mm
    PyramidLevel coarse;  ///< about 6 mm
    Lungs lungs;          ///< on the middle level
};

Pyramid pyramid_of(const CtVolume& ct)
{
    Pyramid pyramid;
    pyramid.fine = level_of(ct, 1.4);
    pyramid.middle = coarser(pyramid.fine, 3);
    pyramid.lungs = lungs_of(pyramid.middle);
    keep_lung_range(pyramid.fine);
    keep_lung_range(pyramid.middle);
    pyramid.coarse = coarser(pyramid.middle, 6);
    return pyramid;
}

/// What the lungs as a whole have done: shifted, turned, stretched.
LinearMap overall_map(const Pyramid& prior, const Pyramid& current, const std::vector<Vector3f>& within)
{
    const Vector3f from = mean_of(places_in(prior.middle, prior.lungs.air, 2));
    const Vector3f to = mean_of(places_in(current.middle, current.lungs.air, 2));
    const Vector3f shift = best_shift(prior.coarse, places_in(prior.middle, prior.lungs.inside, 5), current.coarse,
                                      {to[0] - from[0], to[1] - from[1], to[2] - from[2]});
    LinearMap map;
    for (std::size_t a = 0; a < 3; ++a)
        map.shift_mm[a] = static_cast<double>(shift[a]);
    const SearchReach reach{.step_mm = 6, .steps = 4, .patch = 3};
    const DeformationField field = field_of(map, nodes_around(within, 24));
    return agreed_linear_map(patch_costs({prior.coarse, prior.middle, prior.lungs.inside}, current.coarse, field,
                                         nodes_in(field.nodes, within), reach),
                             reach);
}

DeformationField searched(DeformationField field, const Pyramid& prior, const Pyramid& current,
                          const std::vector<Vector3f>& within, const SearchReach& reach)
{
    const auto costs = patch_costs({prior.middle, prior.middle, prior.lungs.deep}, current.middle, field,
                                   nodes_in(field.nodes, within), reach);
    follow_cheapest(field, costs, reach);
    return field;
}

}  // namespace

Prediction Registration::predict(const Vector3& prior_mm) const
{
    const Vector3f place = {static_cast<float>(prior_mm[0]), static_cast<float>(prior_mm[1]),
                            static_cast<float>(prior_mm[2])};
    const Vector3f moved = field.at(place);
    Prediction prediction;
    for (std::size_t a = 0; a < 3; ++a)
        prediction.position_mm[a] = prior_mm[a] + static_cast<double>(moved[a]);
    const std::size_t node = agreement_nodes.nearest(place);
    prediction.in_lung = agreement_of_nodes.samples[node] > 0;
    prediction.agreement = std::clamp(1 - static_cast<double>(agreement_of_nodes.unexplained[node]), 0.0, 1.0);
    // Fitted to landmarks of synthetic pairs: what is left unexplained tells more than the steps still wanted.
    prediction.sd_mm = 0.12 + 0.9 * std::min(2.0, static_cast<double>(agreement_of_nodes.unexplained[node])) +
                       3.0 / (4.0 + static_cast<double>(agreement_of_nodes.samples[node]));
    return prediction;
}

/// How many of the places lie on a scan once moved.
double share_on(const Grid& current, const DeformationField& field, const std::vector<Vector3f>& places)
{
    std::size_t on = 0;
    for (const Vector3f& place : places) {
        const Vector3f moved = field.at(place);
        bool inside = true;
        for (std::size_t a = 0; a < 3; ++a) {
            double along = 0;
            for (std::size_t b = 0; b < 3; ++b)
                along += (static_cast<double>(place[b] + moved[b]) - current.origin_mm[b]) * current.direction[a][b];
            const double last = current.spacing_mm[a] * static_cast<double>(current.size[a] - 1);
            inside &= along >= -0.5 * current.spacing_mm[a] && along <= last + 0.5 * current.spacing_mm[a];
        }
        if (inside) ++on;
    }
    return static_cast<double>(on) / static_cast<double>(places.size());
}

double median_agreement(const Agreement& agreement)
{
    constexpr float enough_samples = 5;
    std::vector<float> shares;
    for (std::size_t i = 0; i < agreement.samples.size(); ++i) {
        if (agreement.samples[i] >= enough_samples)
            shares.push_back(std::clamp(1 - agreement.unexplained[i], 0.0F, 1.0F));
    }
    if (shares.empty()) return 0;
    const auto middle = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 2);
    std::nth_element(shares.begin(), middle, shares.end());
    return static_cast<double>(*middle);
}

Result<Registration> register_cts(const CtVolume& prior_ct, const CtVolume& current_ct, const Progress& progress)
{
    const auto tell = [&](double share) {
        if (progress) progress("registering the scans", share);
    };
    tell(0);
    const Pyramid prior = pyramid_of(prior_ct);
    const Pyramid current = pyramid_of(current_ct);
    tell(0.2);
    for (const auto& [pyramid, name] : {std::pair(&prior, "prior"), std::pair(&current, "current")}) {
        if (places_in(pyramid->middle, pyramid->lungs.air, 2).size() < 100)
            return failure(ErrorCode::bad_input,
                           std::string("no lung is seen on the ") + name + " scan; expected a CT of the chest in HU");
    }
    const auto within = places_in(prior.middle, prior.lungs.inside, 2);
    DeformationField field = field_of(overall_map(prior, current, within), nodes_around(within, 16));
    tell(0.3);
    field = searched(field, prior, current, within, {.step_mm = 4, .steps = 4, .patch = 3});
    field = searched(field, prior, current, within, {.step_mm = 4, .steps = 4, .patch = 3});
    tell(0.5);
    // A search finds what lies far off, the refinement puts it right; then less lies far off.
    auto samples = edge_samples(prior.middle, prior.middle, prior.lungs.deep, 150000);
    for (int round = 0; round < 3; ++round) {
        field = resampled(field, nodes_around(within, 12));
        field = searched(field, prior, current, within, {.step_mm = 2.5, .steps = 2, .patch = 2});
        field = refined(field, samples, current.middle,
                        {.spacing_mm = 14, .stiffness = 0.3F, .tolerated_hu = 200, .rounds = 3}, nullptr);
    }
    tell(0.7);
    samples = edge_samples(prior.fine, prior.middle, prior.lungs.deep, 250000);
    Registration registration;
    field =
        refined(field, samples, current.fine, {.spacing_mm = 10, .stiffness = 0.2F, .tolerated_hu = 120, .rounds = 3},
                &registration.agreement_of_nodes);
    registration.agreement_nodes = field.nodes;
    registration.field = resampled(field, halved(field.nodes));
    registration.prior_lung_mm3 = prior.lungs.aerated_mm3;
    registration.current_lung_mm3 = current.lungs.aerated_mm3;
    registration.covered_share = share_on(current_ct.grid, registration.field, within);
    registration.agreement = median_agreement(registration.agreement_of_nodes);
    tell(1);
    return registration;
}

}  // namespace nodtrack::imaging
