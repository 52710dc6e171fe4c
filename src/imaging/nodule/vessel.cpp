#include "vessel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace nodtrack::imaging {
namespace {

constexpr double full_share = 0.55;  // of the contrast: a thin vessel is blurred to about that
constexpr double disc_mm = 3.3;
constexpr double thickest_mm = 2.9;
constexpr double thinnest_mm = 0.45;

std::array<Vector3, 2> sides_of(const Vector3& along_way)
{
    const Vector3 any = std::abs(along_way[0]) < 0.7 ? Vector3{1, 0, 0} : Vector3{0, 1, 0};
    const Vector3 flat = along(any, along_way, -dot(any, along_way));
    const Vector3 first = scaled(flat, 1 / length(flat));
    return {first, cross(along_way, first)};
}

/// What a search for vessels asks of the image: 0 in lung, 1 in a vessel.
struct Fullness {
    const Neighbourhood& image;
    const std::optional<Pleura>& pleura;
    double lung_hu = 0;
    double contrast = 1;

    double share(const Vector3& place) const
    {
        if (!image.holds(place) || (pleura && pleura->depth_mm(place) > -0.8)) return 0;
        return std::clamp((image.value(place) - lung_hu) / contrast, 0.0, 1.0);
    }
};

/// A straight line through the search's middle.
struct Line {
    Vector3 way{};
    Vector3 through{};
    double fullness = 0;
};

std::optional<Line> fullest_line(const Fullness& seen, const Vector3& click, double nodule_mm, double half_length)
{
    constexpr double step = 0.9;
    constexpr double at_least = 0.5;
    const double aside = nodule_mm + 2.2;
    const int count = static_cast<int>(aside / step);
    const auto full = [&](const Vector3& place) { return std::min(1.0, seen.share(place) / full_share); };
    std::optional<Line> best;
    for (const Vector3& way : even_directions(260)) {
        if (way[2] < 0) continue;  // each line once
        const auto side = sides_of(way);
        for (int i = -count; i <= count; ++i) {
            for (int j = -count; j <= count; ++j) {
                if (std::hypot(step * i, step * j) > aside) continue;
                const Vector3 through = along(along(click, side[0], step * i), side[1], step * j);
                double total = 0;
                int taken = 0;
                bool goes_on = true;
                // From the ends inwards, where most lines fail.
                for (double s = half_length; s > 0 && goes_on; s -= 1) {
                    const double here = full(along(through, way, s));
                    const double there = full(along(through, way, -s));
                    goes_on = here > at_least && there > at_least;
                    total += here + there;
                    taken += 2;
                }
                if (!goes_on) continue;
                // Of lines in one vessel that of its middle, and of the nodule's that beside it.
                const double mean = total / taken - 0.01 * std::hypot(step * i, step * j);
                if (!best || mean > best->fullness) best = Line{way, through, mean};
            }
        }
    }
    return best;
}

/// The section of a vessel across `way`: its middle and how much area it fills.
struct Section {
    Vector3 middle{};
    double radius_mm = 0;
};

std::optional<Section> section_at(const Fullness& seen, const Vector3& near, const std::array<Vector3, 2>& side)
{
    constexpr double step = 0.5;
    constexpr double haze = 0.12;  // noise and lung about it
    Section section{near, 0};
    for (int round = 0; round < 3; ++round) {
        double area = 0;
        double a_sum = 0;
        double b_sum = 0;
        const double reach = round == 0 ? 2.0 : disc_mm;
        for (double a = -reach; a <= reach; a += step) {
            for (double b = -reach; b <= reach; b += step) {
                if (std::hypot(a, b) > reach) continue;
                const double share = seen.share(along(along(section.middle, side[0], a), side[1], b)) - haze;
                if (share <= 0) continue;
                area += share / (1 - haze) * step * step;
                a_sum += share / (1 - haze) * step * step * a;
                b_sum += share / (1 - haze) * step * step * b;
            }
        }
        if (area < 0.3) return std::nullopt;
        section.middle = along(along(section.middle, side[0], a_sum / area), side[1], b_sum / area);
        section.radius_mm = std::sqrt(area / std::numbers::pi);
    }
    return section;
}

/// c0 + c1 t + c2 t2 nearest to the points, bent as little as they allow.
std::array<double, 3> course_of(const std::vector<std::array<double, 2>>& points)
{
    std::array<std::array<double, 4>, 3> m{};
    for (const auto& [t, height] : points) {
        const std::array<double, 3> terms{1, t, t * t};
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j)
                m[i][j] += terms[i] * terms[j];
            m[i][3] += terms[i] * height;
        }
    }
    constexpr std::array<double, 3> damping{1e-3, 1, 2000};
    for (std::size_t i = 0; i < 3; ++i)
        m[i][i] += damping[i];
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t row = 0; row < 3; ++row) {
            if (row == i) continue;
            const double factor = m[row][i] / m[i][i];
            for (std::size_t j = i; j < 4; ++j)
                m[row][j] -= factor * m[i][j];
        }
    }
    return {m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
}

}  // namespace

