#include "match_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace nodtrack::imaging {
namespace {

constexpr std::size_t axes = 3;
/// Nodules farther off than the nearest few add next to nothing to where one is displaced to.
constexpr std::size_t most_known = 6;

double square(double value)
{
    return value * value;
}

double log_normal(double distance, double variance)
{
    return -0.5 * (square(distance) / variance + std::log(2 * std::numbers::pi * variance));
}

/// log(exp(one) + exp(other))
double log_of_sum(double one, double other)
{
    const double larger = std::max(one, other);
    return larger + std::log1p(std::exp(std::min(one, other) - larger));
}

/// How far off the middle a tilt is felt: no farther than the chest reaches, whatever a wild coordinate says.
double lever(double from_middle)
{
    constexpr double chest_mm = 250;
    return std::clamp(from_middle, -chest_mm, chest_mm);
}

bool is_left(Lobe lobe)
{
    return lobe == Lobe::lul || lobe == Lobe::lingula || lobe == Lobe::lll;
}

/// Readers confuse neighbouring lobes now and then; the lingula is part of the left upper lobe. Shares: our estimate.
double log_lobe_evidence(Lobe prior, Lobe current)
{
    if (is_left(prior) != is_left(current)) return -std::numeric_limits<double>::infinity();
    if (prior == current) return std::log(2.0);
    const bool upper_left = prior != Lobe::lll && current != Lobe::lll && is_left(prior);
    return upper_left ? 0.0 : std::log(0.05);
}

/// A nodule is most often as large as it was, sometimes much larger or smaller; two nodules differ as nodules do.
/// Spreads are of the logarithm of the ratio. Shares and spreads: our estimate.
double log_size_evidence(double prior_mm, double current_mm)
{
    constexpr double steady_sd = 0.2;
    constexpr double changed_sd = 0.6;
    constexpr double changed_share = 0.15;
    constexpr double other_sd = 0.75;
    const double ratio = std::log(current_mm / prior_mm);
    const double same = log_of_sum(std::log(1 - changed_share) + log_normal(ratio, square(steady_sd)),
                                   std::log(changed_share) + log_normal(ratio, square(changed_sd)));
    return same - log_normal(ratio, square(other_sd));
}

}  // namespace

Position middle_of(std::span<const LocatedNodule> nodules)
{
    Position middle{};
    if (nodules.empty()) return middle;
    std::vector<double> values(nodules.size());
    for (std::size_t axis = 0; axis < axes; ++axis) {
        std::transform(nodules.begin(), nodules.end(), values.begin(),
                       [&](const LocatedNodule& nodule) { return nodule.position_mm[axis]; });
        std::sort(values.begin(), values.end());
        middle[axis] = 0.5 * values[(values.size() - 1) / 2] + 0.5 * values[values.size() / 2];
    }
    return middle;
}

double log_evidence(const LocatedNodule& prior, const LocatedNodule& current)
{
    double evidence = 0;
    if (prior.lobe && current.lobe) evidence += log_lobe_evidence(*prior.lobe, *current.lobe);
    if (prior.long_axis_mm && current.long_axis_mm)
        evidence += log_size_evidence(*prior.long_axis_mm, *current.long_axis_mm);
    // Most nodules are solid, so that agreeing says little.
    if (prior.attenuation && current.attenuation)
        evidence += std::log(*prior.attenuation == *current.attenuation ? 1.3 : 0.25);
    return evidence;
}

LogDensity::LogDensity(const Normal3& normal) : mean_(normal.mean)
{
    for (std::size_t axis = 0; axis < axes; ++axis) {
        half_precision_[axis] = 0.5 / normal.variance[axis];
        at_mean_ += log_normal(0, normal.variance[axis]);
    }
}

Displacement::Displacement(const MatchModel& model, std::span<const LocatedNodule> prior) : model_(model)
{
    for (const auto& nodule : prior)
        points_.push_back(nodule.position_mm);
    points_.push_back(middle_of(prior));
    const Position& middle = points_.back();
    const double length = 2 * square(model.deformation_length_mm);
    for (const auto& one : points_) {
        for (const auto& other : points_) {
            double apart = 0;
            double along = 0;
            for (std::size_t axis = 0; axis < axes; ++axis) {
                apart += square(one[axis] - other[axis]);
                along += lever(one[axis] - middle[axis]) * lever(other[axis] - middle[axis]);
            }
            likeness_.push_back(square(model.tilt) * along +
                                square(model.deformation_sd_mm) * std::exp(-apart / length));
        }
    }
}

double Displacement::error_variance() const
{
    return 2 * square(model_.error_sd_mm);
}

