#include "value_scale.hpp"

#include <algorithm>
#include <cmath>

namespace nodtrack::report {
namespace {

/// 1, 2 or 5 times a power of ten, the least that is at least `least`.
double round_step(double least)
{
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double digit : {1.0, 2.0, 5.0}) {
        if (digit * power >= least) return digit * power;
    }
    return 10.0 * power;
}

}  // namespace

ValueScale::ValueScale(bool logarithmic, double low, double high, double top, double bottom)
    : logarithmic_(logarithmic), low_(low), high_(high), top_(top), bottom_(bottom)
{}

ValueScale ValueScale::linear(double most, double top, double bottom)
{
    return {false, 0.0, 1.04 * most, top, bottom};
}

ValueScale ValueScale::logarithmic(double least, double most, double top, double bottom)
{
    return {true, std::log10(0.9 * least), std::log10(1.15 * most), top, bottom};
}

double ValueScale::place_of(double value) const
{
    const double amount = logarithmic_ ? std::log10(std::max(value, 1e-6)) : value;
    return bottom_ - (bottom_ - top_) * (amount - low_) / (high_ - low_);
}

std::vector<double> ValueScale::ticks(double spacing, const std::vector<double>& always) const
{
    std::vector<double> wanted;
    if (logarithmic_) {
        for (int power = static_cast<int>(std::floor(low_)); power <= static_cast<int>(high_); ++power) {
            for (const double digit : {1.0, 2.0, 5.0})
                wanted.push_back(digit * std::pow(10.0, power));
        }
    } else {
        const double step = round_step(1.6 * spacing * (high_ - low_) / (bottom_ - top_));
        for (double tick = 0.0; tick <= high_; tick += step)
            wanted.push_back(tick);
    }
    std::vector<double> ticks;
    const auto add = [&](double value) {
        const double y = place_of(value);
        const bool free = std::none_of(ticks.begin(), ticks.end(),
                                       [&](double tick) { return std::abs(place_of(tick) - y) < spacing; });
        if (free && y >= top_ - 0.01 && y <= bottom_ + 0.01) ticks.push_back(value);
    };
    for (const double value : always)
        add(value);
    for (const double value : wanted)
        add(value);
    return ticks;
}

}  // namespace nodtrack::report
