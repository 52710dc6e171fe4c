#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <nodtrack/imaging/ct.hpp>
#include <random>
#include <string>
#include <vector>

#include "loaded_ct.hpp"
#include "nodule/vector3.hpp"

// Two small chest CTs whose truth is known: two lungs with branching vessels, ribs that stay behind, and nodules; the
// second breathed out, shifted and turned by a smooth map. Lengths in mm.

namespace nodtrack::imaging::test {

struct ChestNodule {
    std::string id;
    Vector3 center{};  ///< on the prior scan
    double prior_diameter = 0;
    double current_diameter = 0;  ///< 0: resolved
};

/// Where a place of the current scan was on the prior one.
inline Vector3 before(const Vector3& p)
{
    const double low = std::clamp((70 - p[2]) / 140, -0.2, 1.2);  // 0 at the apex, 1 at the base
    const Vector3 bump = difference(p, {45, -10, 10});
    const double near = 4 * std::exp(-dot(bump, bump) / (2 * 30 * 30));
    return {p[0] + 2.5 + 0.03 * p[1] + near, p[1] - 3 - 0.03 * p[0] + 2 * std::sin(p[0] / 50),
            p[2] - 4 - 9 * low * low + near};
}

inline Vector3 after(const Vector3& p)
{
    Vector3 q = p;
    for (int i = 0; i < 60; ++i)
        q = sum(q, scaled(difference(p, before(q)), 0.8));
    return q;
}

class ChestPair {
  public:
    explicit ChestPair(std::vector<ChestNodule> nodules) : nodules_(std::move(nodules)) { grow_vessels(); }

    const std::vector<Vector3>& branches() const { return branches_; }
    const std::vector<ChestNodule>& nodules() const { return nodules_; }

    Ct scan(bool current) const
    {
        auto loaded = std::make_shared<LoadedCt>();
        CtVolume& volume = loaded->volume;
        volume.grid.size = {150, 110, 116};
        volume.grid.spacing_mm = {1.4, 1.4, 1.4};
        for (std::size_t a = 0; a < 3; ++a) {
            volume.grid.direction[a][a] = 1;
            volume.grid.origin_mm[a] = -0.5 * volume.grid.spacing_mm[a] * static_cast<double>(volume.grid.size[a] - 1);
        }
        std::mt19937 random(current ? 2 : 1);
        for (std::int64_t k = 0; k < volume.grid.size[2]; ++k) {
            for (std::int64_t j = 0; j < volume.grid.size[1]; ++j) {
                for (std::int64_t i = 0; i < volume.grid.size[0]; ++i) {
                    const Vector3 p = position_mm(
                        volume.grid, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
                    volume.hu.push_back(
                        static_cast<std::int16_t>(tissue_hu(p, current ? before(p) : p) + noise(random)));
                }
            }
        }
        for (const auto& [from, to, radius] : vessels_)
            draw(volume, current ? after(from) : from, current ? after(to) : to, radius);
        for (const ChestNodule& nodule : nodules_) {
            const double diameter = current ? nodule.current_diameter : nodule.prior_diameter;
            const Vector3 center = current ? after(nodule.center) : nodule.center;
            if (diameter > 0) draw(volume, center, center, diameter / 2);
        }
        loaded->spread = edge_spread(volume);
        return Ct(std::move(loaded));
    }

  private:
    struct Segment {
        Vector3 from, to;
        double radius;
    };

    static double lung_depth(const Vector3& p)  // above 0: inside
    {
        const double x = (std::abs(p[0]) - 48) / 38;
        const double y = p[1] / 60;
        const double z = p[2] / 68;
        return 38 * (1 - std::sqrt(x * x + y * y + z * z));
    }

    static double tissue_hu(const Vector3& here, const Vector3& was)
    {
        if (here[0] * here[0] / (98.0 * 98.0) + here[1] * here[1] / (72.0 * 72.0) > 1) return -1000;
        // Ribs keep their place while the lungs move along them.
        const double ring = std::hypot(here[0] / 94, here[1] / 68);
        if (ring > 0.94 && ring < 0.99 && std::abs(std::remainder(here[2], 24)) < 4) return 500;
        const double share = std::clamp(0.5 + lung_depth(was) / 1.4, 0.0, 1.0);
        return 40 - 895 * share;
    }

    static double noise(std::mt19937& random)
    {
        double total = 0;
        for (int die = 0; die < 6; ++die)
            total += static_cast<double>(random()) / 4294967296.0 - 0.5;
        return 35 * total;  // sd 25
    }

    void grow_vessels()
    {
        std::mt19937 random(7);
        const auto uniform = [&](double most) { return most * (static_cast<double>(random()) / 2147483648.0 - 1); };
        for (const double side : {-1.0, 1.0}) {
            std::vector<Vector3> tree = {{side * 20, 0, 0}};
            for (int i = 0; i < 260;) {
                const Vector3 tip = {side * 48 + uniform(36), uniform(56), uniform(64)};
                if (lung_depth(tip) < 3) continue;
                ++i;
                const auto nearest =
                    std::min_element(tree.begin(), tree.end(), [&](const Vector3& a, const Vector3& b) {
                        return length(difference(a, tip)) < length(difference(b, tip));
                    });
                const Vector3 from = *nearest;
                const bool clear = std::all_of(nodules_.begin(), nodules_.end(), [&](const ChestNodule& nodule) {
                    const double away = nodule.prior_diameter / 2 + 6;
                    return length(difference(from, nodule.center)) > away &&
                           length(difference(tip, nodule.center)) > away;
                });
                if (!clear) continue;
                vessels_.push_back({from, tip, i < 20 ? 2.2 : 1.1});
                if (i > 60 && lung_depth(from) > 6) branches_.push_back(from);
                tree.push_back(tip);
            }
        }
    }

    /// A ball or a capsule, its edge as wide as a voxel.
    static void draw(CtVolume& volume, const Vector3& from, const Vector3& to, double radius)
    {
        Index3 first{};
        Index3 last{};
        for (std::size_t a = 0; a < 3; ++a) {
            const auto index = [&](double mm) { return std::llround((mm - volume.grid.origin_mm[a]) / 1.4); };
            first[a] = std::max<std::int64_t>(0, index(std::min(from[a], to[a]) - radius - 3));
            last[a] = std::min<std::int64_t>(volume.grid.size[a] - 1, index(std::max(from[a], to[a]) + radius + 3));
        }
        const Vector3 along_it = difference(to, from);
        for (std::int64_t k = first[2]; k <= last[2]; ++k) {
            for (std::int64_t j = first[1]; j <= last[1]; ++j) {
                for (std::int64_t i = first[0]; i <= last[0]; ++i) {
                    const Vector3 p = position_mm(
                        volume.grid, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
                    const double share = std::clamp(
                        dot(difference(p, from), along_it) / std::max(1e-9, dot(along_it, along_it)), 0.0, 1.0);
                    const double beyond = length(difference(p, along(from, along_it, share))) - radius;
                    const double filled = 0.5 * (1 - std::tanh(beyond / 0.8));
                    auto& hu =
                        volume.hu[static_cast<std::size_t>(i + volume.grid.size[0] * (j + volume.grid.size[1] * k))];
                    if (filled > 0.01 && hu < 100)
                        hu = std::max(hu, static_cast<std::int16_t>((1 - filled) * hu + filled * 40));
                }
            }
        }
    }

    std::vector<ChestNodule> nodules_;
    std::vector<Segment> vessels_;
    std::vector<Vector3> branches_;
};

}  // namespace nodtrack::imaging::test
