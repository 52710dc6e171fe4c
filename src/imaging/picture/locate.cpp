#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "../read_mask.hpp"
#include "../text.hpp"
#include "nodtrack/domain/sha256.hpp"
#include "voxels_round.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double least_margin_mm = 40.0;  // of what is kept in mind of the image round a nodule

template <class Number>
void append(std::string& bytes, Number number)
{
    using Bits = std::conditional_t<sizeof(Number) == 8, std::uint64_t, std::uint16_t>;
    const auto bits = std::bit_cast<Bits>(number);
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        bytes += static_cast<char>(bits >> (8 * i) & 0xFF);
}

/// Where the voxels lie, to a tenth of a micrometre, and their whole HU.
std::string fingerprint(const VoxelsRound& voxels)
{
    std::string bytes;
    const auto append_all = [&](const auto& values) {
        constexpr double steps_per_mm = 10'000.0;
        for (const double value : values)
            append(bytes, static_cast<std::int64_t>(std::llround(value * steps_per_mm)));
    };
    append_all(voxels.grid.spacing_mm);
    append_all(voxels.grid.origin_mm);
    for (const Vector3& axis : voxels.grid.direction)
        append_all(axis);
    for (std::size_t i = 0; i < 3; ++i) {
        append(bytes, voxels.region.first[i]);
        append(bytes, voxels.region.size[i]);
    }
    for (const float hu : voxels.hu) {
        const float held = std::isfinite(hu) ? std::clamp(hu, -32768.0F, 32767.0F) : -32768.0F;
        append(bytes, static_cast<std::int16_t>(std::lround(held)));
    }
    return sha256_of(bytes);
}

bool fits(const NoduleMask& mask, const Grid& grid)
{
    for (std::size_t i = 0; i < 3; ++i) {
        if (mask.first[i] < 0 || mask.size[i] < 1 || mask.first[i] > grid.size[i] - mask.size[i]) return false;
    }
    return mask.inside.size() == voxel_count(mask.size) &&
           std::ranges::any_of(mask.inside, [](std::uint8_t voxel) { return voxel != 0; });
}

Vector3 center_of(const NoduleMask& mask, const Grid& grid)
{
    Vector3 sum{};
    double count = 0;
    for_each_inside(mask, [&](const Index3& at) {
        for (std::size_t i = 0; i < 3; ++i)
            sum[i] += static_cast<double>(at[i]);
        ++count;
    });
    for (double& component : sum)
        component /= count;
    return position_mm(grid, sum);
}

Result<VoxelsRound> read_round(const ImageSource& source, const NoduleMask& mask)
{
    VoxelsRound voxels;
    voxels.grid = source.grid;
    double extent_mm = 0;
    for (std::size_t i = 0; i < 3; ++i)
        extent_mm = std::max(extent_mm, static_cast<double>(mask.size[i]) * source.grid.spacing_mm[i]);
    const double margin_mm = std::max(least_margin_mm, extent_mm * 0.75);  // twice the nodule is shown
    for (std::size_t i = 0; i < 3; ++i) {
        const auto margin = static_cast<std::int64_t>(std::ceil(margin_mm / source.grid.spacing_mm[i]));
        const std::int64_t first = std::max<std::int64_t>(0, mask.first[i] - margin);
        const std::int64_t end = std::min(source.grid.size[i], mask.first[i] + mask.size[i] + margin);
        voxels.region.first[i] = first;
        voxels.region.size[i] = end - first;
    }
    auto hu = read_region(source, voxels.region, {});
    if (!hu) return tl::unexpected(hu.error());
    voxels.hu = std::move(*hu);
    return voxels;
}

Result<NoduleInImage> located(const std::vector<std::filesystem::path>& image, const ImageSource& source,
                              const NoduleMask& mask)
{
    if (!fits(mask, source.grid)) {
        return failure(ErrorCode::bad_input, source.name + ": the mask is empty or reaches beyond the image");
    }
    const auto voxels = read_round(source, mask);
    if (!voxels) return tl::unexpected(voxels.error());
    return NoduleInImage{image, source.facts.series_uid, center_of(mask, source.grid), mask, fingerprint(*voxels)};
}

Result<ImageSource> opened(const std::vector<std::filesystem::path>& image, const SeriesChoice& choice)
{
    auto source = open_image(image, choice, {});
    if (!source) return source;
    if (const auto checked = check_grid(source->grid, source->name); !checked) return tl::unexpected(checked.error());
    return source;
}

}  // namespace

