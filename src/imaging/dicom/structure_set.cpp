#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "../text.hpp"
#include "dicom_mask.hpp"
#include "slice_header.hpp"
#include "structure_set_tags.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double farthest_slice = 0.5;  // of the slices' distance: a contour belongs to the nearest slice
constexpr double farthest_index = 1e6;  // voxels; no image has so many
constexpr std::int64_t most_box_voxels = std::int64_t{1} << 29U;

struct Region3 {
    std::string number;  // as stored: an integer string
    std::string name;
    std::string frame_of_reference;
};

/// A closed contour in a slice of the image, in index coordinates.
struct Contour {
    std::int64_t slice = 0;
    std::vector<std::array<double, 2>> points;
};

std::string listed(const std::vector<Region3>& regions)
{
    constexpr std::size_t most_named = 20;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most_named, regions.size()); ++i)
        names.push_back("'" + printable(regions[i].name) + "' (number " + printable(regions[i].number) + ")");
    if (regions.size() > most_named) names.emplace_back("...");
    return names.empty() ? "none" : joined(names, ", ");
}

/// The index at a place; the axes stand at right angles.
Vector3 index_of(const Grid& grid, const std::array<double, 3>& place_mm)
{
    Vector3 index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        for (std::size_t i = 0; i < 3; ++i)
            index[axis] += (place_mm[i] - grid.origin_mm[i]) * grid.direction[axis][i];
        index[axis] /= grid.spacing_mm[axis];
    }
    return index;
}

class StructureSetReader {
  public:
    StructureSetReader(const std::filesystem::path& file, const DicomObject& object, const ImageSource& image)
        : file_(file), object_(object), image_(image)
    {}

    Result<MaskCrop> read(const MaskChoice& choice)
    {
        const auto region = meant_by(choice);
        if (!region) return tl::unexpected(region.error());
        if (const auto taken = take_contours(*region); !taken) return tl::unexpected(taken.error());
        if (const auto bound = check_image(*region); !bound) return tl::unexpected(bound.error());
        return filled(*region);
    }

  private:
    tl::unexpected<Error> refused(const std::string& why) const { return refusal(file_.string() + ": " + why); }

    Result<Region3> meant_by(const MaskChoice& choice) const
    {
        std::vector<Region3> regions;
        for (const DicomItem& item : object_.top.items(rt::structure_set_rois)) {
            regions.push_back(
                {item.text(rt::roi_number), item.text(rt::roi_name), item.text(rt::referenced_frame_of_reference_uid)});
        }
        const std::string& wanted = !choice.roi.empty() ? choice.roi : choice.segment;
        std::vector<Region3> fitting;
        for (const Region3& region : regions) {
            const bool is_it = !wanted.empty() ? region.name == wanted || region.number == wanted
                               : choice.label  ? region.number == std::to_string(*choice.label)
                                               : true;
            if (is_it) fitting.push_back(region);
        }
        if (fitting.size() == 1) return fitting.front();
        if (fitting.size() > 1)
            return refused("has " + std::to_string(fitting.size()) +
                           " regions of interest that fit; choose one by --roi: " + listed(fitting));
        return refused("has no region of interest " +
                       (wanted.empty() ? choice.label ? std::to_string(*choice.label) : std::string("at all")
                                       : "'" + printable(wanted) + "'") +
                       "; it has " + listed(regions));
    }

    Result<void> take_contours(const Region3& region)
    {
        for (const DicomItem& item : object_.top.items(rt::roi_contours)) {
            if (item.text(rt::referenced_roi_number) != region.number) continue;
            for (const DicomItem& contour : item.items(rt::contours)) {
                if (const auto taken = take_contour(contour); !taken) return taken;
            }
        }
        const std::size_t all = contours_.size() + off_image_;
        if (off_image_ > 0)
            return refused(std::to_string(off_image_) + " of " + std::to_string(all) + " contours of '" +
                           printable(region.name) + "' lie on no slice of " + image_.name +
                           ", or beyond its edge; give the CT they were drawn on");
        if (contours_.empty())
            return refused("'" + printable(region.name) + "' has no closed contour" +
                           (passed_over_.empty() ? std::string() : ", but " + passed_over()));
        return {};
    }

