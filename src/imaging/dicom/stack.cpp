#include <algorithm>
#include <cmath>
#include <numbers>

#include "../text.hpp"
#include "slice_header.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double same_place_mm = 0.01;
constexpr double same_cosine = 1e-4;
// Of a slice from its place on the even grid that fits best. Positions written to 0.1 mm are off by 0.05 mm, and the
// fit by a little of that.
constexpr double off_its_place_mm = 0.06;
constexpr double off_its_place_share = 0.05;  // of the slice distance, where that is more
constexpr double missing_slice_share = 1.5;   // of the slice distance
constexpr double shear_share = 0.1;           // of the pixel spacing

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
Result<void> check_promise(const std::vector<SliceHeader>& slices)
{
    constexpr std::int64_t longest_edge = 16384;
    constexpr std::uint64_t most_folded = 200;  // of a whole series; air alone shrinks farther, chests never
    constexpr std::uint64_t always_allowed = std::uint64_t{1} << 28U;
    std::uint64_t folded = 0;
    std::uint64_t promised = 0;
    std::filesystem::path last;
    for (const SliceHeader& slice : slices) {
        const std::string file = slice.file.string();
        if (slice.rows > longest_edge || slice.columns > longest_edge)
            return refusal(file + ": promises " + std::to_string(slice.columns) + " x " + std::to_string(slice.rows) +
                           " pixels, more than any CT has; send the series again");
        const auto pixels = static_cast<std::uint64_t>(slice.rows) * static_cast<std::uint64_t>(slice.columns);
        const auto needed = pixels * static_cast<std::uint64_t>(slice.pixels.format.bits_allocated / 8);
        const std::uint64_t held = slice.pixels.pixel_length;
        const std::uint64_t up_to_here = (slice.pixels.frame + 1) * needed;
        if (slice.pixels.packing != PixelPacking::compressed && up_to_here > held)
            return refusal(file + ": the pixels of this DICOM slice cannot be read (they are " + std::to_string(held) +
                           " bytes where rows and columns need " + std::to_string(up_to_here) +
                           "); send the series again");
        const std::uint64_t whole = slice.pixels.frames * needed;
        const auto edge =
            static_cast<std::uint64_t>(std::min(slice.rows, slice.columns) * (slice.pixels.format.bits_allocated / 8));
        // A writer may fill up to a round number of bytes, but not by a row or column: then the pixels were written
        // with other rows, columns or bits.
        if (slice.pixels.packing != PixelPacking::compressed && held >= whole + std::max<std::uint64_t>(edge, 2))
            return refusal(file + ": holds " + std::to_string(held) + " bytes of pixels where Rows (0028,0010), " +
                           "Columns (0028,0011) and Bits Allocated (0028,0100) say " + std::to_string(whole) +
                           "; send the series again");
        promised += needed;
        if (slice.file != last) folded += held;
        last = slice.file;
        if (promised > std::max(always_allowed, folded * most_folded))
            return refusal(file + ": the compressed pixels up to this slice are " + std::to_string(folded) +
                           " bytes where rows and columns need " + std::to_string(promised) +
                           ", more than compression can save; send the series again");
    }
    return {};
}

