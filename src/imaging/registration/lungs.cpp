#include "lungs.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::imaging {
namespace {

constexpr int aerated_below_hu = -450;
constexpr int open_air_below_hu = -935;  // rarer than emphysema is in the mean of a block
constexpr double least_lung_mm3 = 60e3;  // smaller aerated regions are bowel, trachea or folds of clothing
constexpr double closed_within_mm = 9;   // vessels and nodules up to twice this are part of the lung
constexpr double pleura_within_mm = 3;   // and the surface, seen from outside
constexpr double ribs_within_mm = 4;     // of the surface, seen from inside
constexpr int bone_above_hu = 140;       // in the mean of a block
constexpr double bone_depth_mm = 15;     // ribs bulge inwards; deeper, what is so bright is contrast agent
constexpr double beside_bone_mm = 5;
constexpr double skin_of_open_air_mm = 4.0;  // partial-volume voxels beside the air of the room

using Mask = std::vector<std::uint8_t>;

/// All voxels reached from `reached` through voxels where `may` holds; face neighbours.
template <class May>
void grow(const PyramidLevel& level, std::vector<std::size_t>& reached, Mask& seen, May may)
{
    const std::array<std::size_t, 3> step = {1, static_cast<std::size_t>(level.size[0]), level.place(0, 0, 1)};
    for (std::size_t next = 0; next < reached.size(); ++next) {
        const std::size_t at = reached[next];
        const std::array<std::size_t, 3> index = {at % step[1], at % step[2] / step[1], at / step[2]};
        for (std::size_t a = 0; a < 3; ++a) {
            const auto visit = [&](std::size_t other) {
                if (seen[other] != 0 || !may(other)) return;
                seen[other] = 1;
                reached.push_back(other);
            };
            if (index[a] > 0) visit(at - step[a]);
            if (index[a] + 1 < static_cast<std::size_t>(level.size[a])) visit(at + step[a]);
        }
    }
}

/// Air that touches the sides of the image: the room.
Mask open_air(const PyramidLevel& level)
{
    Mask seen(level.hu.size(), 0);
    std::vector<std::size_t> reached;
    const auto is_air = [&](std::size_t at) { return level.hu[at] < open_air_below_hu; };
    for (int k = 0; k < level.size[2]; ++k) {
        for (int j = 0; j < level.size[1]; ++j) {
            for (int i = 0; i < level.size[0]; ++i) {
                const bool side = i == 0 || j == 0 || i + 1 == level.size[0] || j + 1 == level.size[1];
                const std::size_t at = level.place(i, j, k);
                if (!side || !is_air(at)) continue;
                seen[at] = 1;
                reached.push_back(at);
            }
        }
    }
    grow(level, reached, seen, is_air);
    return seen;
}

/// One line of a mask: `wanted` reaches `radius` voxels to both sides.
void dilate_line(std::uint8_t* first, std::size_t step, int count, int radius, std::uint8_t wanted,
                 std::vector<std::uint8_t>& line)
{
    line.resize(static_cast<std::size_t>(count));
    std::uint8_t* old = line.data();
    for (int i = 0; i < count; ++i)
        old[i] = first[static_cast<std::size_t>(i) * step];
    // Forward, then backward: the reach of the last wanted voxel.
    int until = -1;
    for (int i = 0; i < count; ++i) {
        if (old[i] == wanted) until = i + radius;
        if (i <= until) first[static_cast<std::size_t>(i) * step] = wanted;
    }
    until = count;
    for (int i = count - 1; i >= 0; --i) {
        if (old[i] == wanted) until = i - radius;
        if (i >= until) first[static_cast<std::size_t>(i) * step] = wanted;
    }
}

/// Every voxel within `radius_mm` of the mask along each axis in turn (a box: quick, and near enough).
void dilate(const PyramidLevel& level, Mask& mask, double radius_mm, std::uint8_t wanted = 1)
{
    const std::array<std::size_t, 3> step = {1, level.place(0, 1, 0), level.place(0, 0, 1)};
    std::vector<std::uint8_t> line;
    for (std::size_t a = 0; a < 3; ++a) {
        const int radius = static_cast<int>(std::lround(radius_mm / level.spacing_mm[a]));
        if (radius < 1) continue;
        const std::size_t b = a == 0 ? 1 : 0;
        const std::size_t c = a == 2 ? 1 : 2;
        for (int k = 0; k < level.size[c]; ++k) {
            for (int j = 0; j < level.size[b]; ++j)
                dilate_line(mask.data() + static_cast<std::size_t>(k) * step[c] + static_cast<std::size_t>(j) * step[b],
                            step[a], level.size[a], radius, wanted, line);
        }
    }
}

/// The large aerated regions.
Mask large_regions(const PyramidLevel& level, const Mask& aerated, double voxel_mm3)
{
    Mask kept(aerated.size(), 0);
    Mask seen(aerated.size(), 0);
    std::vector<std::size_t> region;
    for (std::size_t at = 0; at < aerated.size(); ++at) {
        if (aerated[at] == 0 || seen[at] != 0) continue;
        region.assign(1, at);
        seen[at] = 1;
        grow(level, region, seen, [&](std::size_t other) { return aerated[other] != 0; });
        if (static_cast<double>(region.size()) * voxel_mm3 < least_lung_mm3) continue;
        for (const std::size_t inside : region)
            kept[inside] = 1;
    }
    return kept;
}

}  // namespace

Lungs lungs_of(const PyramidLevel& level)
{
    const double voxel_mm3 = level.spacing_mm[0] * level.spacing_mm[1] * level.spacing_mm[2];
    Mask outside = open_air(level);
    dilate(level, outside, skin_of_open_air_mm);
    Mask aerated(level.hu.size());
    for (std::size_t at = 0; at < aerated.size(); ++at)
        aerated[at] = outside[at] == 0 && level.hu[at] < aerated_below_hu;

    Lungs lungs;
    lungs.air = large_regions(level, aerated, voxel_mm3);
    if (std::find(lungs.air.begin(), lungs.air.end(), 1) == lungs.air.end()) lungs.air = aerated;
    lungs.aerated_mm3 = voxel_mm3 * static_cast<double>(std::count(lungs.air.begin(), lungs.air.end(), 1));
    lungs.inside = lungs.air;
    dilate(level, lungs.inside, closed_within_mm);
    Mask bone = lungs.inside;
    dilate(level, bone, closed_within_mm + bone_depth_mm, 0);
    for (std::size_t at = 0; at < bone.size(); ++at)
        bone[at] = bone[at] == 0 && level.hu[at] > bone_above_hu;
    dilate(level, bone, beside_bone_mm);
    lungs.deep = lungs.inside;
    dilate(level, lungs.inside, closed_within_mm - pleura_within_mm, 0);
    dilate(level, lungs.deep, closed_within_mm + ribs_within_mm, 0);
    for (std::size_t at = 0; at < bone.size(); ++at) {
        if (bone[at] == 0) continue;
        lungs.inside[at] = 0;
        lungs.deep[at] = 0;
    }
    return lungs;
}

}  // namespace nodtrack::imaging