    Result<void> take_contour(const DicomItem& item)
    {
        const std::string kind = item.text(rt::contour_geometric_type);
        if (kind != "CLOSED_PLANAR" && kind != "CLOSEDPLANAR_XOR") {
            ++passed_over_[kind];
            return {};
        }
        for (const DicomItem& image : item.items(rt::contour_images))
            referenced_.insert(image.text(referenced_sop_instance_tag));
        const auto found = item.values.find(rt::contour_data);
        const auto numbers = found == item.values.end() ? std::vector<double>() : numbers_of(found->second);
        const auto counted = numbers_of(item.text(rt::number_of_contour_points));
        if (numbers.empty() || numbers.size() % 3 != 0 ||
            (counted.size() == 1 && counted[0] * 3 != static_cast<double>(numbers.size())))
            return refused("Contour Data (3006,0050) of a contour are no points, or not as many as it says");
        Contour contour;
        bool is_off = false;
        for (std::size_t i = 0; i < numbers.size(); i += 3) {
            const Vector3 index = index_of(image_.grid, {numbers[i], numbers[i + 1], numbers[i + 2]});
            const double slice = std::clamp(index[2], -farthest_index, farthest_index);
            if (i == 0) contour.slice = std::lround(slice);
            is_off |= std::abs(slice - static_cast<double>(contour.slice)) > farthest_slice;
            for (std::size_t axis = 0; axis < 2; ++axis)
                is_off |= !(index[axis] >= -1 && index[axis] <= static_cast<double>(image_.grid.size[axis]));
            contour.points.push_back({index[0], index[1]});
        }
        is_off |= contour.slice < 0 || contour.slice >= image_.grid.size[2];
        if (is_off)
            ++off_image_;
        else
            contours_.push_back(std::move(contour));
        return {};
    }

    std::string passed_over() const
    {
        std::vector<std::string> kinds;
        for (const auto& [kind, count] : passed_over_)
            kinds.push_back(std::to_string(count) + " " + (kind.empty() ? "of no kind" : printable(kind)));
        return joined(kinds, ", ");
    }

    /// Whether it was drawn on this image: the slices are named, or both lie in one frame of reference.
    Result<void> check_image(const Region3& region)
    {
        if (image_.slices.empty()) return {};  // a NRRD or NIfTI file does not say who it is
        std::size_t named = 0;
        std::set<std::string> slices;
        for (const DicomSlice& slice : image_.slices)
            slices.insert(slice.sop_instance_uid);
        for (const std::string& uid : referenced_)
            named += slices.count(uid);
        if (named > 0 && named == referenced_.size()) return {};
        std::string frame = region.frame_of_reference;
        if (frame.empty()) frame = object_.top.text(frame_of_reference_tag);
        const bool same_frame = !frame.empty() && frame == image_.facts.frame_of_reference_uid;
        if (!same_frame)
            return refused(
                "was drawn on another image: neither its frame of reference nor the images that it names "
                "are those of " +
                image_.name + "; give the CT it was drawn on");
        if (!referenced_.empty())
            flags_.push_back("other_series: " + std::to_string(referenced_.size() - named) + " of the " +
                             std::to_string(referenced_.size()) +
                             " images its contours name are not in this CT, which lies in the same frame of reference");
        return {};
    }

    /// The voxels whose centres lie inside: even-odd over all contours of a slice, so that a contour within another is
    /// a hole, as is a stretch that runs back along itself (PS3.3 C.8.8.6.3).
    Result<MaskCrop> filled(const Region3& region)
    {
        MaskCrop crop;
        crop.grid = image_.grid;
        const Region box = box_of();
        if (box.size[0] * box.size[1] > most_box_voxels / box.size[2])
            return refused("'" + printable(region.name) + "' is larger than any nodule");
        std::vector<std::uint8_t> inside(voxel_count(box.size), 0);
        for (const Contour& contour : contours_)
            fill(contour, box, inside);
        crop.flags = flags_;
        if (!passed_over_.empty()) crop.flags.push_back("passed_over: " + passed_over() + ", which enclose nothing");
        crop_to_voxels(box, inside, crop);
        return crop;
    }

