#include "body_region.hpp"

#include <algorithm>
#include <numbers>

#include "cell_grid.hpp"

namespace nodtrack::imaging {
namespace {

/// Means over blocks of voxels, and in each slice over three by three of them for the outline's sake.
struct Densities {
    CellGrid grid;
    Index3 step{};
    std::vector<float> hu;      ///< block means
    std::vector<float> smooth;  ///< the same, with half the weight on the neighbours in the slice
};

Densities densities_of(const Neighbourhood& image, double cell_mm)
{
    Densities d;
    for (std::size_t a = 0; a < 3; ++a) {
        d.step[a] = std::max<std::int64_t>(1, static_cast<std::int64_t>(cell_mm / image.spacing_mm[a]));
        d.grid.size[a] = image.size[a] / d.step[a];
        d.grid.spacing_mm[a] = image.spacing_mm[a] * static_cast<double>(d.step[a]);
    }
    d.hu.resize(d.grid.count());
    const auto voxels = static_cast<float>(d.step[0] * d.step[1] * d.step[2]);
    for (std::size_t at = 0; at < d.hu.size(); ++at) {
        const Index3 cell = d.grid.index(at);
        float total = 0;
        for (std::int64_t k = 0; k < d.step[2]; ++k) {
            for (std::int64_t j = 0; j < d.step[1]; ++j) {
                for (std::int64_t i = 0; i < d.step[0]; ++i)
                    total += image.at(cell[0] * d.step[0] + i, cell[1] * d.step[1] + j, cell[2] * d.step[2] + k);
            }
        }
        d.hu[at] = total / voxels;
    }
    d.smooth = d.hu;
    for (std::size_t at = 0; at < d.hu.size(); ++at) {
        const Index3 cell = d.grid.index(at);
        float total = 0;
        float count = 0;
        for (const auto& [a, b] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
            const Index3 next{cell[0] + a, cell[1] + b, cell[2]};
            if (!d.grid.holds(next)) continue;
            total += d.hu[d.grid.offset(next)];
            ++count;
        }
        constexpr float own = 0.55F;
        if (count > 0) d.smooth[at] = own * d.hu[at] + (1 - own) * total / count;
    }
    return d;
}

/// The distance of two outlines of a section, at the level between cells: through the corners of its pixels less what
/// a pixel is wider than its middle.
SliceDiameters diameters_of(const CellGrid& grid, const Cells& inside)
{
    SliceDiameters best;
    for (std::int64_t k = 0; k < grid.size[2]; ++k) {
        std::vector<std::array<double, 2>> rim;
        for (std::int64_t j = 0; j < grid.size[1]; ++j) {
            std::int64_t first = -1;
            std::int64_t last = -1;
            for (std::int64_t i = 0; i < grid.size[0]; ++i) {
                if (inside[grid.offset({i, j, k})] == 0) continue;
                if (first < 0) first = i;
                last = i;
            }
            if (first < 0) continue;
            const double y = static_cast<double>(j) * grid.spacing_mm[1];
            rim.push_back({static_cast<double>(first) * grid.spacing_mm[0], y});
            rim.push_back({static_cast<double>(last) * grid.spacing_mm[0], y});
        }
        double longest = 0;
        std::array<double, 2> way{1, 0};
        for (std::size_t i = 0; i < rim.size(); ++i) {
            for (std::size_t j = i + 1; j < rim.size(); ++j) {
                const double dx = rim[j][0] - rim[i][0];
                const double dy = rim[j][1] - rim[i][1];
                const double far = std::hypot(dx, dy);
                if (far > longest) {
                    longest = far;
                    way = {dx / far, dy / far};
                }
            }
        }
        const double pixel = 0.5 * (grid.spacing_mm[0] + grid.spacing_mm[1]);
        if (longest + 0.6 * pixel <= best.long_mm) continue;
        double low = 1e9;
        double high = -1e9;
        for (const auto& p : rim) {
            const double across = p[1] * way[0] - p[0] * way[1];
            low = std::min(low, across);
            high = std::max(high, across);
        }
        best.long_mm = longest + 0.6 * pixel;
        best.short_mm = std::min(best.long_mm, high - low + 0.6 * pixel);
    }
    return best;
}

}  // namespace

double BodyRegion::equivalent_radius_mm() const
{
    return std::cbrt(0.75 / std::numbers::pi * volume_mm3);
}

bool BodyRegion::holds(std::int64_t i, std::int64_t j, std::int64_t k) const
{
    const Index3 cell{i / step[0], j / step[1], k / step[2]};
    if (cell[0] >= size[0] || cell[1] >= size[1] || cell[2] >= size[2]) return false;
    return inside[static_cast<std::size_t>(cell[0] + size[0] * (cell[1] + size[1] * cell[2]))] != 0;
}

namespace {

/// What both ways of finding a body share.
class RegionFinder {
  public:
    RegionFinder(const Neighbourhood& image, double lung_hu, const MeasuringConstants& constants)
        : image_(image),
          lung_hu_(lung_hu),
          constants_(constants),
          densities_(densities_of(image, constants.cell_mm)),
          level_(static_cast<float>(0.5 * (lung_hu + constants.soft_tissue_hu))),
          depth_(distance_mm(grid(), cells_where(grid(), [&](std::size_t at) { return !is_dense(at); })))
    {}

