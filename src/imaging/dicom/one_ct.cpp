#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "../text.hpp"
#include "slice_header.hpp"

namespace nodtrack::imaging {
namespace {

namespace fs = std::filesystem;

constexpr double same_place_mm = 0.01;

std::string word_or_not_given(const std::string& text, const std::string& unit = "")
{
    return text.empty() ? "not given" : printable(text) + unit;
}

std::string counted(std::size_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string names_of(const std::vector<fs::path>& files)
{
    constexpr std::size_t most_named = 5;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most_named, files.size()); ++i)
        names.push_back(printable(files[i].filename().string()));
    if (files.size() > most_named) names.emplace_back("...");
    return joined(names, ", ");
}

/// Leaves out scout views and projections beside the slices, and refuses them alone: they are no slices.
Result<void> leave_out_what_is_no_slice(FoundSlices& found)
{
    const auto is_none = [](const SliceHeader& slice) { return !slice.not_a_slice.empty(); };
    if (std::all_of(found.slices.begin(), found.slices.end(), is_none)) {
        const SliceHeader& first = found.slices.front();
        return refusal(first.file.string() + ": is " + first.not_a_slice + "; give the axial series");
    }
    std::map<std::string, std::vector<fs::path>> left_out;
    for (const SliceHeader& slice : found.slices) {
        if (is_none(slice)) left_out[slice.not_a_slice].push_back(slice.file);
    }
    for (const auto& [what, files] : left_out)
        found.notes.push_back("left out " + counted(files.size(), "image") + " (" + names_of(files) + "): " + what);
    std::erase_if(found.slices, is_none);
    return {};
}

tl::unexpected<Error> several_series(const FoundSlices& found, const std::string& name)
{
    std::map<std::string, std::vector<const SliceHeader*>> by_series;
    for (const SliceHeader& slice : found.slices)
        by_series[slice.series].push_back(&slice);
    std::vector<std::string> lines;
    for (const auto& [uid, members] : by_series) {
        const SliceHeader& first = *members.front();
        lines.push_back("UID " + printable(uid) + ", " + std::to_string(members.size()) + " images, modality " +
                        word_or_not_given(first.modality) + ", slice thickness " +
                        word_or_not_given(first.thickness, " mm") + ", kernel " + word_or_not_given(first.kernel) +
                        ", first file " + first.file.string());
    }
    return failure(ErrorCode::bad_input,
                   name + ": holds " + std::to_string(by_series.size()) +
                       " DICOM series; give the files of one, or choose by --series with its UID or the end of it (" +
                       joined(lines, "; ") + ")",
                   lines);
}

Result<void> keep_named_series(FoundSlices& found, const std::string& wanted, const std::string& name)
{
    std::map<std::string, std::size_t> named;
    for (const SliceHeader& slice : found.slices) {
        if (slice.series.ends_with(wanted)) ++named[slice.series];
    }
    if (named.size() != 1)
        return refusal(name + ": " + (named.empty() ? "no series has" : "several series have") +
                       " a UID that ends in " + wanted + "; call again without --series to see them listed");
    std::erase_if(found.slices, [&](const SliceHeader& slice) { return !slice.series.ends_with(wanted); });
    return {};
}

/// Whether the two directions of an image are unit vectors at right angles.
bool is_upright(const std::vector<double>& o)
{
    constexpr double tolerance = 1e-3;  // as of every grid, see `check_grid`
    const double row = o[0] * o[0] + o[1] * o[1] + o[2] * o[2];
    const double column = o[3] * o[3] + o[4] * o[4] + o[5] * o[5];
    const double lean = o[0] * o[3] + o[1] * o[4] + o[2] * o[5];
    return std::abs(row - 1) <= tolerance && std::abs(column - 1) <= tolerance && std::abs(lean) <= tolerance;
}

/// Passes where each slice is one of a CT and says where it lies.
Result<void> check_each(const std::vector<SliceHeader>& slices)
{
    for (const SliceHeader& slice : slices) {
        const std::string file = slice.file.string();
        if (!slice.modality.empty() && slice.modality != "CT")
            return refusal(file + ": has modality " + printable(slice.modality) + ", which is not in HU; give a CT");
        if (!slice.fault.empty()) return refusal(slice.fault);
        if (slice.position.size() != 3 || slice.orientation.size() != 6 || slice.pixel_spacing.size() != 2)
            return refusal(file +
                           ": lacks Image Position (Patient) (0020,0032), Image Orientation (Patient) (0020,0037) or "
                           "Pixel Spacing (0028,0030); give the original axial series");
        if (!(slice.pixel_spacing[0] > 0) || !(slice.pixel_spacing[1] > 0))
            return refusal(file + ": Pixel Spacing (0028,0030) is " + text_of(slice.pixel_spacing[0]) + " and " +
                           text_of(slice.pixel_spacing[1]) + " mm; both must be above zero. Send the series again");
        if (!is_upright(slice.orientation))
            return refusal(file +
                           ": Image Orientation (Patient) (0020,0037) is no two unit vectors at right angles; send the "
                           "series again");
    }
    return {};
}

/// Passes where all slices are of one patient, study and frame of reference: a series is by definition.
Result<void> check_one_patient(const std::vector<SliceHeader>& slices)
{
    struct Mark {
        std::string name;
        std::function<const std::string&(const SliceHeader&)> value;
    };
    const std::array<Mark, 5> marks{
        Mark{"Patient ID (0010,0020)", [](const SliceHeader& s) -> const std::string& { return s.facts.patient_code; }},
        Mark{"Patient's Birth Date (0010,0030)",
             [](const SliceHeader& s) -> const std::string& { return s.facts.patient_birth_date; }},
        Mark{"Patient's Name (0010,0010)", [](const SliceHeader& s) -> const std::string& { return s.patient_name; }},
        Mark{"Study Instance UID (0020,000D)",
             [](const SliceHeader& s) -> const std::string& { return s.facts.study_uid; }},
        Mark{"Frame of Reference UID (0020,0052)",
             [](const SliceHeader& s) -> const std::string& { return s.facts.frame_of_reference_uid; }}};
    for (const Mark& mark : marks) {
        std::map<std::string_view, std::size_t> counts;
        for (const SliceHeader& slice : slices)
            ++counts[mark.value(slice)];
        if (counts.size() < 2) continue;
        std::string_view usual = mark.value(slices.front());
        for (const auto& [value, count] : counts) {
            if (count > counts[usual]) usual = value;
        }
        const auto has_usual = [&](const SliceHeader& slice) { return mark.value(slice) == usual; };
        const auto odd = std::find_if_not(slices.begin(), slices.end(), has_usual);
        const auto other = std::find_if(slices.begin(), slices.end(), has_usual);
        // Who they are is not said: messages end up in logs.
        return refusal(odd->file.string() + ": " + (mark.value(*odd).empty() ? "lacks the " : "bears another ") +
                       mark.name + " than " + other->file.string() + ", in the same series (" +
                       std::to_string(slices.size() - counts[usual]) + " of " + std::to_string(slices.size()) +
                       " images do); find out whose images these are, and give those of one patient and study");
    }
    return {};
}

bool same_bytes(const fs::path& a, const fs::path& b)
{
    FileBytes one(a);
    FileBytes other(b);
    if (!one.is_open() || !other.is_open() || one.size() != other.size()) return false;
    constexpr std::uint64_t chunk = 1U << 16U;
    std::vector<char> left(chunk);
    std::vector<char> right(chunk);
    for (std::uint64_t at = 0; at < one.size(); at += chunk) {
        const auto count = static_cast<std::size_t>(std::min(chunk, one.size() - at));
        if (!one.read(at, left.data(), count) || !other.read(at, right.data(), count)) return false;
        if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count), right.begin())) return false;
    }
    return true;
}

