#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "../text.hpp"
#include "image_file.hpp"
#include "volume_header.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double label_tolerance = 1e-3;  // of a label in a mask stored as floating point
constexpr std::size_t most_labels_named = 20;

/// How a kind of file is read.
struct Format {
    Result<VolumeHeader> (*header)(const std::filesystem::path& file);
    Result<VolumeNumbers> (*numbers)(const std::filesystem::path& file, const VolumeHeader& header);
};

tl::unexpected<Error> in_file(const std::filesystem::path& file, const Error& error)
{
    return failure(error.code, file.string() + ": " + error.message + "; give a whole, undamaged file");
}

Result<Format> format_of(const std::filesystem::path& file, FileKind kind)
{
    switch (kind) {
        case FileKind::nrrd:
            return Format{nrrd_header, nrrd_numbers};
        case FileKind::meta_image:
            return Format{meta_image_header, meta_image_numbers};
        case FileKind::nifti:
            return Format{nifti_header, nifti_numbers};
        case FileKind::dicom:
        case FileKind::other:
            break;
    }
    return failure(ErrorCode::bad_input,
                   file.string() +
                       ": is no image file that is read here; give a NRRD (.nrrd, .nhdr), MetaImage (.mha, .mhd) or "
                       "NIfTI file (.nii, .nii.gz), or, for the image, a DICOM series");
}

/// A file whose header has been read.
struct Opened {
    Format format;
    VolumeHeader header;
};

Result<Opened> opened(const std::filesystem::path& file, FileKind kind)
{
    const auto format = format_of(file, kind);
    if (!format) return tl::unexpected(format.error());
    auto header = format->header(file);
    if (!header) return in_file(file, header.error());
    return Opened{*format, std::move(*header)};
}

Result<Opened> opened(const std::filesystem::path& file)
{
    const auto kind = file_kind(file);
    if (!kind) return tl::unexpected(kind.error());
    return opened(file, *kind);
}

Result<void> check_image(const std::filesystem::path& file, const VolumeHeader& header)
{
    if (header.layers != 1)
        return failure(ErrorCode::bad_input, file.string() + ": has " + std::to_string(header.layers) +
                                                 " numbers a voxel; give an image of 1 (no colour, no vectors)");
    return {};
}

/// Calls `use(pointer to the numbers in their own type)`.
template <class Use>
auto with_type(const VolumeNumbers& numbers, NumberType type, Use use)
{
    const void* const first = numbers.first;
    switch (type) {
        case NumberType::int8:
            return use(static_cast<const std::int8_t*>(first));
        case NumberType::uint8:
            return use(static_cast<const std::uint8_t*>(first));
        case NumberType::int16:
            return use(static_cast<const std::int16_t*>(first));
        case NumberType::uint16:
            return use(static_cast<const std::uint16_t*>(first));
        case NumberType::int32:
            return use(static_cast<const std::int32_t*>(first));
        case NumberType::uint32:
            return use(static_cast<const std::uint32_t*>(first));
        case NumberType::int64:
            return use(static_cast<const std::int64_t*>(first));
        case NumberType::uint64:
            return use(static_cast<const std::uint64_t*>(first));
        case NumberType::float32:
            return use(static_cast<const float*>(first));
        case NumberType::float64:
            break;
    }
    return use(static_cast<const double*>(first));
}

/// Whole HU; what is no number, and what no CT number can be, becomes the nearest that can be stored.
std::int16_t whole_hu(double value)
{
    return value > -32768.0 ? static_cast<std::int16_t>(std::lround(std::min(value, 32767.0))) : std::int16_t{-32768};
}

/// Calls `take(index, offset among the numbers)` for each voxel of a box.
template <class Take>
void for_each_place(const Grid& grid, const Region& box, Take take)
{
    Index3 at{};
    for (at[2] = box.first[2]; at[2] < box.first[2] + box.size[2]; ++at[2]) {
        for (at[1] = box.first[1]; at[1] < box.first[1] + box.size[1]; ++at[1]) {
            auto offset = static_cast<std::size_t>(box.first[0] + grid.size[0] * (at[1] + grid.size[1] * at[2]));
            for (at[0] = box.first[0]; at[0] < box.first[0] + box.size[0]; ++at[0], ++offset)
                take(at, offset);
        }
    }
}

