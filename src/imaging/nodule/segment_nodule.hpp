#pragma once

#include <nodtrack/imaging/mask_measurement.hpp>
#include <string>

#include "body_region.hpp"
#include "edge_spread.hpp"
#include "nodule_model.hpp"

namespace nodtrack::imaging {

/// How well a kind of nodule explains the image: 0 the best of all, else how much worse than that.
struct KindCost {
    AttenuationClass kind = AttenuationClass::solid;
    double more_unexplained = 0;  ///< half squared residuals in units of noise, as of voxels that are independent
};

/// What is known of a nodule from another scan.
struct KnownNodule {
    AttenuationClass kind = AttenuationClass::solid;
    std::optional<double> glass_hu;  ///< density of its ground glass, to some 30 HU
};

/// A nodule as found from a click.
struct Segmentation {
    Neighbourhood image;
    NoduleModel model;
    AttenuationClass attenuation = AttenuationClass::solid;
    double noise_hu = 0;
    double attached_share = 0;            ///< of the outline, hidden by vessels and the like
    double misfit = 0;                    ///< mean residual inside over the nodule's contrast
    std::vector<double> volume_gradient;  ///< of the volume in mm3, by the model's parameters
    double volume_mm3 = 0;
    double volume_sd_mm3 = 0;    ///< by the noise alone
    double core_volume_mm3 = 0;  ///< of the solid part, where part-solid
    /// Volumes by the other hypotheses that the image does not rule out.
    std::vector<double> other_volumes_mm3;
    std::vector<KindCost> kinds;       ///< of the kinds that are possible here
    double pleural_share = 0;          ///< of the directions from the centre, ending at the pleura
    std::optional<BodyRegion> region;  ///< the body voxel by voxel, where it was parted from what is round it
    double region_weight = 0;          ///< 0: size by the model, 1: by the region
    bool kind_is_close = false;        ///< another kind explains the image nearly as well
    double length_weight = 0;          ///< how far a longer region makes the axis longer
};

/// Why there is none. `code` is one of `nodtrack::imaging::flag`, `detail` says it in words.
struct SegmentationRefusal {
    std::string code;
    std::string detail;
};

/// Finds the nodule at a click, which need not be its centre. `index` counts voxels of the volume and need not be
/// whole.
///
/// Solid, ground-glass and part-solid bodies are fitted side by side, each a blurred body of even density in lung,
/// beside the pleura where there is one near; the one that explains the voxels best, with the least assumed, is
/// taken. With `known`, the best of that kind, where one is possible. A vessel that passes a small nodule is fitted
/// with it.
tl::expected<Segmentation, SegmentationRefusal> segment_nodule(const CtVolume& ct, const EdgeSpread& spread,
                                                               const Vector3& index,
                                                               const std::optional<KnownNodule>& known = std::nullopt);

}  // namespace nodtrack::imaging
