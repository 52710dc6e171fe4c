#pragma once

#include <array>
#include <cstddef>
#include <nodtrack/imaging/match.hpp>
#include <span>
#include <vector>

namespace nodtrack::imaging {

// How nodules come to lie where they lie on two scans of one patient. Lengths in mm, axes x, y, z (LPS).
//
// A nodule that is on both scans is displaced by a shift that all share (the frames of reference differ), a tilt or
// stretch (lying differently, breathing), a local deformation, and its own error. All of them are Gaussian, so that
// the displacement of one nodule, given those of others, is a Gaussian process regression (Rasmussen and Williams,
// Gaussian Processes for Machine Learning, 2006, section 2.2 and, for the shift, 2.7). The shift is one of a few
// kinds, from the same position on the table to another frame of reference altogether; which, the nodules tell.
// A nodule that is on one scan alone lies anywhere in the lungs.

using Position = std::array<double, 3>;

/// One kind of shift between two scans.
struct ShiftKind {
    double share = 0;  ///< of all pairs of scans
    Position sd_mm{};
};

inline constexpr std::size_t shift_kinds = 5;

/// The parameters. Shares, spreads and lengths are those of the labelled pairs of the NLST part of LUNA25 (456 people,
/// 595 pairs of scans), rounded; `persists`, `appears` and the shift along x and y were then chosen by likelihood.
/// Figures: tests/bench/match_bench.cpp.
struct MatchModel {
    double persists = 0.7;  ///< probability that a nodule is on the other scan as well
    double appears = 0.55;  ///< expected nodules on one scan that are not on the other

    std::array<ShiftKind, shift_kinds> shifts = {{
        {0.65, {15, 24, 33}},     // both scans count from a mark on the patient
        {0.15, {15, 24, 130}},    // … the mark lies elsewhere
        {0.14, {15, 28, 1300}},   // another zero along the table
        {0.05, {15, 230, 1300}},  // … and of its height
        {0.01, {150, 230, 1300}},
    }};
    double tilt = 0.045;  ///< displacement per distance from the middle, in radians where it is a rotation
    double deformation_sd_mm = 3.0;
    double deformation_length_mm = 50;  ///< nodules closer than this are displaced alike
    double error_sd_mm = 1.2;           ///< of one coordinate on one scan

    double lung_centre_x_mm = 80;  ///< of either lung, from the midline
    double midline_sd_mm = 10;     ///< of the midline from the frame's x = 0
    double widest_x_mm = 170;      ///< from the midline, of a nodule
    Position lung_sd_mm = {36, 60, 60};
    double wild_share = 0.02;  ///< of the nodules on one scan alone that may lie anywhere, a metre off as well
};

/// The middle of some nodules: the median of each axis, which a wild coordinate does not pull along.
Position middle_of(std::span<const LocatedNodule> nodules);

/// Logarithm of how much likelier what is known of two nodules beside their places is if they are the same one:
/// size, attenuation, lobe. 0 where nothing is known; minus infinity across the midline.
double log_evidence(const LocatedNodule& prior, const LocatedNodule& current);

/// Gaussian in each of three axes.
struct Normal3 {
    Position mean{};
    Position variance{};
};

/// Logarithm of a Gaussian density, made ready for many points.
class LogDensity {
  public:
    explicit LogDensity(const Normal3& normal);

    double operator()(const Position& at) const
    {
        double sum = at_mean_;
        for (std::size_t axis = 0; axis < at.size(); ++axis)
            sum -= half_precision_[axis] * (at[axis] - mean_[axis]) * (at[axis] - mean_[axis]);
        return sum;
    }

  private:
    Position mean_{};
    Position half_precision_{};
    double at_mean_ = 0;
};

/// How far points of the prior scan are displaced on the current one. Points are the prior nodules, by place in the
/// list, and the middle of them, by `middle()`.
class Displacement {
  public:
    Displacement(const MatchModel& model, std::span<const LocatedNodule> prior);

    std::size_t middle() const { return points_.size() - 1; }
    const Position& point(std::size_t place) const { return points_[place]; }

    /// A prior nodule and how far it is displaced.
    struct Known {
        std::size_t place = 0;
        Position by_mm{};
        double square_distance = 0;  ///< for `nearest`
    };

    /// The displacement of a point for one kind of shift, given those of others, of which the nearest few are used. An
    /// observed displacement has the error of two positions in addition (`error_variance`).
    Normal3 at(std::size_t place, std::size_t kind, std::span<const Known> known) const;

    /// Puts those known first that are nearest to a point, and returns them: what `at` needs.
    std::span<const Known> nearest(std::size_t place, std::span<Known> known) const;

    double error_variance() const;

  private:
    double likeness(std::size_t one, std::size_t other) const { return likeness_[one * points_.size() + other]; }

    const MatchModel& model_;
    std::vector<Position> points_;
    std::vector<double> likeness_;  ///< covariance of displacement without the shift, of any two points
};

/// Logarithm of the density of nodules that are on the current scan alone, given where the prior nodules' middle is
/// displaced to. Shapes are those of `MatchModel`.
class UnpairedDensity {
  public:
    UnpairedDensity(const MatchModel& model, std::span<const LocatedNodule> prior);

    /// The place of the lungs' centre on the current scan.
    Normal3 centre(const Normal3& displacement) const;

    /// The logarithm for one nodule. The nodule makes the place of the centre better known.
    double log_density_at(const Position& position, Normal3& centre) const;

    /// A typical value.
    double typical_log_density() const;

  private:
    const MatchModel& model_;
    Normal3 prior_centre_;
};

}  // namespace nodtrack::imaging