/// The numbers of one layer of a mask.
template <class Number>
class Layer {
  public:
    Layer(const Number* numbers, const VolumeHeader& header, std::size_t layer)
        : numbers_(numbers + layer), step_(header.layers), slope_(header.slope), intercept_(header.intercept)
    {}
    double at(std::size_t voxel) const { return slope_ * static_cast<double>(numbers_[voxel * step_]) + intercept_; }

    bool is_as_stored() const { return slope_ == 1 && intercept_ == 0; }

  private:
    const Number* numbers_;
    std::size_t step_;
    double slope_, intercept_;
};

/// What kind of mask it is, seen while its voxels pass by once.
struct Survey {
    bool has_shares = false;  ///< numbers that are not whole
    double share = 0;         ///< one of them
    double highest = -std::numeric_limits<double>::infinity();
};

template <class Number>
Survey survey_of(const Layer<Number>& layer, const Grid& grid)
{
    Survey survey;
    if (std::is_integral_v<Number> && layer.is_as_stored()) return survey;
    const std::size_t voxels = voxel_count(grid.size);
    for (std::size_t i = 0; i < voxels; ++i) {
        const double value = layer.at(i);
        if (value > survey.highest) survey.highest = value;
        if (survey.has_shares || std::abs(value - std::round(value)) <= label_tolerance || !std::isfinite(value))
            continue;
        survey.has_shares = true;
        survey.share = value;
    }
    return survey;
}

/// Fills in the voxels for which `is_inside(value)` holds, cropped to them.
template <class Number, class IsInside>
void crop_to(const Layer<Number>& layer, MaskCrop& crop, IsInside is_inside)
{
    Index3 low = crop.grid.size;
    Index3 high{-1, -1, -1};
    std::set<std::int64_t> others;
    for_each_place(crop.grid, {{}, crop.grid.size}, [&](const Index3& at, std::size_t offset) {
        const double value = layer.at(offset);
        if (is_inside(value)) {
            for (std::size_t i = 0; i < 3; ++i) {
                low[i] = std::min(low[i], at[i]);
                high[i] = std::max(high[i], at[i]);
            }
        } else if (value != 0 && std::abs(value) < 1e15 && others.size() < most_labels_named) {
            others.insert(std::llround(value));
        }
    });
    if (high[0] < 0) {
        others.erase(0);
        crop.labels_found.assign(others.begin(), others.end());
        return;
    }
    crop.region.first = low;
    for (std::size_t i = 0; i < 3; ++i)
        crop.region.size[i] = high[i] - low[i] + 1;
    crop.inside.resize(voxel_count(crop.region.size));
    std::size_t at = 0;
    for_each_place(crop.grid, crop.region, [&](const Index3&, std::size_t offset) {
        crop.inside[at++] = static_cast<std::uint8_t>(is_inside(layer.at(offset)));
    });
}

/// A box with `margin` voxels on all sides, as far as the grid goes.
Region widened(const Region& region, const Grid& grid, std::int64_t margin)
{
    Region wide;
    for (std::size_t i = 0; i < 3; ++i) {
        wide.first[i] = std::max<std::int64_t>(region.first[i] - margin, 0);
        wide.size[i] = std::min(region.first[i] + region.size[i] + margin, grid.size[i]) - wide.first[i];
    }
    return wide;
}

/// Calls `take(index, offset)` for each voxel outside the label that touches it, by a corner or more.
template <class Take>
void for_each_neighbour(const MaskCrop& crop, Take take)
{
    for_each_place(crop.grid, widened(crop.region, crop.grid, 1), [&](const Index3& at, std::size_t offset) {
        Index3 local{};
        for (std::size_t i = 0; i < 3; ++i)
            local[i] = at[i] - crop.region.first[i];
        if (crop.contains(local)) return;
        for (std::int64_t step = 0; step < 27; ++step) {
            if (crop.contains({local[0] + step % 3 - 1, local[1] + step / 3 % 3 - 1, local[2] + step / 9 - 1})) {
                take(offset);
                return;
            }
        }
    });
}

