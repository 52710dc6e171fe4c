#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include "../file_kind.hpp"
#include "../text.hpp"
#include "header.hpp"
#include "slice_header.hpp"

namespace nodtrack::imaging {
namespace {

namespace fs = std::filesystem;

constexpr DicomTag image_type_tag = 0x00080008;
constexpr DicomTag study_date_tag = 0x00080020;
constexpr DicomTag acquisition_date_tag = 0x00080022;
constexpr DicomTag acquisition_datetime_tag = 0x0008002a;
constexpr DicomTag acquisition_time_tag = 0x00080032;
constexpr DicomTag accession_tag = 0x00080050;
constexpr DicomTag modality_tag = 0x00080060;
constexpr DicomTag manufacturer_tag = 0x00080070;
constexpr DicomTag model_tag = 0x00081090;
constexpr DicomTag irradiation_event_tag = 0x00083010;
constexpr DicomTag volume_technique_tag = 0x00089207;
constexpr DicomTag patient_name_tag = 0x00100010;
constexpr DicomTag issuer_tag = 0x00100021;
constexpr DicomTag birth_date_tag = 0x00100030;
constexpr DicomTag contrast_tag = 0x00180010;
constexpr DicomTag slice_thickness_tag = 0x00180050;
constexpr DicomTag kvp_tag = 0x00180060;
constexpr DicomTag contrast_route_tag = 0x00181040;
constexpr DicomTag diameter_tag = 0x00181100;
constexpr DicomTag kernel_tag = 0x00181210;
constexpr DicomTag ctdi_vol_tag = 0x00189345;
constexpr DicomTag study_tag = 0x0020000d;
constexpr DicomTag series_tag = 0x0020000e;
constexpr DicomTag acquisition_tag = 0x00200012;
constexpr DicomTag position_tag = 0x00200032;
constexpr DicomTag orientation_tag = 0x00200037;
constexpr DicomTag sop_instance_tag = 0x00080018;
constexpr DicomTag temporal_position_tag = 0x00200100;
constexpr DicomTag cardiac_phase_tag = 0x00209241;
constexpr DicomTag frames_tag = 0x00280008;
constexpr DicomTag rows_tag = 0x00280010;
constexpr DicomTag columns_tag = 0x00280011;
constexpr DicomTag pixel_spacing_tag = 0x00280030;

constexpr std::size_t most_files = 100000;
constexpr std::size_t most_frames_of_all = 200000;

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
    facts.frame_of_reference_uid = header.text(frame_of_reference_tag);
    facts.accession_number = header.text(accession_tag);
    facts.manufacturer = header.text(manufacturer_tag);
    facts.scanner_model = header.text(model_tag);
    if (const auto voltage = header.decimal(kvp_tag); voltage && *voltage > 0) facts.tube_voltage_kv = voltage;
    facts.issuer_of_patient_id = header.text(issuer_tag);
    facts.contrast_agent = header.text(contrast_tag);
    facts.iv_contrast = iv_contrast_of(header);
    if (const auto dose = header.real(ctdi_vol_tag); dose && *dose > 0) facts.ctdi_vol_mgy = dose;
    facts.patient_code = header.text(patient_id_tag);
    facts.patient_birth_date = header.text(birth_date_tag);
    return facts;
}

/// What an image shows that is no slice: its values are none of a place, or of a slab.
std::string instead_of_a_slice(const DicomHeader& header)
{
    std::string type = upper_case(header.text(image_type_tag));
    const std::string technique = upper_case(header.text(volume_technique_tag));
    if (type.find("LOCALIZER") != std::string::npos) return "a localizer (a scout view)";
    if (!technique.empty() && technique != "NONE" && technique != "MPR") type += "\\" + technique;
    // PS3.3 C.8.2.1.1.1, C.8.15.2, C.8.16.2; and what vendors write in their own values.
    for (std::size_t at = 0; at < type.size();) {
        const auto bar = std::min(type.find('\\', at), type.size());
        std::string value = type.substr(at, bar - at);
        at = bar + 1;
        while (!value.empty() && value.back() == ' ')
            value.pop_back();
        const auto holds = [&](std::string_view word) { return value.find(word) != std::string::npos; };
        constexpr std::array<std::string_view, 10> whole{"MAXIMUM",     "MINIMUM",       "MEAN",   "AVG",      "SUM",
                                                         "SUBTRACTION", "STD_DEVIATION", "MAX_IP", "ADDITION", "VRT"};
        const bool is_projection = holds("MIP") || holds("MIN_IP") || holds("MINIP") || holds("MIN IP") ||
                                   holds("MAX IP") || holds("AVERAGE") || holds("PROJECTION IMAGE") ||
                                   holds("RENDER") || std::find(whole.begin(), whole.end(), value) != whole.end();
        if (is_projection)
            return "a projection or a mean of slices (Image Type " + printable(value) +
                   "), whose values are not those of a slice";
    }
    return "";
}

double seconds_of_day(const DicomHeader& header)
{
    std::string time = header.text(acquisition_time_tag);
    if (const std::string both = header.text(acquisition_datetime_tag); time.empty() && both.size() >= 14)
        time = both.substr(8, both.find_first_of("+-&", 8) - 8);
    double value = 0;
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), value);
    if (error != std::errc{} || end == time.data() || time.size() < 6) return -1;
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole / 10000 * 3600 + whole / 100 % 100 * 60) + std::fmod(value, 100.0);
}