Result<NoduleInImage> locate(const CtRequest& request, const NoduleMask& mask)
{
    const auto source = opened(request.image, {request.series, request.acquisition});
    if (!source) return tl::unexpected(source.error());
    return located(request.image, *source, mask);
}

Result<NoduleInImage> locate(const MaskRequest& request)
{
    const auto source = opened(request.image, {request.series, request.acquisition});
    if (!source) return tl::unexpected(source.error());
    const auto mask = read_mask(request, &*source);
    if (!mask) return tl::unexpected(mask.error());
    if (mask->inside.empty()) {
        return failure(ErrorCode::bad_input,
                       request.mask.string() + ": no voxel is inside what was named; measure it first");
    }
    const auto map = same_voxels(mask->grid, request.mask.string(), source->grid, source->name);
    if (!map) return tl::unexpected(map.error());
    NoduleMask nodule;
    const Region region = map->region(mask->region);
    nodule.first = region.first;
    nodule.size = region.size;
    nodule.inside.assign(voxel_count(region.size), 0);
    for_each_voxel(*mask, [&](const Index3& local) {
        Index3 at{};
        for (std::size_t i = 0; i < 3; ++i)
            at[i] = mask->region.first[i] + local[i];
        at = map->index(at);
        for (std::size_t i = 0; i < 3; ++i)
            at[i] -= region.first[i];
        nodule.inside[static_cast<std::size_t>(at[0] + region.size[0] * (at[1] + region.size[1] * at[2]))] = 1;
    });
    return located(request.image, *source, nodule);
}

Result<VoxelsRound> voxels_round(const NoduleInImage& nodule)
{
    std::error_code error;
    for (const auto& path : nodule.image) {
        if (!std::filesystem::exists(path, error)) {
            return failure(ErrorCode::not_found, path.string() + ": the image is gone");
        }
    }
    const auto source = opened(nodule.image, {nodule.series_uid, {}});
    if (!source) return tl::unexpected(source.error());
    const auto changed = [&](const std::string& how) {
        return failure(ErrorCode::bad_input, source->name + ": the image changed since it was measured: " + how);
    };
    if (source->facts.series_uid != nodule.series_uid) return changed("it is another series");
    if (!fits(nodule.mask, source->grid)) return changed("it has another size");
    auto voxels = read_round(*source, nodule.mask);
    if (!voxels) return tl::unexpected(voxels.error());
    if (fingerprint(*voxels) != nodule.voxels_sha256) return changed("its voxels or their places differ");
    return voxels;
}

Result<void> check_unchanged(const NoduleInImage& nodule)
{
    const auto voxels = voxels_round(nodule);
    if (!voxels) return tl::unexpected(voxels.error());
    return {};
}

std::string mask_text(const NoduleMask& mask)
{
    std::string text;
    for (const std::int64_t number : mask.first)
        text += std::to_string(number) + " ";
    for (const std::int64_t number : mask.size)
        text += std::to_string(number) + " ";
    // Runs of voxels outside and inside by turns, outside first.
    std::size_t run = 0;
    bool inside = false;
    for (const std::uint8_t voxel : mask.inside) {
        if ((voxel != 0) != inside) {
            text += std::to_string(run) + " ";
            run = 0;
            inside = !inside;
        }
        ++run;
    }
    return text + std::to_string(run);
}

std::optional<NoduleMask> mask_of_text(std::string_view text)
{
    constexpr std::int64_t longest_edge = 4096;
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        std::int64_t number = 0;
        const auto [behind, error] = std::from_chars(at, end, number);
        if (error != std::errc() || number < 0 || number > std::numeric_limits<std::int32_t>::max()) return {};
        numbers.push_back(number);
        if (behind != end && *behind != ' ') return {};
        at = behind == end ? end : behind + 1;
    }
    if (numbers.size() < 7) return {};
    NoduleMask mask;
    std::int64_t voxels = 1;
    for (std::size_t i = 0; i < 3; ++i) {
        mask.first[i] = numbers[i];
        mask.size[i] = numbers[i + 3];
        if (mask.size[i] < 1 || mask.size[i] > longest_edge) return {};
        voxels *= mask.size[i];
    }
    std::int64_t told = 0;
    for (std::size_t i = 6; i < numbers.size(); ++i)
        told += numbers[i];
    if (told != voxels || voxels > std::numeric_limits<std::int32_t>::max()) return {};
    for (std::size_t i = 6; i < numbers.size(); ++i)
        mask.inside.insert(mask.inside.end(), static_cast<std::size_t>(numbers[i]), static_cast<std::uint8_t>(i % 2));
    return mask;
}

}  // namespace nodtrack::imaging
