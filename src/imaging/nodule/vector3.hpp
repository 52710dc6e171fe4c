#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "../grid.hpp"

// Arithmetic of places and directions in mm.

namespace nodtrack::imaging {

inline double dot(const Vector3& a, const Vector3& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

inline double length(const Vector3& a)
{
    return std::sqrt(dot(a, a));
}

inline Vector3 sum(const Vector3& a, const Vector3& b)
{
    return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}

inline Vector3 difference(const Vector3& a, const Vector3& b)
{
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

inline Vector3 scaled(const Vector3& a, double by)
{
    return {a[0] * by, a[1] * by, a[2] * by};
}

inline Vector3 cross(const Vector3& a, const Vector3& b)
{
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// 0 up to `from`, 1 from `to` on, and smooth between.
inline double smooth_step(double value, double from, double to)
{
    const double t = std::clamp((value - from) / (to - from), 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

inline double square(double value)
{
    return value * value;
}

/// `from + direction * distance`
inline Vector3 along(const Vector3& from, const Vector3& direction, double distance)
{
    return {from[0] + direction[0] * distance, from[1] + direction[1] * distance, from[2] + direction[2] * distance};
}

}  // namespace nodtrack::imaging
