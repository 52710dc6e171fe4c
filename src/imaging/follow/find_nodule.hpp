#pragma once

#include <nodtrack/imaging/follow.hpp>

#include "patch.hpp"

namespace nodtrack::imaging {

/// What speaks for and against a place of the current scan being a nodule of the prior one.
struct FollowEvidence {
    Likeness alike;     ///< at the place that is most alike
    Likeness there;     ///< at the centre of what is measured
    double off_mm = 0;  ///< from the predicted place to the centre of what is measured
    double sd_mm = 0;   ///< of the prediction
    double log_volume_ratio = 0;
    double radius_mm = 0;   ///< of the prior nodule, as a sphere
    bool measured = false;  ///< on the current scan
    bool same_attenuation = false;
};

/// The probability that what is there is the nodule. Logistic; the weights were fitted on synthetic pairs with many
/// resolved nodules, and rounded.
double probability_of_same(const FollowEvidence& evidence);

/// What was found of one prior nodule.
struct FoundNodule {
    Seed nodule;
    SeedMeasurement prior;
    bool prior_trusted = false;  ///< measured, and around the click
    Vector3 center_mm{};         ///< on the prior scan
    double radius_mm = 3;
    Prediction prediction;
    bool in_image = true;
    bool near_edge = false;  ///< the current scan ends within the reach of the search
    std::optional<SeedMeasurement> current;
    Vector3 place_mm{};  ///< on the current scan
    FollowEvidence evidence;
    double probability = 0;
    bool outline_elsewhere = false;  ///< what is measured is not centred where it should be
};

/// Measures the nodule on the prior scan and looks for it on the current one: at the predicted place, where its patch
/// is most alike, and at the places given.
FoundNodule find_nodule(const RegisteredCts& scans, const Seed& nodule, std::span<const Seed> candidates);

}  // namespace nodtrack::imaging
