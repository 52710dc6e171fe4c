#include "field.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::imaging {
namespace {

constexpr float margin_nodes = 2;

float fraction(const ControlGrid& nodes, const Vector3f& position_mm, std::size_t axis, int& below)
{
    const float most = static_cast<float>(nodes.size[axis] - 1);
    const float index = std::clamp((position_mm[axis] - nodes.first_mm[axis]) / nodes.spacing_mm, 0.0F, most);
    below = std::min(static_cast<int>(index), nodes.size[axis] - 2);
    return index - static_cast<float>(below);
}

/// Weights of four neighbouring nodes (Catmull-Rom).
std::array<float, 4> cubic_weights(float x)
{
    return {x * (-0.5F + x * (1.0F - 0.5F * x)), 1.0F + x * x * (-2.5F + 1.5F * x), x * (0.5F + x * (2.0F - 1.5F * x)),
            x * x * (-0.5F + 0.5F * x)};
}

Vector3f cubic_at(const DeformationField& field, const Vector3f& position_mm)
{
    std::array<std::array<float, 4>, 3> weights{};
    std::array<int, 3> below{};
    for (std::size_t a = 0; a < 3; ++a)
        weights[a] = cubic_weights(fraction(field.nodes, position_mm, a, below[a]));
    const auto clamped = [&](int index, std::size_t axis) { return std::clamp(index, 0, field.nodes.size[axis] - 1); };
    Vector3f moved{};
    for (int k = 0; k < 4; ++k) {
        for (int j = 0; j < 4; ++j) {
            const float across = weights[2][static_cast<std::size_t>(k)] * weights[1][static_cast<std::size_t>(j)];
            for (int i = 0; i < 4; ++i) {
                const Vector3f& node = field.moved_mm[field.nodes.place(
                    clamped(below[0] + i - 1, 0), clamped(below[1] + j - 1, 1), clamped(below[2] + k - 1, 2))];
                const float weight = across * weights[0][static_cast<std::size_t>(i)];
                for (std::size_t a = 0; a < 3; ++a)
                    moved[a] += weight * node[a];
            }
        }
    }
    return moved;
}

using Values = std::vector<Vector3f>;

/// Calls `bend(left, middle, right)` with the places of each three neighbours along each axis.
template <class Bend>
void for_each_bend(const ControlGrid& nodes, Bend bend)
{
    const std::array<std::size_t, 3> step = {1, nodes.place(0, 1, 0), nodes.place(0, 0, 1)};
    for (int k = 0; k < nodes.size[2]; ++k) {
        for (int j = 0; j < nodes.size[1]; ++j) {
            for (int i = 0; i < nodes.size[0]; ++i) {
                const std::size_t at = nodes.place(i, j, k);
                if (i > 0 && i + 1 < nodes.size[0]) bend(at - step[0], at, at + step[0]);
                if (j > 0 && j + 1 < nodes.size[1]) bend(at - step[1], at, at + step[1]);
                if (k > 0 && k + 1 < nodes.size[2]) bend(at - step[2], at, at + step[2]);
            }
        }
    }
}

/// out = stiffness * (second differences)^T (second differences) * in
void bending(const ControlGrid& nodes, const Values& in, float stiffness, Values& out)
{
    std::fill(out.begin(), out.end(), Vector3f{});
    const Vector3f* from = in.data();
    Vector3f* to = out.data();
    for_each_bend(nodes, [&](std::size_t left, std::size_t middle, std::size_t right) {
        for (std::size_t a = 0; a < 3; ++a) {
            const float second = stiffness * (from[left][a] - 2 * from[middle][a] + from[right][a]);
            to[left][a] += second;
            to[middle][a] -= 2 * second;
            to[right][a] += second;
        }
    });
}

Vector3f times(const std::array<float, 6>& m, const Vector3f& v)
{
    return {m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[1] * v[0] + m[3] * v[1] + m[4] * v[2],
            m[2] * v[0] + m[4] * v[1] + m[5] * v[2]};
}

double product(const Values& a, const Values& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i][0] * b[i][0] + a[i][1] * b[i][1] + a[i][2] * b[i][2]);
    return sum;
}

void add(Values& to, const Values& what, float factor)
{
    for (std::size_t i = 0; i < to.size(); ++i) {
        for (std::size_t a = 0; a < 3; ++a)
            to[i][a] += factor * what[i][a];
    }
}

}  // namespace

Vector3f ControlGrid::position_mm(std::size_t at) const
{
    const auto nx = static_cast<std::size_t>(size[0]);
    const auto ny = static_cast<std::size_t>(size[1]);
    return {first_mm[0] + spacing_mm * static_cast<float>(at % nx),
            first_mm[1] + spacing_mm * static_cast<float>(at / nx % ny),
            first_mm[2] + spacing_mm * static_cast<float>(at / (nx * ny))};
}

