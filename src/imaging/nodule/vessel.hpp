#pragma once

#include <array>
#include <optional>

#include "pleura.hpp"

namespace nodtrack::imaging {

/// A stretch of vessel that passes a nodule: a tube of one thickness and density along a slightly bent line.
struct Vessel {
    Vector3 middle{};
    Vector3 along{};                ///< unit vector
    std::array<Vector3, 2> side{};  ///< unit vectors across
    /// Where its axis runs at t mm along: c0 + c1 t + c2 t2 on the first side, c3 + c4 t + c5 t2 on the second. mm.
    std::array<double, 6> course{};
    double log_radius = 0;  ///< logarithm of mm
    double hu = 40;

    /// A place as the tube sees it.
    struct View {
        double t = 0;                    ///< mm along
        double distance_mm = 0;          ///< from the axis
        std::array<double, 2> across{};  ///< unit vector away from the axis, along the sides
    };
    View view(const Vector3& place) const;
    double radius_mm() const;
    Vector3 outward(const View& view) const;
    bool holds(const Vector3& place, double margin_mm) const
    {
        return view(place).distance_mm < radius_mm() + margin_mm;
    }
};

/// The vessel that passes within a nodule's reach of a click, goes on to both sides of it, and is the longest and
/// fullest of those. `nodule_mm`: the nodule's radius as far as known. Absent where there is none.
std::optional<Vessel> seen_vessel(const Neighbourhood& image, const Vector3& click, double nodule_mm, double lung_hu,
                                  double vessel_hu, const std::optional<Pleura>& pleura);

}  // namespace nodtrack::imaging
