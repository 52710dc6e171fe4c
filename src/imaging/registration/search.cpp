#include "search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nodtrack::imaging {
namespace {

constexpr float difference_sd_hu = 70;  // between right partners on a coarse level: noise, breathing, interpolation
constexpr float outside_hu = -1000;
constexpr float bending_stiffness = 0.1F;  // of the field, beside movements that are sure
constexpr float least_structure_hu = 25;
constexpr std::size_t least_samples = 12;
constexpr float mean_share = 0.8F;         // of the mean difference that is breathing's, not another place's
constexpr float independent_samples = 12;  // of a patch: neighbours tell the same

int cube(int edge)
{
    return edge * edge * edge;
}

/// Values of a cube of places, one step apart, around a middle.
void sample_cube(const PyramidLevel& level, const Vector3f& middle_mm, float step_mm, int reach,
                 std::vector<float>& values)
{
    values.resize(static_cast<std::size_t>(cube(2 * reach + 1)));
    const Vector3f middle = level.index_of(middle_mm);
    std::array<Vector3f, 3> step{};
    for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t b = 0; b < 3; ++b)
            step[a][b] = level.to_index[b][a] * step_mm;
    }
    float* value = values.data();
    for (int k = -reach; k <= reach; ++k) {
        for (int j = -reach; j <= reach; ++j) {
            for (int i = -reach; i <= reach; ++i) {
                Vector3f index{};
                for (std::size_t a = 0; a < 3; ++a)
                    index[a] = middle[a] + static_cast<float>(i) * step[0][a] + static_cast<float>(j) * step[1][a] +
                               static_cast<float>(k) * step[2][a];
                if (!level.value_at(index, *value)) *value = outside_hu;
                ++value;
            }
        }
    }
}

bool is_in(const PyramidLevel& level, const std::vector<std::uint8_t>& mask, const Vector3f& position_mm)
{
    const Vector3f index = level.index_of(position_mm);
    std::array<int, 3> nearest{};
    for (std::size_t a = 0; a < 3; ++a) {
        if (!(index[a] > -0.5F)) return false;
        nearest[a] = static_cast<int>(index[a] + 0.5F);
        if (nearest[a] >= level.size[a]) return false;
    }
    return mask[level.place(nearest[0], nearest[1], nearest[2])] != 0;
}

Vector3f movement(const PatchCosts& at, const SearchReach& reach, std::size_t label)
{
    const auto edge = static_cast<std::size_t>(2 * reach.steps + 1);
    const std::array<std::size_t, 3> index = {label % edge, label / edge % edge, label / (edge * edge)};
    Vector3f moved = at.moved_mm;
    for (std::size_t a = 0; a < 3; ++a)
        moved[a] += reach.step_mm * static_cast<float>(static_cast<int>(index[a]) - reach.steps);
    return moved;
}

/// Solves a symmetric positive system by Gauss's elimination; the columns of `right` are solved together.
template <std::size_t N>
void solve(std::array<std::array<double, N>, N>& matrix, std::array<std::array<double, 3>, N>& right)
{
    for (std::size_t p = 0; p < N; ++p) {
        const double pivot = matrix[p][p];
        for (std::size_t r = 0; r < N; ++r) {
            if (r == p) continue;
            const double factor = matrix[r][p] / pivot;
            for (std::size_t c = 0; c < N; ++c)
                matrix[r][c] -= factor * matrix[p][c];
            for (std::size_t c = 0; c < 3; ++c)
                right[r][c] -= factor * right[p][c];
        }
    }
    for (std::size_t p = 0; p < N; ++p) {
        for (std::size_t c = 0; c < 3; ++c)
            right[p][c] /= matrix[p][p];
    }
}

std::size_t cheapest(const PatchCosts& at)
{
    return static_cast<std::size_t>(std::min_element(at.cost.begin(), at.cost.end()) - at.cost.begin());
}

}  // namespace

