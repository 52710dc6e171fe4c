#pragma once

#include <array>
#include <vector>

#include "level.hpp"

namespace nodtrack::imaging {

/// A box of nodes along the patient's axes.
struct ControlGrid {
    std::array<int, 3> size{};
    Vector3f first_mm{};
    float spacing_mm = 1;

    std::size_t count() const
    {
        return static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]) *
               static_cast<std::size_t>(size[2]);
    }
    std::size_t place(int i, int j, int k) const
    {
        return static_cast<std::size_t>(i) +
               static_cast<std::size_t>(size[0]) *
                   (static_cast<std::size_t>(j) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(k));
    }
    Vector3f position_mm(std::size_t place) const;
    /// The place of the node nearest to a position; positions outside have the nearest one of the border.
    std::size_t nearest(const Vector3f& position_mm) const;
};

/// A grid that covers a box of positions, with a margin.
ControlGrid nodes_over(const Vector3f& least_mm, const Vector3f& most_mm, float spacing_mm);

/// How far each place of the prior scan has moved on the current one, in mm.
struct DeformationField {
    ControlGrid nodes;
    std::vector<Vector3f> moved_mm;

    /// Between nodes (trilinear); beyond them, as at the border.
    Vector3f at(const Vector3f& position_mm) const;
};

/// The same field on other nodes; with cubic interpolation, so that bends do not flatten.
DeformationField resampled(const DeformationField& field, const ControlGrid& nodes);

/// A field of one linear map: moved = matrix * position + shift.
struct LinearMap {
    std::array<Vector3, 3> matrix{};
    Vector3 shift_mm{};
    Vector3f at(const Vector3f& position_mm) const;
};
DeformationField field_of(const LinearMap& map, const ControlGrid& nodes);

/// What the images say about a further movement at one node, as the normal equations of least squares:
/// `information * step = push`. Upper triangle: xx, xy, xz, yy, yz, zz.
struct NodeEvidence {
    std::array<float, 6> information{};
    Vector3f push{};
};

/// Adds to the field the steps that the evidence asks for, kept smooth: the sum of squares of the evidence, and of
/// `stiffness` times the second differences of the whole field, is least (conjugate gradients).
void add_smooth_steps(DeformationField& field, const std::vector<NodeEvidence>& evidence, float stiffness,
                      int iterations);

}  // namespace nodtrack::imaging
