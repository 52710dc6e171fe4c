#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cancel.hpp"
#include "command.hpp"
#include "measure_batch.hpp"
#include "measurement_json.hpp"
#include "nodtrack/imaging/calcification.hpp"
#include "nodtrack/imaging/ct.hpp"
#include "nodtrack/imaging/measure_mask.hpp"
#include "nodtrack/imaging/picture.hpp"
#include "nodtrack/tracker/ct_claim.hpp"
#include "nodtrack/tracker/ct_log.hpp"
#include "nodtrack/tracker/film.hpp"
#include "output.hpp"
#include "save_outlines.hpp"
#include "seed_list.hpp"
#include "typed_measurement.hpp"
#include "write_file.hpp"

namespace nodtrack::cli {
namespace {

using imaging::MaskMeasurement;
using nlohmann::ordered_json;

std::string as_text(const MaskMeasurement& measurement, const imaging::CalcificationFinding* calcification = nullptr)
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
        const bool differs =
            measurement.slice_thickness_mm && std::abs(*measurement.slice_thickness_mm - shape.slice_spacing_mm) > 0.01;
        if (differs)
            text += fmt::format("  slices of {:.2f} mm (Slice Thickness), {:.2f} mm apart\n",
                                *measurement.slice_thickness_mm, shape.slice_spacing_mm);
    } else {
        text += measurement.nodule_id + ": refused\n";
    }
    if (measurement.density) {
        const auto& density = *measurement.density;
        text += fmt::format("  mean {:.0f} HU (sd {:.0f}), {}; calcified {:.1f} mm3\n", density.mean_hu, density.sd_hu,
                            density.attenuation ? word(*density.attenuation) : "attenuation not classed",
                            density.calcified_volume_mm3);
    }
    if (calcification != nullptr && calcification->pattern)
        text += fmt::format("  calcification: {}\n", word(*calcification->pattern));
    for (const auto& flag : measurement.flags)
        text += "  flag: " + flag + "\n";
    if (calcification != nullptr && measurement.shape && !calcification->flag.empty())
        text += "  flag: " + calcification->flag + "\n";
    return text;
}

void say_notes(const std::vector<std::string>& notes)
{
    for (const std::string& sentence : notes)
        note("measure: " + sentence);
}

Result<bool> is_to_be_logged(const Arguments& arguments)
{
    const bool patient = arguments.has("--patient");
    const bool scan = arguments.has("--scan");
    // --nodule alone names the answer; a list of seeds names its nodules itself.
    const bool nodule = arguments.has("--nodule") || arguments.has("--seeds");
    if (!patient && !scan) return false;
    if (patient && scan && nodule) return true;
    return failure(ErrorCode::usage, "measure: to log the result, give --patient, --scan and --nodule together");
}

std::string file_name_for(const std::string& file, const std::string& nodule_id, bool one_of_many)
{
    if (!one_of_many) return file;
    const std::filesystem::path path(file);
    return (path.parent_path() / (path.stem().string() + "-" + nodule_id + path.extension().string())).string();
}

/// Puts the three planes where --picture says; of many nodules each in a file of its own, `FILE-N1.png`.
Result<void> put_picture(const Arguments& arguments, const MaskMeasurement& measurement,
                         const imaging::NoduleInImage& nodule, bool one_of_many)
{
    const auto& shape = *measurement.shape;
    std::vector<std::string> caption = {
        fmt::format("{:.1f} x {:.1f} mm, {:.0f} mm3", shape.long_axis_mm, shape.short_axis_mm, shape.volume_mm3),
        fmt::format("at {:.1f}, {:.1f}, {:.1f}", nodule.center_mm[0], nodule.center_mm[1], nodule.center_mm[2])};
    const auto picture = imaging::three_planes(nodule, measurement.nodule_id, caption);
    if (!picture) return tl::unexpected(picture.error());
    const auto png = imaging::png_of(*picture);
    if (!png) return tl::unexpected(png.error());
    const std::string file = file_name_for(arguments.text("--picture"), measurement.nodule_id, one_of_many);
    const auto written = write_file(file, *png);
    if (written) note(file + " written");
    return written;
}

using Located = std::vector<std::optional<imaging::NoduleInImage>>;

