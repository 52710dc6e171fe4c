#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "../nodule/vector3.hpp"
#include "../text.hpp"
#include "dicom_mask.hpp"
#include "mask_frames.hpp"
#include "segmentation_tags.hpp"
#include "slice_header.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double whole_steps_tolerance = 0.02;  // of a slice's distance: positions are rounded to 0.01 mm at the worst
constexpr double same_slice_mm = 1e-3;          // rounding of a position
constexpr double farthest_mm = 1e5;             // of a position; no scanner is so large
constexpr double same_place_voxels = 0.1;       // as `same_voxels` takes it
constexpr std::int64_t most_frame_pixels = std::int64_t{1} << 26U;  // 8,192 x 8,192
constexpr std::int64_t most_box_voxels = std::int64_t{1} << 29U;    // round a segment
constexpr std::int64_t most_pixels = std::int64_t{1} << 32U;        // of all frames of a segment

struct Segment {
    std::int64_t number = 0;
    std::string label, tracking_id, tracking_uid;
};

/// One frame: where it lies, and whose it is; 0 where it is a label map, which holds all of them.
struct Frame {
    std::int64_t index = 0;
    std::int64_t segment = 0;
    Vector3 position{};
    std::int64_t slice = 0;  ///< of the grid
};

Vector3 vector_of(const std::vector<double>& numbers, std::size_t from)
{
    return {numbers[from], numbers[from + 1], numbers[from + 2]};
}

std::string listed(const std::vector<Segment>& segments)
{
    constexpr std::size_t most_named = 20;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most_named, segments.size()); ++i)
        names.push_back(std::to_string(segments[i].number) + " '" + printable(segments[i].label) + "'");
    if (segments.size() > most_named) names.emplace_back("...");
    return names.empty() ? "none" : joined(names, ", ");
}

class SegmentationReader {
  public:
    SegmentationReader(const std::filesystem::path& file, const DicomObject& object, const ImageSource* image)
        : file_(file), object_(object), image_(image)
    {}

    Result<MaskCrop> read(const MaskChoice& choice)
    {
        if (!choice.roi.empty())
            return refused("is a segmentation (SEG) and has no regions of interest; name a segment by --segment");
        for (const auto& step : {&SegmentationReader::take_format, &SegmentationReader::take_segments,
                                 &SegmentationReader::take_frames, &SegmentationReader::take_grid}) {
            if (const auto taken = (this->*step)(); !taken) return tl::unexpected(taken.error());
        }
        const auto segment = meant_by(choice);
        if (!segment) return tl::unexpected(segment.error());
        return crop_of(*segment);
    }

  private:
    tl::unexpected<Error> refused(const std::string& why) const { return refusal(file_.string() + ": " + why); }

    Result<void> take_format()
    {
        const DicomItem& top = object_.top;
        type_ = top.text(seg::segmentation_type);
        const auto rows = top.whole(seg::rows);
        const auto columns = top.whole(seg::columns);
        const auto bits = top.whole(seg::bits_allocated);
        if (type_ != "BINARY" && type_ != "FRACTIONAL" && type_ != "LABELMAP")
            return refused("Segmentation Type (0062,0001) is '" + printable(type_) +
                           "'; expected BINARY, FRACTIONAL or LABELMAP");
        if (rows.value_or(0) < 1 || columns.value_or(0) < 1 || *rows * *columns > most_frame_pixels)
            return refused("Rows (0028,0010) and Columns (0028,0011) are missing or no size of an image");
        const bool fits = type_ == "BINARY" ? bits == 1 : type_ == "FRACTIONAL" ? bits == 8 : bits == 8 || bits == 16;
        if (!fits)
            return refused("Bits Allocated (0028,0100) is " + (bits ? std::to_string(*bits) : "missing") +
                           "; expected 1 of a BINARY, 8 of a FRACTIONAL, 8 or 16 of a LABELMAP segmentation");
        format_ = {.rows = *rows, .columns = *columns, .bits = *bits, .frames = 0};
        if (type_ != "FRACTIONAL") return {};
        const auto highest = top.whole(seg::maximum_fractional_value);
        if (highest.value_or(0) < 1)
            return refused("Maximum Fractional Value (0062,000E) is missing; what its numbers mean cannot be told");
        highest_ = static_cast<double>(*highest);
        is_share_ = top.text(seg::segmentation_fractional_type) == "OCCUPANCY";
        return {};
    }

