#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/domain/vocabulary.hpp"

namespace nodtrack::growth {

/// A percentage held as whole thousandths of a percent.
struct Percent {};
using Percentage = Quantity<Percent>;

/// The smallest volume increase that is beyond measurement error, at one nodule diameter.
struct VolumeLimit {
    Length diameter;   ///< of the sphere with the prior volume
    Percentage limit;  ///< increase in percent of the prior volume
};

/// Every number that a comparison of two measurements uses. All come from the policy file.
struct Limits {
    Length caliper_growth;         ///< diameter change at which growth is unequivocal, thin slices
    Length possible_growth_above;  ///< diameter increase above which growth is possible
    Length thick_slice_above;      ///< slices thicker than this widen the diameter limit to the slice thickness
    Length thick_slice_cap;        ///< but never beyond this
    Length volume_slice_at_most;   ///< volumes are compared only on slices up to this thickness
    /// Volume increase from which growth is possible, in thousandths of the limit for unequivocal growth.
    std::int64_t possible_volume_growth_permille = 0;
    /// Policies before 1.1.0 state these as fixed percentages instead; a decrease is a positive number.
    std::optional<Percentage> fixed_possible_volume_growth;
    std::optional<Percentage> fixed_volume_decrease;
    std::vector<VolumeLimit> volume_limits;  ///< by rising diameter; linear between
    Percentage volume_limit_below_first;     ///< below the first diameter of `volume_limits`
    Length caliper_change_limit95;           ///< 95 % limit of a diameter change between two readings
    Length caliper_sd;                       ///< standard deviation of one diameter reading
    Length solid_component_growth;           ///< increase of the solid component from which growth is unequivocal
};

/// The sizes of one nodule on one scan.
struct SizeReading {
    Date date;
    Length long_axis;
    std::optional<Length> short_axis;
    std::optional<Volume> volume;
    std::optional<VolumeMethod> volume_method;
    std::optional<Length> slice_thickness;
};

/// How dense one nodule looks on one scan.
struct DensityReading {
    std::optional<Length> solid_component;
    std::optional<AttenuationClass> attenuation;
    std::optional<Calcification> calcification;
    std::optional<IvContrast> iv_contrast;  ///< of the scan
};

enum class Change : std::uint8_t { stable, decreased, possible_growth, unequivocal_growth };

/// What two readings of one nodule say, and by what.
struct Comparison {
    Change change = Change::stable;
    Change caliper_change = Change::stable;
    std::optional<Change> volume_change;  ///< present where volumes are comparable
    bool methods_disagree = false;        ///< calipers unequivocal, volume not: measure again
    bool unstated_volume_rose = false;    ///< volumes rose by the limit, but a thickness or a method is not stated
    bool rose = false;                    ///< the quantity that serves for doubling time rose
    Change size_change = Change::stable;  ///< by the sizes alone, density left aside
    bool denser = false;                  ///< density alone gave, or raised, the change

    Length long_axis_change;
    std::optional<std::int64_t> mean_diameter_change_half_micrometres;  ///< where both scans have both axes
    Length caliper_threshold;                                           ///< limit for unequivocal diameter change
    std::optional<double> volume_change_percent;
    std::optional<Percentage> volume_threshold;
    std::optional<double> doubling_time_days;  ///< only for a growth state without disagreement, and only if it rose

    bool is_growth() const { return change == Change::possible_growth || change == Change::unequivocal_growth; }
};

/// Compares the sizes of `current` with an earlier reading. Never rounds a size. Precondition: `prior.date <
/// current.date`. Source: decision table, section 1, "Comparing with one prior" (O-01, O-02, O-03, O-05, O-06, O-09,
/// O-12).
Comparison compare(const SizeReading& prior, const SizeReading& current, const Limits& limits);

/// Raises the change where the nodule became denser: by its solid component, by its attenuation, or, in a primary whose
/// metastases calcify, by new calcification. Source: decision table, section 1, "Denser" (O-72).
void consider_density(const DensityReading& prior, const DensityReading& current, bool calcifying_primary,
                      const Limits& limits, Comparison& comparison);

/// The increase, in percent of the prior volume, beyond which growth is unequivocal for a nodule of this prior volume.
/// The diameter is that of the sphere of equal volume, rounded half up to 0.1 mm.
Percentage volume_limit(Volume prior, const Limits& limits);

/// The increase from which growth is possible, in percent of the prior volume, and the fall (a positive number) from
/// which it is a decrease; in thousandths of a percent, rounded up.
Percentage possible_volume_growth(Percentage unequivocal, const Limits& limits);
Percentage volume_decrease(Percentage unequivocal, const Limits& limits);

/// Diameter in millimetres of the sphere with this volume.
double sphere_diameter_mm(Volume volume);

}  // namespace nodtrack::growth
