#include "pleura.hpp"

#include <algorithm>
#include <limits>

namespace nodtrack::imaging {
namespace {

constexpr float tissue_above_hu = -350;
constexpr double soft_tissue_hu = 40;
constexpr double coarse_mm = 1.4;

/// The tissue of a neighbourhood on coarse voxels, with the distance of each to the nearest lung.
class TissueDepth {
  public:
    explicit TissueDepth(const Neighbourhood& image)
    {
        Index3 step{};
        for (std::size_t a = 0; a < 3; ++a) {
            step[a] = std::max<std::int64_t>(1, std::llround(coarse_mm / image.spacing_mm[a]));
            size_[a] = (image.size[a] + step[a] - 1) / step[a];
            spacing_[a] = image.spacing_mm[a] * static_cast<double>(step[a]);
        }
        depth_.resize(voxel_count(size_));
        std::size_t at = 0;
        for (std::int64_t k = 0; k < size_[2]; ++k) {
            for (std::int64_t j = 0; j < size_[1]; ++j) {
                for (std::int64_t i = 0; i < size_[0]; ++i)
                    depth_[at++] = image.at(i * step[0], j * step[1], k * step[2]) > tissue_above_hu ? 1e6F : 0.0F;
            }
        }
        spread_distances();
    }

    /// Cores of tissue deeper than `radius_mm` that reach the edge of the neighbourhood: what is left after opening,
    /// without lumps that stand by themselves. Their places, mm.
    std::vector<Vector3> outer_cores(double radius_mm) const
    {
        std::vector<std::uint8_t> taken(depth_.size(), 0);
        std::vector<Index3> open;
        std::vector<Vector3> cores;
        const auto take = [&](const Index3& at) {
            const std::size_t offset = offset_of(at);
            if (taken[offset] != 0 || static_cast<double>(depth_[offset]) < radius_mm) return;
            taken[offset] = 1;
            open.push_back(at);
        };
        for (std::int64_t k = 0; k < size_[2]; ++k) {
            for (std::int64_t j = 0; j < size_[1]; ++j) {
                for (std::int64_t i = 0; i < size_[0]; ++i) {
                    const bool edge =
                        i == 0 || j == 0 || k == 0 || i == size_[0] - 1 || j == size_[1] - 1 || k == size_[2] - 1;
                    if (edge) take({i, j, k});
                }
            }
        }
        while (!open.empty()) {
            const Index3 at = open.back();
            open.pop_back();
            cores.push_back({static_cast<double>(at[0]) * spacing_[0], static_cast<double>(at[1]) * spacing_[1],
                             static_cast<double>(at[2]) * spacing_[2]});
            for (std::size_t a = 0; a < 3; ++a) {
                for (const std::int64_t step : {-1, 1}) {
                    Index3 next = at;
                    next[a] += step;
                    if (next[a] >= 0 && next[a] < size_[a]) take(next);
                }
            }
        }
        return cores;
    }

  private:
    std::size_t offset_of(const Index3& at) const
    {
        return static_cast<std::size_t>(at[0] + size_[0] * (at[1] + size_[1] * at[2]));
    }