    Result<void> take_segments()
    {
        for (const DicomItem& item : object_.top.items(seg::segments)) {
            const auto number = item.whole(seg::segment_number);
            if (!number) return refused("a segment has no Segment Number (0062,0004)");
            segments_.push_back(
                {*number, item.text(seg::segment_label), item.text(seg::tracking_id), item.text(seg::tracking_uid)});
        }
        if (segments_.empty()) return refused("has no segments (Segment Sequence (0062,0002))");
        return {};
    }

    /// An element of a functional group: what a frame says goes before what all of them say.
    std::string in_groups(const DicomItem& frame, DicomTag macro, DicomTag element) const
    {
        const DicomItem* const shared = object_.top.item(shared_groups_tag);
        for (const DicomItem* const groups : {&frame, shared}) {
            if (groups == nullptr) continue;
            const DicomItem* const group = groups->item(macro);
            if (group != nullptr && group->values.contains(element)) return group->values.at(element);
        }
        return "";
    }

    Result<void> take_frames()
    {
        const auto& items = object_.top.items(frame_groups_tag);
        const std::string counted = object_.top.text(seg::number_of_frames);
        if (items.empty() || counted != std::to_string(items.size()))
            return refused("Number of Frames (0028,0008) is " + (counted.empty() ? "missing" : printable(counted)) +
                           ", but " + std::to_string(items.size()) + " frames are described (5200,9230)");
        format_.frames = static_cast<std::int64_t>(items.size());
        orientation_ = numbers_of(in_groups(items[0], seg::plane_orientation, seg::image_orientation));
        spacing_ = numbers_of(in_groups(items[0], seg::pixel_measures, seg::pixel_spacing));
        if (orientation_.size() != 6 || spacing_.size() != 2)
            return refused(
                "Image Orientation (0020,0037) or Pixel Spacing (0028,0030) is missing in its functional groups; where "
                "its voxels lie cannot be told");
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string name = "frame " + std::to_string(i + 1);
            if (numbers_of(in_groups(items[i], seg::plane_orientation, seg::image_orientation)) != orientation_ ||
                numbers_of(in_groups(items[i], seg::pixel_measures, seg::pixel_spacing)) != spacing_)
                return refused(name + " has another orientation or spacing than the first; expected one grid");
            const auto position = numbers_of(in_groups(items[i], seg::plane_position, seg::image_position));
            if (position.size() != 3 ||
                std::any_of(position.begin(), position.end(), [](double mm) { return std::abs(mm) > farthest_mm; }))
                return refused(
                    name + " has no Image Position (0020,0032), or none in a patient; where it lies cannot be told");
            Frame frame{.index = static_cast<std::int64_t>(i), .position = vector_of(position, 0)};
            const std::string number = in_groups(items[i], seg::segment_identification, seg::referenced_segment_number);
            if (type_ != "LABELMAP") {
                if (number.size() != 2)
                    return refused(name + " does not say whose it is (Referenced Segment Number (0062,000B))");
                frame.segment = static_cast<unsigned char>(number[0]) | static_cast<unsigned char>(number[1]) << 8;
                // Passed over, it would make a nodule smaller without a word.
                if (std::ranges::find(segments_, frame.segment, &Segment::number) == segments_.end())
                    return refused(name + " is of segment " + std::to_string(frame.segment) +
                                   ", which is not described (Segment Sequence (0062,0002))");
            }
            frames_.push_back(frame);
        }
        return {};
    }

    /// Whether all frames lie a whole number of steps apart.
    bool steps_fit(const std::vector<double>& along, double step) const
    {
        return step > 0 && std::all_of(along.begin(), along.end(), [&](double place) {
                   const double steps = (place - along.front()) / step;
                   return std::abs(steps - std::round(steps)) <= whole_steps_tolerance;
               });
    }

    std::optional<double> declared_mm(DicomTag element) const
    {
        const DicomItem& first = object_.top.items(frame_groups_tag).front();
        const auto numbers = numbers_of(in_groups(first, seg::pixel_measures, element));
        return numbers.size() == 1 ? std::optional(std::abs(numbers[0])) : std::nullopt;
    }

    /// The distance of the slices; 0 where it cannot be told. Frames without a voxel of a segment may be left out, so
    /// that what is declared comes first. The image's distance is taken only where the slices are as thick: a mask of
    /// thicker slices fits thinner ones by chance, and would lose half of its volume.
    double slice_distance_mm(const std::vector<double>& along) const
    {
        double smallest = 0;
        for (std::size_t i = 1; i < along.size(); ++i) {
            const double gap = along[i] - along[i - 1];
            if (gap > same_slice_mm && (smallest == 0 || gap < smallest)) smallest = gap;
        }
        const auto thickness = declared_mm(seg::slice_thickness);
        std::vector<double> candidates{declared_mm(seg::spacing_between_slices).value_or(0)};
        if (image_ != nullptr) {
            const double of_image = image_->grid.spacing_mm[2];
            if (thickness && std::abs(*thickness - of_image) <= whole_steps_tolerance * of_image)
                candidates.push_back(of_image);
        }
        candidates.push_back(smallest > 0 ? smallest : thickness.value_or(0));
        const auto fitting =
            std::find_if(candidates.begin(), candidates.end(), [&](double step) { return steps_fit(along, step); });
        return fitting == candidates.end() ? 0 : *fitting;
    }

    Result<void> take_grid()
    {
        const Vector3 across = vector_of(orientation_, 0);
        const Vector3 down = vector_of(orientation_, 3);
        const Vector3 normal = cross(across, down);
        std::vector<double> along;
        for (const Frame& frame : frames_)
            along.push_back(dot(frame.position, normal));
        std::vector<double> sorted = along;
        std::sort(sorted.begin(), sorted.end());
        const double step = slice_distance_mm(sorted);
        if (!(step > 0))
            return refused(frames_.size() == 1
                               ? "has one frame and no Slice Thickness (0018,0050); its volume cannot be told"
                               : "its frames do not lie a whole number of slices apart; expected one grid");
        const auto first = static_cast<std::size_t>(std::min_element(along.begin(), along.end()) - along.begin());
        grid_.direction = {across, down, normal};
        grid_.spacing_mm = {spacing_[1], spacing_[0], step};
        grid_.origin_mm = frames_[first].position;
        grid_.size = {format_.columns, format_.rows,
                      static_cast<std::int64_t>(std::lround((sorted.back() - sorted.front()) / step)) + 1};
        for (std::size_t i = 0; i < frames_.size(); ++i) {
            frames_[i].slice = std::lround((along[i] - sorted.front()) / step);
            const Vector3 ideal = position_mm(grid_, {0, 0, static_cast<double>(frames_[i].slice)});
            const double smallest = std::min({grid_.spacing_mm[0], grid_.spacing_mm[1], step});
            if (length(difference(frames_[i].position, ideal)) > same_place_voxels * smallest)
                return refused("frame " + std::to_string(i + 1) + " lies beside the others; expected one grid");
        }
        return check_grid(grid_, file_.string());
    }

    Result<Segment> meant_by(const MaskChoice& choice) const
    {
        std::vector<Segment> fitting;
        for (const Segment& segment : segments_) {
            const bool is_it = !choice.segment.empty()
                                   ? choice.segment == segment.label || choice.segment == segment.tracking_id ||
                                         choice.segment == segment.tracking_uid ||
                                         choice.segment == std::to_string(segment.number)
                               : choice.label ? segment.number == *choice.label
                                              : true;
            if (is_it) fitting.push_back(segment);
        }
        if (!choice.segment.empty() && fitting.size() > 1)
            return refused("has several segments called '" + printable(choice.segment) + "': " + listed(fitting) +
                           "; name one by its number");
        if (fitting.size() == 1) return fitting.front();
        if (!choice.label && choice.segment.empty()) {
            // The background of a label map is a segment by the letter, but no one's nodule.
            std::erase_if(fitting, [](const Segment& segment) { return segment.number == 0; });
            if (fitting.size() == 1) return fitting.front();
            return refused("has " + std::to_string(fitting.size()) +
                           " segments; choose one by --segment: " + listed(fitting));
        }
        return refused(
            "has no segment " +
            (choice.segment.empty() ? std::to_string(*choice.label) : "'" + printable(choice.segment) + "'") +
            "; it has " + listed(segments_));
    }

    /// A frame's voxels inside, cropped to them.
    struct Plane {
        std::int64_t slice = 0;
        Region box;  ///< its size 0 where no voxel is inside
        std::vector<std::uint8_t> inside;
    };

    Result<Plane> plane_of(const MaskFrames& frames, const Frame& frame, const Segment& segment, double& shares) const
    {
        const auto numbers = frames.frame(frame.index);
        if (!numbers) return tl::unexpected(numbers.error());
        const auto is_inside = [&](std::uint16_t number) {
            if (type_ == "LABELMAP") return number == segment.number;
            if (type_ == "FRACTIONAL") return number >= 0.5 * highest_;
            return number != 0;
        };
        Plane plane{.slice = frame.slice, .box = {}, .inside = {}};
        std::int64_t left = format_.columns, right = -1, top = format_.rows, bottom = -1;
        for (std::int64_t y = 0; y < format_.rows; ++y) {
            for (std::int64_t x = 0; x < format_.columns; ++x) {
                const std::uint16_t number = (*numbers)[static_cast<std::size_t>(y * format_.columns + x)];
                if (type_ == "FRACTIONAL") shares += std::min(number / highest_, 1.0);
                if (!is_inside(number)) continue;
                left = std::min(left, x);
                right = std::max(right, x);
                top = std::min(top, y);
                bottom = std::max(bottom, y);
            }
        }
        if (right < 0) return plane;
        plane.box = {{left, top, frame.slice}, {right - left + 1, bottom - top + 1, 1}};
        for (std::int64_t y = top; y <= bottom; ++y) {
            for (std::int64_t x = left; x <= right; ++x)
                plane.inside.push_back(static_cast<std::uint8_t>(
                    is_inside((*numbers)[static_cast<std::size_t>(y * format_.columns + x)])));
        }
        return plane;
    }

    Result<MaskCrop> crop_of(const Segment& segment) const
    {
        auto frames = MaskFrames::of(file_, object_, format_);
        if (!frames) return tl::unexpected(frames.error());
        std::vector<Plane> planes;
        std::set<std::int64_t> slices;
        double shares = 0;
        std::int64_t pixels = 0;
        for (const Frame& frame : frames_) {
            if (type_ != "LABELMAP" && frame.segment != segment.number) continue;
            pixels += format_.rows * format_.columns;
            if (pixels > most_pixels) return refused("has more pixels than any segmentation of a nodule");
            if (!slices.insert(frame.slice).second)
                return refused("has two frames of segment " + std::to_string(segment.number) + " at the same place");
            auto plane = plane_of(*frames, frame, segment, shares);
            if (!plane) return tl::unexpected(plane.error());
            if (!plane->inside.empty()) planes.push_back(std::move(*plane));
        }
        MaskCrop crop;
        crop.grid = grid_;
        if (planes.empty()) {
            for (const Segment& other : segments_) {
                if (other.number != segment.number) crop.labels_found.push_back(other.number);
            }
            return crop;
        }
        if (!put_together(planes, crop)) return refused("has more voxels than any segmentation of a nodule");
        if (type_ == "FRACTIONAL") say_fractions(crop, shares);
        return crop;
    }

    static bool put_together(const std::vector<Plane>& planes, MaskCrop& crop)
    {
        Index3 low = planes.front().box.first;
        Index3 high = low;
        for (const Plane& plane : planes) {
            for (std::size_t i = 0; i < 3; ++i) {
                low[i] = std::min(low[i], plane.box.first[i]);
                high[i] = std::max(high[i], plane.box.first[i] + plane.box.size[i] - 1);
            }
        }
        crop.region.first = low;
        for (std::size_t i = 0; i < 3; ++i)
            crop.region.size[i] = high[i] - low[i] + 1;
        if (crop.region.size[0] * crop.region.size[1] > most_box_voxels / crop.region.size[2]) return false;
        crop.inside.assign(voxel_count(crop.region.size), 0);
        for (const Plane& plane : planes) {
            std::size_t at = 0;
            for (std::int64_t y = 0; y < plane.box.size[1]; ++y) {
                for (std::int64_t x = 0; x < plane.box.size[0]; ++x)
                    crop.inside[crop.offset({plane.box.first[0] + x - low[0], plane.box.first[1] + y - low[1],
                                             plane.slice - low[2]})] = plane.inside[at++];
            }
        }
        return true;
    }

    void say_fractions(MaskCrop& crop, double shares) const
    {
        if (is_share_) {
            crop.shares = shares;
            crop.flags.emplace_back(
                "soft_mask: its voxels hold shares (OCCUPANCY); the volume counts each by its share, shape and density "
                "are of those of one half and more");
        } else {
            crop.flags.emplace_back(
                "soft_mask: its voxels hold probabilities; those of one half and more are counted as the nodule");
        }
    }

    const std::filesystem::path& file_;
    const DicomObject& object_;
    const ImageSource* image_;
    std::string type_;
    FrameFormat format_;
    double highest_ = 1;
    bool is_share_ = false;
    std::vector<Segment> segments_;
    std::vector<Frame> frames_;
    std::vector<double> orientation_, spacing_;
    Grid grid_;
};

}  // namespace

Result<MaskCrop> mask_of_segmentation(const std::filesystem::path& file, const DicomObject& object,
                                      const MaskChoice& choice, const ImageSource* image)
{
    return SegmentationReader(file, object, image).read(choice);
}

}  // namespace nodtrack::imaging
