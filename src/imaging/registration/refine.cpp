#include "refine.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::imaging {
namespace {

constexpr float least_slope_hu_mm = 20;

/// Sums over the samples around a node.
struct Sums {
    float weight = 0;
    float difference = 0;
    float difference_square = 0;
    float unmoved_square = 0;  ///< of the prior's values around their mean
    float value = 0;
    Vector3f slope{};
    std::array<float, 6> slopes{};  ///< xx, xy, xz, yy, yz, zz
    Vector3f slope_difference{};
};

constexpr std::size_t sums_floats = sizeof(Sums) / sizeof(float);
using SumsRow = std::array<float, sums_floats>;

/// Spreads the sums of each node to its neighbours, 1 : 2 : 1 along each axis.
void spread(const ControlGrid& nodes, std::vector<SumsRow>& sums)
{
    const std::array<std::size_t, 3> step = {1, nodes.place(0, 1, 0), nodes.place(0, 0, 1)};
    for (std::size_t a = 0; a < 3; ++a) {
        const auto count = static_cast<std::size_t>(nodes.size[a]);
        for (std::size_t first = 0; first < sums.size(); ++first) {
            if (first / step[a] % count != 0) continue;
            SumsRow before{};
            for (std::size_t i = 0; i < count; ++i) {
                SumsRow& here = sums[first + i * step[a]];
                const SumsRow own = here;
                const SumsRow* after = i + 1 < count ? &sums[first + (i + 1) * step[a]] : nullptr;
                for (std::size_t f = 0; f < sums_floats; ++f)
                    here[f] = 0.25F * before[f] + 0.5F * own[f] + (after != nullptr ? 0.25F * (*after)[f] : 0.0F);
                before = own;
            }
        }
    }
}

Sums as_sums(const SumsRow& row)
{
    Sums s;
    s.weight = row[0];
    s.difference = row[1];
    s.difference_square = row[2];
    s.unmoved_square = row[3];
    s.value = row[4];
    for (std::size_t a = 0; a < 3; ++a) {
        s.slope[a] = row[5 + a];
        s.slope_difference[a] = row[14 + a];
    }
    for (std::size_t a = 0; a < 6; ++a)
        s.slopes[a] = row[8 + a];
    return s;
}

/// The evidence of a node, the means taken out. `difference` is current minus prior.
NodeEvidence evidence_of(const Sums& s)
{
    NodeEvidence evidence;
    if (s.weight <= 0) return evidence;
    const float share = 1 / s.weight;
    const auto centred = [&](std::size_t at, std::size_t a, std::size_t b) {
        return s.slopes[at] - s.slope[a] * s.slope[b] * share;
    };
    evidence.information = {centred(0, 0, 0), centred(1, 0, 1), centred(2, 0, 2),
                            centred(3, 1, 1), centred(4, 1, 2), centred(5, 2, 2)};
    for (std::size_t a = 0; a < 3; ++a)
        evidence.push[a] = -(s.slope_difference[a] - s.slope[a] * s.difference * share);
    return evidence;
}

std::vector<SumsRow> sums_of(const DeformationField& field, const ControlGrid& nodes,
                             const std::vector<EdgeSample>& samples, const PyramidLevel& current, float tolerated_hu)
{
    std::vector<SumsRow> sums(nodes.count());
    const float scale = 1 / (tolerated_hu * tolerated_hu);
    for (const EdgeSample& sample : samples) {
        const Vector3f moved = field.at(sample.position_mm);
        float value = 0;
        const Vector3f place = {sample.position_mm[0] + moved[0], sample.position_mm[1] + moved[1],
                                sample.position_mm[2] + moved[2]};
        if (!current.value_at(current.index_of(place), value)) continue;
        const float difference = value - sample.hu;
        const float doubt = 1 + difference * difference * scale;
        const float weight = 1 / (doubt * doubt);
        float* to = sums[nodes.nearest(sample.position_mm)].data();
        const Vector3f& g = sample.slope;
        const float wd = weight * difference;
        const float wx = weight * g[0];
        const float wy = weight * g[1];
        const float wz = weight * g[2];
        to[0] += weight;
        to[1] += wd;
        to[2] += wd * difference;
        to[3] += weight * sample.hu * sample.hu;
        to[4] += weight * sample.hu;
        to[5] += wx;
        to[6] += wy;
        to[7] += wz;
        to[8] += wx * g[0];
        to[9] += wx * g[1];
        to[10] += wx * g[2];
        to[11] += wy * g[1];
        to[12] += wy * g[2];
        to[13] += wz * g[2];
        to[14] += wd * g[0];
        to[15] += wd * g[1];
        to[16] += wd * g[2];
    }
    spread(nodes, sums);
    return sums;
}

ControlGrid halved(const ControlGrid& nodes)
{
    ControlGrid fine = nodes;
    fine.spacing_mm = nodes.spacing_mm / 2;
    for (std::size_t a = 0; a < 3; ++a)
        fine.size[a] = 2 * nodes.size[a] - 1;
    return fine;
}

/// The length of the step that a node's evidence alone asks for, held back where it knows little.
float own_step_mm(const NodeEvidence& evidence, float ridge)
{
    const std::array<float, 6>& m = evidence.information;
    const float xx = m[0] + ridge;
    const float yy = m[3] + ridge;
    const float zz = m[5] + ridge;
    const float a = yy * zz - m[4] * m[4];
    const float b = m[2] * m[4] - m[1] * zz;
    const float c = m[1] * m[4] - m[2] * yy;
    const float determinant = xx * a + m[1] * b + m[2] * c;
    if (!(determinant > 0)) return 0;
    const Vector3f& p = evidence.push;
    const float x = (a * p[0] + b * p[1] + c * p[2]) / determinant;
    const float y = (b * p[0] + (xx * zz - m[2] * m[2]) * p[1] + (m[1] * m[2] - xx * m[4]) * p[2]) / determinant;
    const float z = (c * p[0] + (m[1] * m[2] - xx * m[4]) * p[1] + (xx * yy - m[1] * m[1]) * p[2]) / determinant;
    return std::sqrt(x * x + y * y + z * z);
}

}  // namespace

