#include "blurred_ball.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

namespace nodtrack::imaging {
namespace {

constexpr float inverse_root2 = 0.70710678F;
constexpr float inverse_root2pi = 0.39894228F;

/// erf(x / sqrt 2) where `bell` is exp(-x2 / 2): Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26;
/// error below 1.5e-7.
float error_function(float x, float bell)
{
    const float t = 1 / (1 + 0.3275911F * std::abs(x) * inverse_root2);
    const float tail =
        ((((1.061405429F * t - 1.453152027F) * t + 1.421413741F) * t - 0.284496736F) * t + 0.254829592F) * t * bell;
    return x < 0 ? tail - 1 : 1 - tail;
}

constexpr std::size_t tube_radii = 64;
constexpr std::size_t tube_distances = 112;
constexpr double tube_step = 0.125;  // both in units of the blur

/// Shares of a tube by radius and distance.
class TubeTable {
  public:
    TubeTable()
    {
        constexpr int slabs = 24;
        const auto below = [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); };
        for (std::size_t i = 0; i < tube_radii; ++i) {
            const double radius = tube_step * static_cast<double>(i);
            for (std::size_t j = 0; j < tube_distances; ++j) {
                const double distance = tube_step * static_cast<double>(j);
                if (distance > radius + 5) break;
                double total = 0;
                for (int slab = 0; slab < slabs; ++slab) {
                    const double turn = std::numbers::pi * ((slab + 0.5) / slabs - 0.5);
                    const double y = radius * std::sin(turn);
                    const double half = radius * std::cos(turn);
                    total += std::exp(-0.5 * y * y) * (below(half - distance) - below(-half - distance)) * half;
                }
                shares_[i][j] =
                    static_cast<float>(total * std::numbers::pi / slabs * static_cast<double>(inverse_root2pi));
            }
        }
    }
    float at(std::size_t radius, std::size_t distance) const { return shares_[radius][distance]; }

  private:
    std::array<std::array<float, tube_distances>, tube_radii> shares_{};
};

}  // namespace

BlurredBall blurred_ball(double distance, double radius, double blur)
{
    const auto s = static_cast<float>(blur);
    const auto r = static_cast<float>(radius);
    const float d = std::max(static_cast<float>(distance), 0.05F * s);
    const float inverse = 1 / s;
    const float near = (r - d) * inverse;
    if (near > 5) return {1, 0, 0, 0};
    if (near < -5) return {};
    const float far = (r + d) * inverse;
    const float near_bell = std::exp(-0.5F * near * near);
    const float far_bell = far > 6 ? 0 : std::exp(-0.5F * far * far);
    const float q = inverse_root2pi;
    const float over_d = 1 / d;
    const float bells = near_bell - far_bell;

    const float far_error = far > 6 ? 1 : error_function(far, far_bell);
    const float share = 0.5F * (far_error + error_function(near, near_bell)) - q * s * over_d * bells;
    const float by_radius = q * r * over_d * inverse * bells;
    const float by_distance = q * (-inverse * bells + s * over_d * over_d * bells -
                                   over_d * inverse * ((r - d) * near_bell + (r + d) * far_bell));
    const float by_blur = -q * inverse * (far * far_bell + near * near_bell) - q * over_d * bells -
                          q * over_d * (near_bell * near * near - far_bell * far * far);
    return {static_cast<double>(share), static_cast<double>(by_radius), static_cast<double>(by_distance),
            static_cast<double>(by_blur)};
}

BlurredPlane blurred_plane(double depth, double blur)
{
    const auto x = static_cast<float>(depth / blur);
    const float bell = std::exp(-0.5F * x * x);
    const double by_depth = static_cast<double>(inverse_root2pi * bell) / blur;
    // The share depends on depth / blur alone; a tube's likewise on its two lengths.
    return {static_cast<double>(0.5F * (1 + error_function(x, bell))), by_depth, -by_depth * depth / blur};
}

BlurredTube blurred_tube(double distance, double radius, double blur)
{
    static const auto table = std::make_unique<const TubeTable>();
    const double r = radius / blur / tube_step;
    const double d = distance / blur / tube_step;
    if (r >= static_cast<double>(tube_radii - 1)) {
        const BlurredPlane plane = blurred_plane(radius - distance, blur);
        return {plane.share, plane.by_depth, -plane.by_depth, plane.by_blur};
    }
    if (d >= static_cast<double>(tube_distances - 1)) return {};
    const auto i = static_cast<std::size_t>(r);
    const auto j = static_cast<std::size_t>(d);
    const double x = r - static_cast<double>(i);
    const double y = d - static_cast<double>(j);
    const auto v00 = static_cast<double>(table->at(i, j));
    const auto v01 = static_cast<double>(table->at(i, j + 1));
    const auto v10 = static_cast<double>(table->at(i + 1, j));
    const auto v11 = static_cast<double>(table->at(i + 1, j + 1));
    const double low = v00 + y * (v01 - v00);
    const double high = v10 + y * (v11 - v10);
    const double per = 1 / (blur * tube_step);
    const double by_radius = (high - low) * per;
    const double by_distance = ((1 - x) * (v01 - v00) + x * (v11 - v10)) * per;
    return {low + x * (high - low), by_radius, by_distance, -(radius * by_radius + distance * by_distance) / blur};
}

Overlap overlap(double a, double b, double cosine)
{
    const double turn = std::asin(std::clamp(cosine, -1.0, 1.0)) * 2 / std::numbers::pi;
    const double aligned = std::abs(turn);
    Overlap both{(1 - aligned) * a * b, (1 - aligned) * b, (1 - aligned) * a};
    if (turn > 0) {
        both.share += aligned * std::min(a, b);
        (a < b ? both.by_a : both.by_b) += aligned;
    } else if (a + b > 1) {
        both.share += aligned * (a + b - 1);
        both.by_a += aligned;
        both.by_b += aligned;
    }
    return both;
}

}  // namespace nodtrack::imaging
