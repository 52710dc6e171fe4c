#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "edge_spread.hpp"
#include "first_sphere.hpp"
#include "measuring_constants.hpp"
#include "nodule_model.hpp"
#include "segment_nodule.hpp"
#include "setting.hpp"

namespace nodtrack::imaging {

/// One idea of what the nodule is.
struct Hypothesis {
    AttenuationClass kind = AttenuationClass::solid;
    std::unique_ptr<NoduleFit> fit;
    double unexplained = 0;
};

/// Everything that the hypotheses share.
struct Scene {
    const Neighbourhood& image;
    Vector3 click{};
    Lung lung;
    EdgeSpread spread;
    std::optional<PleuraSeen> pleura_seen;
    std::optional<Pleura> pleura;
    std::optional<Vessel> vessel;
    std::optional<double> glass_hu;  ///< known from another scan
    const MeasuringConstants& constants;
};

/// Whether the scan shows enough edges for its blur to be known.
bool knows_blur(const Scene& scene);

/// What may lie at the click, each idea fitted: solid, ground-glass, part-solid. A sphere is absent where nothing as
/// dense has an end.
std::vector<Hypothesis> hypotheses(const Scene& scene, const std::optional<FirstSphere>& dense_sphere,
                                   const std::optional<FirstSphere>& faint_sphere, double peak_hu);

/// How much of a nodule bone hides, of what is in front of the pleura.
double share_in_bone(const Neighbourhood& image, const NoduleModel& model);

/// The hypothesis that leaves least unexplained, all judged by the same voxels; null where none is possible.
Hypothesis* best_of(std::vector<Hypothesis>& list, const Scene& scene);

/// What each kind leaves more unexplained than the best of all.
std::vector<KindCost> kinds_of(const std::vector<Hypothesis>& list, double least);

/// The best of a kind; `otherwise` where there is none.
Hypothesis* best_as(std::vector<Hypothesis>& list, AttenuationClass kind, Hypothesis* otherwise);

}  // namespace nodtrack::imaging
