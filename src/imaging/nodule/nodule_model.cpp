#include "nodule_model.hpp"

#include <algorithm>
#include <limits>

#include "blurred_ball.hpp"
#include "equations.hpp"

namespace nodtrack::imaging {
namespace {

/// Noise of neighbouring voxels is alike, so that they tell less than their number; the prior counts that much more.
constexpr double prior_importance = 4;

double blur_along(const Vector3& direction, double in_slice2, double across2)
{
    return std::sqrt(in_slice2 * (square(direction[0]) + square(direction[1])) + across2 * square(direction[2]));
}

/// The slope by the logarithms of the blur in the slice and across, of surfaces that face some way.
struct BlurSlope {
    double in_slice2 = 0;
    double across2 = 0;
    double in_slice = 0;
    double across = 0;

    void add(double by_blur, const Vector3& direction)
    {
        const double per_blur = by_blur / blur_along(direction, in_slice2, across2);
        in_slice += per_blur * in_slice2 * (square(direction[0]) + square(direction[1]));
        across += per_blur * across2 * square(direction[2]);
    }
};

/// A body as one voxel sees it.
struct BodySeen {
    Vector3 direction{0, 0, 1};
    double radius = 0;
    double blur = 0;
    BlurredBall ball;
    std::array<double, most_harmonics> terms{};

    BodySeen(const StarShape& star, const Vector3& place, double in_slice2, double across2)
    {
        const Vector3 from = difference(place, star.center);
        const double far = length(from);
        if (far > 1e-6) direction = scaled(from, 1 / far);
        harmonics(direction, star.detail, terms);
        double logarithm = 0;
        for (std::size_t i = 0; i < star.terms(); ++i)
            logarithm += star.coefficients[i] * terms[i];
        radius = std::exp(logarithm);
        blur = blur_along(direction, in_slice2, across2);
        ball = blurred_ball(far, radius, blur);
    }
};

}  // namespace

bool NoduleModel::holds(const Vector3& place) const
{
    return body.share(place) <= 1 && !(pleura && pleura->depth_mm(place) > 0);
}

ParameterPlaces::ParameterPlaces(const NoduleModel& model)
{
    blur = body + model.body.terms();
    body_hu = blur + 2;
    lung = body_hu + 1;
    slope = lung + 1;
    pleura = slope + 3;
    core_center = pleura + (model.pleura ? 7 : 0);
    core = core_center + (model.core ? 3 : 0);
    core_hu = core + (model.core ? model.core->terms() : 0);
    vessel = core_hu + (model.core ? 1 : 0);
    count = vessel + (model.vessel ? 8 : 0);
}

NoduleFit::NoduleFit(const Neighbourhood& image, const FirstSphere& start, NoduleModel first, double noise_hu)
    : model(std::move(first)), image_(image), start_(start), noise_hu_(noise_hu)
{}

double& NoduleFit::parameter(std::size_t index)
{
    const ParameterPlaces at = places();
    if (index < at.body) return model.body.center[index - at.center];
    if (index < at.blur) return model.body.coefficients[index - at.body];
    if (index == at.blur) return model.log_blur_in_slice;
    if (index == at.blur + 1) return model.log_blur_across;
    if (index == at.body_hu) return model.body_hu;
    if (index == at.lung) return model.lung_hu;
    if (index < at.pleura) return model.lung_slope[index - at.slope];
    if (index < at.core_center) {
        if (index == at.pleura + 6) return model.pleura_hu;
        return model.pleura->height[index - at.pleura];
    }
    if (index < at.core) return model.core->center[index - at.core_center];
    if (index < at.core_hu) return model.core->coefficients[index - at.core];
    if (index < at.vessel) return model.core_hu;
    if (index < at.vessel + 6) return model.vessel->course[index - at.vessel];
    return index == at.vessel + 6 ? model.vessel->log_radius : model.vessel->hu;
}

void NoduleFit::take_voxels(double beyond_mm)
{
    constexpr double deepest_behind_pleura_mm = 3.5;
    constexpr double dense_mm = 2;  // farther out one voxel in four will do for the lung's value
    double widest = 0;
    for (const Vector3& direction : even_directions(64))
        widest = std::max(widest, model.body.radius_mm(direction));
    const double reach = widest + beyond_mm;

    Index3 low{};
    Index3 high{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double middle = model.body.center[a];
        low[a] =
            std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor((middle - reach) / image_.spacing_mm[a])));
        high[a] = std::min<std::int64_t>(image_.size[a] - 1,
                                         static_cast<std::int64_t>(std::ceil((middle + reach) / image_.spacing_mm[a])));
    }
    voxels_.clear();
    for (std::int64_t k = low[2]; k <= high[2]; ++k) {
        for (std::int64_t j = low[1]; j <= high[1]; ++j) {
            for (std::int64_t i = low[0]; i <= high[0]; ++i) {
                if (image_.is_bone(i, j, k)) continue;
                Voxel voxel;
                voxel.place = image_.place(i, j, k);
                const Vector3 from = difference(voxel.place, model.body.center);
                const double far = length(from);
                if (far > reach) continue;
                const double outside = far > 1e-6 ? far - model.body.radius_mm(scaled(from, 1 / far)) : -1;
                if (outside > beyond_mm) continue;
                if (outside > dense_mm) {
                    if ((i + 2 * j + 3 * k) % 4 != 0) continue;
                    voxel.importance = 2;
                }
                if (model.pleura && model.pleura->depth_mm(voxel.place) > deepest_behind_pleura_mm) continue;
                const Vector3 start = difference(voxel.place, start_.center);
                const double start_far = length(start);
                if (start_far > 0.85 * start_.radius_mm && start_.is_attached(scaled(start, 1 / start_far)))
                    voxel.importance = 0;
                voxel.hu = static_cast<double>(image_.at(i, j, k));
                voxels_.push_back(voxel);
            }
        }
    }
}

