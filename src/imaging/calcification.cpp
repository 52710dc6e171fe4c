#include <algorithm>
#include <cmath>
#include <nodtrack/imaging/calcification.hpp>
#include <vector>

#include "density.hpp"
#include "loaded_ct.hpp"
#include "mask_crop.hpp"

namespace nodtrack::imaging {
namespace {

// What can be seen at all. A pattern needs some voxels across; a speck of a millimetre is lost in thicker slices.
constexpr double thickest_slice_mm = 2.0;
constexpr double thickest_slice_for_none_mm = 1.5;
constexpr double smallest_mm = 5.0;
constexpr double smallest_popcorn_mm = 10.0;
constexpr double least_speck_mm3 = 1.0;   // less is noise, or one voxel
constexpr double coarse_chunk_mm3 = 4.0;  // about 2 mm across
constexpr double fine_speck_mm3 = 3.0;
constexpr double soft_tissue_hu = 40;
constexpr double plain_calcium_hu = 250;  // mean of what is taken for calcium

// Borders between the patterns: what lies between two of them is not told. This project's choice.
constexpr double diffuse_from_share = 0.85;
constexpr double diffuse_outline_from_share = 0.2;  // outline voxels hold lung as well
constexpr double central_to_share = 0.5;
constexpr double central_from_share = 0.03;
constexpr double central_to_offset = 0.2;  // of the nodule's radius
constexpr double eccentric_from_offset = 0.4;
constexpr double free_rim_from_rho = 0.7;  // 0 at the core, 1 at the outline
constexpr double ring_filled_from = 0.75;
constexpr double ring_gap_to = 0.15;

/// A voxel inside the nodule.
struct Voxel {
    Index3 at{};
    Vector3 place{};  ///< mm, along the image's axes
    double hu = 0;
    double depth = 0;  ///< mm to the outline
    int piece = -1;    ///< of connected calcified voxels
    bool is_calcified() const { return hu > calcified_above_hu; }
};

struct Body {
    MaskCrop crop;
    std::vector<Voxel> voxels;
    std::vector<int> index;  ///< of each place of the crop's box: its voxel; -1 outside
    double voxel_mm3 = 0;
    double deepest = 0;
    Vector3 center{};
    double radius_mm = 0;

    /// 0 in the core, 1 at the outline.
    double rho(const Voxel& voxel) const { return 1 - voxel.depth / deepest; }
};

double squared_distance(const Vector3& a, const Vector3& b)
{
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]);
}

double distance(const Vector3& a, const Vector3& b)
{
    return std::sqrt(squared_distance(a, b));
}

Body body_of(const CtVolume& ct, const NoduleMask& mask)
{
    Body body;
    MaskCrop& crop = body.crop;
    crop.region = {mask.first, mask.size};
    crop.inside = mask.inside;
    body.index.assign(mask.inside.size(), -1);
    const Vector3& spacing = ct.grid.spacing_mm;
    body.voxel_mm3 = spacing[0] * spacing[1] * spacing[2];
    std::vector<Vector3> outside;  // next to the nodule
    const auto place_of = [&](const Index3& at) {
        return Vector3{static_cast<double>(at[0]) * spacing[0], static_cast<double>(at[1]) * spacing[1],
                       static_cast<double>(at[2]) * spacing[2]};
    };
    for_each_voxel(crop, [&](const Index3& at) {
        Voxel voxel;
        voxel.at = at;
        voxel.place = place_of(at);
        const auto offset = mask.first[0] + at[0] +
                            ct.grid.size[0] * (mask.first[1] + at[1] + ct.grid.size[1] * (mask.first[2] + at[2]));
        voxel.hu = ct.hu[static_cast<std::size_t>(offset)];
        body.index[crop.offset(at)] = static_cast<int>(body.voxels.size());
        body.voxels.push_back(voxel);
        for (std::size_t a = 0; a < 3; ++a) {
            body.center[a] += voxel.place[a];
            for (const std::int64_t step : {-1, 1}) {
                Index3 neighbour = at;
                neighbour[a] += step;
                if (!crop.contains(neighbour)) outside.push_back(place_of(neighbour));
            }
        }
    });
    const auto count = static_cast<double>(body.voxels.size());
    for (double& component : body.center)
        component /= count;
    body.radius_mm = std::cbrt(count * body.voxel_mm3 * 3 / (4 * 3.14159265358979));
    std::ranges::sort(outside);
    outside.erase(std::unique(outside.begin(), outside.end()), outside.end());
    for (Voxel& voxel : body.voxels) {
        double nearest = 1e12;
        for (const Vector3& place : outside)
            nearest = std::min(nearest, squared_distance(voxel.place, place));
        voxel.depth = std::sqrt(nearest);
        body.deepest = std::max(body.deepest, voxel.depth);
    }
    return body;
}