std::vector<PatchCosts> patch_costs(const LungLevel& prior, const PyramidLevel& current, const DeformationField& around,
                                    const std::vector<std::size_t>& places, const SearchReach& reach)
{
    const int wide = reach.patch + reach.steps;
    const int wide_edge = 2 * wide + 1;
    const int labels_edge = 2 * reach.steps + 1;
    std::vector<PatchCosts> all;
    std::vector<float> patch;
    std::vector<float> region;
    std::vector<float> wanted;
    std::vector<std::size_t> offset;
    for (const std::size_t node : places) {
        PatchCosts at;
        at.node = node;
        at.position_mm = around.nodes.position_mm(node);
        at.moved_mm = around.moved_mm[node];
        sample_cube(prior.level, at.position_mm, reach.step_mm, reach.patch, patch);
        wanted.clear();
        offset.clear();
        float sum = 0;
        float squares = 0;
        const float* value = patch.data();
        for (int k = -reach.patch; k <= reach.patch; ++k) {
            for (int j = -reach.patch; j <= reach.patch; ++j) {
                for (int i = -reach.patch; i <= reach.patch; ++i, ++value) {
                    // Every other sample, as on a chessboard.
                    if ((i + j + k) % 2 != 0) continue;
                    if (!is_in(prior.lung_level, prior.lung,
                               {at.position_mm[0] + reach.step_mm * static_cast<float>(i),
                                at.position_mm[1] + reach.step_mm * static_cast<float>(j),
                                at.position_mm[2] + reach.step_mm * static_cast<float>(k)}))
                        continue;
                    wanted.push_back(*value);
                    offset.push_back(static_cast<std::size_t>(
                        i + reach.patch + wide_edge * (j + reach.patch + wide_edge * (k + reach.patch))));
                    sum += *value;
                    squares += *value * *value;
                }
            }
        }
        if (wanted.size() < least_samples) continue;
        const auto samples = static_cast<float>(wanted.size());
        at.structure = std::sqrt(std::max(0.0F, squares / samples - sum * sum / (samples * samples)));
        if (at.structure < least_structure_hu) continue;
        const Vector3f middle = {at.position_mm[0] + at.moved_mm[0], at.position_mm[1] + at.moved_mm[1],
                                 at.position_mm[2] + at.moved_mm[2]};
        sample_cube(current, middle, reach.step_mm, wide, region);
        at.cost.reserve(static_cast<std::size_t>(cube(labels_edge)));
        const std::size_t* offsets = offset.data();
        const float* values = wanted.data();
        const std::size_t count = wanted.size();
        for (int k = 0; k < labels_edge; ++k) {
            for (int j = 0; j < labels_edge; ++j) {
                for (int i = 0; i < labels_edge; ++i) {
                    const float* from = region.data() + (i + wide_edge * (j + wide_edge * k));
                    float total = 0;
                    float square = 0;
                    for (std::size_t s = 0; s < count; ++s) {
                        const float difference = from[offsets[s]] - values[s];
                        total += difference;
                        square += difference * difference;
                    }
                    const float mean_square = (square - mean_share * total * total / samples) / samples;
                    at.cost.push_back(independent_samples * mean_square / (difference_sd_hu * difference_sd_hu));
                }
            }
        }
        at.mean_cost = std::accumulate(at.cost.begin(), at.cost.end(), 0.0F) / static_cast<float>(at.cost.size());
        all.push_back(std::move(at));
    }
    return all;
}

LinearMap agreed_linear_map(const std::vector<PatchCosts>& costs, const SearchReach& reach)
{
    LinearMap map;
    std::vector<Vector3f> best;
    for (const PatchCosts& at : costs)
        best.push_back(movement(at, reach, cheapest(at)));
    // In cm, so that the system is well scaled; pulled a little towards no more than a shift.
    for (double tolerated_mm : {1e6, 25.0, 15.0, 10.0, 8.0, 8.0, 8.0}) {
        std::array<std::array<double, 4>, 4> matrix{};
        std::array<std::array<double, 3>, 4> right{};
        for (std::size_t a = 0; a < 3; ++a)
            matrix[a][a] = 1e-3;
        matrix[3][3] = 1e-9;
        for (std::size_t i = 0; i < costs.size(); ++i) {
            const Vector3f& position = costs[i].position_mm;
            const Vector3f told = map.at(position);
            double off = 0;
            for (std::size_t a = 0; a < 3; ++a)
                off += static_cast<double>((told[a] - best[i][a]) * (told[a] - best[i][a]));
            const double share = off / (tolerated_mm * tolerated_mm);
            const double weight = tolerated_mm > 1e5 ? 1.0 : share < 1 ? (1 - share) * (1 - share) : 0;
            const std::array<double, 4> row = {position[0] * 0.01, position[1] * 0.01, position[2] * 0.01, 1};
            for (std::size_t r = 0; r < 4; ++r) {
                for (std::size_t c = 0; c < 4; ++c)
                    matrix[r][c] += weight * row[r] * row[c];
                for (std::size_t a = 0; a < 3; ++a)
                    right[r][a] += weight * row[r] * static_cast<double>(best[i][a]);
            }
        }
        solve(matrix, right);
        for (std::size_t a = 0; a < 3; ++a) {
            for (std::size_t b = 0; b < 3; ++b)
                map.matrix[a][b] = right[b][a] * 0.01;
            map.shift_mm[a] = right[3][a];
        }
    }
    return map;
}