/// A mask whose voxels hold the share of the nodule in them.
template <class Number>
void crop_shares(const Layer<Number>& layer, MaskCrop& crop)
{
    crop_to(layer, crop, [](double value) { return value >= 0.5; });
    if (crop.inside.empty()) {
        crop.flags.emplace_back("soft_mask: its voxels hold shares of label 1, all of them less than one half");
        return;
    }
    double sum = 0;
    std::size_t partial = 0;
    const auto count = [&](double value) {
        if (!(value > 0)) return;
        sum += std::min(value, 1.0);
        partial += static_cast<std::size_t>(std::abs(value - 1) > label_tolerance);
    };
    std::size_t at = 0;
    for_each_place(crop.grid, crop.region, [&](const Index3&, std::size_t offset) {
        if (crop.inside[at++] != 0) count(layer.at(offset));
    });
    for_each_neighbour(crop, [&](std::size_t offset) { count(layer.at(offset)); });
    crop.shares = sum;
    crop.flags.push_back("soft_mask: " + std::to_string(partial) +
                         " voxels hold a share of label 1; the volume counts each by its share, shape and density are "
                         "of those of one half and more");
}

/// Says where a mask of whole numbers looks like shares of 255 or 100 as well.
template <class Number>
void flag_shares_in_whole_numbers(const Layer<Number>& layer, std::int32_t label, MaskCrop& crop)
{
    constexpr std::size_t many = 10;  // labels that one nodule can border on
    std::set<double> others;
    for_each_neighbour(crop, [&](std::size_t offset) {
        const double value = layer.at(offset);
        if (value != 0 && others.size() <= 1000) others.insert(value);
    });
    if (others.size() < many) return;
    crop.flags.push_back("soft_mask: label " + std::to_string(label) + " borders on " + std::to_string(others.size()) +
                         " other labels, as where shares are stored in whole numbers; only voxels of exactly " +
                         std::to_string(label) + " are counted");
}

template <class Number>
Result<MaskCrop> crop_of(const Number* numbers, const VolumeHeader& header, std::size_t layer_no, std::int32_t label)
{
    MaskCrop crop;
    crop.grid = header.grid;
    const Layer<Number> layer(numbers, header, layer_no);
    const Survey survey = survey_of(layer, header.grid);
    if (survey.has_shares && survey.highest > 1 + label_tolerance)
        return because("holds numbers between its labels, such as " + text_of(survey.share) +
                       ", as a mask does that was resampled by interpolation; resample it to the nearest neighbour");
    if (survey.has_shares && label == 1) {
        crop_shares(layer, crop);
        return crop;
    }
    crop_to(layer, crop, [&](double value) { return std::abs(value - label) <= label_tolerance; });
    if (!crop.inside.empty()) flag_shares_in_whole_numbers(layer, label, crop);
    return crop;
}

std::string segment_list(const std::vector<Segment>& segments)
{
    constexpr std::size_t most_named = 20;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most_named, segments.size()); ++i)
        names.push_back("'" + printable(segments[i].name) + "' (label " + std::to_string(segments[i].label) + ")");
    return names.empty() ? "none" : joined(names, ", ");
}

/// Label and layer of what is meant.
struct Meant {
    std::int32_t label = 1;
    std::size_t layer = 0;
};

