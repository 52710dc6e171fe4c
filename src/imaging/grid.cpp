#include "grid.hpp"

#include <algorithm>
#include <cmath>

#include "text.hpp"

namespace nodtrack::imaging {
namespace {

// Files round what they store: NIfTI keeps single precision, DICOM decimal strings of 16 characters.
constexpr double spacing_tolerance = 1e-3;      // relative
constexpr double right_angle_tolerance = 1e-3;  // cosine
constexpr double place_tolerance_voxels = 0.1;  // of the smallest spacing

double dot(const Vector3& a, const Vector3& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double distance(const Vector3& a, const Vector3& b)
{
    const Vector3 d{a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    return std::sqrt(dot(d, d));
}

Vector3 corner_mm(const Grid& grid, const Index3& index)
{
    return position_mm(grid,
                       {static_cast<double>(index[0]), static_cast<double>(index[1]), static_cast<double>(index[2])});
}

std::string direction_text(const Grid& grid)
{
    return text_of(grid.direction[0]) + ", " + text_of(grid.direction[1]) + ", " + text_of(grid.direction[2]);
}

/// Pairs each mask axis with the image axis it runs along; false where two want the same one.
bool pair_axes(const Grid& mask, const Grid& image, AxisMap& map)
{
    std::array<bool, 3> taken{};
    for (std::size_t i = 0; i < 3; ++i) {
        std::size_t best = 0;
        for (std::size_t j = 1; j < 3; ++j) {
            if (std::abs(dot(mask.direction[i], image.direction[j])) >
                std::abs(dot(mask.direction[i], image.direction[best])))
                best = j;
        }
        if (taken[best]) return false;
        taken[best] = true;
        map.axis[i] = best;
        map.flipped[i] = dot(mask.direction[i], image.direction[best]) < 0;
    }
    return true;
}

/// The greatest distance between corner voxels that the map says are the same.
double misplacement_mm(const Grid& mask, const Grid& image, const AxisMap& map)
{
    double worst = 0;
    for (std::size_t corner = 0; corner < 8; ++corner) {
        Index3 index{};
        for (std::size_t i = 0; i < 3; ++i)
            index[i] = ((corner >> i) & 1U) != 0 ? mask.size[i] - 1 : 0;
        worst = std::max(worst, distance(corner_mm(mask, index), corner_mm(image, map.index(index))));
    }
    return worst;
}

/// The image's voxel that is nearest to the mask's first one.
void place_first(const Grid& mask, const Grid& image, AxisMap& map)
{
    constexpr double farthest = 1e6;  // voxels; no image has so many
    for (std::size_t j = 0; j < 3; ++j) {
        const Vector3 from{mask.origin_mm[0] - image.origin_mm[0], mask.origin_mm[1] - image.origin_mm[1],
                           mask.origin_mm[2] - image.origin_mm[2]};
        const double index = dot(from, image.direction[j]) / image.spacing_mm[j];
        map.first[j] = std::llround(std::clamp(index, -farthest, farthest));
    }
}

bool lies_inside(const Grid& mask, const Grid& image, const AxisMap& map)
{
    const Region region = map.region({{}, mask.size});
    bool inside = true;
    for (std::size_t j = 0; j < 3; ++j)
        inside &= region.first[j] >= 0 && region.first[j] + region.size[j] <= image.size[j];
    return inside;
}

std::string pair_text(const std::string& what, const std::string& mask, const std::string& image)
{
    return what + " is " + mask + " in the mask and " + image + " in the image";
}

}  // namespace

Vector3 position_mm(const Grid& grid, const Vector3& index)
{
    Vector3 position = grid.origin_mm;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double along = index[axis] * grid.spacing_mm[axis];
        for (std::size_t i = 0; i < 3; ++i)
            position[i] += along * grid.direction[axis][i];
    }
    return position;
}

std::size_t axial_axis(const Grid& grid)
{
    // From the last axis down, so that a tie goes to the axis that files store slice by slice.
    std::size_t best = 2;
    for (const std::size_t axis : {std::size_t{1}, std::size_t{0}}) {
        if (std::abs(grid.direction[axis][2]) > std::abs(grid.direction[best][2])) best = axis;
    }
    return best;
}

Result<void> check_grid(const Grid& grid, const std::string& name)
{
    for (std::size_t i = 0; i < 3; ++i) {
        if (grid.size[i] < 1)
            return failure(ErrorCode::bad_input,
                           name + ": size is " + text_of(grid.size) + "; each of the three must be 1 or more");
        if (!std::isfinite(grid.spacing_mm[i]) || grid.spacing_mm[i] <= 0)
            return failure(ErrorCode::bad_input, name + ": spacing is " + text_of(grid.spacing_mm) +
                                                     " mm; each of the three must be above zero");
        if (!std::isfinite(grid.origin_mm[i]))
            return failure(ErrorCode::bad_input,
                           name + ": origin is " + text_of(grid.origin_mm) + " mm; it must be a position");
        const double length = dot(grid.direction[i], grid.direction[i]);
        const double lean = dot(grid.direction[i], grid.direction[(i + 1) % 3]);
        if (!(std::abs(length - 1) <= right_angle_tolerance) || !(std::abs(lean) <= right_angle_tolerance))
            return failure(ErrorCode::bad_input,
                           name + ": the axes are " + direction_text(grid) +
                               "; they must be unit vectors at right angles. Resample the image to such a grid");
    }
    return {};
}

Index3 AxisMap::index(const Index3& source) const
{
    Index3 target{};
    for (std::size_t i = 0; i < 3; ++i)
        target[axis[i]] = first[axis[i]] + (flipped[i] ? -source[i] : source[i]);
    return target;
}

Region AxisMap::region(const Region& source) const
{
    Region target;
    for (std::size_t i = 0; i < 3; ++i) {
        target.size[axis[i]] = source.size[i];
        target.first[axis[i]] = first[axis[i]] + (flipped[i] ? 1 - source.first[i] - source.size[i] : source.first[i]);
    }
    return target;
}

Result<AxisMap> same_voxels(const Grid& mask, const std::string& mask_name, const Grid& image,
                            const std::string& image_name)
{
    AxisMap map;
    std::vector<std::string> differences;
    if (!pair_axes(mask, image, map)) {
        differences.push_back(pair_text("direction", direction_text(mask), direction_text(image)));
    } else {
        Index3 size{};
        Vector3 spacing{};
        bool is_smaller = true;
        for (std::size_t i = 0; i < 3; ++i) {
            size[i] = image.size[map.axis[i]];
            spacing[i] = image.spacing_mm[map.axis[i]];
            is_smaller &= mask.size[i] <= size[i];
        }
        const double smallest = *std::min_element(spacing.begin(), spacing.end());
        bool same_spacing = true;
        bool same_direction = true;
        for (std::size_t i = 0; i < 3; ++i) {
            same_spacing &= std::abs(mask.spacing_mm[i] - spacing[i]) <= spacing_tolerance * spacing[i];
            same_direction &= std::abs(dot(mask.direction[i], image.direction[map.axis[i]])) >= 1 - 1e-4;
        }
        if (!is_smaller) differences.push_back(pair_text("size", text_of(mask.size), text_of(size)));
        if (!same_spacing)
            differences.push_back(pair_text("spacing", text_of(mask.spacing_mm) + " mm", text_of(spacing) + " mm"));
        if (!same_direction) differences.push_back(pair_text("direction", direction_text(mask), direction_text(image)));
        if (differences.empty()) place_first(mask, image, map);
        const double worst = differences.empty() ? misplacement_mm(mask, image, map) : 0;
        const bool is_inside = differences.empty() && lies_inside(mask, image, map);
        if (worst > place_tolerance_voxels * smallest || (differences.empty() && !is_inside)) {
            Index3 corner{};
            for (std::size_t i = 0; i < 3; ++i)
                corner[map.axis[i]] = map.flipped[i] ? image.size[map.axis[i]] - 1 : 0;
            differences.push_back(pair_text("position of the first voxel", text_of(mask.origin_mm) + " mm",
                                            text_of(corner_mm(image, corner)) + " mm") +
                                  (is_inside ? ", and its voxels lie up to " + text_of(worst) +
                                                   " mm beside the image's, at most " +
                                                   text_of(place_tolerance_voxels * smallest) + " mm is taken"
                                             : ", and it reaches beyond the image"));
        }
    }
    if (differences.empty()) return map;
    return failure(ErrorCode::bad_input,
                   mask_name + ": does not lie on the voxels of " + image_name + ": " + joined(differences, "; ") +
                       ". Give the image the mask was drawn on, or resample the mask to the image's voxels");
}

Lattice lattice_of(const Grid& mask, const Grid& image, const AxisMap& map)
{
    Lattice lattice{mask, {}};
    Vector3 back{};
    for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t axis = map.axis[i];
        lattice.grid.size[i] = image.size[axis];
        lattice.first[i] = map.flipped[i] ? image.size[axis] - 1 - map.first[axis] : map.first[axis];
        back[i] = -static_cast<double>(lattice.first[i]);
    }
    lattice.grid.origin_mm = position_mm(mask, back);
    return lattice;
}

}  // namespace nodtrack::imaging