std::vector<EdgeSample> edge_samples(const PyramidLevel& level, const PyramidLevel& lung_level,
                                     const std::vector<std::uint8_t>& lung, std::size_t most)
{
    struct Found {
        int i, j, k;
        float square;
        Vector3f slope;
    };
    const std::array<float, 3> per_mm = {0.5F / static_cast<float>(level.spacing_mm[0]),
                                         0.5F / static_cast<float>(level.spacing_mm[1]),
                                         0.5F / static_cast<float>(level.spacing_mm[2])};
    // The lung level's voxel of each voxel, axis by axis: both run along the same axes.
    std::array<std::vector<int>, 3> lung_index;
    for (std::size_t a = 0; a < 3; ++a) {
        for (int i = 0; i < level.size[a]; ++i) {
            const double share = level.spacing_mm[a] / lung_level.spacing_mm[a];
            lung_index[a].push_back(
                std::min(static_cast<int>((static_cast<double>(i) + 0.5) * share), lung_level.size[a] - 1));
        }
    }
    const std::size_t row = static_cast<std::size_t>(level.size[0]);
    const std::size_t slice = row * static_cast<std::size_t>(level.size[1]);
    std::vector<Found> found;
    for (int k = 1; k + 1 < level.size[2]; ++k) {
        for (int j = 1; j + 1 < level.size[1]; ++j) {
            const std::uint8_t* inside = lung.data() + lung_level.place(0, lung_index[1][static_cast<std::size_t>(j)],
                                                                        lung_index[2][static_cast<std::size_t>(k)]);
            const std::int16_t* at = level.hu.data() + level.place(0, j, k);
            for (int i = 1; i + 1 < level.size[0]; ++i) {
                if (inside[lung_index[0][static_cast<std::size_t>(i)]] == 0) continue;
                const std::int16_t* v = at + i;
                const float x = static_cast<float>(v[1] - v[-1]) * per_mm[0];
                const float y = static_cast<float>(v[row] - *(v - row)) * per_mm[1];
                const float z = static_cast<float>(v[slice] - *(v - slice)) * per_mm[2];
                const float square = x * x + y * y + z * z;
                if (square < least_slope_hu_mm * least_slope_hu_mm) continue;
                found.push_back({i, j, k, square, {x, y, z}});
            }
        }
    }
    if (found.size() > most) {
        // Every n-th: the strongest alone would all lie on the pleura and at the hilum.
        std::vector<Found> kept;
        kept.reserve(most);
        for (std::size_t i = 0; i < most; ++i)
            kept.push_back(found[i * found.size() / most]);
        found = std::move(kept);
    }
    std::vector<EdgeSample> samples;
    samples.reserve(found.size());
    const Vector3f origin = level.position_of(0, 0, 0);
    std::array<Vector3f, 3> axis{};
    for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t b = 0; b < 3; ++b)
            axis[a][b] = static_cast<float>(level.grid.direction[a][b]);
    }
    for (const Found& at : found) {
        EdgeSample sample;
        const Vector3f along = {static_cast<float>(at.i) * static_cast<float>(level.spacing_mm[0]),
                                static_cast<float>(at.j) * static_cast<float>(level.spacing_mm[1]),
                                static_cast<float>(at.k) * static_cast<float>(level.spacing_mm[2])};
        for (std::size_t b = 0; b < 3; ++b) {
            sample.position_mm[b] = origin[b] + along[0] * axis[0][b] + along[1] * axis[1][b] + along[2] * axis[2][b];
            sample.slope[b] = at.slope[0] * axis[0][b] + at.slope[1] * axis[1][b] + at.slope[2] * axis[2][b];
        }
        sample.hu = static_cast<float>(level.hu[level.place(at.i, at.j, at.k)]);
        samples.push_back(sample);
    }
    return samples;
}