/// Leaves out files that are byte for byte copies of another one. Only slices at one place are compared.
void leave_out_copies(FoundSlices& found)
{
    std::map<std::vector<double>, std::vector<fs::path>> at_place;
    std::vector<fs::path> copies;
    for (const SliceHeader& slice : found.slices) {
        auto& others = at_place[slice.position];
        const auto is_copy_of = [&](const fs::path& other) {
            return other != slice.file && same_bytes(other, slice.file);
        };
        const bool is_known = std::find(copies.begin(), copies.end(), slice.file) != copies.end();
        if (!is_known && std::any_of(others.begin(), others.end(), is_copy_of)) copies.push_back(slice.file);
        others.push_back(slice.file);
    }
    if (copies.empty()) return;
    std::erase_if(found.slices, [&](const SliceHeader& slice) {
        return std::find(copies.begin(), copies.end(), slice.file) != copies.end();
    });
    found.notes.push_back("left out " + counted(copies.size(), "file") +
                          " that are byte for byte copies of others: " + names_of(copies));
}

/// The slices of each acquisition, by what it is called.
using Acquisitions = std::map<std::string, std::vector<std::size_t>>;

bool cover_the_same_place(const std::vector<SliceHeader>& slices, const Acquisitions& acquisitions)
{
    struct Extent {
        double low, high;
    };
    std::vector<Extent> extents;
    for (const auto& [name, members] : acquisitions) {
        Extent extent{slices[members.front()].along_normal, slices[members.front()].along_normal};
        for (const std::size_t i : members) {
            extent.low = std::min(extent.low, slices[i].along_normal);
            extent.high = std::max(extent.high, slices[i].along_normal);
        }
        extents.push_back(extent);
    }
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.low < b.low; });
    for (std::size_t i = 1; i < extents.size(); ++i) {
        if (extents[i].low <= extents[i - 1].high + same_place_mm) return true;
        extents[i].high = std::max(extents[i].high, extents[i - 1].high);
    }
    return false;
}