/// Connected calcified voxels.
struct Piece {
    double voxels = 0;
    Vector3 center{};
    double mean_hu = 0;
    double most_hu = 0;
    double least_rho = 1;
    double volume_mm3 = 0;  ///< each voxel by its share of calcium, taking the densest for full of it
};

/// The piece that grows from one calcified voxel over faces, edges and corners.
Piece grown_piece(Body& body, std::size_t first, int number)
{
    Piece piece;
    std::vector<std::size_t> open = {first};
    body.voxels[first].piece = number;
    while (!open.empty()) {
        const Voxel here = body.voxels[open.back()];
        open.pop_back();
        ++piece.voxels;
        piece.mean_hu += here.hu;
        piece.most_hu = std::max(piece.most_hu, here.hu);
        piece.least_rho = std::min(piece.least_rho, body.rho(here));
        for (std::size_t a = 0; a < 3; ++a)
            piece.center[a] += here.place[a];
        for (int step = 0; step < 27; ++step) {
            const Index3 beside = {here.at[0] + step % 3 - 1, here.at[1] + step / 3 % 3 - 1, here.at[2] + step / 9 - 1};
            if (!body.crop.contains(beside)) continue;
            const auto place = static_cast<std::size_t>(body.index[body.crop.offset(beside)]);
            Voxel& other = body.voxels[place];
            if (!other.is_calcified() || other.piece >= 0) continue;
            other.piece = number;
            open.push_back(place);
        }
    }
    piece.volume_mm3 =
        body.voxel_mm3 * (piece.mean_hu - piece.voxels * soft_tissue_hu) / (piece.most_hu - soft_tissue_hu);
    piece.mean_hu /= piece.voxels;
    for (double& component : piece.center)
        component /= piece.voxels;
    return piece;
}

std::vector<Piece> pieces_of(Body& body)
{
    std::vector<Piece> pieces;
    for (std::size_t first = 0; first < body.voxels.size(); ++first) {
        if (body.voxels[first].is_calcified() && body.voxels[first].piece < 0)
            pieces.push_back(grown_piece(body, first, static_cast<int>(pieces.size())));
    }
    return pieces;
}

/// The share of calcified voxels between two depths; above 1 where there are none.
double filled(const Body& body, double from_rho, double to_rho)
{
    double all = 0;
    double calcified = 0;
    for (const Voxel& voxel : body.voxels) {
        const double rho = body.rho(voxel);
        if (rho < from_rho || rho >= to_rho) continue;
        ++all;
        calcified += static_cast<double>(voxel.is_calcified());
    }
    return all > 0 ? calcified / all : 2;
}

/// Rings of calcium with less between them: a dense core, a gap and a shell, each all the way round.
bool is_laminated(const Body& body)
{
    constexpr int steps = 10;
    constexpr double width = 0.2;
    // From inside: a filled ring, then a gap, then a filled ring.
    int seen = 0;
    for (int i = 0; i <= steps - 2; ++i) {
        const double from = static_cast<double>(i) / steps;
        const double share = filled(body, from, from + width);
        const bool ring = share >= ring_filled_from && share <= 1;
        if (seen == 0 && ring) seen = 1;
        if (seen == 1 && share <= ring_gap_to) seen = 2;
        if (seen == 2 && ring) seen = 3;
    }
    return seen == 3;
}

CalcificationFinding unknown(double share, const std::string& why)
{
    return {.pattern = {}, .flag = "calcification_unknown: " + why, .calcified_share = share};
}

