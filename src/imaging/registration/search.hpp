#pragma once

#include <vector>

#include "field.hpp"
#include "level.hpp"

namespace nodtrack::imaging {

/// How far to look, and how finely.
struct SearchReach {
    float step_mm = 6;  ///< between the movements tried
    int steps = 4;      ///< to either side, along each axis
    int patch = 2;      ///< steps from the middle of the compared patch to its sides
};

/// A level, and the lungs on it or on a coarser one.
struct LungLevel {
    const PyramidLevel& level;
    const PyramidLevel& lung_level;
    const std::vector<std::uint8_t>& lung;
};

/// How well each movement tried at one place makes the patch of the prior scan look like the current one.
struct PatchCosts {
    Vector3f position_mm{};
    std::size_t node = 0;
    Vector3f moved_mm{};      ///< of the movement in the middle
    std::vector<float> cost;  ///< mean square difference after the means are made equal, over that of the noise
    float mean_cost = 0;
    float structure = 0;  ///< standard deviation of the patch, HU
};

/// The costs of all movements around a field, at the nodes of it that lie in the lungs and have something to see.
/// Only voxels within the lungs are compared: ribs and the chest wall move otherwise.
std::vector<PatchCosts> patch_costs(const LungLevel& prior, const PyramidLevel& current, const DeformationField& around,
                                    const std::vector<std::size_t>& places, const SearchReach& reach);

/// The linear map that most of the best movements agree on (iterated least squares, outliers weighing nothing).
LinearMap agreed_linear_map(const std::vector<PatchCosts>& costs, const SearchReach& reach);

/// The field of movements that are cheap and smooth together: in turns, each node takes the movement that is cheapest
/// near the smooth field, and the field is made smooth again (coupled convex optimisation, Steinbruecker 2009,
/// Heinrich 2014).
void follow_cheapest(DeformationField& field, const std::vector<PatchCosts>& costs, const SearchReach& reach);

/// The shift that lays the lungs of one scan on the other's, looked for around that of their centres.
Vector3f best_shift(const PyramidLevel& prior, const std::vector<Vector3f>& places, const PyramidLevel& current,
                    const Vector3f& first_guess_mm);

}  // namespace nodtrack::imaging
