#include "measuring_constants.hpp"

#include <array>
#include <nodtrack/imaging/measuring_method.hpp>

#include "../text.hpp"
#include "nodtrack/domain/sha256.hpp"

namespace nodtrack::imaging {
namespace {

using C = MeasuringConstants;

constexpr auto lidc = "160 nodules of LIDC-IDRI, tuned on patients of even number, checked on those of odd number";
constexpr auto blur_seen = "blur of solid nodules in LIDC-IDRI where it was left free (quartiles 0.68 and 0.98 mm)";
constexpr auto rims = "part-solid fits of solid nodules (LIDC-IDRI) against those of synthetic part-solid ones";
constexpr auto geometry = "geometry: so that a step of one voxel does not decide";
constexpr auto method = "this project's choice";
constexpr auto phantom = "145 nodules of three synthetic patients beside those of LIDC-IDRI";

constexpr std::array table{
    MeasuringConstant{"enough_edges", &C::enough_edges, "edges",
                      "edges between lung and tissue from which the blur seen at them is taken as the scan's", method,
                      "whole CTs have thousands, cut-out pieces tens; nothing between matters"},
    MeasuringConstant{"usual_own_blur_mm", &C::usual_own_blur_mm, "mm",
                      "blur of a scan (standard deviation, without the voxel) whose edges are too few to be seen",
                      blur_seen, "kinds of nodules on cut-out pieces: lower calls soft outlines rims"},
    MeasuringConstant{"usual_blur_sd", &C::usual_blur_sd, "of the logarithm", "spread of the same", blur_seen,
                      "as usual_own_blur_mm"},
    MeasuringConstant{"second_body", &C::second_body, "half squared residuals",
                      "price of a solid core with a rim against one body, where the scan's blur is known",
                      "synthetic scans of exact truth", "share of part-solid nodules called solid"},
    MeasuringConstant{"second_body_blur_unknown", &C::second_body_blur_unknown, "half squared residuals",
                      "the same where the blur is not known: a soft outline then looks like a rim", lidc,
                      "solid nodules called part-solid"},
    MeasuringConstant{"usual_rim_share", &C::usual_rim_share, "of the radius",
                      "a rim thinner than this is priced as the soft outline of a solid nodule", rims,
                      "solid nodules called part-solid, and part-solid ones of thin rims called solid"},
    MeasuringConstant{"per_rim_share", &C::per_rim_share, "half squared residuals", "the price per share missing", rims,
                      "as usual_rim_share"},
    MeasuringConstant{"thickest_core_share", &C::thickest_core_share, "of the radius",
                      "a core larger than this leaves no rim", rims, "as usual_rim_share"},
    MeasuringConstant{"thickest_core_share_blur_known", &C::thickest_core_share_blur_known, "of the radius",
                      "the same where the scan's blur is known", "synthetic scans of exact truth",
                      "as usual_rim_share"},
    MeasuringConstant{"rim_prices_blur_known", &C::rim_prices_blur_known, "times",
                      "what the prices of a rim are multiplied by where the scan's blur is known",
                      "synthetic scans of exact truth", "as usual_rim_share"},
    MeasuringConstant{"densest_rim_hu", &C::densest_rim_hu, "HU",
                      "a rim denser than this is priced: blurred tissue rather than ground glass", rims,
                      "solid nodules called part-solid"},
    MeasuringConstant{"per_dense_rim_hu", &C::per_dense_rim_hu, "half squared residuals", "the price per HU", rims,
                      "as densest_rim_hu"},
    MeasuringConstant{"faintest_rim_hu", &C::faintest_rim_hu, "HU",
                      "a rim fainter than this is priced: lung that vessels cross", rims,
                      "solid nodules called part-solid, with volumes of twice the truth and more"},
    MeasuringConstant{"per_faint_rim_hu", &C::per_faint_rim_hu, "half squared residuals", "the price per HU", rims,
                      "as faintest_rim_hu"},
    MeasuringConstant{"uneven_rim_share", &C::uneven_rim_share, "of the rim's voxels",
                      "a rim of which more voxels are unlike its density is priced: vessels taken together", rims,
                      "outlines that leak along vessels"},
    MeasuringConstant{"per_uneven_rim_share", &C::per_uneven_rim_share, "half squared residuals", "the price per share",
                      rims, "as uneven_rim_share"},
    MeasuringConstant{"lung_in_rim_share", &C::lung_in_rim_share, "of the rim's voxels",
                      "a rim that holds more plain lung is priced", rims, "as uneven_rim_share"},
    MeasuringConstant{"per_lung_in_rim_share", &C::per_lung_in_rim_share, "half squared residuals",
                      "the price per share", rims, "as uneven_rim_share"},
    MeasuringConstant{
        "wide_rim_mm", &C::wide_rim_mm, "mm",
        "a rim as wide, and two slices wide, is no blur: that it is uneven is not priced (0.3 mm up and down)",
        "the part-solid nodule of the Lesion Sizing Toolkit, spiculated, whose rim has 3.1 to 4.1 mm",
        "large part-solid nodules called solid"},
    MeasuringConstant{"kind_is_close", &C::kind_is_close, "half squared residuals",
                      "another kind that explains the image within this is flagged attenuation_uncertain", method,
                      "the flag alone"},
    MeasuringConstant{"cell_mm", &C::cell_mm, "mm", "voxels smaller than this are taken together for the whole body",
                      method, "time; outlines on slices under 0.5 mm"},
    MeasuringConstant{"soft_tissue_hu", &C::soft_tissue_hu, "HU",
                      "density whose middle with lung is the outline of a whole body, however dense that is",
                      "lung window of the readers", "volume of calcified nodules"},
    MeasuringConstant{"click_mm", &C::click_mm, "mm", "how far from a click something dense may lie", method,
                      "refusals of clicks beside a nodule"},
    MeasuringConstant{"inner_share", &C::inner_share, "of the radius",
                      "how far out a click may lie in an outline that was centred anew", method,
                      "outlines of what lies beside a small nodule, against two answers by two clicks"},
    MeasuringConstant{"thinnest_mm", &C::thinnest_mm, "mm",
                      "radius of the ball that opens small bodies: thinner vessels are cut off", lidc,
                      "volume beside vessels, against thin lobes lost"},
    MeasuringConstant{"thinnest_share", &C::thinnest_share, "of the thickness", "the same for large bodies", lidc,
                      "long axis of spiculated bodies"},
    MeasuringConstant{"parted_share", &C::parted_share, "of the thickness",
                      "a body is parted from the wall where its neck is thinner than this", method,
                      "nodules on a wide base"},
    MeasuringConstant{"least_mm", &C::least_mm, "mm", "radius below which a body is no region of its own", geometry,
                      "none on volumes: small ones are measured by the model"},
    MeasuringConstant{"widening_mm", &C::widening_mm, "mm", "added to the ball that widens the opened body again",
                      geometry, "roughness of the outline"},
    MeasuringConstant{"put_back_share", &C::put_back_share, "of the thickness",
                      "how far beyond the opened body what was cut off is put back", lidc,
                      "long axis: 0.25 makes bodies over 20 mm 1 mm shorter, 0.35 makes those of 12 mm 0.3 mm longer"},
    MeasuringConstant{"densest_hu", &C::densest_hu, "HU", "density from which a voxel counts as full", lidc,
                      "volume of calcified nodules"},
    MeasuringConstant{"outline_mm", &C::outline_mm, "mm", "how far outside voxels count by their share", geometry,
                      "volume by 2 %"},
    MeasuringConstant{"largest_mm", &C::largest_mm, "mm", "radius above which a body is no nodule",
                      "reach of the neighbourhood (24 mm)", "masses over 40 mm"},
    MeasuringConstant{"bone_hu", &C::bone_hu, "HU", "a body denser than this that goes on is a rib", phantom,
                      "clicks beside a rib: refused, or the rib measured"},
    MeasuringConstant{"most_cut_share", &C::most_cut_share, "of the surface",
                      "a body of which more is cut surface is not parted", method, "nodules on a wide base"},
    MeasuringConstant{"doubtful_cut_share", &C::doubtful_cut_share, "of the surface",
                      "a body of which more is cut surface may be the wall", phantom,
                      "nodules on the pleura in noisy scans"},
    MeasuringConstant{"wall_over_nodule", &C::wall_over_nodule, "times",
                      "a smooth outline at the click that is smaller by this is the nodule, not such a body", phantom,
                      "as doubtful_cut_share"},
    MeasuringConstant{"wall_neck_mm", &C::wall_neck_mm, "mm",
                      "radius from which a neck that was cut is the wall: flag touches_pleura", method,
                      "the flag, and calcification beside bone"},
    MeasuringConstant{"mixed_from_mm", &C::mixed_from_mm, "mm", "radius from which the region has a say", lidc,
                      "volumes at 7 to 9 mm"},
    MeasuringConstant{"mixed_to_mm", &C::mixed_to_mm, "mm", "… and its full one", lidc, "as mixed_from_mm"},
    MeasuringConstant{"alone_from_mm", &C::alone_from_mm, "mm", "radius from which the region alone is measured", lidc,
                      "time, and lobes of bodies over 16 mm"},
    MeasuringConstant{"alone_if_refused_mm", &C::alone_if_refused_mm, "mm",
                      "radius from which the region is measured where no smooth outline fits", method, "refusals"},
    MeasuringConstant{"dome_climb_mm", &C::dome_climb_mm, "mm",
                      "how far from a click the middle of a body on a wide base may lie", method,
                      "nodules on a wide base"},
    MeasuringConstant{"dome_least_mm", &C::dome_least_mm, "mm", "least radius of a ball in such a body", method,
                      "as dome_climb_mm"},
    MeasuringConstant{"dome_lung_share", &C::dome_lung_share, "of the directions",
                      "that must meet lung: a plane wall shows less than a third", geometry,
                      "clicks in the wall that are refused"},
    MeasuringConstant{"dome_reach", &C::dome_reach, "of the thickness", "radius of the ball that cuts it from its base",
                      method, "volumes on a wide base, within their interval"},
    MeasuringConstant{"soft_from", &C::soft_from, "of the scan's blur",
                      "a solid nodule's outline softer than this is tissue that thins out", blur_seen,
                      "volumes of small solid nodules"},
    MeasuringConstant{"soft_share", &C::soft_share, "of what is softer",
                      "how far outside half the density the outline of a soft nodule is drawn, as readers draw it",
                      lidc, "volumes of small solid nodules: 0.1 is about 3 % at 6 mm"},
    MeasuringConstant{"soft_most_mm", &C::soft_most_mm, "mm", "the most of it", method, "as soft_share"},
    MeasuringConstant{"dense_body_hu", &C::dense_body_hu, "HU",
                      "a body denser than this is outlined where soft tissue would be, as readers see it", lidc,
                      "volumes of small calcified nodules"},
    MeasuringConstant{
        "dense_share", &C::dense_share, "of the way",
        "how far its outline is moved there: a plane surface would be moved all the way, a small ball less", lidc,
        "volumes of small calcified nodules"},
    MeasuringConstant{"outline_wider_mm", &C::outline_wider_mm, "mm",
                      "readers draw an outline up to this outside half the density: widens the interval upwards", lidc,
                      "share of intervals that hold the readers' mean"},
    MeasuringConstant{"outline_narrower_mm", &C::outline_narrower_mm, "mm", "… and this inside: downwards", lidc,
                      "as outline_wider_mm"},
    MeasuringConstant{"outline_wider_share", &C::outline_wider_share, "of the radius",
                      "the most of both, for small bodies", method, "width of the interval under 6 mm"},
    MeasuringConstant{"region_error", &C::region_error, "of the logarithm", "standard deviation of a region's volume",
                      "the same nodules on a grid shifted by half a voxel", "width of the interval"},
    MeasuringConstant{"region_error_per_cut", &C::region_error_per_cut, "of the logarithm",
                      "… more per share of its surface that was cut", lidc, "width of the interval"},
    MeasuringConstant{"dome_error", &C::dome_error, "of the logarithm", "… more for a body on a wide base", method,
                      "width of the interval"},
    MeasuringConstant{"too_small_mm", &C::too_small_mm, "mm",
                      "mean diameter under which kind and growth cannot be told: flag too_small_to_tell",
                      "Fleischner Society 2017: micronodules are under 3 mm", "the flag alone"},
};

}  // namespace

std::span<const MeasuringConstant> measuring_constants()
{
    return table;
}

std::string measuring_method_json()
{
    const MeasuringConstants values;
    std::string text =
        "{\n  \"id\": \"measuring\",\n  \"version\": 2,\n  \"page\": \"docs/methods/measuring.md\",\n"
        "  \"constants\": [\n";
    for (const MeasuringConstant& c : table) {
        text += std::string("    { \"name\": \"") + c.name + "\", \"value\": " + text_of(values.*c.value) +
                ", \"unit\": \"" + c.unit + "\",\n      \"meaning\": \"" + c.meaning + "\",\n      \"origin\": \"" +
                c.origin + "\",\n      \"sensitivity\": \"" + c.sensitivity + "\" }";
        text += &c == &table.back() ? "\n" : ",\n";
    }
    return text + "  ]\n}\n";
}

MeasuringMethod measuring_method()
{
    return {"measuring", 2, sha256_of(measuring_method_json())};
}

}  // namespace nodtrack::imaging
