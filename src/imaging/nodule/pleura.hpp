#pragma once

#include <array>
#include <optional>

#include "neighbourhood.hpp"

namespace nodtrack::imaging {

/// The surface between lung and what lies round it (chest wall, mediastinum, diaphragm), near one place: a height of
/// second order over a plane.
struct Pleura {
    Vector3 foot{};                 ///< any place; heights are counted from the plane through it
    Vector3 outward{};              ///< unit vector out of the lung
    std::array<Vector3, 2> side{};  ///< unit vectors in the plane
    /// h = c0 + c1 a + c2 b + c3 a2 + c4 ab + c5 b2 along `outward`, a and b along `side`. mm.
    std::array<double, 6> height{};

    /// How deep a place lies behind the surface, along `outward`; negative inside the lung. mm.
    double depth_mm(const Vector3& place) const;
};

/// Where the tissue round the lung lies as seen from a place.
struct PleuraSeen {
    Vector3 outward{};
    double distance_mm = 0;  ///< to the tissue with all bumps opened away; negative inside it
};

/// Opens soft tissue by balls until bumps like a nodule at `place` are gone (up to 20 mm), and looks for what is
/// left. Balls of less than `least_opening_mm` are not tried. Absent where there is none within reach.
std::optional<PleuraSeen> seen_pleura(const Neighbourhood& image, const Vector3& place, double least_opening_mm = 0);
inline constexpr double largest_opening_mm = 12.5;

/// The surface fitted to where lung turns into tissue, on a disc of `outer_mm` round `foot` (without its middle up to
/// `inner_mm`, where a nodule lies), robust against bumps. Absent where too little of it is seen.
std::optional<Pleura> fitted_pleura(const Neighbourhood& image, const Vector3& foot, const PleuraSeen& seen,
                                    double inner_mm, double outer_mm, double lung_hu);

}  // namespace nodtrack::imaging
