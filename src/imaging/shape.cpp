#include "shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "diameters.hpp"
#include "marching_cubes.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double normal_95 = 1.959964;        // two-sided 95 % of the normal distribution
constexpr double shared_shift_voxels = 0.25;  // see volume_interval
constexpr std::size_t few_voxels = 10;

using Matrix = std::array<Vector3, 3>;

struct Moments {
    double count = 0;
    Vector3 mean{};       // index, from the crop's first voxel
    Matrix covariance{};  // mm2 along the index axes, over the count less one; 0 for a single voxel
};

Moments moments_of(const MaskCrop& mask)
{
    Moments moments;
    for_each_voxel(mask, [&](const Index3& at) {
        ++moments.count;
        for (std::size_t i = 0; i < 3; ++i)
            moments.mean[i] += static_cast<double>(at[i]);
    });
    for (double& value : moments.mean)
        value /= moments.count;

    for_each_voxel(mask, [&](const Index3& at) {
        Vector3 from_mean{};
        for (std::size_t i = 0; i < 3; ++i)
            from_mean[i] = (static_cast<double>(at[i]) - moments.mean[i]) * mask.grid.spacing_mm[i];
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j)
                moments.covariance[i][j] += from_mean[i] * from_mean[j];
        }
    });
    for (Vector3& row : moments.covariance) {
        // IBSI's values are of the sample covariance, which its digital phantom of 74 voxels tells from the other.
        for (double& value : row)
            value /= std::max(moments.count - 1, 1.0);
    }
    return moments;
}

/// Turns axes p and q so that matrix[p][q] vanishes (one Jacobi rotation).
void rotate(Matrix& matrix, std::size_t p, std::size_t q)
{
    if (matrix[p][q] == 0) return;
    const double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
    const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::hypot(theta, 1));
    const double c = 1 / std::hypot(t, 1);
    const double s = t * c;
    for (std::size_t k = 0; k < 3; ++k) {
        const double kp = matrix[k][p];
        const double kq = matrix[k][q];
        matrix[k][p] = c * kp - s * kq;
        matrix[k][q] = s * kp + c * kq;
    }
    for (std::size_t k = 0; k < 3; ++k) {
        const double pk = matrix[p][k];
        const double qk = matrix[q][k];
        matrix[p][k] = c * pk - s * qk;
        matrix[q][k] = s * pk + c * qk;
    }
}

/// Eigenvalues of a symmetric matrix, greatest first.
Vector3 eigenvalues(Matrix matrix)
{
    // Cyclic Jacobi converges quadratically: a 3x3 matrix is diagonal to rounding after about five sweeps.
    constexpr int sweeps = 12;
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        rotate(matrix, 0, 1);
        rotate(matrix, 0, 2);
        rotate(matrix, 1, 2);
    }
    Vector3 values{matrix[0][0], matrix[1][1], matrix[2][2]};
    std::sort(values.rbegin(), values.rend());
    return values;
}

double axis_length_mm(double variance_mm2)
{
    return 4 * std::sqrt(std::max(variance_mm2, 0.0));  // rounding may leave a flat mask just below zero
}

/// Whether the label's voxels are more than one piece; voxels that share a corner are one piece.
bool has_several_components(const MaskCrop& mask)
{
    std::vector<std::uint8_t> left = mask.inside;
    std::vector<Index3> open;
    for_each_voxel(mask, [&](const Index3& at) {
        if (open.empty()) open.push_back(at);
    });
    left[mask.offset(open.front())] = 0;
    while (!open.empty()) {
        const Index3 from = open.back();
        open.pop_back();
        for (int step = 0; step < 27; ++step) {
            const Index3 to{from[0] + step % 3 - 1, from[1] + step / 3 % 3 - 1, from[2] + step / 9 - 1};
            if (!mask.contains(to) || left[mask.offset(to)] == 0) continue;
            left[mask.offset(to)] = 0;
            open.push_back(to);
        }
    }
    return std::any_of(left.begin(), left.end(), [](std::uint8_t voxel) { return voxel != 0; });
}

}  // namespace

std::array<double, 2> volume_interval(double volume_mm3, double voxel_layer_mm3, double one_voxel_mm3)
{
    const double cut_voxels = voxel_layer_mm3 / one_voxel_mm3;
    const double own_mm3 = normal_95 * one_voxel_mm3 * std::sqrt(cut_voxels / 12);
    const double shared_mm3 = shared_shift_voxels * voxel_layer_mm3;
    const double factor = 1 + std::hypot(own_mm3, shared_mm3) / volume_mm3;
    return {volume_mm3 / factor, volume_mm3 * factor};
}

ShapeValues shape_values(const MaskCrop& mask)
{
    const Vector3& spacing = mask.grid.spacing_mm;
    const double one_voxel_mm3 = spacing[0] * spacing[1] * spacing[2];
    const std::size_t axial = axial_axis(mask.grid);
    const Moments moments = moments_of(mask);
    const Vector3 variances = eigenvalues(moments.covariance);
    const Mesh mesh = marching_cubes_mesh(mask);
    const SliceDiameters slice = largest_slice_diameters(mask, axial);

    Vector3 center = moments.mean;
    for (std::size_t i = 0; i < 3; ++i)
        center[i] += static_cast<double>(mask.region.first[i]);

    ShapeValues shape;
    shape.center_mm = position_mm(mask.grid, center);
    shape.voxel_volume_mm3 = moments.count * one_voxel_mm3;
    shape.volume_mm3 = shape.voxel_volume_mm3;
    shape.volume_ci95_mm3 = volume_interval(shape.volume_mm3, mesh.voxel_layer_mm3, one_voxel_mm3);
    shape.mesh_volume_mm3 = mesh.volume_mm3;
    shape.surface_area_mm2 = mesh.area_mm2;
    shape.sphericity = std::cbrt(36 * std::numbers::pi * mesh.volume_mm3 * mesh.volume_mm3) / mesh.area_mm2;
    shape.maximum_3d_diameter_mm = longest_distance_mm(mesh.vertices, spacing);
    shape.long_axis_mm = slice.long_mm;
    shape.short_axis_mm = slice.short_mm;
    shape.mean_diameter_mm = (slice.long_mm + slice.short_mm) / 2;
    shape.major_axis_mm = axis_length_mm(variances[0]);
    shape.minor_axis_mm = axis_length_mm(variances[1]);
    shape.least_axis_mm = axis_length_mm(variances[2]);
    shape.slice_spacing_mm = spacing[axial];
    for (std::size_t end = 0; end < 2; ++end) {
        shape.long_axis_ends_mm[end] = position_mm(mask.grid, slice.long_ends[end]);
        shape.short_axis_ends_mm[end] = position_mm(mask.grid, slice.short_ends[end]);
    }
    return shape;
}

std::vector<std::string> mask_flags(const MaskCrop& mask)
{
    std::vector<std::string> flags;
    bool at_border = false;
    for (std::size_t i = 0; i < 3; ++i) {
        at_border |= mask.region.first[i] == 0 || mask.region.first[i] + mask.region.size[i] == mask.grid.size[i];
    }
    std::size_t voxels = 0;
    for_each_voxel(mask, [&](const Index3&) { ++voxels; });

    if (at_border) flags.emplace_back(flag::touches_image_border);
    if (voxels < few_voxels) flags.emplace_back(flag::fewer_than_10_voxels);
    if (mask.region.size[axial_axis(mask.grid)] == 1) flags.emplace_back(flag::single_slice);
    if (has_several_components(mask)) flags.emplace_back(flag::several_components);
    return flags;
}

}  // namespace nodtrack::imaging
