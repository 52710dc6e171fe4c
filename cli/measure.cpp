#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "nodtrack/imaging/measure_mask.hpp"
#include "output.hpp"
#include "typed_measurement.hpp"

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

/// The object of the command-line contract; every key is there, null where there is no value.
ordered_json as_json(const MaskMeasurement& measurement)
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
    shape("slice_thickness_mm", &Shape::slice_thickness_mm);
    object["flags"] = measurement.flags;
    return object;
}

std::string as_text(const MaskMeasurement& measurement)
{
    std::string text;
    if (measurement.shape) {
        const auto& shape = *measurement.shape;
        text += fmt::format("{}: {:.1f} x {:.1f} mm, volume {:.1f} mm3 (95 %: {:.1f} to {:.1f}, {})\n",
                            measurement.nodule_id, shape.long_axis_mm, shape.short_axis_mm, shape.volume_mm3,
                            shape.volume_ci95_mm3[0], shape.volume_ci95_mm3[1], word(shape.volume_method));
        text += fmt::format(
            "  centre {:.1f}, {:.1f}, {:.1f} mm (LPS); longest diameter in space {:.1f} mm; sphericity {:.2f}\n",
            shape.center_mm[0], shape.center_mm[1], shape.center_mm[2], shape.maximum_3d_diameter_mm, shape.sphericity);
    } else {
        text += measurement.nodule_id + ": refused\n";
    }
    if (measurement.density) {
        const auto& density = *measurement.density;
        text += fmt::format("  mean {:.0f} HU (sd {:.0f}), {}; calcified {:.1f} mm3\n", density.mean_hu, density.sd_hu,
                            density.attenuation ? word(*density.attenuation) : "attenuation not classed",
                            density.calcified_volume_mm3);
    }
    for (const auto& flag : measurement.flags)
        text += "  flag: " + flag + "\n";
    return text;
}

std::string decimal(double value)
{
    return decimal_text(std::llround(value * 1000.0));
}

/// What is recorded of a measurement. Sizes always, so that a contradiction with a stored size is told; the rest only
/// where nothing is recorded: a program does not gainsay a reader's descriptor.
std::vector<Cell> cells_of(const MaskMeasurement& measurement, const Findings& recorded)
{
    const auto& shape = *measurement.shape;
    std::vector<Cell> cells = {{"long_axis_mm", decimal(shape.long_axis_mm)},
                               {"short_axis_mm", decimal(shape.short_axis_mm)},
                               {"volume_mm3", decimal(shape.volume_mm3)},
                               {"volume_method", std::string(word(shape.volume_method))}};
    if (!recorded.position_x && !recorded.position_y && !recorded.position_z) {
        cells.push_back({"position_x_mm", decimal(shape.center_mm[0])});
        cells.push_back({"position_y_mm", decimal(shape.center_mm[1])});
        cells.push_back({"position_z_mm", decimal(shape.center_mm[2])});
    }
    if (measurement.density && !recorded.mean_attenuation) {
        cells.push_back({"mean_hu", decimal(measurement.density->mean_hu)});
    }
    if (measurement.density && measurement.density->attenuation && !recorded.attenuation) {
        cells.push_back({"attenuation", std::string(word(*measurement.density->attenuation))});
    }
    if (recorded.reader.empty()) cells.push_back({"reader", "nodtrack-" NODTRACK_VERSION});
    return cells;
}

Result<bool> is_to_be_logged(const Arguments& arguments)
{
    const int given = int{arguments.has("--patient")} + int{arguments.has("--scan")} + int{arguments.has("--nodule")};
    if (given == 0 || given == 3) return given == 3;
    // --nodule alone names the answer.
    if (given == 1 && arguments.has("--nodule")) return false;
    return failure(ErrorCode::usage, "measure: to log the result, give --patient, --scan and --nodule together");
}

