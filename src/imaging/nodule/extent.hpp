#pragma once

#include "../diameters.hpp"
#include "nodule_model.hpp"

namespace nodtrack::imaging {

/// How large a model's nodule is.
struct Extent {
    double volume_mm3 = 0;                ///< of the body in front of the pleura
    double core_volume_mm3 = 0;           ///< of the core inside the body; 0 without one
    double pleural_share = 0;             ///< of the directions from the centre, ending at the pleura
    std::vector<double> volume_gradient;  ///< by the model's parameters
};

Extent extent_of(const NoduleModel& model);

/// Long and short axis on the axial section (across the third axis) of the greatest area.
SliceDiameters section_diameters(const NoduleModel& model);

}  // namespace nodtrack::imaging