void follow_cheapest(DeformationField& field, const std::vector<PatchCosts>& costs, const SearchReach& reach)
{
    std::vector<NodeEvidence> evidence(field.moved_mm.size());
    for (const float pull : {0.3F, 0.8F, 2.0F, 5.0F, 12.0F}) {
        // In steps: how much dearer a movement may be that lies one step nearer to the smooth field.
        const float per_mm2 = pull / (reach.step_mm * reach.step_mm);
        std::fill(evidence.begin(), evidence.end(), NodeEvidence{});
        for (const PatchCosts& at : costs) {
            const Vector3f& smooth = field.moved_mm[at.node];
            float least = std::numeric_limits<float>::max();
            Vector3f best{};
            std::size_t best_label = 0;
            for (std::size_t label = 0; label < at.cost.size(); ++label) {
                if (at.cost[label] >= least) continue;
                const Vector3f moved = movement(at, reach, label);
                float off = 0;
                for (std::size_t a = 0; a < 3; ++a)
                    off += (moved[a] - smooth[a]) * (moved[a] - smooth[a]);
                const float total = at.cost[label] + per_mm2 * off;
                if (total < least) {
                    least = total;
                    best = moved;
                    best_label = label;
                }
            }
            // A movement that is hardly cheaper than the others is a guess.
            const float gain = 1 - at.cost[best_label] / at.mean_cost;
            const float trust = 0.01F + std::max(0.0F, gain) * std::max(0.0F, gain);
            NodeEvidence& node = evidence[at.node];
            node.information = {trust, 0, 0, trust, 0, trust};
            for (std::size_t a = 0; a < 3; ++a)
                node.push[a] = trust * (best[a] - smooth[a]);
        }
        add_smooth_steps(field, evidence, bending_stiffness, 25);
    }
}

Vector3f best_shift(const PyramidLevel& prior, const std::vector<Vector3f>& places, const PyramidLevel& current,
                    const Vector3f& first_guess_mm)
{
    std::vector<float> wanted;
    for (const Vector3f& place : places) {
        float value = outside_hu;
        prior.value_at(prior.index_of(place), value);
        wanted.push_back(value);
    }
    Vector3f best = first_guess_mm;
    const auto look_around = [&](float step_mm, std::array<int, 3> steps) {
        const Vector3f middle = best;
        double least = std::numeric_limits<double>::max();
        for (int k = -steps[2]; k <= steps[2]; ++k) {
            for (int j = -steps[1]; j <= steps[1]; ++j) {
                for (int i = -steps[0]; i <= steps[0]; ++i) {
                    const Vector3f shift = {middle[0] + step_mm * static_cast<float>(i),
                                            middle[1] + step_mm * static_cast<float>(j),
                                            middle[2] + step_mm * static_cast<float>(k)};
                    double sum = 0;
                    for (std::size_t p = 0; p < places.size(); ++p) {
                        float value = outside_hu;
                        current.value_at(current.index_of({places[p][0] + shift[0], places[p][1] + shift[1],
                                                           places[p][2] + shift[2]}),
                                         value);
                        sum += static_cast<double>(std::abs(value - wanted[p]));
                    }
                    if (sum >= least) continue;
                    least = sum;
                    best = shift;
                }
            }
        }
    };
    look_around(12, {3, 3, 8});
    look_around(5, {2, 2, 2});
    return best;
}

}  // namespace nodtrack::imaging
