#include "marching_cubes.hpp"

#include <array>
#include <cmath>
#include <cstddef>

// Corners of a cell are numbered by their bits (x, y, z). Edge 4a + b + 2c runs along axis a, at bit b of the next
// axis and bit c of the one after.

namespace nodtrack::imaging {
namespace {

constexpr int no_edge = -1;
using Triangle = std::array<int, 3>;
using Loop = std::vector<int>;

int edge_between(unsigned corner, unsigned other)
{
    const unsigned axis = (corner ^ other) >> 1U;  // 1, 2, 4 -> 0, 1, 2
    const unsigned next = (axis + 1) % 3;
    const unsigned last = (axis + 2) % 3;
    return static_cast<int>(4 * axis + ((corner >> next) & 1U) + 2 * ((corner >> last) & 1U));
}

/// The middle of an edge in half voxels from corner 0.
Index3 edge_middle(int edge)
{
    const auto axis = static_cast<std::size_t>(edge / 4);
    Index3 middle{};
    middle[axis] = 1;
    middle[(axis + 1) % 3] = 2 * (edge & 1);
    middle[(axis + 2) % 3] = edge & 2;
    return middle;
}

/// The corners round a face, anticlockwise seen from outside the cell.
std::array<unsigned, 4> face_corners(unsigned axis, unsigned side)
{
    const unsigned next = (axis + 1) % 3;
    const unsigned last = (axis + 2) % 3;
    const unsigned base = side << axis;
    std::array<unsigned, 4> ring{base, base | 1U << next, base | 1U << next | 1U << last, base | 1U << last};
    if (side == 0) std::swap(ring[1], ring[3]);
    return ring;
}

/// The closed loops in which the surface cuts the faces of a cell with these inside corners. Round each face, a
/// run of inside corners is entered over one edge and left over another; the loop runs from the first to
/// the second. An edge is entered on one of its two faces and left on the other, so the pieces chain up.
std::vector<Loop> surface_loops(unsigned inside)
{
    std::array<int, 12> next{};
    next.fill(no_edge);
    for (unsigned face = 0; face < 6; ++face) {
        const auto ring = face_corners(face / 2, face % 2);
        const auto is_inside = [&](unsigned k) { return ((inside >> ring[k % 4]) & 1U) != 0; };
        for (unsigned enter = 0; enter < 4; ++enter) {
            if (is_inside(enter) || !is_inside(enter + 1)) continue;
            unsigned leave = enter + 1;
            while (is_inside(leave + 1))
                ++leave;
            next[static_cast<std::size_t>(edge_between(ring[enter], ring[(enter + 1) % 4]))] =
                edge_between(ring[leave % 4], ring[(leave + 1) % 4]);
        }
    }

    std::vector<Loop> loops;
    for (int start = 0; start < 12; ++start) {
        Loop loop;
        for (int edge = start; next[static_cast<std::size_t>(edge)] != no_edge;) {
            loop.push_back(edge);
            edge = std::exchange(next[static_cast<std::size_t>(edge)], no_edge);
        }
        if (!loop.empty()) loops.push_back(loop);
    }
    return loops;
}

Vector3 cross(const Vector3& a, const Vector3& b)
{
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Twice the area of a triangle times its unit normal.
Vector3 area_vector(const std::array<Vector3, 3>& corner)
{
    Vector3 first{};
    Vector3 second{};
    for (std::size_t i = 0; i < 3; ++i) {
        first[i] = corner[1][i] - corner[0][i];
        second[i] = corner[2][i] - corner[0][i];
    }
    return cross(first, second);
}

double dot(const Vector3& a, const Vector3& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

std::array<Vector3, 3> corners_of(const Triangle& triangle, const Index3& shift, const Vector3& half_voxel)
{
    std::array<Vector3, 3> corners{};
    for (std::size_t k = 0; k < 3; ++k) {
        const Index3 middle = edge_middle(triangle[k]);
        for (std::size_t i = 0; i < 3; ++i)
            corners[k][i] = static_cast<double>(middle[i] + shift[i]) * half_voxel[i];
    }
    return corners;
}

std::vector<Triangle> fan(const Loop& loop, std::size_t hub)
{
    std::vector<Triangle> triangles;
    for (std::size_t i = 1; i + 1 < loop.size(); ++i)
        triangles.push_back({loop[hub], loop[(hub + i) % loop.size()], loop[(hub + i + 1) % loop.size()]});
    return triangles;
}

/// The fan of greatest area in a cubic cell. A loop of five or more edges is not flat, and which triangles fill it
/// changes volume and area by up to some per cent at coarse spacing. IBSI leaves that to the algorithm; this
/// choice gives the values of the published tables of triangles, to all digits, on a real nodule at 0.6 x 0.6 x 5 mm.
std::vector<Triangle> filled(const Loop& loop)
{
    std::vector<Triangle> best;
    double best_area = 0;
    for (std::size_t hub = 0; hub < loop.size(); ++hub) {
        const auto triangles = fan(loop, hub);
        double area = 0;
        for (const Triangle& triangle : triangles) {
            const Vector3 normal = area_vector(corners_of(triangle, {}, {1, 1, 1}));
            area += std::sqrt(dot(normal, normal));
        }
        if (area > best_area + 1e-9) {
            best = triangles;
            best_area = area;
        }
    }
    return best;
}

using TriangleTable = std::array<std::vector<Triangle>, 256>;

TriangleTable triangle_table()
{
    TriangleTable table;
    for (unsigned inside = 0; inside < 256; ++inside) {
        for (const Loop& loop : surface_loops(inside)) {
            const auto triangles = filled(loop);
            table[inside].insert(table[inside].end(), triangles.begin(), triangles.end());
        }
    }
    return table;
}

unsigned inside_corners(const MaskCrop& mask, const Index3& cell)
{
    unsigned inside = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        const Index3 at{cell[0] + (corner & 1U), cell[1] + (corner >> 1U & 1U), cell[2] + (corner >> 2U)};
        if (mask.contains(at)) inside |= 1U << corner;
    }
    return inside;
}

/// Adds the cut edges that start at the cell's first corner, so that each edge of the grid is taken once.
void add_vertices(unsigned inside, const Index3& cell, std::vector<Index3>& vertices)
{
    for (unsigned axis = 0; axis < 3; ++axis) {
        const bool cut = ((inside & 1U) != 0) != ((inside >> (1U << axis) & 1U) != 0);
        if (!cut) continue;
        Index3 vertex{2 * cell[0], 2 * cell[1], 2 * cell[2]};
        ++vertex[axis];
        vertices.push_back(vertex);
    }
}

}  // namespace

Mesh marching_cubes_mesh(const MaskCrop& mask)
{
    static const TriangleTable table = triangle_table();
    const Vector3& spacing = mask.grid.spacing_mm;
    const Vector3 half_voxel{spacing[0] / 2, spacing[1] / 2, spacing[2] / 2};

    Mesh mesh;
    Index3 cell{};
    for (cell[2] = -1; cell[2] < mask.region.size[2]; ++cell[2]) {
        for (cell[1] = -1; cell[1] < mask.region.size[1]; ++cell[1]) {
            for (cell[0] = -1; cell[0] < mask.region.size[0]; ++cell[0]) {
                const unsigned inside = inside_corners(mask, cell);
                if (inside == 0 || inside == 255) continue;
                add_vertices(inside, cell, mesh.vertices);
                for (const Triangle& triangle : table[inside]) {
                    const auto corners = corners_of(triangle, {2 * cell[0], 2 * cell[1], 2 * cell[2]}, half_voxel);
                    const Vector3 normal = area_vector(corners);
                    const double twice_area = std::sqrt(dot(normal, normal));
                    mesh.area_mm2 += twice_area / 2;
                    mesh.volume_mm3 += dot(corners[0], cross(corners[1], corners[2])) / 6;
                    // Width of a voxel along a unit normal n: 1 / |n / spacing|.
                    const Vector3 scaled{normal[0] / spacing[0], normal[1] / spacing[1], normal[2] / spacing[2]};
                    if (twice_area > 0)
                        mesh.voxel_layer_mm3 += twice_area / 2 * twice_area / std::sqrt(dot(scaled, scaled));
                }
            }
        }
    }
    return mesh;
}

}  // namespace nodtrack::imaging