Result<ExitStatus> log_measurement(const Call& call, const MaskMeasurement& measurement)
{
    const auto& arguments = call.arguments;
    auto registry = store::Registry::open(call.registry_file);
    if (!registry) return tl::unexpected(registry.error());
    const auto recorded =
        recorded_findings(*registry, arguments.text("--patient"), arguments.text("--scan"), arguments.text("--nodule"));
    if (!recorded) return tl::unexpected(recorded.error());
    std::vector<Cell> scan;
    if (const auto date = arguments.find("--scan-date")) scan.push_back({"scan_date", *date});
    const auto said = record(call, *registry,
                             {.patient_id = arguments.text("--patient"),
                              .scan_id = arguments.text("--scan"),
                              .nodule_id = arguments.text("--nodule"),
                              .findings = cells_of(measurement, recorded->value_or(Findings())),
                              .scan = std::move(scan),
                              .amend_reason = arguments.text("--amend")},
                             "measure");
    if (!said) return tl::unexpected(said.error());
    // With --json stdout is for programs.
    arguments.has("--json") ? note(said->substr(0, said->size() - 1)) : print(*said);
    return ExitStatus::done;
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    const auto label = arguments.whole_number("--label", 1);
    if (!label) return tl::unexpected(label.error());
    const auto logged = is_to_be_logged(arguments);
    if (!logged) return tl::unexpected(logged.error());

    const auto& image = arguments.all("IMAGE");
    const auto measurement = imaging::measure_mask({.image = {image.begin(), image.end()},
                                                    .mask = arguments.text("--mask"),
                                                    .label = label->value_or(1),
                                                    .nodule_id = arguments.text("--nodule"),
                                                    .progress = {}});
    if (!measurement) return tl::unexpected(measurement.error());
    print(arguments.has("--json") ? as_json(*measurement).dump() + "\n" : as_text(*measurement));
    if (measurement->status == imaging::MeasurementStatus::refused) return ExitStatus::bad_input;
    return *logged ? log_measurement(call, *measurement) : ExitStatus::done;
}

}  // namespace

Command measure_command()
{
    return {
        .name = "measure",
        .summary = "measures a nodule on a CT by its mask",
        .description =
            "IMAGE is a folder or the files of one DICOM series, or a NRRD, MetaImage or NIfTI file in HU; without it "
            "the shape "
            "alone is measured. Positions are DICOM patient coordinates in mm (LPS), whatever the file type. The shape "
            "values "
            "follow the definitions of IBSI-1. The long axis is the longest diameter on the axial slice where the "
            "nodule is "
            "largest, the short axis the longest one perpendicular to it on that slice.\n\n"
            "With --patient, --scan and --nodule the result is logged as well: sizes, and what nobody has recorded yet "
            "of "
            "position, density and attenuation.",
        .positionals = {{.name = "IMAGE", .help = "the CT", .required = false, .repeated = true}},
        .options = {{.name = "--mask",
                     .value = "FILE",
                     .help = "a NRRD, MetaImage or NIfTI file on the image's voxels",
                     .required = true},
                    {.name = "--label", .value = "N", .help = "the label measured; else 1"},
                    {.name = "--json", .help = "JSON Lines, one object a nodule"},
                    {.name = "--patient", .value = "ID", .help = "logs the result for this patient"},
                    {.name = "--scan", .value = "ID", .help = "… and this scan"},
                    {.name = "--scan-date", .value = "DATE", .help = "the day of a scan that is not recorded yet"},
                    {.name = "--nodule", .value = "ID", .help = "… and this nodule; alone, it names the answer"},
                    {.name = "--amend",
                     .value = "REASON",
                     .help = "a size that contradicts a stored one supersedes it"}},
        .examples = {{"nodtrack measure sample_data/ct/chest.nrrd --mask sample_data/ct/nodule.nrrd --json"},
                     {"nodtrack measure --mask sample_data/ct/nodule.nrrd", "the shape alone"},
                     {"nodtrack measure sample_data/ct/chest.nrrd --mask sample_data/ct/nodule.nrrd --patient SARC-042 "
                      "--scan CT-2026-11-10 --nodule N1",
                      "measures and logs"}},
        .failures = {{ExitStatus::bad_input,
                      "a file is missing or is no image, image and mask do not fit, or the label is empty"},
                     {ExitStatus::not_found, "there is no such patient"}},
        .run = run};
}

}  // namespace nodtrack::cli