/// Whether the CT may be the scan and the patient that it is logged for. Comes before anything is stored.
Result<void> check_header(const Call& call, const imaging::ScanFacts& facts, const Located& nodules)
{
    const auto& arguments = call.arguments;
    const auto registry = store::Registry::open(call.registry_file);
    if (!registry) return tl::unexpected(registry.error());
    const auto recorded =
        tracker::already_recorded(*registry, arguments.text("--patient"), arguments.text("--scan"), "");
    if (!recorded) return tl::unexpected(recorded.error());
    tracker::CtClaim claim{.patient_id = arguments.text("--patient"),
                           .scan_id = arguments.text("--scan"),
                           .scan_date = recorded->scan ? std::optional(recorded->scan->scan_date) : std::nullopt,
                           .birth_date = recorded->birth_date,
                           .voxels_sha256 = {},
                           .reason = arguments.text("--amend")};
    if (const auto typed = arguments.find("--scan-date")) {
        claim.scan_date = Date::parse(*typed);
        if (!claim.scan_date)
            return failure(ErrorCode::usage, "--scan-date: '" + *typed + "' is no day; write it as YYYY-MM-DD");
    }
    for (const auto& nodule : nodules) {
        claim.voxels_sha256 = nodule ? nodule->voxels_sha256 : std::string();
        if (const auto checked = tracker::check_claim(*registry, claim, facts); !checked) return checked;
    }
    return {};
}

Result<ExitStatus> log_measurement(const Call& call, const MaskMeasurement& measurement,
                                   const imaging::ScanFacts& facts, const std::optional<imaging::NoduleInImage>& nodule)
{
    const auto& arguments = call.arguments;
    auto registry = open_registry(call);
    if (!registry) return tl::unexpected(registry.error());
    const auto recorded = tracker::already_recorded(*registry, arguments.text("--patient"), arguments.text("--scan"),
                                                    measurement.nodule_id);
    if (!recorded) return tl::unexpected(recorded.error());
    std::vector<Cell> findings;
    for (tracker::Correction& cell : tracker::cells_of(measurement, recorded->findings.value_or(Findings())))
        findings.push_back({std::move(cell.column), std::move(cell.text)});
    std::vector<Cell> scan;
    if (const auto date = arguments.find("--scan-date")) scan.push_back({"scan_date", *date});
    for (tracker::Correction& cell : tracker::cells_of(facts, recorded->scan ? &*recorded->scan : nullptr)) {
        if (cell.column != "scan_date" || scan.empty()) scan.push_back({std::move(cell.column), std::move(cell.text)});
    }
    std::vector<store::NoduleImage> images;
    if (nodule) {
        images.push_back(tracker::image_to_keep(
            *nodule, {arguments.text("--patient"), arguments.text("--scan"), measurement.nodule_id},
            std::filesystem::current_path()));
    }
    const auto said = record(call, *registry,
                             {.patient_id = arguments.text("--patient"),
                              .scan_id = arguments.text("--scan"),
                              .nodule_id = measurement.nodule_id,
                              .findings = std::move(findings),
                              .scan = std::move(scan),
                              .amend_reason = arguments.text("--amend"),
                              .confirm = arguments.has("--confirm"),
                              .images = std::move(images)},
                             "measure");
    if (!said) return tl::unexpected(said.error());
    // With --json stdout is for programs.
    arguments.has("--json") ? note(said->substr(0, said->size() - 1)) : print(*said);
    return ExitStatus::done;
}

