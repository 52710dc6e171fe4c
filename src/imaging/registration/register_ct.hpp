#pragma once

#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/measure_mask.hpp>
#include <string>
#include <vector>

#include "../ct_volume.hpp"
#include "field.hpp"
#include "refine.hpp"

namespace nodtrack::imaging {

/// Where a place of the prior scan lies on the current one.
struct Prediction {
    Vector3 position_mm{};
    double sd_mm = 0;      ///< of each coordinate, estimated from how well the scans agree there
    double agreement = 1;  ///< share of the structure around that is found again, 0 to 1
    bool in_lung = true;   ///< the place lies in the lungs of the prior scan, or at their surface
};

/// Two scans of one patient, laid on each other inside the lungs.
struct Registration {
    DeformationField field;  ///< trilinear between its nodes
    ControlGrid agreement_nodes;
    Agreement agreement_of_nodes;
    double prior_lung_mm3 = 0;  ///< aerated
    double current_lung_mm3 = 0;
    double covered_share = 1;  ///< of the prior scan's lungs, on the current scan
    double agreement = 1;      ///< the median over the nodes in the lungs

    Prediction predict(const Vector3& prior_mm) const;
};

/// Registers two CTs. Fails with `bad_input` where one shows no lung, or where they do not show the same chest.
Result<Registration> register_cts(const CtVolume& prior, const CtVolume& current, const Progress& progress);

}  // namespace nodtrack::imaging