std::span<const Displacement::Known> Displacement::nearest(std::size_t place, std::span<Known> known) const
{
    if (known.size() <= most_known) return known;
    for (auto& one : known) {
        one.square_distance = 0;
        for (std::size_t axis = 0; axis < axes; ++axis)
            one.square_distance += square(points_[one.place][axis] - points_[place][axis]);
    }
    std::nth_element(known.begin(), known.begin() + most_known, known.end(), [](const Known& one, const Known& other) {
        if (one.square_distance != other.square_distance) return one.square_distance < other.square_distance;
        return one.place < other.place;
    });
    return known.first(most_known);
}

Normal3 Displacement::at(std::size_t place, std::size_t kind, std::span<const Known> known) const
{
    // Cholesky of the covariance of what is known; y and v solve its lower triangle for the displacements known and
    // for their covariance with the one asked for (Rasmussen and Williams, algorithm 2.1).
    std::array<std::array<double, most_known>, most_known> lower{};
    std::array<double, most_known> y{};
    std::array<double, most_known> v{};
    Normal3 result;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        const double shift = square(model_.shifts[kind].sd_mm[axis]);
        double mean = 0;
        double variance = shift + likeness(place, place);
        for (std::size_t row = 0; row < known.size(); ++row) {
            for (std::size_t column = 0; column <= row; ++column) {
                double sum = shift + likeness(known[row].place, known[column].place);
                if (row == column) sum += error_variance();
                for (std::size_t i = 0; i < column; ++i)
                    sum -= lower[row][i] * lower[column][i];
                // The error keeps the diagonal above zero but for rounding.
                lower[row][column] =
                    row == column ? std::sqrt(std::max(sum, error_variance() / 2)) : sum / lower[column][column];
            }
            y[row] = known[row].by_mm[axis];
            v[row] = shift + likeness(known[row].place, place);
            for (std::size_t i = 0; i < row; ++i) {
                y[row] -= lower[row][i] * y[i];
                v[row] -= lower[row][i] * v[i];
            }
            y[row] /= lower[row][row];
            v[row] /= lower[row][row];
            mean += y[row] * v[row];
            variance -= square(v[row]);
        }
        result.mean[axis] = mean;
        result.variance[axis] = std::max(variance, 0.0);
    }
    return result;
}

UnpairedDensity::UnpairedDensity(const MatchModel& model, std::span<const LocatedNodule> prior) : model_(model)
{
    prior_centre_.mean = middle_of(prior);
    // The midline is at x = 0, but for lists that count from a corner of the image.
    double leftmost = 0;
    double rightmost = 0;
    for (const auto& nodule : prior) {
        leftmost = std::max(leftmost, nodule.position_mm[0] - model.widest_x_mm);
        rightmost = std::min(rightmost, nodule.position_mm[0] + model.widest_x_mm);
    }
    prior_centre_.mean[0] = leftmost + rightmost;
    const double count = std::max(1.0, static_cast<double>(prior.size()));
    prior_centre_.variance = {square(model.midline_sd_mm), square(model.lung_sd_mm[1]) / count,
                              square(model.lung_sd_mm[2]) / count};
}

Normal3 UnpairedDensity::centre(const Normal3& displacement) const
{
    Normal3 centre = prior_centre_;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        centre.mean[axis] += displacement.mean[axis];
        centre.variance[axis] += displacement.variance[axis];
    }
    return centre;
}

double UnpairedDensity::log_density_at(const Position& position, Normal3& centre) const
{
    const double across = centre.variance[0] + square(model_.lung_sd_mm[0]);
    const double from_midline = position[0] - centre.mean[0];
    double in_lungs = std::log(0.5) + log_of_sum(log_normal(from_midline + model_.lung_centre_x_mm, across),
                                                 log_normal(from_midline - model_.lung_centre_x_mm, across));
    Normal3 moved = centre;
    for (std::size_t axis = 1; axis < axes; ++axis) {
        const double lung = square(model_.lung_sd_mm[axis]);
        const double off = position[axis] - centre.mean[axis];
        in_lungs += log_normal(off, centre.variance[axis] + lung);
        const double gain = centre.variance[axis] / (centre.variance[axis] + lung);
        moved.mean[axis] += gain * off;
        moved.variance[axis] *= 1 - gain;
    }
    constexpr double anywhere_mm3 = 400.0 * 400.0 * 3000.0;
    const double lungs = std::log(1 - model_.wild_share) + in_lungs;
    const double wild = std::log(model_.wild_share / anywhere_mm3);
    // A wild coordinate says nothing of where the lungs are.
    if (lungs > wild) centre = moved;
    return log_of_sum(lungs, wild);
}

double UnpairedDensity::typical_log_density() const
{
    double sum = std::log(0.5);
    for (const double sd : model_.lung_sd_mm)
        sum += log_normal(sd, square(sd));
    return sum;
}

}  // namespace nodtrack::imaging