Result<Meant> meant_by(const VolumeHeader& header, const MaskChoice& choice)
{
    if (!choice.roi.empty()) return because("has no regions of interest; --roi goes with a structure set (RTSTRUCT)");
    const std::int32_t label = choice.label.value_or(1);
    std::vector<Segment> fitting;
    for (const Segment& segment : header.segments) {
        const bool is_it = choice.segment.empty() ? segment.label == label
                                                  : segment.name == choice.segment || segment.id == choice.segment;
        if (is_it) fitting.push_back(segment);
    }
    if (!choice.segment.empty() && fitting.size() != 1)
        return because((fitting.empty() ? "has no segment called '" : "has several segments called '") +
                       printable(choice.segment) + "'; it has " + segment_list(header.segments));
    if (header.layers == 1 && choice.segment.empty()) return Meant{label, 0};
    if (header.segments.empty())
        return because("has " + std::to_string(header.layers) +
                       " numbers a voxel; give an image of 1 (no colour, no vectors)");
    if (fitting.empty())
        return because("has no segment of label " + std::to_string(label) + "; it has " +
                       segment_list(header.segments));
    if (fitting.size() > 1)
        return because("has " + std::to_string(fitting.size()) + " segments of label " + std::to_string(label) +
                       ", in layers of their own; choose one by --segment: " + segment_list(fitting));
    if (fitting.front().layer >= header.layers || std::abs(fitting.front().label) > 1'000'000'000)
        return because("says of segment '" + printable(fitting.front().name) + "' a layer or label that it has not");
    return Meant{static_cast<std::int32_t>(fitting.front().label), fitting.front().layer};
}

}  // namespace

Result<ImageSource> open_volume_file(const std::filesystem::path& file, FileKind kind)
{
    auto volume = opened(file, kind);
    if (!volume) return tl::unexpected(volume.error());
    if (const auto checked = check_image(file, volume->header); !checked) return tl::unexpected(checked.error());
    ImageSource source;
    source.name = file.string();
    source.grid = volume->header.grid;
    source.file = file;
    source.notes = std::move(volume->header.notes);
    return source;
}

Result<std::vector<float>> read_volume_region(const std::filesystem::path& file, const Region& region)
{
    const auto volume = opened(file);
    if (!volume) return tl::unexpected(volume.error());
    const VolumeHeader& header = volume->header;
    if (const auto checked = check_image(file, header); !checked) return tl::unexpected(checked.error());
    const auto numbers = volume->format.numbers(file, header);
    if (!numbers) return in_file(file, numbers.error());
    return with_type(*numbers, header.type, [&](const auto* values) {
        std::vector<float> box(voxel_count(region.size));
        std::size_t at = 0;
        for_each_place(header.grid, region, [&](const Index3&, std::size_t offset) {
            box[at++] = static_cast<float>(header.slope * static_cast<double>(values[offset]) + header.intercept);
        });
        return box;
    });
}

Result<std::vector<std::int16_t>> read_volume_hu(const std::filesystem::path& file)
{
    const auto volume = opened(file);
    if (!volume) return tl::unexpected(volume.error());
    const VolumeHeader& header = volume->header;
    if (const auto checked = check_image(file, header); !checked) return tl::unexpected(checked.error());
    const auto numbers = volume->format.numbers(file, header);
    if (!numbers) return in_file(file, numbers.error());
    std::vector<std::int16_t> hu(voxel_count(header.grid.size));
    const bool is_hu = header.slope == 1 && header.intercept == 0;
    if (header.type == NumberType::int16 && is_hu) {
        std::memcpy(hu.data(), numbers->first, hu.size() * sizeof(std::int16_t));
        return hu;
    }
    with_type(*numbers, header.type, [&](const auto* values) {
        for (std::size_t i = 0; i < hu.size(); ++i)
            hu[i] = whole_hu(header.slope * static_cast<double>(values[i]) + header.intercept);
    });
    return hu;
}

Result<MaskCrop> read_mask_file(const std::filesystem::path& file, const MaskChoice& choice)
{
    const auto volume = opened(file);
    if (!volume) return tl::unexpected(volume.error());
    const auto meant = meant_by(volume->header, choice);
    if (!meant) return failure(meant.error().code, file.string() + ": " + meant.error().message);
    const auto numbers = volume->format.numbers(file, volume->header);
    if (!numbers) return in_file(file, numbers.error());
    auto crop = with_type(*numbers, volume->header.type, [&](const auto* values) {
        return crop_of(values, volume->header, meant->layer, meant->label);
    });
    if (!crop) return failure(crop.error().code, file.string() + ": " + crop.error().message);
    return crop;
}

}  // namespace nodtrack::imaging