Result<ExitStatus> measure_by_mask(const Call& call, bool logged)
{
    const auto& arguments = call.arguments;
    const auto label = arguments.whole_number("--label", 1);
    if (!label) return tl::unexpected(label.error());
    const auto& image = arguments.all("IMAGE");
    ImageProgress told("measure");
    imaging::MaskRequest request{.image = {image.begin(), image.end()},
                                 .mask = arguments.text("--mask"),
                                 .label = std::move(*label),
                                 .nodule_id = arguments.text("--nodule"),
                                 .progress = told.teller(),
                                 .series = arguments.text("--series"),
                                 .acquisition = arguments.text("--acquisition"),
                                 .segment = arguments.text("--segment"),
                                 .roi = arguments.text("--roi")};
    const auto answer = imaging::measure_mask_and_scan(request);
    if (!answer) return tl::unexpected(answer.error());
    say_notes(answer->notes);
    const MaskMeasurement& measurement = answer->measurement;
    print(arguments.has("--json") ? measurement_json(measurement) + "\n" : as_text(measurement));
    if (measurement.status == imaging::MeasurementStatus::refused) return ExitStatus::bad_input;
    std::optional<imaging::NoduleInImage> nodule;
    if (!image.empty() && (logged || arguments.has("--picture"))) {
        request.progress = {};
        auto located = imaging::locate(request);
        if (!located) return tl::unexpected(located.error());
        nodule = std::move(*located);
    }
    if (nodule && arguments.has("--picture")) {
        const auto put = put_picture(arguments, measurement, *nodule, false);
        if (!put) return tl::unexpected(put.error());
    }
    if (!logged) return ExitStatus::done;
    if (const auto checked = check_header(call, answer->facts, {nodule}); !checked)
        return tl::unexpected(checked.error());
    return log_measurement(call, measurement, answer->facts, nodule);
}

/// The place of `--at X,Y,Z`.
Result<std::array<double, 3>> place_of(const std::string& text)
{
    std::array<double, 3> place{};
    const char* at = text.data();
    const char* end = at + text.size();
    for (std::size_t i = 0; i < 3; ++i) {
        const auto [behind, error] = std::from_chars(at, end, place[i]);
        const bool separated = i == 2 ? behind == end : behind != end && *behind == ',';
        if (error != std::errc{} || !separated || !std::isfinite(place[i]))
            return failure(ErrorCode::usage, "measure: --at is '" + text +
                                                 "'; give three numbers in mm with commas between them, such as "
                                                 "--at -62.5,14,-110.25");
        at = behind + 1;
    }
    return place;
}

Result<std::vector<imaging::Seed>> seeds_of(const Arguments& arguments)
{
    if (const auto at = arguments.find("--at")) {
        const auto place = place_of(*at);
        if (!place) return tl::unexpected(place.error());
        return std::vector<imaging::Seed>{{arguments.has("--nodule") ? arguments.text("--nodule") : "1", *place}};
    }
    const std::string file = arguments.text("--seeds");
    auto seeds = seeds_in(file);
    if (seeds && seeds->empty())
        return failure(ErrorCode::bad_input,
                       file + ": lists no nodule; give one row a nodule, with the columns nodule_id, x_mm, y_mm, z_mm");
    return seeds;
}

Result<ExitStatus> measure_by_seeds(const Call& call, bool logged)
{
    const auto& arguments = call.arguments;
    const auto seeds = seeds_of(arguments);
    if (!seeds) return tl::unexpected(seeds.error());
    const auto& image = arguments.all("IMAGE");
    if (image.empty()) return failure(ErrorCode::usage, "measure: --at and --seeds need the IMAGE they lie in");
    ImageProgress told("measure");
    const imaging::Progress progress = told.teller();
    const imaging::CtRequest request{.image = {image.begin(), image.end()},
                                     .series = arguments.text("--series"),
                                     .progress = progress,
                                     .acquisition = arguments.text("--acquisition")};
    const auto ct = imaging::load_ct(request);
    if (!ct) return tl::unexpected(ct.error());
    say_notes(ct->notes());

    std::vector<imaging::NoduleMask> masks;
    std::vector<MaskMeasurement> measured;
    std::vector<imaging::CalcificationFinding> calcified;  // of `measured`
    Located nodules;                                       // of `measured`
    for (const auto& seed : *seeds) {
        progress("measuring", static_cast<double>(masks.size()) / static_cast<double>(seeds->size()));
        auto answer = imaging::measure_seed(*ct, seed);
        calcified.push_back(imaging::calcification_of(*ct, answer.mask, answer.values));
        print(arguments.has("--json") ? measurement_json(answer.values, &calcified.back()) + "\n"
                                      : as_text(answer.values, &calcified.back()));
        masks.push_back(std::move(answer.mask));
        if (answer.values.status != imaging::MeasurementStatus::measured) {
            calcified.pop_back();
            continue;
        }
        measured.push_back(std::move(answer.values));
        nodules.emplace_back();
        if (!logged && !arguments.has("--picture")) continue;
        auto located = imaging::locate(request, masks.back());
        if (!located) return tl::unexpected(located.error());
        nodules.back() = std::move(*located);
    }
    if (const auto file = arguments.find("--save-mask")) {
        const auto saved = save_outlines(*ct, masks, *seeds, call, *file);
        if (!saved) return tl::unexpected(saved.error());
    }
    if (measured.empty()) return ExitStatus::bad_input;
    for (std::size_t i = 0; arguments.has("--picture") && i < measured.size(); ++i) {
        const auto put = put_picture(arguments, measured[i], *nodules[i], seeds->size() > 1);
        if (!put) return tl::unexpected(put.error());
    }
    if (const auto checked = logged ? check_header(call, ct->facts(), nodules) : Result<void>(); !checked)
        return tl::unexpected(checked.error());
    for (std::size_t i = 0; logged && i < measured.size(); ++i) {
        const auto status = log_measurement(call, measured[i], ct->facts(), nodules[i]);
        if (!status) return tl::unexpected(status.error());
    }
    return ExitStatus::done;
}