    /// The parted body at a place.
    std::optional<BodyRegion> parted(const Vector3& place) const
    {
        const auto first = dense_near(place);
        if (!first) return std::nullopt;
        const std::size_t start = deepest_near(grid(), depth_, *first);
        const auto thickness = static_cast<double>(depth_[start]);
        const double way_out = thinnest_on_way_out(grid(), depth_, start);
        double cut_mm = std::max({constants_.thinnest_mm, constants_.thinnest_share * thickness, 1.02 * way_out});
        if (cut_mm >= constants_.parted_share * thickness) {
            // As thick as the way out: parted from nothing, unless it is merely small.
            cut_mm = constants_.parted_share * thickness;
            if (cut_mm < way_out || way_out > 0.9 * constants_.thinnest_mm || thickness < constants_.least_mm)
                return std::nullopt;
        }
        const auto cut = static_cast<float>(cut_mm);
        const Cells thick = cells_where(grid(), [&](std::size_t at) { return depth_[at] >= cut; });
        const Cells core = connected(grid(), start, thick);
        const std::vector<float> from_core = distance_mm(grid(), core);
        // Where the neck is wider than a vessel, what lies nearer to the wall beyond it is the wall.
        std::vector<float> from_wall;
        if (cut_mm > constants_.wall_neck_mm) {
            const Cells others = cells_where(grid(), [&](std::size_t at) { return thick[at] != 0 && core[at] == 0; });
            from_wall = distance_mm(grid(), connected_with_edge(grid(), others));
        }
        const auto may_be_body = [&](std::size_t at) {
            return is_dense(at) && (from_wall.empty() || from_core[at] <= from_wall[at]);
        };
        const auto widened = static_cast<float>(cut_mm + constants_.widening_mm);
        const Cells body =
            cells_where(grid(), [&](std::size_t at) { return may_be_body(at) && from_core[at] <= widened; });
        const auto put_back = static_cast<float>(constants_.put_back_share * thickness);
        const std::vector<float> from_body = distance_mm(grid(), body);
        BodyRegion region = measured(start, connected(grid(), start, cells_where(grid(), [&](std::size_t at) {
                                                          return may_be_body(at) && from_body[at] <= put_back;
                                                      })));
        region.cut_mm = cut_mm;
        return region;
    }

    /// The body on a wide base.
    std::optional<BodyRegion> dome(const Vector3& place) const
    {
        const auto first = dense_near(place);
        if (!first) return std::nullopt;
        std::size_t start = *first;
        for (std::size_t at = 0; at < depth_.size(); ++at) {
            if (depth_[at] > depth_[start] && length(difference(middle_of(at), place)) < constants_.dome_climb_mm)
                start = at;
        }
        const auto thickness = static_cast<double>(depth_[start]);
        const Vector3 middle = middle_of(start);
        if (thickness < constants_.dome_least_mm ||
            seen_lung_share(middle, 2.2 * thickness) < constants_.dome_lung_share)
            return std::nullopt;
        const double reach = constants_.dome_reach * thickness;
        BodyRegion region =
            measured(start, connected(grid(), start, cells_where(grid(), [&](std::size_t at) {
                                          return is_dense(at) && length(difference(middle_of(at), middle)) <= reach;
                                      })));
        region.cut_mm = thickness;
        region.is_dome = true;
        return region;
    }

