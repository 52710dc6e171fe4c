#include "neighbourhood.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>

namespace nodtrack::imaging {

bool Neighbourhood::holds(const Vector3& place) const
{
    for (std::size_t a = 0; a < 3; ++a) {
        if (!(place[a] >= 0 && place[a] <= static_cast<double>(size[a] - 1) * spacing_mm[a])) return false;
    }
    return true;
}

bool Neighbourhood::is_bone(const Vector3& place) const
{
    if (bone.empty() || !holds(place)) return false;
    return is_bone(std::llround(place[0] / spacing_mm[0]), std::llround(place[1] / spacing_mm[1]),
                   std::llround(place[2] / spacing_mm[2]));
}

void Neighbourhood::mark_bone(float above_hu, double rim_mm)
{
    std::vector<Index3> ball;
    Index3 reach{};
    for (std::size_t a = 0; a < 3; ++a)
        reach[a] = static_cast<std::int64_t>(rim_mm / spacing_mm[a]);
    for (std::int64_t k = -reach[2]; k <= reach[2]; ++k) {
        for (std::int64_t j = -reach[1]; j <= reach[1]; ++j) {
            for (std::int64_t i = -reach[0]; i <= reach[0]; ++i) {
                const Vector3 off = place(i, j, k);
                if (std::sqrt(off[0] * off[0] + off[1] * off[1] + off[2] * off[2]) <= rim_mm) ball.push_back({i, j, k});
            }
        }
    }
    std::size_t at = 0;
    for (std::int64_t k = 0; k < size[2]; ++k) {
        for (std::int64_t j = 0; j < size[1]; ++j) {
            for (std::int64_t i = 0; i < size[0]; ++i) {
                if (hu[at++] < above_hu) continue;
                if (bone.empty()) bone.assign(hu.size(), 0);
                for (const Index3& off : ball) {
                    const Index3 to{i + off[0], j + off[1], k + off[2]};
                    if (to[0] >= 0 && to[0] < size[0] && to[1] >= 0 && to[1] < size[1] && to[2] >= 0 && to[2] < size[2])
                        bone[static_cast<std::size_t>(to[0] + size[0] * (to[1] + size[1] * to[2]))] = 1;
                }
            }
        }
    }
}

double Neighbourhood::value(const Vector3& place) const
{
    std::array<std::size_t, 3> low{};
    std::array<std::size_t, 3> step{};
    std::array<double, 3> share{};
    std::size_t stride = 1;
    std::size_t offset = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        const double last = static_cast<double>(size[a] - 1);
        const double index = std::clamp(place[a] / spacing_mm[a], 0.0, last);
        low[a] = static_cast<std::size_t>(index);
        if (size[a] > 1 && low[a] + 1 >= static_cast<std::size_t>(size[a]))
            low[a] = static_cast<std::size_t>(size[a]) - 2;
        share[a] = size[a] > 1 ? index - static_cast<double>(low[a]) : 0;
        step[a] = size[a] > 1 ? stride : 0;
        offset += low[a] * stride;
        stride *= static_cast<std::size_t>(size[a]);
    }
    const float* v = hu.data() + offset;
    const auto line = [&](const float* p) {
        return static_cast<double>(p[0]) + share[0] * (static_cast<double>(p[step[0]]) - static_cast<double>(p[0]));
    };
    const auto plane = [&](const float* p) {
        const double a = line(p);
        return a + share[1] * (line(p + step[1]) - a);
    };
    const double a = plane(v);
    return a + share[2] * (plane(v + step[2]) - a);
}

Vector3 Neighbourhood::volume_index(const Vector3& place) const
{
    Vector3 index{};
    for (std::size_t a = 0; a < 3; ++a)
        index[axis[a]] = place[a] / spacing_mm[a] + static_cast<double>(first[axis[a]]);
    return index;
}

Vector3 Neighbourhood::place_of(const Vector3& volume_index) const
{
    Vector3 place{};
    for (std::size_t a = 0; a < 3; ++a)
        place[a] = (volume_index[axis[a]] - static_cast<double>(first[axis[a]])) * spacing_mm[a];
    return place;
}

Neighbourhood neighbourhood(const CtVolume& ct, const Vector3& index, double reach_mm)
{
    Neighbourhood n;
    const std::size_t axial = axial_axis(ct.grid);
    n.axis = {axial == 0 ? 1U : 0U, axial == 2 ? 1U : 2U, axial};
    Index3 size{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double reach = reach_mm / ct.grid.spacing_mm[a];
        const auto last = ct.grid.size[a] - 1;
        n.first[a] = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(index[a] - reach)), 0, last);
        size[a] =
            std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(index[a] + reach)), 0, last) - n.first[a] + 1;
    }
    std::array<std::int64_t, 3> stride{};
    const std::array<std::int64_t, 3> volume_stride{1, ct.grid.size[0], ct.grid.size[0] * ct.grid.size[1]};
    std::int64_t start = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        n.size[a] = size[n.axis[a]];
        n.spacing_mm[a] = ct.grid.spacing_mm[n.axis[a]];
        stride[a] = volume_stride[n.axis[a]];
        start += n.first[a] * volume_stride[a];
    }
    n.hu.resize(voxel_count(n.size));
    std::size_t at = 0;
    for (std::int64_t k = 0; k < n.size[2]; ++k) {
        for (std::int64_t j = 0; j < n.size[1]; ++j) {
            const std::int16_t* row = ct.hu.data() + start + k * stride[2] + j * stride[1];
            for (std::int64_t i = 0; i < n.size[0]; ++i)
                n.hu[at++] = static_cast<float>(row[i * stride[0]]);
        }
    }
    return n;
}

const std::vector<Vector3>& even_directions(std::size_t count)
{
    static std::mutex guard;
    static std::map<std::size_t, std::vector<Vector3>> kept;
    const std::lock_guard lock(guard);
    std::vector<Vector3>& directions = kept[count];
    if (directions.empty()) {
        const double golden = std::numbers::pi * (3 - std::sqrt(5.0));
        for (std::size_t i = 0; i < count; ++i) {
            const double z = 1 - (2 * static_cast<double>(i) + 1) / static_cast<double>(count);
            const double r = std::sqrt(1 - z * z);
            const double turn = static_cast<double>(i) * golden;
            directions.push_back({r * std::cos(turn), r * std::sin(turn), z});
        }
    }
    return directions;
}

double median(std::vector<float> values)
{
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle);
}

}  // namespace nodtrack::imaging
