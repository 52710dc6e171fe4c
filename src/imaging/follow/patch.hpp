#pragma once

#include <nodtrack/imaging/ct.hpp>
#include <optional>
#include <vector>

#include "../ct_volume.hpp"
#include "../registration/register_ct.hpp"

namespace nodtrack::imaging {

/// The value between voxels (trilinear), HU; absent outside the image.
std::optional<float> value_at(const CtVolume& ct, const Vector3& position_mm);

/// Places of the prior scan in and around a nodule, what is seen there, and where the registration says they lie now.
struct Patch {
    std::vector<Vector3> predicted_mm;
    std::vector<float> hu;
    std::vector<float> inside;  ///< 1 in the nodule, 0 around it
    float around_hu = -850;     ///< of the lung around it
};

/// The nodule's patch: a ball of its radius and a margin. With `without_wall`, less what is dense round the nodule: the
/// chest wall, which the lung slides along.
Patch patch_of(const CtVolume& prior, const Registration& registration, const Vector3& center_mm, double radius_mm,
               const NoduleMask& mask, bool without_wall);

/// How a patch looks at a place of the current scan.
struct Likeness {
    Vector3 shift_mm{};  ///< away from the predicted place
    double shift_length_mm = 0;
    double correlation = 0;
    double present = 0;  ///< share of the nodule's mass (density above lung times volume) that is there
};

/// At one shift.
Likeness likeness(const CtVolume& current, const Patch& patch, const Vector3& shift_mm);

/// The most alike within `reach_mm`, a shift costing a little correlation.
Likeness most_alike(const CtVolume& current, const Patch& patch, double reach_mm, double sd_mm);

}  // namespace nodtrack::imaging