std::size_t ControlGrid::nearest(const Vector3f& position) const
{
    std::array<int, 3> index{};
    for (std::size_t a = 0; a < 3; ++a)
        index[a] = static_cast<int>(
            std::clamp((position[a] - first_mm[a]) / spacing_mm + 0.5F, 0.0F, static_cast<float>(size[a] - 1)));
    return place(index[0], index[1], index[2]);
}

ControlGrid nodes_over(const Vector3f& least_mm, const Vector3f& most_mm, float spacing_mm)
{
    ControlGrid nodes;
    nodes.spacing_mm = spacing_mm;
    for (std::size_t a = 0; a < 3; ++a) {
        nodes.first_mm[a] = least_mm[a] - margin_nodes * spacing_mm;
        nodes.size[a] = 1 + static_cast<int>(std::ceil((most_mm[a] - least_mm[a]) / spacing_mm + 2 * margin_nodes));
    }
    return nodes;
}

Vector3f DeformationField::at(const Vector3f& position_mm) const
{
    std::array<int, 3> below{};
    const float x = fraction(nodes, position_mm, 0, below[0]);
    const float y = fraction(nodes, position_mm, 1, below[1]);
    const float z = fraction(nodes, position_mm, 2, below[2]);
    const Vector3f* node = moved_mm.data() + nodes.place(below[0], below[1], below[2]);
    const std::size_t row = nodes.place(0, 1, 0);
    const std::size_t slice = nodes.place(0, 0, 1);
    Vector3f moved{};
    for (std::size_t a = 0; a < 3; ++a) {
        const auto mix = [&](const Vector3f* at) { return at[0][a] + x * (at[1][a] - at[0][a]); };
        const float low = mix(node) + y * (mix(node + row) - mix(node));
        const float high = mix(node + slice) + y * (mix(node + slice + row) - mix(node + slice));
        moved[a] = low + z * (high - low);
    }
    return moved;
}

DeformationField resampled(const DeformationField& field, const ControlGrid& nodes)
{
    DeformationField other{.nodes = nodes, .moved_mm = Values(nodes.count())};
    for (std::size_t at = 0; at < other.moved_mm.size(); ++at)
        other.moved_mm[at] = cubic_at(field, nodes.position_mm(at));
    return other;
}

Vector3f LinearMap::at(const Vector3f& position_mm) const
{
    Vector3f moved{};
    for (std::size_t a = 0; a < 3; ++a) {
        double sum = shift_mm[a];
        for (std::size_t b = 0; b < 3; ++b)
            sum += matrix[a][b] * static_cast<double>(position_mm[b]);
        moved[a] = static_cast<float>(sum);
    }
    return moved;
}

DeformationField field_of(const LinearMap& map, const ControlGrid& nodes)
{
    DeformationField field{.nodes = nodes, .moved_mm = Values(nodes.count())};
    for (std::size_t at = 0; at < field.moved_mm.size(); ++at)
        field.moved_mm[at] = map.at(nodes.position_mm(at));
    return field;
}

void add_smooth_steps(DeformationField& field, const std::vector<NodeEvidence>& evidence, float stiffness,
                      int iterations)
{
    const std::size_t count = field.moved_mm.size();
    Values step(count);
    Values rest(count);
    Values image(count);
    Values direction(count);
    Values scaled(count);

    // Each node's own part of the system, inverted, is what the conjugate gradients are conditioned by.
    const float own_bending = 18.0F * stiffness;
    std::vector<Vector3f> inverse(count);
    bending(field.nodes, field.moved_mm, stiffness, rest);
    for (std::size_t i = 0; i < count; ++i) {
        const NodeEvidence& at = evidence[i];
        for (std::size_t a = 0; a < 3; ++a)
            rest[i][a] = at.push[a] - rest[i][a];
        inverse[i] = {1 / (at.information[0] + own_bending), 1 / (at.information[3] + own_bending),
                      1 / (at.information[5] + own_bending)};
    }
    const auto condition = [&] {
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t a = 0; a < 3; ++a)
                scaled[i][a] = rest[i][a] * inverse[i][a];
        }
    };
    condition();
    direction = scaled;
    double size = product(rest, scaled);
    const double enough = size * 1e-5;
    for (int i = 0; i < iterations && size > enough; ++i) {
        bending(field.nodes, direction, stiffness, image);
        for (std::size_t n = 0; n < count; ++n) {
            const Vector3f own = times(evidence[n].information, direction[n]);
            for (std::size_t a = 0; a < 3; ++a)
                image[n][a] += own[a];
        }
        const double curvature = product(direction, image);
        if (!(curvature > 0)) break;
        const double length = size / curvature;
        add(step, direction, static_cast<float>(length));
        add(rest, image, static_cast<float>(-length));
        condition();
        const double next = product(rest, scaled);
        const auto turn = static_cast<float>(next / size);
        for (std::size_t n = 0; n < count; ++n) {
            for (std::size_t a = 0; a < 3; ++a)
                direction[n][a] = scaled[n][a] + turn * direction[n][a];
        }
        size = next;
    }
    add(field.moved_mm, step, 1.0F);
}

}  // namespace nodtrack::imaging
