#include "measurement_json.hpp"

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>

namespace nodtrack::cli {
namespace {

using imaging::MaskMeasurement;
using nlohmann::ordered_json;

/// At most three decimals (micrometres): what lies beyond is below what a voxel can tell.
double to_thousandths(double value)
{
    return std::round(value * 1000.0) / 1000.0;
}

std::vector<double> to_thousandths(std::span<const double> values)
{
    std::vector<double> rounded;
    for (const double value : values)
        rounded.push_back(to_thousandths(value));
    return rounded;
}

}  // namespace

std::string measurement_json(const MaskMeasurement& measurement, const imaging::CalcificationFinding* calcification)
{
    const bool measured = measurement.status == imaging::MeasurementStatus::measured;
    ordered_json object = {{"nodule_id", measurement.nodule_id}, {"status", measured ? "measured" : "refused"}};
    const auto shape = [&](const char* key, auto member) {
        object[key] =
            measurement.shape ? ordered_json(to_thousandths(std::invoke(member, *measurement.shape))) : ordered_json();
    };
    const auto density = [&](const char* key, double imaging::DensityValues::*member) {
        object[key] =
            measurement.density ? ordered_json(to_thousandths((*measurement.density).*member)) : ordered_json();
    };
    using Shape = imaging::ShapeValues;
    shape("center_mm", &Shape::center_mm);
    shape("volume_mm3", &Shape::volume_mm3);
    shape("volume_ci95_mm3", &Shape::volume_ci95_mm3);
    object["volume_method"] = measurement.shape ? ordered_json(word(measurement.shape->volume_method)) : ordered_json();
    shape("voxel_volume_mm3", &Shape::voxel_volume_mm3);
    shape("mesh_volume_mm3", &Shape::mesh_volume_mm3);
    shape("surface_area_mm2", &Shape::surface_area_mm2);
    object["sphericity"] = measurement.shape ? ordered_json(measurement.shape->sphericity) : ordered_json();
    shape("maximum_3d_diameter_mm", &Shape::maximum_3d_diameter_mm);
    shape("long_axis_mm", &Shape::long_axis_mm);
    shape("short_axis_mm", &Shape::short_axis_mm);
    shape("mean_diameter_mm", &Shape::mean_diameter_mm);
    shape("major_axis_mm", &Shape::major_axis_mm);
    shape("minor_axis_mm", &Shape::minor_axis_mm);
    shape("least_axis_mm", &Shape::least_axis_mm);
    density("mean_hu", &imaging::DensityValues::mean_hu);
    density("sd_hu", &imaging::DensityValues::sd_hu);
    const bool classed = measurement.density && measurement.density->attenuation;
    object["attenuation"] = classed ? ordered_json(word(*measurement.density->attenuation)) : ordered_json();
    density("solid_volume_mm3", &imaging::DensityValues::solid_volume_mm3);
    density("calcified_volume_mm3", &imaging::DensityValues::calcified_volume_mm3);
    object["slice_thickness_mm"] =
        measurement.slice_thickness_mm ? ordered_json(to_thousandths(*measurement.slice_thickness_mm)) : ordered_json();
    shape("slice_spacing_mm", &Shape::slice_spacing_mm);
    object["flags"] = measurement.flags;
    if (calcification != nullptr) {
        object["calcification"] = calcification->pattern ? ordered_json(word(*calcification->pattern)) : ordered_json();
        if (!calcification->flag.empty() && measured) object["flags"].push_back(calcification->flag);
    }
    return object.dump();
}

}  // namespace nodtrack::cli