SliceHeader slice_header_of(const fs::path& file, const DicomHeader& header)
{
    SliceHeader slice;
    slice.file = file;
    slice.rows = header.whole(rows_tag).value_or(0);  // 0 is refused
    slice.columns = header.whole(columns_tag).value_or(0);
    slice.series = header.text(series_tag);
    slice.modality = header.text(modality_tag);
    slice.thickness = header.text(slice_thickness_tag);
    slice.kernel = header.text(kernel_tag);
    slice.patient_name = header.text(patient_name_tag);
    slice.position = numbers_of(header.text(position_tag));
    slice.orientation = numbers_of(header.text(orientation_tag));
    slice.pixel_spacing = numbers_of(header.text(pixel_spacing_tag));
    slice.facts = facts_of(header);
    slice.not_a_slice = instead_of_a_slice(header);
    std::string phase = header.text(cardiac_phase_tag);
    if (const auto share = header.real(cardiac_phase_tag)) phase = text_of(*share);
    slice.acquisition = {header.text(acquisition_tag),
                         header.text(temporal_position_tag),
                         phase,
                         slice.kernel,
                         header.text(kvp_tag),
                         slice.thickness,
                         header.text(diameter_tag),
                         header.text(irradiation_event_tag)};
    slice.acquired_at_s = seconds_of_day(header);
    auto pixels = slice_of(file, header);
    if (pixels) {
        slice.pixels = std::move(*pixels);
        slice.pixels.sop_instance_uid = header.text(sop_instance_tag);
    } else {
        slice.fault = pixels.error().message;
    }
    return slice;
}

/// What a file is that is no CT image, by its SOP Class UID (PS3.6 annex A).
std::string kind_of(const std::string& sop_class)
{
    const std::string storage = "1.2.840.10008.5.1.4.1.1.";
    if (sop_class == "1.2.840.10008.1.3.10") return "DICOMDIR";
    if (!sop_class.starts_with(storage)) return sop_class.empty() ? "of no class" : "class " + printable(sop_class);
    const std::string kind = sop_class.substr(storage.size());
    struct Kind {
        std::string_view start, name;
    };
    constexpr std::array<Kind, 16> kinds{Kind{"88.59", "key objects"},
                                         Kind{"88.67", "dose report"},
                                         Kind{"88.", "structured report"},
                                         Kind{"66.4", "segmentation"},
                                         Kind{"66.5", "surface"},
                                         Kind{"66", "registration or raw data"},
                                         Kind{"481.3", "contours"},
                                         Kind{"481.", "radiotherapy"},
                                         Kind{"11.", "presentation state"},
                                         Kind{"104.", "encapsulated document"},
                                         Kind{"7", "secondary capture"},
                                         Kind{"128", "PET"},
                                         Kind{"4", "MR"},
                                         Kind{"20", "nuclear medicine"},
                                         Kind{"12", "X-ray"},
                                         Kind{"1", "radiograph"}};
    for (const Kind& one : kinds) {
        const bool is_whole = kind == one.start || kind.starts_with(std::string(one.start) + ".");
        if (one.start.ends_with('.') ? kind.starts_with(one.start) : is_whole) return std::string(one.name);
    }
    return "class " + printable(sop_class);
}

/// What was passed over, sorted by what it is, for one sentence.
class PassedOver {
  public:
    void add(const std::string& kind, const fs::path& file) { files_[kind].push_back(file.filename().string()); }
    bool empty() const { return files_.empty(); }

    /// `2 structured reports (SR1, SR2), 1 DICOMDIR`
    std::string text() const
    {
        std::vector<std::string> kinds;
        for (const auto& [kind, files] : files_) {
            constexpr std::size_t most_named = 3;
            std::vector<std::string> named;
            for (std::size_t i = 0; i < std::min(most_named, files.size()); ++i)
                named.push_back(printable(files[i]));
            if (files.size() > most_named) named.emplace_back("...");
            kinds.push_back(std::to_string(files.size()) + " " + kind + " (" + joined(named, ", ") + ")");
        }
        return joined(kinds, "; ");
    }