Result<ExitStatus> run(const Call& call)
{
    const auto& arguments = call.arguments;
    note_cancelling();
    const auto logged = is_to_be_logged(arguments);
    if (!logged) return tl::unexpected(logged.error());
    if (arguments.has("--batch")) return measure_batch(call);
    if (arguments.has("--jobs")) return failure(ErrorCode::usage, "measure: --jobs goes with --batch");
    const int ways = int{arguments.has("--mask")} + int{arguments.has("--at")} + int{arguments.has("--seeds")};
    if (ways != 1)
        return failure(
            ErrorCode::usage,
            "measure: give one of --mask FILE, --at X,Y,Z, --seeds FILE.csv and --batch FILE.csv, to say what "
            "to measure");
    if (arguments.has("--picture") && arguments.all("IMAGE").empty())
        return failure(ErrorCode::usage, "measure: --picture needs the IMAGE that is to be shown");
    if (arguments.text("--picture") == "-")
        return failure(ErrorCode::usage, "measure: --picture needs a file; stdout has the answer");
    if (arguments.has("--mask")) {
        if (arguments.has("--save-mask"))
            return failure(ErrorCode::usage, "measure: --save-mask goes with --at or --seeds, not with --mask");
        if (int{arguments.has("--label")} + int{arguments.has("--segment")} + int{arguments.has("--roi")} > 1)
            return failure(ErrorCode::usage, "measure: give one of --label, --segment and --roi");
        return measure_by_mask(call, *logged);
    }
    for (const char* const option : {"--label", "--segment", "--roi"}) {
        if (arguments.has(option))
            return failure(ErrorCode::usage,
                           std::string("measure: ") + option + " goes with --mask, not with --at or --seeds");
    }
    return measure_by_seeds(call, *logged);
}

}  // namespace