Acquisitions by_mark(const std::vector<SliceHeader>& slices, std::size_t mark)
{
    Acquisitions acquisitions;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        std::string value = slices[i].acquisition[mark];
        // Some writers give each slice its own last digits of one number.
        if (const auto number = numbers_of(value); number.size() == 1)
            value = text_of(std::round(number[0] * 100) / 100);
        acquisitions[value.empty() ? "none" : printable(value)].push_back(i);
    }
    return acquisitions;
}

/// By pauses between the times at which slices were made.
Acquisitions by_time(const std::vector<SliceHeader>& slices)
{
    constexpr double pause_s = 10;  // within a run over the chest scanners wait for less
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        if (slices[i].acquired_at_s < 0) return {};
        order.push_back(i);
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return slices[a].acquired_at_s < slices[b].acquired_at_s; });
    Acquisitions acquisitions;
    std::string name;
    double last = -pause_s - 1;
    for (const std::size_t i : order) {
        const double at = slices[i].acquired_at_s;
        if (at - last > pause_s) {
            const auto whole = static_cast<std::int64_t>(at);
            const auto two = [](std::int64_t n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
            name = two(whole / 3600) + two(whole / 60 % 60) + two(whole % 60);
        }
        last = at;
        acquisitions[name].push_back(i);
    }
    return acquisitions;
}

std::vector<std::string> parts_of(const std::string& text)
{
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        parts.push_back(text.substr(at, comma - at));
        at = comma + 1;
    }
    return parts;
}

/// Allowed, as each image has its own, and so rare in a CT that somebody should look.
void tell_of_several_rescales(FoundSlices& found)
{
    const DicomSlice& first = found.slices.front().pixels;
    const auto other = std::find_if(found.slices.begin(), found.slices.end(), [&](const SliceHeader& slice) {
        return slice.pixels.slope != first.slope || slice.pixels.intercept != first.intercept;
    });
    if (other == found.slices.end()) return;
    found.notes.push_back("Rescale Slope (0028,1053) or Intercept (0028,1052) differs between slices, as between " +
                          found.slices.front().file.filename().string() + " and " + other->file.filename().string() +
                          "; each slice is read by its own. Look at the images");
}

}  // namespace

double along_normal(const SliceHeader& slice)
{
    const auto& o = slice.orientation;
    const Vector3 normal{o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
    return normal[0] * slice.position[0] + normal[1] * slice.position[1] + normal[2] * slice.position[2];
}

Result<void> keep_one_acquisition(FoundSlices& found, const std::string& choice, const std::string& name)
{
    std::vector<std::string> open = parts_of(choice);
    for (SliceHeader& slice : found.slices)
        slice.along_normal = along_normal(slice);
    for (std::size_t mark = 0; mark <= acquisition_marks.size(); ++mark) {
        const bool is_time = mark == acquisition_marks.size();
        const Acquisitions acquisitions = is_time ? by_time(found.slices) : by_mark(found.slices, mark);
        const auto chosen =
            std::find_if(open.begin(), open.end(), [&](const std::string& one) { return acquisitions.contains(one); });
        if (chosen != open.end()) {
            const auto& kept = acquisitions.at(*chosen);
            std::vector<SliceHeader> slices;
            for (const std::size_t i : kept)
                slices.push_back(std::move(found.slices[i]));
            found.slices = std::move(slices);
            open.erase(chosen);
            continue;
        }
        // Where each begins behind the last, as where the table moves on between them, they are one scan.
        if (acquisitions.size() < 2 || !cover_the_same_place(found.slices, acquisitions)) continue;
        std::vector<std::string> lines;
        for (const auto& [value, members] : acquisitions) {
            lines.push_back(value + ": " + counted(members.size(), "image") + ", first file " +
                            found.slices[members.front()].file.filename().string());
        }
        return failure(ErrorCode::bad_input,
                       name + ": its series holds " + std::to_string(acquisitions.size()) +
                           " acquisitions of the same place, which differ in " +
                           (is_time ? "Acquisition Time (0008,0032)" : acquisition_marks[mark]) +
                           "; choose one by --acquisition (" + joined(lines, "; ") + ")",
                       lines);
    }
    if (open.empty()) return {};
    return refusal(name + ": no acquisition is called " + joined(open, ",") +
                   "; call again without --acquisition to see them listed, where there are several");
}

Result<void> keep_one_ct(FoundSlices& found, const SeriesChoice& choice, const std::string& name)
{
    if (!choice.series.empty()) {
        if (const auto kept = keep_named_series(found, choice.series, name); !kept) return kept;
    }
    if (const auto left = leave_out_what_is_no_slice(found); !left) return left;
    const auto is_of_first = [&](const SliceHeader& slice) { return slice.series == found.slices.front().series; };
    if (!std::all_of(found.slices.begin(), found.slices.end(), is_of_first)) return several_series(found, name);
    if (const auto checked = check_each(found.slices); !checked) return checked;
    leave_out_copies(found);
    if (const auto checked = check_one_patient(found.slices); !checked) return checked;
    if (const auto kept = keep_one_acquisition(found, choice.acquisition, name); !kept) return kept;
    tell_of_several_rescales(found);
    return {};
}

}  // namespace nodtrack::imaging
