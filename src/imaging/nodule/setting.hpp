#pragma once

#include <optional>

#include "neighbourhood.hpp"
#include "pleura.hpp"

namespace nodtrack::imaging {

/// The lung round a click.
struct Lung {
    double hu = 0;
    double noise_hu = 0;
};

/// A place in a CT, and what lies round it.
struct Setting {
    Neighbourhood image;
    Vector3 place{};
    double here_hu = 0;
    std::optional<Lung> lung;  ///< absent where there is hardly any
};

/// What lies round a place, `index` in voxels of the volume.
Setting setting_at(const CtVolume& ct, const Vector3& index);

/// The mean of a place and six around it.
double local_mean(const Neighbourhood& image, const Vector3& place);

/// The brightest place within 1.6 mm of the click (a reader's click is seldom at the centre), clear of the pleura.
Vector3 brightest_near(const Neighbourhood& image, const Vector3& click, const std::optional<Pleura>& pleura);

}  // namespace nodtrack::imaging
