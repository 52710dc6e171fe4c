#include "patch.hpp"

#include <algorithm>
#include <cmath>

#include "../nodule/vector3.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double margin_mm = 2.5;
constexpr double most_places = 500;  // enough for a correlation, few enough for hundreds of shifts

std::optional<std::size_t> voxel_at(const CtVolume& ct, const Vector3& position_mm, Index3& voxel)
{
    const Vector3 from = difference(position_mm, ct.grid.origin_mm);
    for (std::size_t a = 0; a < 3; ++a) {
        voxel[a] = std::llround(dot(from, ct.grid.direction[a]) / ct.grid.spacing_mm[a]);
        if (voxel[a] < 0 || voxel[a] >= ct.grid.size[a]) return std::nullopt;
    }
    return static_cast<std::size_t>(voxel[0] + ct.grid.size[0] * (voxel[1] + ct.grid.size[1] * voxel[2]));
}

bool is_in(const NoduleMask& mask, const Index3& voxel)
{
    Index3 local{};
    for (std::size_t a = 0; a < 3; ++a) {
        local[a] = voxel[a] - mask.first[a];
        if (local[a] < 0 || local[a] >= mask.size[a]) return false;
    }
    return mask.inside[static_cast<std::size_t>(local[0] + mask.size[0] * (local[1] + mask.size[1] * local[2]))] != 0;
}

/// The lung around: the lower third of what is near, so that vessels and pleura do not count.
float lung_density(const CtVolume& ct, const Vector3& center_mm, double radius_mm)
{
    std::vector<float> values;
    const double outer = radius_mm + 5;
    for (double z = -outer; z <= outer; z += 1.3) {
        for (double y = -outer; y <= outer; y += 1.3) {
            for (double x = -outer; x <= outer; x += 1.3) {
                const double distance = std::sqrt(x * x + y * y + z * z);
                if (distance < radius_mm + 1.5 || distance > outer) continue;
                const auto value = value_at(ct, sum(center_mm, {x, y, z}));
                if (value) values.push_back(*value);
            }
        }
    }
    if (values.empty()) return -850;
    const auto third = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 3);
    std::nth_element(values.begin(), third, values.end());
    return std::min(*third, -600.0F);
}

}  // namespace

std::optional<float> value_at(const CtVolume& ct, const Vector3& position_mm)
{
    const Vector3 from = difference(position_mm, ct.grid.origin_mm);
    Index3 below{};
    Vector3 part{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double index = dot(from, ct.grid.direction[a]) / ct.grid.spacing_mm[a];
        if (!(index >= 0 && index < static_cast<double>(ct.grid.size[a] - 1))) return std::nullopt;
        below[a] = static_cast<std::int64_t>(index);
        part[a] = index - static_cast<double>(below[a]);
    }
    const std::int64_t row = ct.grid.size[0];
    const std::int64_t slice = row * ct.grid.size[1];
    const std::int16_t* at = ct.hu.data() + (below[0] + row * below[1] + slice * below[2]);
    const auto mix = [&](const std::int16_t* p) {
        return static_cast<double>(p[0]) + part[0] * static_cast<double>(p[1] - p[0]);
    };
    const double low = mix(at) + part[1] * (mix(at + row) - mix(at));
    const double high = mix(at + slice) + part[1] * (mix(at + slice + row) - mix(at + slice));
    return static_cast<float>(low + part[2] * (high - low));
}

Patch patch_of(const CtVolume& prior, const Registration& registration, const Vector3& center_mm, double radius_mm,
               const NoduleMask& mask, bool without_wall)
{
    constexpr float wall_hu = -300;
    Patch patch;
    patch.around_hu = lung_density(prior, center_mm, radius_mm);
    const double outer = radius_mm + margin_mm;
    const double step = std::max(0.6, std::cbrt(4.19 * outer * outer * outer / most_places));
    const int count = static_cast<int>(outer / step);
    for (int k = -count; k <= count; ++k) {
        for (int j = -count; j <= count; ++j) {
            for (int i = -count; i <= count; ++i) {
                const Vector3 off = {step * i, step * j, step * k};
                if (length(off) > outer) continue;
                const Vector3 place = sum(center_mm, off);
                const auto value = value_at(prior, place);
                if (!value) continue;
                Index3 voxel{};
                const bool inside = mask.inside.empty() ? length(off) <= radius_mm
                                                        : voxel_at(prior, place, voxel) && is_in(mask, voxel);
                if (without_wall && !inside && *value > wall_hu) continue;
                patch.predicted_mm.push_back(registration.predict(place).position_mm);
                // Bone and contrast agent must not outweigh the nodule.
                patch.hu.push_back(std::min(*value, 150.0F));
                patch.inside.push_back(inside ? 1.0F : 0.0F);
            }
        }
    }
    return patch;
}

Likeness likeness(const CtVolume& current, const Patch& patch, const Vector3& shift_mm)
{
    Likeness alike;
    alike.shift_mm = shift_mm;
    alike.shift_length_mm = length(shift_mm);
    double n = 0;
    double a = 0;
    double b = 0;
    double aa = 0;
    double bb = 0;
    double ab = 0;
    double was = 0;
    double is = 0;
    for (std::size_t i = 0; i < patch.hu.size(); ++i) {
        const auto seen = value_at(current, sum(patch.predicted_mm[i], shift_mm));
        if (!seen) continue;
        const double prior = static_cast<double>(patch.hu[i]);
        const double now = static_cast<double>(std::min(*seen, 150.0F));
        n += 1;
        a += prior;
        b += now;
        aa += prior * prior;
        bb += now * now;
        ab += prior * now;
        was += static_cast<double>(patch.inside[i] * (patch.hu[i] - patch.around_hu));
        is += static_cast<double>(patch.inside[i]) * (now - static_cast<double>(patch.around_hu));
    }
    if (n < 20) return alike;
    const double variance = (aa - a * a / n) * (bb - b * b / n);
    alike.correlation = variance > 0 ? (ab - a * b / n) / std::sqrt(variance) : 0;
    alike.present = was > 0 ? is / was : 0;
    return alike;
}

Likeness most_alike(const CtVolume& current, const Patch& patch, double reach_mm, double sd_mm)
{
    constexpr double least_sd_mm = 0.6;  // the estimate itself may be wrong
    Likeness best;
    double highest = -2;
    const auto try_around = [&](const Vector3& middle, double step, int count) {
        for (int k = -count; k <= count; ++k) {
            for (int j = -count; j <= count; ++j) {
                for (int i = -count; i <= count; ++i) {
                    const Vector3 shift = sum(middle, {step * i, step * j, step * k});
                    const double off = length(shift);
                    if (off > reach_mm) continue;
                    const Likeness alike = likeness(current, patch, shift);
                    const double value = alike.correlation - 0.01 * square(off / std::max(sd_mm, least_sd_mm));
                    if (value <= highest) continue;
                    highest = value;
                    best = alike;
                }
            }
        }
    };
    const double step = std::max(1.0, reach_mm / 4);
    try_around({}, step, static_cast<int>(reach_mm / step));
    try_around(best.shift_mm, step / 2, 1);
    try_around(best.shift_mm, step / 4, 1);
    return best;
}

}  // namespace nodtrack::imaging