    /// Two passes over the 26 neighbours (chamfer distance).
    void spread_distances()
    {
        struct Neighbour {
            Index3 step{};
            float distance = 0;
        };
        std::vector<Neighbour> before;
        for (std::int64_t c = -1; c <= 1; ++c) {
            for (std::int64_t b = -1; b <= 1; ++b) {
                for (std::int64_t a = -1; a <= 1; ++a) {
                    if (c * 9 + b * 3 + a >= 0) continue;
                    const Vector3 way{static_cast<double>(a) * spacing_[0], static_cast<double>(b) * spacing_[1],
                                      static_cast<double>(c) * spacing_[2]};
                    before.push_back({{a, b, c}, static_cast<float>(length(way))});
                }
            }
        }
        for (const std::int64_t sign : {1, -1}) {
            for (std::int64_t kk = 0; kk < size_[2]; ++kk) {
                for (std::int64_t jj = 0; jj < size_[1]; ++jj) {
                    for (std::int64_t ii = 0; ii < size_[0]; ++ii) {
                        const Index3 at{sign > 0 ? ii : size_[0] - 1 - ii, sign > 0 ? jj : size_[1] - 1 - jj,
                                        sign > 0 ? kk : size_[2] - 1 - kk};
                        float& here = depth_[offset_of(at)];
                        if (here == 0.0F) continue;
                        for (const Neighbour& n : before) {
                            Index3 from{};
                            bool inside = true;
                            for (std::size_t a = 0; a < 3; ++a) {
                                from[a] = at[a] + sign * n.step[a];
                                inside &= from[a] >= 0 && from[a] < size_[a];
                            }
                            if (inside) here = std::min(here, depth_[offset_of(from)] + n.distance);
                        }
                    }
                }
            }
        }
    }

    Index3 size_{};
    Vector3 spacing_{};
    std::vector<float> depth_;
};

/// Where the surface was met over a point of the plane.
struct Sounding {
    double a = 0;
    double b = 0;
    double height = 0;