void NoduleFit::take_voxels_of(const NoduleFit& other)
{
    voxels_ = other.voxels_;
    for (Voxel& voxel : voxels_)
        voxel.importance = 1;
}

double NoduleFit::cost(bool with_equations)
{
    const ParameterPlaces at = places();
    const double in_slice2 = std::exp(2 * model.log_blur_in_slice);
    const double across2 = std::exp(2 * model.log_blur_across);
    const double pleura_blur = model.pleura ? blur_along(model.pleura->outward, in_slice2, across2) : 1;
    std::optional<Equations> equations;
    if (with_equations) equations.emplace(at.count);
    double total = 0;

    for (Voxel& voxel : voxels_) {
        const BodySeen body(model.body, voxel.place, in_slice2, across2);
        const Vector3 off = difference(voxel.place, model.middle);
        const double lung = model.lung_hu + dot(model.lung_slope, off);
        double nodule = (model.body_hu - lung) * body.ball.share;
        std::optional<BodySeen> core;
        if (model.core) {
            core.emplace(*model.core, voxel.place, in_slice2, across2);
            nodule += (model.core_hu - model.body_hu) * core->ball.share;
        }
        BlurredPlane behind;
        double a = 0;
        double b = 0;
        if (model.pleura) {
            const Vector3 from = difference(voxel.place, model.pleura->foot);
            a = dot(from, model.pleura->side[0]);
            b = dot(from, model.pleura->side[1]);
            behind = blurred_plane(model.pleura->depth_mm(voxel.place), pleura_blur);
        }
        const double seen = 1 - behind.share;
        // A vessel beside the body: what both fill is the body's.
        Vessel::View view;
        BlurredTube tube;
        Overlap shared;
        double vessel_contrast = 0;
        if (model.vessel) {
            view = model.vessel->view(voxel.place);
            const Vector3 outward = model.vessel->outward(view);
            tube = blurred_tube(view.distance_mm, model.vessel->radius_mm(), blur_along(outward, in_slice2, across2));
            shared = overlap(body.ball.share, tube.share, dot(outward, body.direction));
            vessel_contrast = (model.vessel->hu - lung) * seen;
        }
        const double beside = tube.share - shared.share;
        const double predicted =
            lung + seen * nodule + behind.share * (model.pleura_hu - lung) + vessel_contrast * beside;
        const double residual = voxel.hu - predicted;
        voxel.residual = residual;
        voxel.inside = body.ball.share;
        voxel.behind_pleura = behind.share;
        if (voxel.importance == 0) {
            voxel.weight = 0;
            continue;
        }
        // Something else in the picture makes it brighter rather than darker.
        const double scale = residual > 0 ? outlier_hu : 1.7 * outlier_hu;
        const double kept = 1 / (1 + square(residual / scale));
        voxel.weight = voxel.importance * kept * kept;
        total += voxel.importance * residual * residual * kept;
        if (!equations || voxel.weight < 1e-4) continue;

        std::array<float, most_parameters> slope{};
        const auto put = [&slope](std::size_t index, double value) { slope[index] = static_cast<float>(value); };
        BlurSlope blur_slope{in_slice2, across2};
        if (body.ball.by_radius > 1e-5 || body.ball.by_distance < -1e-5) {
            const double contrast = (model.body_hu - lung) * seen - vessel_contrast * shared.by_a;
            for (std::size_t i = 0; i < 3; ++i)
                put(at.center + i, -contrast * body.ball.by_distance * body.direction[i]);
            for (std::size_t i = 0; i < model.body.terms(); ++i)
                put(at.body + i, contrast * body.ball.by_radius * body.radius * body.terms[i]);
            blur_slope.add(contrast * body.ball.by_blur, body.direction);
            if (core) blur_slope.add((model.core_hu - model.body_hu) * seen * core->ball.by_blur, core->direction);
        }
        put(at.body_hu, seen * (body.ball.share - (core ? core->ball.share : 0)));
        const double by_lung = seen * (1 - body.ball.share - beside);
        put(at.lung, by_lung);
        for (std::size_t i = 0; i < 3; ++i)
            put(at.slope + i, by_lung * off[i]);
        if (model.pleura && behind.share > 1e-4) {
            const double by_share =
                model.pleura_hu - lung - nodule - (model.vessel ? model.vessel->hu - lung : 0) * beside;
            const double by_height = -by_share * behind.by_depth;
            blur_slope.add(by_share * behind.by_blur, model.pleura->outward);
            const std::array<double, 6> terms{1, a, b, a * a, a * b, b * b};
            for (std::size_t i = 0; i < 6; ++i)
                put(at.pleura + i, by_height * terms[i]);
            put(at.pleura + 6, behind.share);
        }
        if (core && core->ball.share > 1e-5) {
            const double contrast = (model.core_hu - model.body_hu) * seen;
            for (std::size_t i = 0; i < 3; ++i)
                put(at.core_center + i, -contrast * core->ball.by_distance * core->direction[i]);
            for (std::size_t i = 0; i < model.core->terms(); ++i)
                put(at.core + i, contrast * core->ball.by_radius * core->radius * core->terms[i]);
            put(at.core_hu, seen * core->ball.share);
        }
        if (model.vessel && (tube.share > 1e-5)) {
            const double part = 1 - shared.by_b;
            blur_slope.add(vessel_contrast * part * tube.by_blur, model.vessel->outward(view));
            for (std::size_t i = 0; i < 2; ++i) {
                const double by_offset = -vessel_contrast * part * tube.by_distance * view.across[i];
                put(at.vessel + 3 * i, by_offset);
                put(at.vessel + 3 * i + 1, by_offset * view.t);
                put(at.vessel + 3 * i + 2, by_offset * view.t * view.t);
            }
            put(at.vessel + 6, vessel_contrast * part * tube.by_radius * model.vessel->radius_mm());
            put(at.vessel + 7, seen * beside);
        }
        put(at.blur, blur_slope.in_slice);
        put(at.blur + 1, blur_slope.across);
        equations->add(slope, static_cast<float>(voxel.weight), static_cast<float>(residual));
    }
    if (equations) equations->finish(normal_, right_);
    return total + prior_cost(with_equations);
}