    Region box_of() const
    {
        Index3 low = image_.grid.size;
        Index3 high{-1, -1, -1};
        for (const Contour& contour : contours_) {
            for (const auto& point : contour.points) {
                for (std::size_t axis = 0; axis < 2; ++axis) {
                    const auto last = image_.grid.size[axis] - 1;
                    low[axis] =
                        std::min(low[axis], std::clamp<std::int64_t>(std::lround(std::floor(point[axis])), 0, last));
                    high[axis] =
                        std::max(high[axis], std::clamp<std::int64_t>(std::lround(std::ceil(point[axis])), 0, last));
                }
            }
            low[2] = std::min(low[2], contour.slice);
            high[2] = std::max(high[2], contour.slice);
        }
        return {low, {high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1}};
    }

    static void fill(const Contour& contour, const Region& box, std::vector<std::uint8_t>& inside)
    {
        std::vector<double> crossings;
        for (std::int64_t row = 0; row < box.size[1]; ++row) {
            const auto y = static_cast<double>(box.first[1] + row);
            crossings.clear();
            for (std::size_t i = 0; i < contour.points.size(); ++i) {
                const auto& from = contour.points[i];
                const auto& to = contour.points[(i + 1) % contour.points.size()];
                // Half-open, so that a corner on the row is met once.
                if ((from[1] <= y) != (to[1] <= y))
                    crossings.push_back(from[0] + (y - from[1]) / (to[1] - from[1]) * (to[0] - from[0]));
            }
            std::sort(crossings.begin(), crossings.end());
            for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
                const auto first = std::max<std::int64_t>(box.first[0], std::lround(std::ceil(crossings[i])));
                const auto last =
                    std::min<std::int64_t>(box.first[0] + box.size[0] - 1, std::lround(std::floor(crossings[i + 1])));
                for (std::int64_t x = first; x <= last; ++x)
                    inside[static_cast<std::size_t>(
                        x - box.first[0] + box.size[0] * (row + box.size[1] * (contour.slice - box.first[2])))] ^= 1U;
            }
        }
    }

    static void crop_to_voxels(const Region& box, const std::vector<std::uint8_t>& inside, MaskCrop& crop)
    {
        Index3 low = box.size;
        Index3 high{-1, -1, -1};
        std::size_t offset = 0;
        for (Index3 at{}; at[2] < box.size[2]; ++at[2]) {
            for (at[1] = 0; at[1] < box.size[1]; ++at[1]) {
                for (at[0] = 0; at[0] < box.size[0]; ++at[0]) {
                    if (inside[offset++] == 0) continue;
                    for (std::size_t i = 0; i < 3; ++i) {
                        low[i] = std::min(low[i], at[i]);
                        high[i] = std::max(high[i], at[i]);
                    }
                }
            }
        }
        if (high[0] < 0) return;  // contours that enclose no centre of a voxel
        for (std::size_t i = 0; i < 3; ++i) {
            crop.region.first[i] = box.first[i] + low[i];
            crop.region.size[i] = high[i] - low[i] + 1;
        }
        for (std::int64_t z = low[2]; z <= high[2]; ++z) {
            for (std::int64_t y = low[1]; y <= high[1]; ++y) {
                const auto row = inside.begin() + box.size[0] * (y + box.size[1] * z);
                crop.inside.insert(crop.inside.end(), row + low[0], row + high[0] + 1);
            }
        }
    }

    const std::filesystem::path& file_;
    const DicomObject& object_;
    const ImageSource& image_;
    std::vector<Contour> contours_;
    std::size_t off_image_ = 0;
    std::map<std::string, std::size_t> passed_over_;
    std::set<std::string> referenced_;
    std::vector<std::string> flags_;
};

}  // namespace

Result<MaskCrop> mask_of_structure_set(const std::filesystem::path& file, const DicomObject& object,
                                       const MaskChoice& choice, const ImageSource* image)
{
    if (image == nullptr)
        return refusal(
            file.string() +
            ": is a structure set (RTSTRUCT), which has contours and no voxels; give the CT it was drawn on");
    return StructureSetReader(file, object, *image).read(choice);
}

}  // namespace nodtrack::imaging
