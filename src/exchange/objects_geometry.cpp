#include <cmath>

#include "nodtrack/exchange/ct_objects.hpp"

namespace nodtrack::exchange {
namespace {

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// Pixel centres lie at halves: the corner of the first pixel is the origin of an SR's coordinates (PS3.3 C.18.6).
constexpr double to_centre = 0.5;

}  // namespace

PlaceOnSlice place_on(const CtSlice& slice, const Vector& point_mm)
{
    Vector from{};
    for (std::size_t i = 0; i < 3; ++i)
        from[i] = point_mm[i] - slice.first_pixel_mm[i];
    const double column = dot(from, slice.column_step_mm) / dot(slice.column_step_mm, slice.column_step_mm);
    const double row = dot(from, slice.row_step_mm) / dot(slice.row_step_mm, slice.row_step_mm);
    Vector off{};
    for (std::size_t i = 0; i < 3; ++i)
        off[i] = from[i] - column * slice.column_step_mm[i] - row * slice.row_step_mm[i];
    return {{column + to_centre, row + to_centre}, std::sqrt(dot(off, off))};
}

Vector point_of(const CtSlice& slice, const std::array<double, 2>& at)
{
    Vector point{};
    for (std::size_t i = 0; i < 3; ++i) {
        point[i] = slice.first_pixel_mm[i] + (at[0] - to_centre) * slice.column_step_mm[i] +
                   (at[1] - to_centre) * slice.row_step_mm[i];
    }
    return point;
}

}  // namespace nodtrack::exchange