/// Passes where all slices have the size, spacing and orientation of the first.
Result<void> check_alike(const std::vector<SliceHeader>& slices)
{
    const SliceHeader& first = slices.front();
    for (const SliceHeader& slice : slices) {
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

/// Evenly spaced places.
struct EvenPlaces {
    double first = 0;
    double step = 0;
};

/// The even places that the slices lie nearest to (least squares). Single positions are rounded, so that the step from
/// one to the next says less.
EvenPlaces even_places(const std::vector<SliceHeader>& slices)
{
    const auto count = static_cast<double>(slices.size());
    const double middle = (count - 1) / 2;
    double mean = 0;
    double sum_of_products = 0;
    double sum_of_squares = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const double from_middle = static_cast<double>(i) - middle;
        mean += slices[i].along_normal / count;
        sum_of_products += from_middle * slices[i].along_normal;
        sum_of_squares += from_middle * from_middle;
    }
    const double step = sum_of_products / sum_of_squares;
    return {mean - middle * step, step};
}

/// Where the slices stand along their normal, which must be evenly. Sorted along it.
Result<EvenPlaces> places_of(const std::vector<SliceHeader>& slices, const std::string& name)
{
    if (slices.size() == 1) {
        const auto thickness = numbers_of(slices.front().thickness);
        if (thickness.size() == 1 && thickness[0] > 0) return EvenPlaces{slices.front().along_normal, thickness[0]};
        return refusal(name + ": is one slice without Slice Thickness; give the whole series");
    }
    std::vector<double> steps;
    for (std::size_t i = 1; i < slices.size(); ++i)
        steps.push_back(slices[i].along_normal - slices[i - 1].along_normal);
    std::vector<double> sorted = steps;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    const double usual = sorted[sorted.size() / 2];
    const double off = std::max(off_its_place_mm, off_its_place_share * usual);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string between = slices[i].file.string() + " and " + slices[i + 1].file.string();
        if (steps[i] < same_place_mm)
            return refusal(name + ": two slices lie at the same place, " + between +
                           "; leave out one of each pair (two phases or copies in one series)");
        if (steps[i] >= missing_slice_share * usual && steps[i] > usual + 2 * off)
            return refusal(name + ": slices are missing between " + between + ", which lie " + text_of(steps[i]) +
                           " mm apart where " + text_of(usual) + " mm is usual; send the whole series");
    }
    const EvenPlaces even = even_places(slices);
    std::size_t worst = 0;
    double worst_mm = 0;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const double away = std::abs(slices[i].along_normal - even.first - static_cast<double>(i) * even.step);
        if (away <= worst_mm) continue;
        worst_mm = away;
        worst = i;
    }
    if (worst_mm <= off) return even;
    return refusal(name + ": slices stand unevenly; " + slices[worst].file.string() + " lies " + text_of(worst_mm) +
                   " mm from its place among slices " + text_of(even.step) + " mm apart, and at most " + text_of(off) +
                   " mm is taken; give a series of even slices");
}

/// Passes where the slices lie straight above each other.
Result<void> check_straight(const std::vector<SliceHeader>& slices, const Grid& grid, const std::string& name)
{
    for (const SliceHeader& slice : slices) {
        for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
            const Vector3 position = vector_at(slice.position, 0);
            const double aside = dot(position, grid.direction[axis]) - dot(grid.origin_mm, grid.direction[axis]);
            if (std::abs(aside) <= std::max(off_its_place_mm, shear_share * grid.spacing_mm[axis])) continue;
            const SliceHeader& last = slices.back();
            const double height = last.along_normal - slices.front().along_normal;
            const double lean =
                dot(vector_at(last.position, 0), grid.direction[axis]) - dot(grid.origin_mm, grid.direction[axis]);
            return refusal(name + ": slices are shifted against each other in their plane, " + slice.file.string() +
                           " by " + text_of(aside) + " mm (a tilted gantry, about " +
                           text_of(std::round(std::abs(std::atan2(lean, height)) * 1800 / std::numbers::pi) / 10) +
                           " degrees); resample the series to a straight grid");
        }
    }
    return {};
}

}  // namespace

Result<Grid> stacked(std::vector<SliceHeader>& slices, const std::string& name)
{
    if (const auto checked = check_promise(slices); !checked) return tl::unexpected(checked.error());
    if (const auto checked = check_alike(slices); !checked) return tl::unexpected(checked.error());
    const SliceHeader& any = slices.front();
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

    for (SliceHeader& slice : slices)
        slice.along_normal = dot(vector_at(slice.position, 0), normal);
    std::sort(slices.begin(), slices.end(),
              [](const SliceHeader& a, const SliceHeader& b) { return a.along_normal < b.along_normal; });
    const auto even = places_of(slices, name);
    if (!even) return tl::unexpected(even.error());
    grid.spacing_mm[2] = even->step;
    grid.origin_mm = vector_at(slices.front().position, 0);
    if (const auto checked = check_straight(slices, grid, name); !checked) return tl::unexpected(checked.error());
    // The first slice's own position is rounded too.
    const double lift = even->first - slices.front().along_normal;
    for (std::size_t i = 0; i < 3; ++i)
        grid.origin_mm[i] += lift * normal[i];
    return grid;
}

}  // namespace nodtrack::imaging
