#include "edge_spread.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <optional>

namespace nodtrack::imaging {
namespace {

constexpr int edge_hu = -400;
constexpr int most_lung_hu = -650;
constexpr int least_lung_hu = -1010;
constexpr int least_tissue_hu = -250;
constexpr int most_tissue_hu = 250;
constexpr double least_contrast_hu = 500;
constexpr double most_slant = 0.1;  // squared gradient aside against along
constexpr double lines_wanted = 3000;
constexpr int most_edges = 1500;
constexpr int fewest_edges = 60;
constexpr std::size_t bins = 24;

/// The mean profile of edges, lung on the left, from 0 (lung) to 1 (tissue).
struct Profile {
    double reach_mm = 0;
    std::array<double, bins> total{};
    std::array<double, bins> count{};
    int edges = 0;

    void add(double place_mm, double value)
    {
        const double bin = std::floor((place_mm + reach_mm) / (2 * reach_mm) * bins);
        if (bin < 0 || bin >= static_cast<double>(bins)) return;
        total[static_cast<std::size_t>(bin)] += value;
        ++count[static_cast<std::size_t>(bin)];
    }
};

/// The spread of the Gaussian step nearest to a profile.
double spread_of(const Profile& profile)
{
    double best = 0;
    double least = 1e300;
    for (double spread = 0.25; spread < 2.5; spread *= 1.02) {
        double error = 0;
        for (std::size_t i = 0; i < bins; ++i) {
            if (profile.count[i] < 5) continue;
            const double place =
                -profile.reach_mm + (static_cast<double>(i) + 0.5) * 2 * profile.reach_mm / static_cast<double>(bins);
            const double step = 0.5 * std::erfc(-place / spread / std::numbers::sqrt2);
            const double from = profile.total[i] / profile.count[i] - step;
            error += profile.count[i] * from * from;
        }
        if (error < least) {
            least = error;
            best = spread;
        }
    }
    return best;
}

class EdgeProfiler {
  public:
    EdgeProfiler(const CtVolume& ct, std::size_t axis)
        : ct_(ct),
          axis_(axis),
          aside_{(axis + 1) % 3, (axis + 2) % 3},
          stride_{1, ct.grid.size[0], ct.grid.size[0] * ct.grid.size[1]},
          voxel_mm_(ct.grid.spacing_mm[axis])
    {
        near_ = std::max<std::int64_t>(2, std::llround(std::ceil(2.2 / voxel_mm_)));
        far_ = std::max<std::int64_t>(near_ + 1, std::llround(std::ceil(4.0 / voxel_mm_)));
        profile_.reach_mm = std::max(1.6, 1.2 * voxel_mm_);
    }

    Profile profile()
    {
        const std::array<std::int64_t, 2> skip{lines_apart(aside_[0]), lines_apart(aside_[1])};
        const auto& size = ct_.grid.size;
        for (std::int64_t q = skip[1]; q < size[aside_[1]] - skip[1]; q += skip[1]) {
            for (std::int64_t p = skip[0]; p < size[aside_[0]] - skip[0]; p += skip[0]) {
                follow_line(p * stride_[aside_[0]] + q * stride_[aside_[1]]);
                if (profile_.edges >= most_edges) return profile_;
            }
        }
        return profile_;
    }

  private:
    /// Lines are so far apart that there are some thousands of them, however large the scan.
    std::int64_t lines_apart(std::size_t axis) const
    {
        double area = 1;
        for (const std::size_t a : aside_)
            area *= static_cast<double>(ct_.grid.size[a]) * ct_.grid.spacing_mm[a];
        const double distance = std::clamp(std::sqrt(area / lines_wanted), 1.2, 6.0);
        return std::max<std::int64_t>(1, std::llround(distance / ct_.grid.spacing_mm[axis]));
    }

    void follow_line(std::int64_t start)
    {
        const std::int16_t* line = ct_.hu.data() + start;
        const std::int64_t step = stride_[axis_];
        for (std::int64_t i = far_; i < ct_.grid.size[axis_] - far_ - 1; ++i) {
            const bool tissue_before = line[i * step] >= edge_hu;
            const bool tissue_after = line[(i + 1) * step] >= edge_hu;
            if (tissue_before == tissue_after) continue;
            if (tissue_after)
                take_edge(line + i * step, step);
            else
                take_edge(line + (i + 1) * step, -step);
        }
    }

    /// `lung`: the last voxel of lung; tissue lies `step` farther.
    void take_edge(const std::int16_t* lung, std::int64_t step)
    {
        double lung_hu = 0;
        double tissue_hu = 0;
        for (std::int64_t e = near_; e <= far_; ++e) {
            const int before = lung[-e * step];
            const int behind = lung[(e + 1) * step];
            if (before > most_lung_hu || before < least_lung_hu || behind < least_tissue_hu || behind > most_tissue_hu)
                return;
            lung_hu += before;
            tissue_hu += behind;
        }
        const auto samples = static_cast<double>(far_ - near_ + 1);
        lung_hu /= samples;
        tissue_hu /= samples;
        const double contrast = tissue_hu - lung_hu;
        const double middle = 0.5 * (lung_hu + tissue_hu);
        if (contrast < least_contrast_hu || lung[0] > middle || lung[step] < middle) return;

        const double rise = lung[step] - lung[0];
        double slant = 0;
        for (const std::size_t axis : aside_) {
            const std::int64_t s = stride_[axis];
            const double aside =
                0.25 * (lung[s] - lung[-s] + lung[step + s] - lung[step - s]) * voxel_mm_ / ct_.grid.spacing_mm[axis];
            slant += aside * aside;
        }
        if (slant > most_slant * rise * rise) return;
        const double edge_mm = (middle - lung[0]) / rise * voxel_mm_;
        const auto reach = static_cast<std::int64_t>(std::ceil(profile_.reach_mm / voxel_mm_)) + 1;
        for (std::int64_t e = -std::min(reach, far_); e <= std::min(reach, far_) + 1; ++e)
            profile_.add(static_cast<double>(e) * voxel_mm_ - edge_mm, (lung[e * step] - lung_hu) / contrast);
        ++profile_.edges;
    }

    const CtVolume& ct_;
    std::size_t axis_;
    std::array<std::size_t, 2> aside_;
    std::array<std::int64_t, 3> stride_;
    double voxel_mm_;
    std::int64_t near_ = 0;
    std::int64_t far_ = 0;
    Profile profile_;
};

}  // namespace

EdgeSpread edge_spread(const CtVolume& ct)
{
    EdgeSpread spread;
    const std::size_t axial = axial_axis(ct.grid);
    double weight = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const Profile profile = EdgeProfiler(ct, axis).profile();
        if (profile.edges < fewest_edges) continue;
        const double here = spread_of(profile);
        if (axis == axial) {
            spread.across_slices_mm = here;
            spread.edges_across = profile.edges;
        } else {
            spread.in_slice_mm += here * profile.edges;
            weight += profile.edges;
            spread.edges_in_slice += profile.edges;
        }
    }
    if (weight > 0) spread.in_slice_mm /= weight;
    return spread;
}

}  // namespace nodtrack::imaging