double NoduleFit::prior_cost(bool with_equations)
{
    const std::size_t count = places().count;
    // While outliers are still far apart from what fits, the image counts as that much noisier.
    const double unit = std::max(square(noise_hu_), square(outlier_hu) / 16) * prior_importance;
    double total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (expected[i].spread <= 0) continue;
        const double from = parameter(i) - expected[i].mean;
        total += unit * square(from / expected[i].spread);
        if (!with_equations) continue;
        normal_[i * count + i] += unit / square(expected[i].spread);
        right_[i] -= unit * from / square(expected[i].spread);
    }
    return total;
}

bool NoduleFit::step(double damping, std::vector<double>& change) const
{
    const std::size_t count = right_.size();
    std::vector<double> factor = normal_;
    for (std::size_t i = 0; i < count; ++i)
        factor[i * count + i] += damping * normal_[i * count + i] + 1e-9;
    if (!factorise(factor, count)) return false;
    change = solution(factor, right_);
    return true;
}

void NoduleFit::improve(int steps, double least_gain)
{
    const ParameterPlaces at = places();
    double damping = 1e-3;
    double now = cost(true);
    for (int done = 0; done < steps; ++done) {
        bool gained = false;
        for (int attempt = 0; attempt < 6 && !gained; ++attempt) {
            std::vector<double> change;
            if (!step(damping, change)) {
                damping = damping * 10 + 1e-4;
                continue;
            }
            double too_far = 1;  // a step of 1 mm, 30 % in size or 20 % in shape is the longest
            for (std::size_t i = 0; i < 3; ++i)
                too_far = std::max(too_far, std::abs(change[at.center + i]));
            too_far = std::max(too_far, std::abs(change[at.body]) / 0.3);
            for (std::size_t i = 1; i < model.body.terms(); ++i)
                too_far = std::max(too_far, std::abs(change[at.body + i]) / 0.2);

            const NoduleModel before = model;
            for (std::size_t i = 0; i < at.count; ++i)
                parameter(i) += change[i] / too_far;
            const double then = cost(false);
            if (then < now) {
                gained = true;
                damping = std::max(1e-6, damping * 0.2);
                const double gain = (now - then) / now;
                now = then;
                if (gain < least_gain) return;
            } else {
                model = before;
                damping = damping * 10 + 1e-4;
            }
        }
        if (!gained) break;
        now = cost(true);
    }
    cost(false);
}

std::pair<double, std::vector<double>> NoduleFit::cost_and_descent()
{
    const double now = cost(true);
    return {now, right_};
}

double NoduleFit::variance_of(const std::vector<double>& gradient)
{
    cost(true);
    std::vector<double> change;
    std::vector<double> factor = normal_;
    const std::size_t count = right_.size();
    for (std::size_t i = 0; i < count; ++i)
        factor[i * count + i] += 1e-9;
    if (!factorise(factor, count)) return std::numeric_limits<double>::quiet_NaN();
    change = solution(factor, gradient);
    double variance = 0;
    for (std::size_t i = 0; i < count; ++i)
        variance += gradient[i] * change[i];
    double squares = 0;
    double weights = 0;
    for (const Voxel& voxel : voxels_) {
        squares += voxel.weight * square(voxel.residual);
        weights += voxel.weight;
    }
    return weights > 0 ? variance * squares / weights : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace nodtrack::imaging
