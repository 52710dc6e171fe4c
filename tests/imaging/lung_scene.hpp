#pragma once

#include <cmath>
#include <random>

#include "volume_file.hpp"

// A small piece of a chest CT whose truth is known: lung beside a chest wall, with bodies of exact size, blurred and
// with noise of a fixed seed. Lengths in mm.

namespace nodtrack::imaging::test {

/// An ellipsoid of even density.
struct Body {
    Vector3 center{};
    Vector3 radii{};
    int hu = 30;

    double volume_mm3() const { return 4.0 / 3 * 3.14159265358979 * radii[0] * radii[1] * radii[2]; }
    bool holds(const Vector3& p) const
    {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i)
            sum += (p[i] - center[i]) * (p[i] - center[i]) / (radii[i] * radii[i]);
        return sum <= 1;
    }
};

inline Body ball(const Vector3& center, double diameter, int hu)
{
    return {center, {diameter / 2, diameter / 2, diameter / 2}, hu};
}

/// A straight vessel through the whole scene, along an axis.
struct Vessel {
    Vector3 through{};
    std::size_t axis = 2;
    double radius = 1;

    bool holds(const Vector3& p) const
    {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            if (i != axis) sum += (p[i] - through[i]) * (p[i] - through[i]);
        }
        return sum <= radius * radius;
    }
};

struct LungScene {
    double wall_from_x = 19;  ///< soft tissue from here on
    double rib_from_x = 23;   ///< bone from here on …
    double rib_to_z = -18;    ///< … below here
    double air_to_y = -20;    ///< an airway's end: air below here
    double blur = 0.5;
    double noise_hu = 20;
    Vector3 voxel{0.8, 0.8, 1.25};
    std::vector<Body> bodies;  ///< later ones over earlier ones
    std::vector<Vessel> vessels;

    int hu_at(const Vector3& p) const
    {
        if (p[0] > wall_from_x) return p[0] > rib_from_x && p[2] < rib_to_z ? 500 : 40;
        int hu = p[1] < air_to_y ? -1000 : -860;
        for (const Vessel& vessel : vessels) {
            if (vessel.holds(p)) hu = 40;
        }
        for (const Body& body : bodies) {
            if (body.holds(p)) hu = body.hu;
        }
        return hu;
    }

    TestVolume image() const
    {
        constexpr int parts = 4;
        TestVolume volume({64, 64, 42}, voxel);
        volume.centred();
        std::vector<double> exact;
        for (int z = 0; z < volume.size[2]; ++z) {
            for (int y = 0; y < volume.size[1]; ++y) {
                for (int x = 0; x < volume.size[0]; ++x) {
                    const Vector3 middle = volume.position(x, y, z);
                    double total = 0;
                    for (int part = 0; part < parts * parts * parts; ++part) {
                        const std::array<int, 3> at{part % parts, part / parts % parts, part / parts / parts};
                        Vector3 p = middle;
                        for (std::size_t i = 0; i < 3; ++i)
                            p[i] += ((at[i] + 0.5) / parts - 0.5) * voxel[i];
                        total += hu_at(p);
                    }
                    exact.push_back(total / (parts * parts * parts));
                }
            }
        }
        for (std::size_t axis = 0; axis < 3; ++axis)
            smooth(exact, volume.size, axis, blur / voxel[axis]);

        std::mt19937 random(20260501);
        std::vector<double> noise(exact.size());
        for (double& value : noise) {  // twelve dice are nearly Gaussian, and the same with every library
            for (int die = 0; die < 12; ++die)
                value += static_cast<double>(random()) / 4294967296.0 - 0.5;
        }
        smooth(noise, volume.size, 0, 0.7);
        smooth(noise, volume.size, 1, 0.7);
        double squares = 0;
        for (const double value : noise)
            squares += value * value;
        const double gain = noise_hu / std::sqrt(squares / static_cast<double>(noise.size()));
        for (std::size_t i = 0; i < exact.size(); ++i)
            volume.values[i] = static_cast<std::int16_t>(std::lround(exact[i] + gain * noise[i]));
        return volume;
    }

  private:
    static void smooth(std::vector<double>& values, const std::array<int, 3>& size, std::size_t axis, double sd)
    {
        const int reach = static_cast<int>(std::ceil(3.5 * sd));
        std::vector<double> weights;
        double total = 0;
        for (int i = -reach; i <= reach; ++i)
            total += weights.emplace_back(std::exp(-0.5 * i * i / (sd * sd)));
        const std::array<int, 3> stride{1, size[0], size[0] * size[1]};
        const std::vector<double> before = values;
        for (int at = 0; at < static_cast<int>(values.size()); ++at) {
            const int index = at / stride[axis] % size[axis];
            double sum = 0;
            for (int i = -reach; i <= reach; ++i) {
                const int from = std::clamp(index + i, 0, size[axis] - 1);
                sum += weights[static_cast<std::size_t>(i + reach)] *
                       before[static_cast<std::size_t>(at + (from - index) * stride[axis])];
            }
            values[static_cast<std::size_t>(at)] = sum / total;
        }
    }
};

}  // namespace nodtrack::imaging::test