DeformationField refined(const DeformationField& field, const std::vector<EdgeSample>& samples,
                         const PyramidLevel& current, const RefineSettings& settings, Agreement* agreement)
{
    const ControlGrid& old = field.nodes;
    ControlGrid nodes = old;
    if (old.spacing_mm != settings.spacing_mm) {
        Vector3f least{};
        Vector3f most{};
        for (std::size_t a = 0; a < 3; ++a) {
            least[a] = old.first_mm[a];
            most[a] = old.first_mm[a] + old.spacing_mm * static_cast<float>(old.size[a] - 1);
        }
        nodes = nodes_over(least, most, settings.spacing_mm);
    }
    DeformationField coarse = old.spacing_mm == settings.spacing_mm ? field : resampled(field, nodes);
    std::vector<NodeEvidence> evidence(nodes.count());
    for (int round = 0; round <= settings.rounds; ++round) {
        const bool last = round == settings.rounds;
        if (last && agreement == nullptr) break;
        const auto sums = sums_of(resampled(coarse, halved(nodes)), nodes, samples, current, settings.tolerated_hu);
        double information = 0;
        double weight = 0;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const Sums s = as_sums(sums[i]);
            evidence[i] = evidence_of(s);
            const auto& m = evidence[i].information;
            information += static_cast<double>(m[0] + m[3] + m[5]);
            weight += static_cast<double>(s.weight);
        }
        const auto mean_information = static_cast<float>(information / std::max(weight, 1.0));
        if (!last) {
            add_smooth_steps(coarse, evidence, settings.stiffness * mean_information, 20);
            continue;
        }
        agreement->samples.resize(sums.size());
        agreement->left_mm.resize(sums.size());
        agreement->unexplained.resize(sums.size());
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const Sums s = as_sums(sums[i]);
            agreement->samples[i] = s.weight;
            agreement->left_mm[i] = own_step_mm(evidence[i], mean_information);
            const float share = s.weight > 0 ? 1 / s.weight : 0;
            const float structure = s.unmoved_square - s.value * s.value * share;
            const float difference = s.difference_square - s.difference * s.difference * share;
            agreement->unexplained[i] = structure > 0 ? difference / structure : 1;
        }
    }
    return coarse;
}

}  // namespace nodtrack::imaging
