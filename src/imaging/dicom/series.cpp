#include "series.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include "../file_kind.hpp"
#include "../text.hpp"
#include "header.hpp"

namespace nodtrack::imaging {
namespace {

namespace fs = std::filesystem;

constexpr DicomTag image_type_tag = 0x00080008;
constexpr DicomTag sop_class_tag = 0x00080016;
constexpr DicomTag study_date_tag = 0x00080020;
constexpr DicomTag acquisition_date_tag = 0x00080022;
constexpr DicomTag patient_id_tag = 0x00100020;
constexpr DicomTag contrast_tag = 0x00180010;
constexpr DicomTag contrast_route_tag = 0x00181040;
constexpr DicomTag ctdi_vol_tag = 0x00189345;
constexpr DicomTag study_tag = 0x0020000d;
constexpr DicomTag modality_tag = 0x00080060;
constexpr DicomTag slice_thickness_tag = 0x00180050;
constexpr DicomTag kernel_tag = 0x00181210;
constexpr DicomTag series_tag = 0x0020000e;
constexpr DicomTag position_tag = 0x00200032;
constexpr DicomTag orientation_tag = 0x00200037;
constexpr DicomTag frames_tag = 0x00280008;
constexpr DicomTag rows_tag = 0x00280010;
constexpr DicomTag columns_tag = 0x00280011;
constexpr DicomTag pixel_spacing_tag = 0x00280030;

constexpr auto ct_image_class = "1.2.840.10008.5.1.4.1.1.2";
constexpr std::size_t most_files = 100000;
constexpr double same_place_mm = 0.01;
constexpr double same_cosine = 1e-4;
constexpr double uneven_share = 0.05;        // of the slice distance; scanners round positions to about 0.01 mm
constexpr double missing_slice_share = 1.5;  // of the slice distance
constexpr double shear_share = 0.1;          // of the pixel spacing

/// What the header of one DICOM image says; words are kept for messages.
struct Slice {
    fs::path file;
    DicomSlice pixels;
    ScanFacts facts;
    std::string series, modality, thickness, kernel;
    std::int64_t rows = 0, columns = 0, frames = 1;
    std::vector<double> position, orientation, pixel_spacing;
    double along_normal = 0;
    bool is_localizer = false;
};

tl::unexpected<Error> refusal(const std::string& message)
{
    return failure(ErrorCode::bad_input, message);
}

/// The numbers of a DICOM decimal or integer string, separated by backslashes; empty where one is no number.
std::vector<double> numbers(std::string_view text)
{
    std::vector<double> values;
    while (!text.empty()) {
        const auto bar = std::min(text.find('\\'), text.size());
        std::string_view part = text.substr(0, bar);
        while (!part.empty() && (part.front() == ' ' || part.front() == '+'))
            part.remove_prefix(1);
        while (!part.empty() && (part.back() == ' ' || part.back() == '\0'))
            part.remove_suffix(1);
        double value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (error != std::errc{} || end != part.data() + part.size() || !std::isfinite(value)) return {};
        values.push_back(value);
        text.remove_prefix(std::min(bar + 1, text.size()));
    }
    return values;
}

std::string upper_case(std::string text)
{
    for (char& c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

/// See `ScanFacts::iv_contrast`.
std::optional<IvContrast> iv_contrast_of(const DicomHeader& header)
{
    const std::string agent = upper_case(header.text(contrast_tag));
    if (agent.empty()) return std::nullopt;
    for (const std::string_view none : {"NONE", "NO", "NO CONTRAST", "WITHOUT", "WITHOUT CONTRAST"}) {
        if (agent == none) return IvContrast::none;
    }
    const auto names = [](const std::string& text, std::string_view word) {
        return text.find(word) != std::string::npos;
    };
    const std::string route = upper_case(header.text(contrast_route_tag));
    const bool in_vein = names(route, "IV") || names(route, "INTRAVENOUS") || names(agent, "IV ") ||
                         names(agent, "& IV") || names(agent, "INTRAVENOUS");
    const bool drunk = names(route, "ORAL") || names(agent, "ORAL") || names(route, "RECTAL");
    if (drunk && !in_vein) return std::nullopt;
    return IvContrast::given;
}

ScanFacts facts_of(const DicomHeader& header)
{
    ScanFacts facts;
    facts.study_uid = header.text(study_tag);
    facts.series_uid = header.text(series_tag);
    facts.scan_date = header.text(study_date_tag);
    if (facts.scan_date.empty()) facts.scan_date = header.text(acquisition_date_tag);
    facts.kernel = header.text(kernel_tag);
    facts.contrast_agent = header.text(contrast_tag);
    facts.iv_contrast = iv_contrast_of(header);
    if (const auto dose = header.real(ctdi_vol_tag); dose && *dose > 0) facts.ctdi_vol_mgy = dose;
    facts.patient_code = header.text(patient_id_tag);
    return facts;
}

/// All files of the paths; folders with everything below them.
Result<std::vector<fs::path>> files_of(const std::vector<fs::path>& paths)
{
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            files.push_back(path);
            continue;
        }
        for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
            std::error_code unknown;
            if (entry->is_regular_file(unknown)) files.push_back(entry->path());
            if (files.size() > most_files)
                return refusal(path.string() + ": holds more than " + std::to_string(most_files) +
                               " files; give the folder of one series");
        }
        if (error) return refusal(path.string() + ": cannot be listed (" + error.message() + ")");
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// The DICOM images among the files. What is no DICOM, or no image (a report, a contour set), is passed over in
/// a folder; a damaged DICOM file is an error, as is a file that was named itself and is no DICOM.
Result<std::vector<Slice>> images_among(const std::vector<fs::path>& files, const std::vector<fs::path>& named)
{
    std::vector<Slice> slices;
    for (const fs::path& file : files) {
        FileBytes bytes(file);
        std::array<char, 4> mark{};
        constexpr std::uint64_t preamble = 128;
        const bool is_dicom = bytes.is_open() && bytes.read(preamble, mark.data(), mark.size()) &&
                              std::string_view(mark.data(), mark.size()) == "DICM";
        if (!is_dicom) {
            if (std::find(named.begin(), named.end(), file) == named.end()) continue;
            const auto kind = file_kind(file);
            if (!kind) return tl::unexpected(kind.error());
            return refusal(file.string() + ": is no DICOM file; give the files of one DICOM series, or one image file");
        }
        const auto header = read_dicom_header(bytes, file.string());
        if (!header) return tl::unexpected(header.error());
        Slice slice;
        slice.file = file;
        slice.rows = header->whole(rows_tag, 0);
        slice.columns = header->whole(columns_tag, 0);
        if (slice.rows < 1 || slice.columns < 1 || !header->has_pixels) {
            const std::string sop_class = header->text(sop_class_tag);
            if (!sop_class.empty() && sop_class != ct_image_class) continue;
            return refusal(file.string() + ": is a CT image without pixels; send the series again");
        }
        constexpr double most_frames = 1e6;  // a header may say any number, or none
        const double frames = header->number(frames_tag, 1);
        slice.frames = frames > 1 ? static_cast<std::int64_t>(std::min(frames, most_frames)) : 1;
        slice.series = header->text(series_tag);
        slice.modality = header->text(modality_tag);
        slice.thickness = header->text(slice_thickness_tag);
        slice.kernel = header->text(kernel_tag);
        slice.position = numbers(header->text(position_tag));
        slice.orientation = numbers(header->text(orientation_tag));
        slice.pixel_spacing = numbers(header->text(pixel_spacing_tag));
        slice.pixels = slice_of(file, *header);
        slice.facts = facts_of(*header);
        slice.is_localizer = header->text(image_type_tag).find("LOCALIZER") != std::string::npos;
        slices.push_back(std::move(slice));
    }
    return slices;
}

/// Leaves out scout views beside the slices they plan, and refuses them alone: they are no slices (PS3.3 C.8.2.1.1.1).
Result<void> leave_localizers_out(std::vector<Slice>& slices)
{
    const auto is_localizer = [](const Slice& slice) { return slice.is_localizer; };
    if (std::all_of(slices.begin(), slices.end(), is_localizer))
        return refusal(slices.front().file.string() + ": is a localizer (a scout view); give the axial series");
    std::erase_if(slices, is_localizer);
    return {};
}

/// Passes where all slices are of one series of a CT. Where `wanted` names one, leaves the others out first.
Result<void> check_one_series(std::vector<Slice>& slices, const std::string& wanted, const std::string& name)
{
    std::map<std::string, std::vector<const Slice*>> by_series;
    const auto sort_slices = [&] {
        by_series.clear();
        for (const Slice& slice : slices)
            by_series[slice.series].push_back(&slice);
    };
    sort_slices();
    if (!wanted.empty()) {
        const auto named = std::count_if(by_series.begin(), by_series.end(),
                                         [&](const auto& one) { return one.first.ends_with(wanted); });
        if (named != 1)
            return refusal(name + ": " + (named == 0 ? "no series has" : "several series have") +
                           " a UID that ends in " + wanted + "; call again without --series to see them listed");
        std::erase_if(slices, [&](const Slice& slice) { return !slice.series.ends_with(wanted); });
        sort_slices();
    }
    if (by_series.size() > 1) {
        std::vector<std::string> lines;
        for (const auto& [uid, members] : by_series) {
            const Slice& first = *members.front();
            lines.push_back("UID " + uid + ", " + std::to_string(members.size()) + " images, modality " +
                            (first.modality.empty() ? "not given" : first.modality) + ", slice thickness " +
                            (first.thickness.empty() ? "not given" : first.thickness + " mm") + ", kernel " +
                            (first.kernel.empty() ? "not given" : first.kernel) + ", first file " +
                            first.file.string());
        }
        return failure(
            ErrorCode::bad_input,
            name + ": holds " + std::to_string(by_series.size()) +
                " DICOM series; give the files of one, or choose by --series with its UID or the end of it (" +
                joined(lines, "; ") + ")",
            lines);
    }
    for (const Slice& slice : slices) {
        const std::string file = slice.file.string();
        if (!slice.modality.empty() && slice.modality != "CT")
            return refusal(file + ": has modality " + slice.modality + ", which is not in HU; give a CT");
        if (slice.frames > 1)
            return refusal(file + ": is one object of " + std::to_string(slice.frames) +
                           " frames; give a series of one file a slice, or a NRRD, MetaImage or NIfTI file");
        if (slice.position.size() != 3 || slice.orientation.size() != 6 || slice.pixel_spacing.size() != 2)
            return refusal(file +
                           ": lacks Image Position (Patient), Image Orientation (Patient) or Pixel Spacing; "
                           "give the original axial series");
    }
    return {};
}

double dot(const Vector3& a, const Vector3& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector3 vector_at(const std::vector<double>& values, std::size_t first)
{
    return {values[first], values[first + 1], values[first + 2]};
}

/// Passes where the bytes of the slices can hold the pixels they promise: nothing is set up for a few kilobytes that
/// promise terabytes.
Result<void> check_promise(const std::vector<Slice>& slices)
{
    constexpr std::int64_t longest_edge = 16384;
    constexpr std::uint64_t most_folded = 200;  // of a whole series; air alone shrinks farther, chests never
    constexpr std::uint64_t always_allowed = std::uint64_t{1} << 28U;
    std::uint64_t folded = 0;
    std::uint64_t promised = 0;
    for (const Slice& slice : slices) {
        const std::string file = slice.file.string();
        if (slice.rows > longest_edge || slice.columns > longest_edge)
            return refusal(file + ": promises " + std::to_string(slice.columns) + " x " + std::to_string(slice.rows) +
                           " pixels, more than any CT has; send the series again");
        if (!is_possible(slice.pixels))
            return refusal(file + ": its header gives an impossible number format; send the series again");
        const auto pixels = static_cast<std::uint64_t>(slice.rows) * static_cast<std::uint64_t>(slice.columns);
        const auto needed = pixels * static_cast<std::uint64_t>(slice.pixels.format.bits_allocated / 8);
        const std::uint64_t held = slice.pixels.pixel_length;
        if (!slice.pixels.compressed && needed > held)
            return refusal(file + ": the pixels of this DICOM slice cannot be read (they are " + std::to_string(held) +
                           " bytes where rows and columns need " + std::to_string(needed) + "); send the series again");
        promised += needed;
        folded += held;
        if (promised > std::max(always_allowed, folded * most_folded))
            return refusal(file + ": the compressed pixels up to this slice are " + std::to_string(folded) +
                           " bytes where rows and columns need " + std::to_string(promised) +
                           ", more than compression can save; send the series again");
    }
    return {};
}

/// Passes where all slices have the size, spacing and orientation of the first.
Result<void> check_alike(const std::vector<Slice>& slices)
{
    const Slice& first = slices.front();
    for (const Slice& slice : slices) {
        bool alike = slice.rows == first.rows && slice.columns == first.columns;
        for (std::size_t i = 0; i < 2; ++i)
            alike &= std::abs(slice.pixel_spacing[i] - first.pixel_spacing[i]) <= 1e-4 * first.pixel_spacing[i];
        for (std::size_t i = 0; i < 6; ++i)
            alike &= std::abs(slice.orientation[i] - first.orientation[i]) <= same_cosine;
        if (!alike)
            return refusal(slice.file.string() + ": differs from " + first.file.string() +
                           " in rows, columns, pixel spacing or orientation, in the same series; leave out the images "
                           "that are not its slices (such as a scout view)");
    }
    return {};
}

/// The distance of neighbouring slices, which must stand evenly. Sorted along the normal.
Result<double> slice_distance_mm(const std::vector<Slice>& slices, const std::string& name)
{
    if (slices.size() == 1) {
        const auto thickness = numbers(slices.front().thickness);
        if (thickness.size() == 1 && thickness[0] > 0) return thickness[0];
        return refusal(name + ": is one slice without Slice Thickness; give the whole series");
    }
    std::vector<double> steps;
    for (std::size_t i = 1; i < slices.size(); ++i)
        steps.push_back(slices[i].along_normal - slices[i - 1].along_normal);
    std::vector<double> sorted = steps;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const double usual = sorted[sorted.size() / 2];

    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string between = slices[i].file.string() + " and " + slices[i + 1].file.string();
        if (steps[i] < same_place_mm)
            return refusal(name + ": two slices lie at the same place, " + between +
                           "; leave out one of each pair (two phases or copies in one series)");
        if (std::abs(steps[i] - usual) <= uneven_share * usual) continue;
        if (steps[i] >= missing_slice_share * usual)
            return refusal(name + ": slices are missing between " + between + ", which lie " + text_of(steps[i]) +
                           " mm apart where " + text_of(usual) + " mm is usual; send the whole series");
        return refusal(name + ": slices stand unevenly; " + between + " lie " + text_of(steps[i]) + " mm apart where " +
                       text_of(usual) + " mm is usual; give a series of even slices");
    }
    return (slices.back().along_normal - slices.front().along_normal) / static_cast<double>(steps.size());
}

/// Sorts the slices along their normal and says where their voxels lie.
Result<Grid> grid_of(std::vector<Slice>& slices, const std::string& name)
{
    const Slice& any = slices.front();
    Grid grid;
    grid.direction[0] = vector_at(any.orientation, 0);
    grid.direction[1] = vector_at(any.orientation, 3);
    const Vector3& row = grid.direction[0];
    const Vector3& column = grid.direction[1];
    const Vector3 normal{row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
                         row[0] * column[1] - row[1] * column[0]};
    grid.direction[2] = normal;
    grid.spacing_mm = {any.pixel_spacing[1], any.pixel_spacing[0], 0};
    grid.size = {any.columns, any.rows, static_cast<std::int64_t>(slices.size())};

    for (Slice& slice : slices)
        slice.along_normal = dot(vector_at(slice.position, 0), normal);
    std::sort(slices.begin(), slices.end(),
              [](const Slice& a, const Slice& b) { return a.along_normal < b.along_normal; });
    const auto distance = slice_distance_mm(slices, name);
    if (!distance) return tl::unexpected(distance.error());
    grid.spacing_mm[2] = *distance;
    grid.origin_mm = vector_at(slices.front().position, 0);

    for (const Slice& slice : slices) {
        for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
            const Vector3 position = vector_at(slice.position, 0);
            const double aside = dot(position, grid.direction[axis]) - dot(grid.origin_mm, grid.direction[axis]);
            if (std::abs(aside) <= shear_share * grid.spacing_mm[axis]) continue;
            return refusal(name + ": slices are shifted against each other in their plane, " + slice.file.string() +
                           " by " + text_of(aside) + " mm (a tilted gantry); resample the series to a straight grid");
        }
    }
    return grid;
}

}  // namespace

Result<ImageSource> open_series(const std::vector<fs::path>& paths, const std::string& series)
{
    const std::string name =
        paths.front().string() + (paths.size() > 1 ? " and " + std::to_string(paths.size() - 1) + " more" : "");
    const auto files = files_of(paths);
    if (!files) return tl::unexpected(files.error());
    auto slices = images_among(*files, paths);
    if (!slices) return tl::unexpected(slices.error());
    if (slices->empty()) return refusal(name + ": holds no DICOM image; give the folder or the files of one CT series");
    if (const auto left = leave_localizers_out(*slices); !left) return tl::unexpected(left.error());
    if (const auto checked = check_one_series(*slices, series, name); !checked) return tl::unexpected(checked.error());
    if (const auto checked = check_promise(*slices); !checked) return tl::unexpected(checked.error());
    if (const auto checked = check_alike(*slices); !checked) return tl::unexpected(checked.error());
    const auto grid = grid_of(*slices, name);
    if (!grid) return tl::unexpected(grid.error());

    ImageSource source;
    source.name = name;
    source.grid = *grid;
    for (const Slice& slice : *slices)
        source.slices.push_back(slice.pixels);
    source.facts = slices->front().facts;
    const auto thickness = numbers(slices->front().thickness);
    if (thickness.size() == 1 && thickness[0] > 0) source.facts.slice_thickness_mm = thickness[0];
    return source;
}

}  // namespace nodtrack::imaging
