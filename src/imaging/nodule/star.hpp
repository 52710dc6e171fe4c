#pragma once

#include <array>
#include <cstddef>

#include "vector3.hpp"

namespace nodtrack::imaging {

/// How fine a star's outline may be: up to which order of spherical harmonics. Order 1 is the centre's affair.
enum class StarDetail : std::size_t { ball = 1, ellipsoid = 6, lobulated = 22 };

inline constexpr std::size_t most_harmonics = 22;

/// The real spherical harmonics of orders 0, 2, 3 and 4 (mean square 1 over the sphere) in a direction, the first
/// `detail` of them.
void harmonics(const Vector3& direction, StarDetail detail, std::array<double, most_harmonics>& values);

/// A body whose surface is met once in each direction from its centre: the logarithm of its radius is a sum of
/// spherical harmonics, so that a radius is never negative and the order 0 is the size.
struct StarShape {
    Vector3 center{};
    StarDetail detail = StarDetail::ellipsoid;
    std::array<double, most_harmonics> coefficients{};

    std::size_t terms() const { return static_cast<std::size_t>(detail); }
    /// Of the ball of the same order 0, mm.
    double size_mm() const { return std::exp(coefficients[0]); }
    double radius_mm(const Vector3& direction) const;
    /// Distance from the centre as a share of the radius there: below 1 inside.
    double share(const Vector3& place) const;
};

}  // namespace nodtrack::imaging
