#include "setting.hpp"

#include <algorithm>

namespace nodtrack::imaging {
namespace {

constexpr double reach_mm = 24;

std::optional<Lung> lung_within(const Neighbourhood& image, const Vector3& click, double near_mm)
{
    constexpr std::size_t fewest = 50;
    std::vector<float> lung;
    for (std::int64_t k = 0; k < image.size[2]; ++k) {
        for (std::int64_t j = 0; j < image.size[1]; j += 2) {
            for (std::int64_t i = 0; i < image.size[0]; i += 2) {
                const float value = image.at(i, j, k);
                if (value > -1020 && value < -650 && length(difference(image.place(i, j, k), click)) < near_mm)
                    lung.push_back(value);
            }
        }
    }
    if (lung.size() < fewest) return std::nullopt;
    const double rough = median(lung);
    std::erase_if(lung, [&](float value) { return static_cast<double>(value) > rough + 80; });

    // Noise from second differences two voxels apart, which smooth lung cancels out of.
    std::vector<float> differences;
    for (std::int64_t k = 0; k < image.size[2]; k += 2) {
        for (std::int64_t j = 1; j + 1 < image.size[1]; j += 2) {
            for (std::int64_t i = 2; i + 2 < image.size[0]; i += 2) {
                const float here = image.at(i, j, k);
                const float left = image.at(i - 2, j, k);
                const float right = image.at(i + 2, j, k);
                if (here < -700 && left < -700 && right < -700)
                    differences.push_back(std::abs(here - 0.5F * (left + right)));
            }
        }
    }
    constexpr double mad_to_sd = 1 / 0.6745;
    const double noise = differences.size() > 30 ? median(differences) * mad_to_sd / std::sqrt(1.5) : 25;
    return Lung{median(lung), std::max(noise, 4.0)};
}

std::optional<Lung> lung_round(const Neighbourhood& image, const Vector3& click)
{
    constexpr double near_mm = 14;
    auto lung = lung_within(image, click, near_mm);
    return lung ? lung : lung_within(image, click, 1.5 * reach_mm);  // in the middle of a large nodule
}

}  // namespace

double local_mean(const Neighbourhood& image, const Vector3& place)
{
    double total = image.value(place);
    for (std::size_t a = 0; a < 3; ++a) {
        for (const double step : {-0.6, 0.6}) {
            Vector3 beside = place;
            beside[a] += step;
            total += image.value(beside);
        }
    }
    return total / 7;
}

Vector3 brightest_near(const Neighbourhood& image, const Vector3& click, const std::optional<Pleura>& pleura)
{
    constexpr double within_mm = 1.6;
    constexpr double clear_of_pleura_mm = 1.2;
    Vector3 best = click;
    double brightest = -1e9;
    for (int k = -3; k <= 3; ++k) {
        for (int j = -3; j <= 3; ++j) {
            for (int i = -3; i <= 3; ++i) {
                const Vector3 place = sum(click, {0.5 * i, 0.5 * j, 0.5 * k});
                const double off = length(difference(place, click));
                if (off > within_mm || !image.holds(place)) continue;
                if (image.is_bone(place) || (pleura && pleura->depth_mm(place) > -clear_of_pleura_mm)) continue;
                const double value = local_mean(image, place) - 4 * off;
                if (value > brightest) {
                    brightest = value;
                    best = place;
                }
            }
        }
    }
    return best;
}

Setting setting_at(const CtVolume& ct, const Vector3& index)
{
    Setting setting;
    setting.image = neighbourhood(ct, index, reach_mm);
    setting.place = setting.image.place_of(index);
    setting.here_hu = local_mean(setting.image, setting.place);
    setting.lung = lung_round(setting.image, setting.place);
    return setting;
}

}  // namespace nodtrack::imaging