  private:
    std::map<std::string, std::vector<std::string>> files_;
};

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
        auto entry = fs::recursive_directory_iterator(path, error);
        for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
            std::error_code unknown;
            if (entry->is_regular_file(unknown)) files.push_back(entry->path());
            if (files.size() > most_files)
                return refusal(path.string() + ": holds more than " + std::to_string(most_files) +
                               " files; give the folder of one series");
        }
        if (error) return refusal(path.string() + ": cannot be listed (" + error.message() + ")");
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

/// Why a file that is a CT image by its class has no pixels whose place is known; empty where it has.
std::string fault_of(const fs::path& file, const DicomHeader& header)
{
    const bool has_image = header.whole(rows_tag).value_or(0) > 0 && header.whole(columns_tag).value_or(0) > 0;
    if (!has_image || !header.has_pixels)
        return file.string() + ": is a CT image without pixels; send the series again";
    const auto frames = header.decimal(frames_tag);
    if (!frames && header.has(frames_tag))
        return file.string() + ": Number of Frames (0028,0008) is '" + printable(header.text(frames_tag)) +
               "', which is no number; send the series again";
    const double count = frames.value_or(1);
    const auto placed = static_cast<double>(header.per_frame.size());
    if (count != std::max(placed, 1.0))
        return file.string() + ": is one object of " + text_of(count) + " frames and says of " + text_of(placed) +
               " where they lie (Per-frame Functional Groups (5200,9230)); send the series again, or as one file a "
               "slice";
    return "";
}

/// The slices of one file that is a CT image.
Result<void> add_slices(const fs::path& file, const DicomHeader& header, std::vector<SliceHeader>& slices)
{
    if (std::string fault = fault_of(file, header); !fault.empty()) {
        // It is refused only where its series is the one that is meant.
        slices.push_back(slice_header_of(file, header));
        slices.back().fault = std::move(fault);
        return {};
    }
    if (header.per_frame.empty()) {
        slices.push_back(slice_header_of(file, header));
        return {};
    }
    if (slices.size() + header.per_frame.size() > most_frames_of_all)
        return refusal(file.string() + ": has more frames than any CT; give the folder of one series");
    for (std::size_t i = 0; i < header.per_frame.size(); ++i) {
        slices.push_back(slice_header_of(file, header.of_frame(i)));
        slices.back().pixels.frame = i;
        slices.back().pixels.frames = header.per_frame.size();
    }
    return {};
}

}  // namespace

std::vector<double> numbers_of(std::string_view text)
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

Result<FoundSlices> ct_slices_among(const std::vector<fs::path>& paths, const std::string& name)
{
    const auto files = files_of(paths);
    if (!files) return tl::unexpected(files.error());
    FoundSlices found;
    PassedOver passed;
    for (const fs::path& file : *files) {
        FileBytes bytes(file);
        const DicomStart start = bytes.is_open() ? dicom_start(bytes) : DicomStart::none;
        DicomReading reading;
        if (start != DicomStart::none) reading = read_as_far_as_it_goes(bytes);
        const std::string& sop_class = reading.header.sop_class;
        // Without the mark of a DICOM file, bytes that only begin like one are one where their class can be read.
        if (start == DicomStart::none || (start != DicomStart::preamble && sop_class.empty())) {
            if (std::find(paths.begin(), paths.end(), file) != paths.end()) {
                const auto kind = file_kind(file);
                if (!kind) return tl::unexpected(kind.error());
                return refusal(file.string() +
                               ": is no DICOM file; give the files of one DICOM series, or one image file");
            }
            const std::string base = file.filename().string();
            if (!base.starts_with('.') && base != "Thumbs.db" && base != "desktop.ini") passed.add("no DICOM", file);
            continue;
        }
        if (!sop_class.empty() && !is_ct_class(sop_class)) {
            passed.add(kind_of(sop_class), file);
            continue;
        }
        if (!reading.damage.empty())
            return refusal(file.string() + ": cannot be read as DICOM (" + reading.damage + "); send the series again");
        const std::string modality = reading.header.text(modality_tag);
        if (sop_class.empty() && modality != "CT") {
            if (reading.header.has_pixels)
                return refusal(file.string() +
                               ": says neither by SOP Class UID (0008,0016) nor by Modality (0008,0060) "
                               "that it is a CT; send the original series");
            passed.add(kind_of(sop_class), file);
            continue;
        }
        if (const auto added = add_slices(file, reading.header, found.slices); !added)
            return tl::unexpected(added.error());
    }
    if (found.slices.empty())
        return refusal(name + ": holds no DICOM image of a CT" + (passed.empty() ? "" : ", only " + passed.text()) +
                       "; give the folder or the files of one CT series");
    if (!passed.empty()) found.notes.push_back("passed over what is no CT image: " + passed.text());
    return found;
}

}  // namespace nodtrack::imaging
