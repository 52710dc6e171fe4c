#include "blurred_ball.hpp"

#include <algorithm>
#include <cmath>

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
    return {static_cast<double>(0.5F * (1 + error_function(x, bell))),
            static_cast<double>(inverse_root2pi * bell) / blur};
}

}  // namespace nodtrack::imaging
