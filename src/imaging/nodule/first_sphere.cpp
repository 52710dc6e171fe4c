#include "first_sphere.hpp"

#include <algorithm>
#include <numbers>
#include <random>

namespace nodtrack::imaging {
namespace {

constexpr double longest_ray_mm = 20;
constexpr double ray_step_mm = 0.45;
constexpr double before_pleura_mm = 0.4;
constexpr double before_vessel_mm = 0.3;
constexpr std::size_t rays = 200;
constexpr std::size_t fewest_ends = 20;
constexpr double smallest_radius_mm = 0.7;

struct Sphere {
    Vector3 center{};
    double radius = 0;
};

/// How far the centre of a sphere may lie from the click.
double loose_distance_mm(double radius)
{
    return 0.5 * radius + 1;
}

/// Solves `a x = b` for N unknowns; a is N x (N + 1). False where it is singular.
template <std::size_t N>
bool solve(std::array<std::array<double, N + 1>, N>& a)
{
    for (std::size_t i = 0; i < N; ++i) {
        std::size_t pivot = i;
        for (std::size_t row = i + 1; row < N; ++row) {
            if (std::abs(a[row][i]) > std::abs(a[pivot][i])) pivot = row;
        }
        if (std::abs(a[pivot][i]) < 1e-6) return false;
        std::swap(a[i], a[pivot]);
        for (std::size_t row = 0; row < N; ++row) {
            if (row == i) continue;
            const double factor = a[row][i] / a[i][i];
            for (std::size_t j = i; j <= N; ++j)
                a[row][j] -= factor * a[i][j];
        }
    }
    for (std::size_t i = 0; i < N; ++i)
        a[i][N] /= a[i][i];
    return true;
}

std::optional<Sphere> sphere_through(const std::array<Vector3, 4>& points)
{
    std::array<std::array<double, 4>, 3> a{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j)
            a[i][j] = 2 * (points[i + 1][j] - points[0][j]);
        a[i][3] = dot(points[i + 1], points[i + 1]) - dot(points[0], points[0]);
    }
    if (!solve<3>(a)) return std::nullopt;
    const Vector3 center{a[0][3], a[1][3], a[2][3]};
    return Sphere{center, length(difference(points[0], center))};
}

double support(const Sphere& sphere, const std::vector<Vector3>& points, const Vector3& click)
{
    const double tolerance = 0.12 * sphere.radius + 0.25;
    double total = 0;
    for (const Vector3& point : points) {
        const double error = std::abs(length(difference(point, sphere.center)) - sphere.radius) / tolerance;
        if (error < 1) total += 1 - error * error;
    }
    const double off = length(difference(sphere.center, click)) / (0.3 * sphere.radius + 0.5);
    return total * std::exp(-0.5 * off * off);
}

/// Weighted least squares from a sphere found by consensus.
Sphere refined(Sphere sphere, const std::vector<Vector3>& points, const Vector3& click)
{
    for (int round = 0; round < 6; ++round) {
        std::array<std::array<double, 5>, 4> a{};
        const double tolerance = 0.15 * sphere.radius + 0.3;
        for (const Vector3& point : points) {
            const Vector3 from = difference(point, sphere.center);
            const double far = std::max(length(from), 1e-6);
            const double error = far - sphere.radius;
            if (std::abs(error) > 2 * tolerance) continue;
            const double weight = 1 / (1 + square(error / tolerance));
            const std::array<double, 4> slope{-from[0] / far, -from[1] / far, -from[2] / far, -1};
            for (std::size_t i = 0; i < 4; ++i) {
                for (std::size_t j = 0; j < 4; ++j)
                    a[i][j] += weight * slope[i] * slope[j];
                a[i][4] -= weight * slope[i] * error;
            }
        }
        for (std::size_t i = 0; i < 4; ++i)
            a[i][i] += 1e-3;
        if (!solve<4>(a)) break;
        for (std::size_t i = 0; i < 3; ++i)
            sphere.center[i] += a[i][4];
        sphere.radius = std::max(sphere.radius + a[3][4], smallest_radius_mm);
        const Vector3 off = difference(sphere.center, click);
        const double limit = loose_distance_mm(sphere.radius);
        if (length(off) > limit) sphere.center = along(click, off, limit / length(off));
    }
    return sphere;
}

/// How a ray from a place ends: below the level, at the pleura or the image's edge, or not within the reach.
enum class End { below, hidden, none };

struct RayEnd {
    End end = End::none;
    double distance = longest_ray_mm;
};

RayEnd ray_end(const Neighbourhood& image, const Vector3& from, const Vector3& direction, double level,
               const std::optional<Pleura>& pleura, const std::optional<Vessel>& vessel)
{
    double before = image.value(from);
    for (double s = ray_step_mm; s < longest_ray_mm; s += ray_step_mm) {
        const Vector3 place = along(from, direction, s);
        if (!image.holds(place)) return {End::hidden, s};
        if (pleura && pleura->depth_mm(place) > -before_pleura_mm) return {End::hidden, s};
        if (vessel && vessel->holds(place, before_vessel_mm)) return {End::hidden, s};
        if (image.is_bone(place)) return {End::hidden, s};
        const double value = image.value(place);
        if (value < level) {
            const double share = before > level ? (before - level) / (before - value) : 0;
            return {End::below, s - ray_step_mm * (1 - share)};
        }
        before = value;
    }
    return {};
}

/// The directions in which the image stays above the level clearly beyond the sphere.
void mark_attachments(const Neighbourhood& image, FirstSphere& sphere, double level,
                      const std::optional<Pleura>& pleura, const std::optional<Vessel>& vessel)
{
    const double beyond = 1.15 * sphere.radius_mm + 0.5;
    std::vector<Vector3> attached;
    std::size_t seen = 0;
    for (const Vector3& direction : even_directions(rays)) {
        bool goes_on = true;
        bool hidden = false;
        for (double s = ray_step_mm; s < beyond + ray_step_mm && goes_on; s += ray_step_mm) {
            const double at = std::min(s, beyond);
            const Vector3 place = along(sphere.center, direction, at);
            hidden = !image.holds(place) || (pleura && pleura->depth_mm(place) > -before_pleura_mm) ||
                     (vessel && vessel->holds(place, before_vessel_mm)) || image.is_bone(place);
            goes_on = !hidden && !(at > 0.8 * sphere.radius_mm && image.value(place) < level);
        }
        if (!hidden) ++seen;
        if (goes_on) attached.push_back(direction);
    }
    sphere.attached_share = seen == 0 ? 0 : static_cast<double>(attached.size()) / static_cast<double>(seen);
    sphere.mark_attached(attached);
}

}  // namespace