Command measure_command()
{
    return {
        .name = "measure",
        .summary = "measures nodules on a CT, from a click or by a mask",
        .description =
            "IMAGE is a folder or the files of one DICOM series, or a NRRD, MetaImage or NIfTI file in HU; without it "
            "the shape "
            "alone is measured. Positions are DICOM patient coordinates in mm (LPS), whatever the file type. The shape "
            "values "
            "follow the definitions of IBSI-1. The long axis is the longest diameter on the axial slice where the "
            "nodule is "
            "largest, the short axis the longest one perpendicular to it on that slice.\n\n"
            "From a click (--at, --seeds; anywhere within the inner third of the nodule) the outline is found: a "
            "solid, "
            "part-solid or ground-glass body, freed of vessels and pleura. The volume counts voxels at the outline by "
            "their share, and comes with a 95 % interval; the mean HU is that of the body without its outline voxels. "
            "Where no nodule can be made out the answer is refused, with the reason in its flags.\n\n"
            "With --patient, --scan and --nodule the result is logged as well: sizes, and what nobody has recorded yet "
            "of "
            "position, density and attenuation; and, in the registry alone, where the image is and which voxels the "
            "nodule "
            "has, for `nodtrack filmstrip`. Of a DICOM series, what its header says of the scan (day, slice "
            "thickness, IV contrast) is recorded where nothing is. A series or voxels that were measured as another "
            "scan or "
            "another patient's are refused, and a header of another day or date of birth, unless --amend says why."
            "\n\n"
            "Calcification is told as none, diffuse, central, laminated, popcorn, eccentric or stippled where it is "
            "plain; "
            "else a flag says why not. With IV contrast it is never told."
            "\n\n"
            "With --batch each row names a CT and a click on it; rows of one CT belong together. The CTs are measured "
            "on "
            "all cores, in memory of one CT for each, and answered in the order of the list, each answer with its "
            "image. "
            "A CT that cannot be read does not stop the others; the exit status then is 3.",
        .positionals = {{.name = "IMAGE", .help = "the CT", .required = false, .repeated = true}},
        .options =
            {{.name = "--mask",
              .value = "FILE",
              .help = "a NRRD, MetaImage or NIfTI file or a DICOM SEG on the image's voxels, or an RTSTRUCT"},
             {.name = "--label", .value = "N", .help = "the label measured; else 1"},
             {.name = "--segment",
              .value = "NAME",
              .help =
                  "of a .seg.nrrd or a DICOM SEG: the segment measured, by its name or id, of a SEG by its number too"},
             {.name = "--roi",
              .value = "NAME",
              .help = "of an RTSTRUCT: the region of interest measured, by its name or number"},
             {.name = "--at", .value = "X,Y,Z", .help = "a click on the nodule, in mm (LPS)"},
             {.name = "--seeds", .value = "FILE", .help = "clicks: CSV with nodule_id, x_mm, y_mm, z_mm"},
             {.name = "--batch",
              .value = "FILE",
              .help = "many CTs: CSV with image, nodule_id, x_mm, y_mm, z_mm, and, if wished, series, patient_id, "
                      "scan_id; nothing is logged"},
             {.name = "--jobs", .value = "N", .help = "of --batch: how many CTs at once; else one a core"},
             {.name = "--series",
              .value = "UID",
              .help = "which series of a folder of several: its UID, or the end of it"},
             {.name = "--acquisition",
              .value = "NAME",
              .help = "which acquisition of a series that holds several of the same place"},
             {.name = "--save-mask",
              .value = "FILE",
              .help = "the voxels found, as .nrrd, .nii or .nii.gz (label 1 is the first nodule), or as a DICOM "
                      "segmentation (.dcm)"},
             {.name = "--picture",
              .value = "FILE",
              .help = "a PNG of three planes with the contour; of several nodules FILE-ID.png each"},
             {.name = "--json", .help = "JSON Lines, one object a nodule"},
             {.name = "--patient", .value = "ID", .help = "logs the result for this patient"},
             {.name = "--scan", .value = "ID", .help = "… and this scan"},
             {.name = "--scan-date",
              .value = "DATE",
              .help = "the day of a scan that is not recorded yet, where its header does not say it"},
             {.name = "--nodule", .value = "ID", .help = "… and this nodule; alone, it names the answer"},
             {.name = "--amend", .value = "REASON", .help = "a size that contradicts a stored one supersedes it"},
             confirm_option()},
        .examples = {{"nodtrack measure --batch cohort.csv --json > measured.jsonl", "many patients, on all cores"},
                     {"nodtrack measure sample_data/ct/chest.nrrd --mask sample_data/ct/nodule.nrrd --json"},
                     {"nodtrack measure --mask sample_data/ct/nodule.nrrd", "the shape alone"},
                     {"nodtrack measure ct/2026-11-10 --mask seg.dcm --segment N1", "from a DICOM segmentation"},
                     {"nodtrack measure ct/2026-11-10 --mask rtstruct.dcm --roi GTV-1", "from contours"},
                     {"nodtrack measure ct/2026-11-10 --at -62.5,14,-110.25", "from one click"},
                     {"nodtrack measure ct/2026-11-10 --seeds clicks.csv --save-mask found.nrrd --json"},
                     {"nodtrack measure sample_data/ct/chest.nrrd --mask sample_data/ct/nodule.nrrd --patient SARC-042 "
                      "--scan CT-2026-11-10 --nodule N1",
                      "measures and logs"}},
        .failures = {{ExitStatus::bad_input,
                      "a file is missing or is no image, image and mask do not fit, the label is empty, or no nodule "
                      "could be measured"},
                     {ExitStatus::not_found, "there is no such patient"}},
        .run = run};
}

}  // namespace nodtrack::cli