    std::array<double, 6> terms() const { return {1, a, b, a * a, a * b, b * b}; }
};

double height_at(const std::array<double, 6>& coefficients, const Sounding& s)
{
    const auto terms = s.terms();
    double height = 0;
    for (std::size_t i = 0; i < 6; ++i)
        height += coefficients[i] * terms[i];
    return height;
}

/// The first place along `outward` where lung turns into tissue that stays tissue for 5 mm.
std::optional<double> surface_height(const Neighbourhood& image, const Vector3& base, const Vector3& outward,
                                     double from, double to, double level)
{
    constexpr double step = 0.6;
    double before = std::numeric_limits<double>::infinity();
    for (double h = from; h < to; h += step) {
        const Vector3 place = along(base, outward, h);
        if (!image.holds(place)) {
            before = std::numeric_limits<double>::infinity();
            continue;
        }
        const double value = image.value(place);
        if (value > level && before < level) {
            bool stays = true;
            for (int deeper = 1; deeper <= 5 && stays; ++deeper) {
                const Vector3 behind = along(place, outward, deeper);
                stays = image.holds(behind) && image.value(behind) >= level;
            }
            if (stays) return h - step * (value - level) / (value - before);
        }
        before = value;
    }
    return std::nullopt;
}

/// Weighted least squares with a little damping of slope and bend, by Gauss-Jordan elimination.
std::array<double, 6> weighted_heights(const std::vector<Sounding>& soundings, const std::vector<double>& weights)
{
    std::array<std::array<double, 7>, 6> m{};
    for (std::size_t s = 0; s < soundings.size(); ++s) {
        const auto terms = soundings[s].terms();
        for (std::size_t i = 0; i < 6; ++i) {
            for (std::size_t j = 0; j < 6; ++j)
                m[i][j] += weights[s] * terms[i] * terms[j];
            m[i][6] += weights[s] * terms[i] * soundings[s].height;
        }
    }
    constexpr std::array<double, 6> damping{1e-6, 1, 1, 300, 300, 300};
    for (std::size_t i = 0; i < 6; ++i)
        m[i][i] += damping[i];
    for (std::size_t i = 0; i < 6; ++i) {
        for (std::size_t row = 0; row < 6; ++row) {
            if (row == i) continue;
            const double factor = m[row][i] / m[i][i];
            for (std::size_t j = i; j < 7; ++j)
                m[row][j] -= factor * m[i][j];
        }
    }
    std::array<double, 6> result{};
    for (std::size_t i = 0; i < 6; ++i)
        result[i] = m[i][6] / m[i][i];
    return result;
}

}  // namespace

double Pleura::depth_mm(const Vector3& place) const
{
    const Vector3 from = difference(place, foot);
    return dot(from, outward) - height_at(height, {dot(from, side[0]), dot(from, side[1]), 0});
}

std::optional<PleuraSeen> seen_pleura(const Neighbourhood& image, const Vector3& place, double least_opening_mm)
{
    constexpr double clear_of_bumps_mm = 0.4;
    constexpr double same_tissue_mm = 8;
    const TissueDepth tissue(image);
    std::optional<PleuraSeen> seen;
    for (const double radius : {4.0, 5.5, 7.5, 8.5, 10.0, largest_opening_mm}) {
        if (radius < least_opening_mm || ((radius == 8.5 || radius == largest_opening_mm) && radius > least_opening_mm))
            continue;
        const auto cores = tissue.outer_cores(radius);
        double nearest = std::numeric_limits<double>::infinity();
        for (const Vector3& core : cores)
            nearest = std::min(nearest, length(difference(core, place)));
        if (cores.empty() || (seen && nearest - radius > same_tissue_mm)) break;
        Vector3 towards{};
        for (const Vector3& core : cores) {
            const Vector3 way = difference(core, place);
            const double far = length(way);
            if (far < nearest + 2.5) towards = along(towards, way, (nearest + 2.6 - far) / std::max(far, 1e-6));
        }
        seen = PleuraSeen{scaled(towards, 1 / std::max(length(towards), 1e-9)), nearest - radius};
        if (seen->distance_mm > clear_of_bumps_mm) break;
    }
    return seen;
}

std::optional<Pleura> fitted_pleura(const Neighbourhood& image, const Vector3& foot, const PleuraSeen& seen,
                                    double inner_mm, double outer_mm, double lung_hu)
{
    constexpr double grid_mm = 1.25;
    constexpr double search_mm = 6;
    constexpr std::size_t fewest = 15;
    constexpr double steepest = 1.2;

    Pleura pleura;
    pleura.foot = foot;
    pleura.outward = seen.outward;
    const Vector3 any = std::abs(seen.outward[0]) < 0.7 ? Vector3{1, 0, 0} : Vector3{0, 1, 0};
    const Vector3 flat = along(any, seen.outward, -dot(any, seen.outward));
    pleura.side[0] = scaled(flat, 1 / length(flat));
    pleura.side[1] = cross(seen.outward, pleura.side[0]);

    const double level = 0.5 * (lung_hu + soft_tissue_hu);
    std::vector<Sounding> soundings;
    std::vector<double> importance;
    for (double a = -outer_mm; a <= outer_mm; a += grid_mm) {
        for (double b = -outer_mm; b <= outer_mm; b += grid_mm) {
            const double off = std::hypot(a, b);
            if (off < inner_mm || off > outer_mm) continue;
            const Vector3 base = along(along(foot, pleura.side[0], a), pleura.side[1], b);
            const auto height = surface_height(image, base, seen.outward, seen.distance_mm - search_mm,
                                               seen.distance_mm + search_mm, level);
            if (!height) continue;
            soundings.push_back({a, b, *height});
            // Where the nodule's size is not known yet, what lies farther aside is less likely to be on it.
            importance.push_back(inner_mm > 0 ? 1 : square(off / outer_mm) + 0.02);
        }
    }
    if (soundings.size() < fewest) return std::nullopt;

    std::vector<double> weights = importance;
    double scale = 2;
    for (int round = 0; round < 10; ++round) {
        pleura.height = weighted_heights(soundings, weights);
        for (std::size_t s = 0; s < soundings.size(); ++s) {
            const double error = soundings[s].height - height_at(pleura.height, soundings[s]);
            // Bumps stand into the lung: what is too high is held for less likely than what is too deep.
            weights[s] = importance[s] / square(1 + square(error / (error < 0 ? scale : 1.5 * scale)));
        }
        scale = std::max(0.5, 0.75 * scale);
    }
    if (std::abs(pleura.height[1]) > steepest || std::abs(pleura.height[2]) > steepest) return std::nullopt;
    return pleura;
}

}  // namespace nodtrack::imaging