std::size_t FirstSphere::cell(const Vector3& direction)
{
    const double turn = std::atan2(direction[1], direction[0]);
    const double whole = turn < 0 ? turn + 2 * std::numbers::pi : turn;
    const auto row = std::clamp<std::int64_t>(static_cast<std::int64_t>((1 - direction[2]) * 8), 0, rows - 1);
    const auto column = std::clamp<std::int64_t>(
        static_cast<std::int64_t>(whole * static_cast<double>(columns) / (2 * std::numbers::pi)), 0, columns - 1);
    return static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column);
}

void FirstSphere::mark_attached(const std::vector<Vector3>& directions)
{
    // Everything within 1 mm of what was met on the surface.
    const double cosine = std::cos(std::min(0.6, std::max(0.15, 1.0 / radius_mm)));
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            const double z = 1 - (static_cast<double>(row) + 0.5) / 8;
            const double turn = (static_cast<double>(column) + 0.5) * 2 * std::numbers::pi / columns;
            const double r = std::sqrt(1 - z * z);
            const Vector3 middle{r * std::cos(turn), r * std::sin(turn), z};
            cells_[row * columns + column] = std::any_of(directions.begin(), directions.end(),
                                                         [&](const Vector3& d) { return dot(d, middle) > cosine; });
        }
    }
}

std::optional<FirstSphere> first_sphere(const Neighbourhood& image, const Vector3& click, double level_hu,
                                        const std::optional<Pleura>& pleura, const std::optional<Vessel>& vessel)
{
    constexpr int trials = 80;
    if (image.value(click) < level_hu) return std::nullopt;
    std::mt19937 random(7);  // the same click gives the same answer
    FirstSphere found;
    Vector3 from = click;
    for (int pass = 0; pass < 3; ++pass) {
        std::vector<Vector3> ends;
        for (const Vector3& direction : even_directions(rays)) {
            const RayEnd end = ray_end(image, from, direction, level_hu, pleura, vessel);
            if (end.end == End::below) ends.push_back(along(from, direction, end.distance));
        }
        if (ends.size() < fewest_ends) break;

        Sphere best;
        double most = 0;
        for (int trial = 0; trial < trials; ++trial) {
            std::array<Vector3, 4> points{};
            for (Vector3& point : points)
                point = ends[random() % ends.size()];
            const auto sphere = sphere_through(points);
            if (!sphere || sphere->radius > longest_ray_mm || sphere->radius < smallest_radius_mm) continue;
            if (length(difference(sphere->center, click)) > loose_distance_mm(sphere->radius)) continue;
            const double supported = support(*sphere, ends, click);
            if (supported > most) {
                most = supported;
                best = *sphere;
            }
        }
        if (most <= 0) break;
        best = refined(best, ends, click);
        found.center = best.center;
        found.radius_mm = best.radius;
        found.agreement = most / static_cast<double>(rays);
        if (image.value(best.center) < level_hu) break;
        from = best.center;
    }
    if (found.radius_mm <= 0) return std::nullopt;
    mark_attachments(image, found, level_hu, pleura, vessel);
    return found;
}

}  // namespace nodtrack::imaging
