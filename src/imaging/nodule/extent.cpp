#include "extent.hpp"

#include <algorithm>
#include <numbers>

namespace nodtrack::imaging {
namespace {

/// The largest t in [0, most] up to which `inside(t)` holds, by halving; `inside(0)` must hold.
template <class Inside>
double farthest(double most, int rounds, Inside inside)
{
    double low = 0;
    double high = most;
    for (int round = 0; round < rounds; ++round) {
        const double middle = 0.5 * (low + high);
        (inside(middle) ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

constexpr std::size_t directions = 400;
constexpr double solid_angle = 4 * std::numbers::pi / static_cast<double>(directions);

double core_volume(const NoduleModel& model)
{
    double volume = 0;
    for (const Vector3& direction : even_directions(directions)) {
        const double whole = model.core->radius_mm(direction);
        double reach = whole;
        if (!model.holds(along(model.core->center, direction, whole))) {
            reach = model.holds(model.core->center)
                        ? farthest(whole, 16,
                                   [&](double t) { return model.holds(along(model.core->center, direction, t)); })
                        : 0;
        }
        volume += reach * reach * reach / 3 * solid_angle;
    }
    return volume;
}

using Place2 = std::array<double, 2>;

/// The outline of the section through `middle`, as seen from it; empty where `middle` is outside.
std::vector<Place2> section(const NoduleModel& model, const Vector3& middle)
{
    constexpr int points = 96;
    if (!model.holds(middle)) return {};
    std::vector<Place2> outline;
    for (int i = 0; i < points; ++i) {
        const double turn = 2 * std::numbers::pi * i / points;
        const Vector3 way{std::cos(turn), std::sin(turn), 0};
        const double reach =
            farthest(2.5 * model.body.size_mm(), 14, [&](double t) { return model.holds(along(middle, way, t)); });
        outline.push_back({middle[0] + reach * way[0], middle[1] + reach * way[1]});
    }
    return outline;
}

double area(const std::vector<Place2>& outline)
{
    double twice = 0;
    for (std::size_t i = 0; i < outline.size(); ++i) {
        const Place2& a = outline[i];
        const Place2& b = outline[(i + 1) % outline.size()];
        twice += a[0] * b[1] - b[0] * a[1];
    }
    return std::abs(twice) / 2;
}

}  // namespace

Extent extent_of(const NoduleModel& model)
{
    Extent extent;
    const ParameterPlaces at(model);
    extent.volume_gradient.assign(at.count, 0);
    auto& gradient = extent.volume_gradient;
    const Vector3& center = model.body.center;
    const bool center_hidden = model.pleura && model.pleura->depth_mm(center) > 0;
    std::array<double, most_harmonics> terms{};
    for (const Vector3& direction : even_directions(directions)) {
        const double radius = model.body.radius_mm(direction);
        const bool cut = model.pleura && model.pleura->depth_mm(along(center, direction, radius)) > 0;
        double reach = radius;
        if (cut)
            reach = center_hidden ? 0 : farthest(radius, 18, [&](double t) {
                return model.pleura->depth_mm(along(center, direction, t)) <= 0;
            });
        extent.volume_mm3 += reach * reach * reach / 3 * solid_angle;
        if (!cut) {
            harmonics(direction, model.body.detail, terms);
            for (std::size_t i = 0; i < model.body.terms(); ++i)
                gradient[at.body + i] += radius * radius * radius * terms[i] * solid_angle;
            continue;
        }
        extent.pleural_share += 1.0 / static_cast<double>(directions);
        if (reach <= 0) continue;
        const Pleura& pleura = *model.pleura;
        const Vector3 from = difference(along(center, direction, reach), pleura.foot);
        const double a = dot(from, pleura.side[0]);
        const double b = dot(from, pleura.side[1]);
        const double per_height = reach * reach * solid_angle / std::max(0.15, dot(direction, pleura.outward));
        const std::array<double, 6> heights{1, a, b, a * a, a * b, b * b};
        for (std::size_t i = 0; i < 6; ++i)
            gradient[at.pleura + i] += per_height * heights[i];
        for (std::size_t i = 0; i < 3; ++i)
            gradient[at.center + i] -= per_height * pleura.outward[i];
    }
    if (model.core) extent.core_volume_mm3 = core_volume(model);
    return extent;
}

SliceDiameters section_diameters(const NoduleModel& model)
{
    std::vector<Place2> largest;
    double most = 0;
    for (int step = -6; step <= 6; ++step) {
        Vector3 middle = model.body.center;
        middle[2] += 0.07 * step * model.body.size_mm();
        if (model.pleura) {
            // From a place inside, which the centre need not be.
            const double depth = model.pleura->depth_mm(middle);
            const Vector3& out = model.pleura->outward;
            const double level = std::hypot(out[0], out[1]);
            if (depth > -0.05 && level > 0.1) {
                middle[0] -= out[0] / level * (depth + 0.3) / level;
                middle[1] -= out[1] / level * (depth + 0.3) / level;
            }
        }
        auto outline = section(model, middle);
        const double here = area(outline);
        if (here > most) {
            most = here;
            largest = std::move(outline);
        }
    }
    SliceDiameters diameters;
    Place2 way{1, 0};
    for (std::size_t i = 0; i < largest.size(); ++i) {
        for (std::size_t j = i + 1; j < largest.size(); ++j) {
            const double dx = largest[j][0] - largest[i][0];
            const double dy = largest[j][1] - largest[i][1];
            const double far = std::hypot(dx, dy);
            if (far > diameters.long_mm) {
                diameters.long_mm = far;
                way = {dx / far, dy / far};
            }
        }
    }
    double low = 1e9;
    double high = -1e9;
    for (const Place2& p : largest) {
        const double across = p[1] * way[0] - p[0] * way[1];
        low = std::min(low, across);
        high = std::max(high, across);
    }
    if (!largest.empty()) diameters.short_mm = high - low;
    return diameters;
}

}  // namespace nodtrack::imaging
