#include "follow_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "measurement_json.hpp"

namespace nodtrack::cli {

using imaging::FollowStatus;
using nlohmann::ordered_json;

namespace {

double rounded(double value, double steps)
{
    return std::round(value * steps) / steps;
}

}  // namespace

std::string_view word(FollowStatus status)
{
    switch (status) {
        case FollowStatus::found:
            return "found";
        case FollowStatus::not_found:
            return "not_found";
        case FollowStatus::uncertain:
            break;
    }
    return "uncertain";
}

double told_confidence(double confidence)
{
    constexpr double steps = 1e4;
    return std::floor(confidence * steps) / steps;
}

std::array<double, 3> told_place(const std::array<double, 3>& place)
{
    std::array<double, 3> told{};
    for (std::size_t i = 0; i < 3; ++i)
        told[i] = rounded(place[i], 1000);
    return told;
}

std::string size_text(const imaging::MaskMeasurement& measurement)
{
    if (!measurement.shape) return "not measured";
    return fmt::format("{:.1f} x {:.1f} mm, {:.0f} mm3", measurement.shape->long_axis_mm,
                       measurement.shape->short_axis_mm, measurement.shape->volume_mm3);
}

std::string followed_json(const imaging::FollowedNodule& nodule, const tracker::ImageChange& change,
                          const std::vector<std::string>& more_flags)
{
    ordered_json object = {{"nodule_id", nodule.nodule_id}, {"predicted_mm", told_place(nodule.predicted_mm)}};
    object["found_mm"] = nodule.found_mm ? ordered_json(told_place(*nodule.found_mm)) : ordered_json();
    object["status"] = word(nodule.status);
    object["confidence"] = told_confidence(nodule.confidence);
    object["prior"] = ordered_json::parse(measurement_json(nodule.prior));
    object["current"] = nodule.current ? ordered_json::parse(measurement_json(*nodule.current)) : ordered_json();
    object["volume_change_percent"] =
        change.volume_change_percent ? ordered_json(rounded(*change.volume_change_percent, 10)) : ordered_json();
    object["change_ci95_percent"] = ordered_json();
    if (const auto& interval = change.change_ci95_percent)
        object["change_ci95_percent"] = {rounded((*interval)[0], 10), rounded((*interval)[1], 10)};
    object["growth_state"] = change.growth_state ? ordered_json(assess::word_of(*change.growth_state)) : ordered_json();
    std::vector<std::string> flags = nodule.flags;
    flags.insert(flags.end(), change.flags.begin(), change.flags.end());
    flags.insert(flags.end(), more_flags.begin(), more_flags.end());
    object["flags"] = flags;
    return object.dump();
}

}  // namespace nodtrack::cli