Vessel::View Vessel::view(const Vector3& place) const
{
    const Vector3 from = difference(place, middle);
    View view;
    view.t = dot(from, along);
    const double a = dot(from, side[0]) - (course[0] + view.t * (course[1] + view.t * course[2]));
    const double b = dot(from, side[1]) - (course[3] + view.t * (course[4] + view.t * course[5]));
    view.distance_mm = std::sqrt(a * a + b * b);
    const double far = std::max(view.distance_mm, 1e-6);
    view.across = {a / far, b / far};
    return view;
}

double Vessel::radius_mm() const
{
    return std::exp(log_radius);
}

Vector3 Vessel::outward(const View& view) const
{
    return sum(scaled(side[0], view.across[0]), scaled(side[1], view.across[1]));
}

std::optional<Vessel> seen_vessel(const Neighbourhood& image, const Vector3& click, double nodule_mm, double lung_hu,
                                  double vessel_hu, const std::optional<Pleura>& pleura)
{
    const Fullness seen{image, pleura, lung_hu, vessel_hu - lung_hu};
    const double half_length = std::clamp(nodule_mm + 4.5, 6.0, 8.0);
    const auto line = fullest_line(seen, click, nodule_mm, half_length);
    if (!line) return std::nullopt;

    Vessel vessel;
    vessel.along = line->way;
    vessel.side = sides_of(line->way);
    vessel.middle = along(line->through, line->way, dot(difference(click, line->through), line->way));
    vessel.hu = vessel_hu;
    std::vector<std::array<double, 2>> first;
    std::vector<std::array<double, 2>> second;
    std::vector<float> radii;
    for (const double sign : {-1.0, 1.0}) {
        for (double t = half_length; t > half_length - 3.5; t -= 0.7) {
            const auto section = section_at(seen, along(vessel.middle, vessel.along, sign * t), vessel.side);
            if (!section) return std::nullopt;
            const Vector3 from = difference(section->middle, vessel.middle);
            first.push_back({sign * t, dot(from, vessel.side[0])});
            second.push_back({sign * t, dot(from, vessel.side[1])});
            radii.push_back(static_cast<float>(section->radius_mm));
        }
    }
    std::nth_element(radii.begin(), radii.begin() + 3, radii.end());  // branches and neighbours only add
    const auto radius = static_cast<double>(radii[3]);
    if (radius < thinnest_mm || radius > thickest_mm) return std::nullopt;
    vessel.log_radius = std::log(radius);
    const auto a = course_of(first);
    const auto b = course_of(second);
    vessel.course = {a[0], a[1], a[2], b[0], b[1], b[2]};
    return vessel;
}

}  // namespace nodtrack::imaging