/// The pattern of pieces that are surely calcium.
std::optional<Calcification> pattern_of(const Body& body, const std::vector<Piece>& pieces, double core_share,
                                        double outline_share, double diameter_mm)
{
    if (core_share >= diffuse_from_share) {
        if (outline_share >= diffuse_outline_from_share) return Calcification::diffuse;
        return std::nullopt;
    }
    if (is_laminated(body)) return Calcification::laminated;
    const bool rim_is_free = filled(body, free_rim_from_rho, 1.01) == 0;
    std::size_t coarse = 0;
    std::size_t fine = 0;
    for (const Piece& piece : pieces) {
        coarse += static_cast<std::size_t>(piece.volume_mm3 >= coarse_chunk_mm3);
        fine += static_cast<std::size_t>(piece.volume_mm3 <= fine_speck_mm3);
    }
    if (pieces.size() == 1) {
        const Piece& piece = pieces.front();
        const double offset = distance(piece.center, body.center) / body.radius_mm;
        const bool is_coarse = coarse == 1;
        if (is_coarse && rim_is_free && offset <= central_to_offset && piece.least_rho < 0.25 &&
            core_share >= central_from_share && core_share <= central_to_share)
            return Calcification::central;
        if (offset >= eccentric_from_offset && core_share <= central_to_share) return Calcification::eccentric;
        return std::nullopt;
    }
    if (pieces.size() >= 3 && coarse == pieces.size() && diameter_mm >= smallest_popcorn_mm && rim_is_free)
        return Calcification::popcorn;
    if (pieces.size() >= 3 && fine == pieces.size()) return Calcification::stippled;
    return std::nullopt;
}

}  // namespace

CalcificationFinding calcification_of(const Ct& ct, const NoduleMask& mask, const MaskMeasurement& measurement)
{
    if (!measurement.shape || mask.inside.empty()) return unknown(0, "the nodule was not measured");
    Body body = body_of(ct.loaded().volume, mask);
    const double outline_mm = 1.01 * *std::ranges::max_element(ct.loaded().volume.grid.spacing_mm);
    double core = 0;
    double core_calcified = 0;
    double outline_calcified = 0;
    double most_hu = -1e9;
    for (const Voxel& voxel : body.voxels) {
        most_hu = std::max(most_hu, voxel.hu);
        // Voxels at the outline hold lung as well, or bone.
        if (voxel.depth <= outline_mm) {
            outline_calcified += static_cast<double>(voxel.is_calcified());
            continue;
        }
        ++core;
        core_calcified += static_cast<double>(voxel.is_calcified());
    }
    const double share = core > 0 ? core_calcified / core : 0;
    const double outline = static_cast<double>(body.voxels.size()) - core;
    const double outline_share = outline > 0 ? outline_calcified / outline : 0;
    if (ct.facts().iv_contrast == IvContrast::given) return unknown(share, "IV contrast was given, which is as dense");
    const double slice = std::max(ct.axial_spacing_mm(), ct.facts().slice_thickness_mm.value_or(0));
    const double diameter = measurement.shape->mean_diameter_mm;
    if (diameter < smallest_mm || core < 8) return unknown(share, "the nodule is too small to see a pattern");
    if (slice > thickest_slice_mm) return unknown(share, "slices of more than 2 mm hide a pattern");
    if (measurement.density && measurement.density->attenuation &&
        *measurement.density->attenuation == AttenuationClass::ground_glass)
        return unknown(share, "the nodule is ground glass");

    std::vector<Piece> pieces = pieces_of(body);
    if (pieces.empty() && most_hu < calcified_above_hu) {
        if (slice > thickest_slice_for_none_mm) return unknown(0, "slices of more than 1.5 mm may hide a speck");
        return {.pattern = Calcification::none, .flag = {}, .calcified_share = 0};
    }
    const bool has_specks_only = std::ranges::all_of(
        pieces, [&](const Piece& piece) { return piece.voxels * body.voxel_mm3 < least_speck_mm3; });
    if (has_specks_only) return unknown(share, "single dense voxels, which may be noise");
    std::erase_if(pieces, [&](const Piece& piece) { return piece.voxels * body.voxel_mm3 < least_speck_mm3; });
    for (const Piece& piece : pieces) {
        if (piece.mean_hu < plain_calcium_hu)
            return unknown(share, "what is dense is hardly denser than 200 HU; it may be blood, contrast or noise");
    }
    const bool is_beside_bone = std::ranges::any_of(
        measurement.flags, [](const std::string& flag_text) { return flag_text.starts_with(flag::touches_pleura); });
    if (is_beside_bone && share >= diffuse_from_share)
        return unknown(share, "what is dense throughout lies on the pleura: it may be a rib");
    if (is_beside_bone && filled(body, free_rim_from_rho, 1.01) > 0)
        return unknown(share, "what is dense lies at the outline, on the pleura: it may be bone or a plaque");
    const auto pattern = pattern_of(body, pieces, share, outline_share, diameter);
    if (!pattern) return unknown(share, "what is dense fits none of the patterns plainly");
    return {.pattern = pattern, .flag = {}, .calcified_share = share};
}

}  // namespace nodtrack::imaging