  private:
    const CellGrid& grid() const { return densities_.grid; }
    bool is_dense(std::size_t at) const { return densities_.smooth[at] > level_; }
    Vector3 middle_of(std::size_t at) const
    {
        const Index3 cell = grid().index(at);
        Vector3 middle{};
        for (std::size_t a = 0; a < 3; ++a)
            middle[a] = static_cast<double>(cell[a]) * grid().spacing_mm[a] +
                        0.5 * static_cast<double>(densities_.step[a] - 1) * image_.spacing_mm[a];
        return middle;
    }

    std::optional<std::size_t> dense_near(const Vector3& place) const
    {
        Index3 cell{};
        for (std::size_t a = 0; a < 3; ++a)
            cell[a] = std::clamp<std::int64_t>(std::llround(place[a] / grid().spacing_mm[a]), 0, grid().size[a] - 1);
        if (is_dense(grid().offset(cell))) return grid().offset(cell);
        double nearest = constants_.click_mm;
        std::optional<std::size_t> found;
        for (std::size_t at = 0; at < depth_.size(); ++at) {
            const double off = is_dense(at) ? length(difference(middle_of(at), place)) : nearest;
            if (off >= nearest) continue;
            nearest = off;
            found = at;
        }
        return found;
    }

    /// Of the directions from a place, those that meet lung within `reach` mm.
    double seen_lung_share(const Vector3& from, double reach) const
    {
        constexpr std::size_t directions = 200;
        const double level = 0.75 * lung_hu_;
        double seen = 0;
        for (const Vector3& way : even_directions(directions)) {
            for (double far = 1; far <= reach; far += 0.7) {
                const Vector3 place = along(from, way, far);
                if (!image_.holds(place)) break;
                if (image_.value(place) > level) continue;
                ++seen;
                break;
            }
        }
        return seen / static_cast<double>(directions);
    }

    BodyRegion measured(std::size_t start, Cells inside) const
    {
        BodyRegion region;
        region.size = grid().size;
        region.step = densities_.step;
        region.inside = std::move(inside);
        region.thickest = middle_of(start);
        region.thickness_mm = static_cast<double>(depth_[start]);
        std::vector<float> inner;
        for (std::size_t at = 0; at < grid().count(); ++at) {
            if (region.inside[at] != 0 && depth_[at] >= std::min(1.6F, 0.7F * depth_[start]))
                inner.push_back(densities_.hu[at]);
        }
        region.body_hu = median(inner);
        const double most = std::min(region.body_hu, constants_.densest_hu);
        const std::vector<float> from_region = distance_mm(grid(), region.inside);
        const double cell_mm3 = grid().spacing_mm[0] * grid().spacing_mm[1] * grid().spacing_mm[2];
        const double beside_mm = 1.01 * grid().spacing_mm[0];
        double surface = 0;
        double cut_surface = 0;
        for (std::size_t at = 0; at < grid().count(); ++at) {
            const auto off = static_cast<double>(from_region[at]);
            if (off > constants_.outline_mm) continue;
            const bool goes_on = region.inside[at] == 0 && is_dense(at);
            if (region.inside[at] == 0 && off < beside_mm) {
                ++surface;
                if (goes_on) ++cut_surface;
            }
            if (goes_on) continue;
            const double share = (static_cast<double>(densities_.hu[at]) - lung_hu_) / (most - lung_hu_);
            region.volume_mm3 += std::clamp(share, 0.0, 1.0) * cell_mm3;
        }
        region.cut_share = surface > 0 ? cut_surface / surface : 0;
        region.diameters = diameters_of(grid(), region.inside);
        return region;
    }

    const Neighbourhood& image_;
    double lung_hu_;
    const MeasuringConstants& constants_;
    Densities densities_;
    float level_;
    std::vector<float> depth_;  ///< of each dense cell, to the nearest lung, mm
};

}  // namespace

std::optional<BodyRegion> body_region(const Neighbourhood& image, const Vector3& place, double lung_hu,
                                      const MeasuringConstants& constants)
{
    return RegionFinder(image, lung_hu, constants).parted(place);
}

std::optional<BodyRegion> dome_region(const Neighbourhood& image, const Vector3& place, double lung_hu,
                                      const MeasuringConstants& constants)
{
    return RegionFinder(image, lung_hu, constants).dome(place);
}

}  // namespace nodtrack::imaging
