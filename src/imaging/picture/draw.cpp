#include <algorithm>
#include <cmath>

#include "canvas.hpp"
#include "drawn.hpp"
#include "voxels_round.hpp"

namespace nodtrack::imaging {
namespace {

// The lung window.
constexpr double window_center_hu = -600.0;
constexpr double window_width_hu = 1500.0;
constexpr Colour outside_colour{20, 24, 64};

double dot(const Vector3& a, const Vector3& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// The index, which need not be whole, of a place.
Vector3 index_of(const Grid& grid, const Vector3& place)
{
    Vector3 index{};
    const Vector3 from = {place[0] - grid.origin_mm[0], place[1] - grid.origin_mm[1], place[2] - grid.origin_mm[2]};
    for (std::size_t i = 0; i < 3; ++i)
        index[i] = dot(from, grid.direction[i]) / grid.spacing_mm[i];
    return index;
}

bool is_inside(const NoduleMask& mask, const Vector3& index)
{
    Index3 local{};
    for (std::size_t i = 0; i < 3; ++i) {
        local[i] = std::llround(index[i]) - mask.first[i];
        if (local[i] < 0 || local[i] >= mask.size[i]) return false;
    }
    return mask.inside[static_cast<std::size_t>(local[0] + mask.size[0] * (local[1] + mask.size[1] * local[2]))] != 0;
}

/// HU between voxels; absent outside what was read.
std::optional<double> hu_at(const VoxelsRound& voxels, const Vector3& index)
{
    Index3 low{};
    Vector3 share{};
    for (std::size_t i = 0; i < 3; ++i) {
        const double local = index[i] - static_cast<double>(voxels.region.first[i]);
        const auto last = static_cast<double>(voxels.region.size[i] - 1);
        if (local < -0.5 || local > last + 0.5) return std::nullopt;
        const double held = std::clamp(local, 0.0, last);
        low[i] = std::min(static_cast<std::int64_t>(held), std::max<std::int64_t>(voxels.region.size[i] - 2, 0));
        share[i] = held - static_cast<double>(low[i]);
    }
    double sum = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        double weight = 1;
        Index3 at = low;
        for (std::size_t i = 0; i < 3; ++i) {
            const bool far = (corner >> i & 1U) != 0;
            weight *= far ? share[i] : 1 - share[i];
            if (far) ++at[i];
        }
        if (weight == 0) continue;
        const Index3& size = voxels.region.size;
        sum += weight *
               static_cast<double>(voxels.hu[static_cast<std::size_t>(at[0] + size[0] * (at[1] + size[1] * at[2]))]);
    }
    return sum;
}

/// The image axis that runs nearest to an axis of the patient.
std::size_t image_axis(const Grid& grid, std::size_t patient_axis)
{
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < 3; ++i) {
        if (std::abs(grid.direction[i][patient_axis]) > std::abs(grid.direction[nearest][patient_axis])) nearest = i;
    }
    return nearest;
}

/// The slice across an image axis that holds most of the nodule.
std::int64_t largest_slice(const NoduleMask& mask, std::size_t axis)
{
    std::vector<std::int64_t> area(static_cast<std::size_t>(mask.size[axis]), 0);
    for_each_inside(mask, [&](const Index3& at) { ++area[static_cast<std::size_t>(at[axis] - mask.first[axis])]; });
    const std::int64_t most = *std::ranges::max_element(area);
    // Of several the middle one.
    const auto first = std::ranges::find(area, most) - area.begin();
    const auto last = area.rend() - std::ranges::find(area.rbegin(), area.rend(), most) - 1;
    std::int64_t middle = (first + last) / 2;
    if (area[static_cast<std::size_t>(middle)] != most) middle = first;
    return mask.first[axis] + middle;
}

/// How a picture's pixels lie in the patient.
struct Sheet {
    Vector3 center;
    Vector3 right;
    Vector3 down;
};

Sheet sheet_of(Plane plane, const NoduleInImage& nodule, const Grid& grid)
{
    constexpr Vector3 to_left = {1, 0, 0};
    constexpr Vector3 to_back = {0, 1, 0};
    constexpr Vector3 to_feet = {0, 0, -1};
    std::size_t across = 2;
    Sheet sheet{nodule.center_mm, to_left, to_back};
    if (plane == Plane::coronal) {
        sheet.down = to_feet;
        across = 1;
    } else if (plane == Plane::sagittal) {
        sheet = {nodule.center_mm, to_back, to_feet};
        across = 0;
    }
    // Through voxel centres of one slice: what is shown was measured, not made up between two.
    const std::size_t axis = image_axis(grid, across);
    Vector3 index = index_of(grid, nodule.center_mm);
    index[axis] = static_cast<double>(largest_slice(nodule.mask, axis));
    sheet.center = position_mm(grid, index);
    return sheet;
}

}  // namespace

Picture drawn(const NoduleInImage& nodule, const VoxelsRound& voxels, const View& view)
{
    const Sheet sheet = sheet_of(view.plane, nodule, voxels.grid);
    const double step_mm = view.field_mm / view.pixels;
    const int size = view.pixels;
    Picture picture = blank(size, size, outside_colour);
    std::vector<std::uint8_t> inside(static_cast<std::size_t>(size * size), 0);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            const double right = (x + 0.5 - size / 2.0) * step_mm;
            const double down = (y + 0.5 - size / 2.0) * step_mm;
            Vector3 place = sheet.center;
            for (std::size_t i = 0; i < 3; ++i)
                place[i] += right * sheet.right[i] + down * sheet.down[i];
            const Vector3 index = index_of(voxels.grid, place);
            inside[static_cast<std::size_t>(y * size + x)] = is_inside(nodule.mask, index) ? 1 : 0;
            const std::optional<double> hu = hu_at(voxels, index);
            if (!hu) continue;
            const double share = (*hu - window_center_hu) / window_width_hu + 0.5;
            const auto grey = static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * 255.0));
            put(picture, x, y, {grey, grey, grey});
        }
    }
    const auto in = [&](int x, int y) {
        return x >= 0 && y >= 0 && x < size && y < size && inside[static_cast<std::size_t>(y * size + x)] != 0;
    };
    for (int y = 0; view.contour && y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            if (!in(x, y) && (in(x - 1, y) || in(x + 1, y) || in(x, y - 1) || in(x, y + 1))) {
                put(picture, x, y, contour_colour);
            }
        }
    }
    return picture;
}

double fitting_field_mm(const NoduleMask& mask, const Grid& grid)
{
    double extent = 0;
    for (std::size_t i = 0; i < 3; ++i)
        extent = std::max(extent, static_cast<double>(mask.size[i]) * grid.spacing_mm[i]);
    constexpr double centimetre = 10.0;
    constexpr double least = 30.0;
    return std::max(least, std::ceil(extent * 2.0 / centimetre) * centimetre);
}

Result<std::vector<Picture>> draw(const NoduleInImage& nodule, const std::vector<View>& views)
{
    const auto voxels = voxels_round(nodule);
    if (!voxels) return tl::unexpected(voxels.error());
    std::vector<Picture> pictures;
    for (const View& view : views)
        pictures.push_back(drawn(nodule, *voxels, view));
    return pictures;
}

}  // namespace nodtrack::imaging
