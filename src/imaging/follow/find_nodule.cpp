#include "find_nodule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "../loaded_ct.hpp"
#include "../measured_seed.hpp"
#include "../nodule/vector3.hpp"

namespace nodtrack::imaging {
namespace {

constexpr double unmeasured_radius_mm = 3;
constexpr double least_reach_mm = 2.5;
constexpr double most_reach_mm = 10;
constexpr double clearly_alike = 0.85;
constexpr double good_enough = 0.97;  // no other click is tried

bool is_measured(const SeedMeasurement& measurement)
{
    return measurement.values.status == MeasurementStatus::measured && measurement.values.shape &&
           measurement.values.density;
}

bool is_on_pleura(const SeedMeasurement& measurement)
{
    const auto& flags = measurement.values.flags;
    return std::any_of(flags.begin(), flags.end(),
                       [](const std::string& each) { return each.starts_with(flag::touches_pleura); });
}

double radius_mm(const SeedMeasurement& measurement)
{
    return std::cbrt(measurement.values.shape->volume_mm3 * 0.75 / std::numbers::pi);
}

/// The evidence for what was measured at a place.
FollowEvidence evidence_for(const RegisteredCts& scans, const FoundNodule& found, const Patch& patch,
                            const Likeness& best, const SeedMeasurement& current)
{
    FollowEvidence evidence;
    evidence.sd_mm = found.prediction.sd_mm;
    evidence.radius_mm = found.radius_mm;
    evidence.alike = best;
    evidence.there = best;
    evidence.off_mm = best.shift_length_mm;
    evidence.measured = is_measured(current);
    if (!evidence.measured) return evidence;
    const Vector3 off = difference(current.values.shape->center_mm, found.prediction.position_mm);
    evidence.off_mm = length(off);
    // Where its centre lies elsewhere than the most alike place, what is there must be alike, too.
    if (length(difference(off, best.shift_mm)) > 1.5)
        evidence.there = likeness(scans.current().loaded().volume, patch, off);
    if (found.prior_trusted) {
        evidence.log_volume_ratio = std::log(current.values.shape->volume_mm3 / found.prior.values.shape->volume_mm3);
        evidence.same_attenuation = current.values.density->attenuation == found.prior.values.density->attenuation;
    }
    return evidence;
}

/// How far a centre lies from a click, beyond what thick slices leave open: across them it is known to half a slice.
double off_beyond_slices(const CtVolume& ct, const Vector3& off_mm)
{
    const std::size_t axis = axial_axis(ct.grid);
    const double open_mm = 0.5 * std::max(0.0, ct.grid.spacing_mm[axis] - ct.grid.spacing_mm[(axis + 1) % 3]);
    const double across = dot(off_mm, ct.grid.direction[axis]);
    const double taken = std::clamp(across, -open_mm, open_mm);
    return length(along(off_mm, ct.grid.direction[axis], -taken));
}

/// Whether a scan ends within a distance of a place, along one of its axes.
bool ends_within(const CtVolume& ct, const Vector3& place_mm, double distance_mm)
{
    for (const Vector3& axis : ct.grid.direction) {
        for (const double side : {-distance_mm, distance_mm}) {
            if (!value_at(ct, along(place_mm, axis, side))) return true;
        }
    }
    return false;
}

/// Whether an outline was drawn elsewhere than the place that looks the same.
bool is_elsewhere(const SeedMeasurement& measured, const Vector3& alike_mm, double radius_mm)
{
    return is_measured(measured) &&
           length(difference(measured.values.shape->center_mm, alike_mm)) > 0.8 + 0.4 * radius_mm;
}

/// The centre of the outline; where that was drawn elsewhere than a place that is clearly the same, that place.
Vector3 place_of(const SeedMeasurement& measured, const Vector3& alike_mm, const Likeness& alike, double radius_mm)
{
    if (!is_measured(measured)) return alike_mm;
    const bool looks = is_elsewhere(measured, alike_mm, radius_mm) && alike.correlation > clearly_alike;
    return looks ? alike_mm : measured.values.shape->center_mm;
}

/// The kind that explains both scans best, where one explains both nearly as well as the best kind of each: small
/// part-solid nodules look solid or ground-glass now and then, and to measure one scan so and the other otherwise
/// makes growth of nothing. Absent where the nodule seems to have changed its kind.
std::optional<AttenuationClass> kind_on_both(const std::vector<KindCost>& prior, const std::vector<KindCost>& current)
{
    constexpr double has_changed = 40;
    std::optional<AttenuationClass> best;
    double least = has_changed;
    for (const KindCost& before : prior) {
        for (const KindCost& after : current) {
            const double cost = before.more_unexplained + after.more_unexplained;
            if (before.kind != after.kind || cost >= least) continue;
            least = cost;
            best = before.kind;
        }
    }
    return best;
}

/// Measures both scans again as one kind; ground glass then with one density, which its size depends on.
void measure_as_one(const RegisteredCts& scans, const MeasuredSeed& prior, const MeasuredSeed& current,
                    const Seed& there, FoundNodule& found)
{
    const auto kind = kind_on_both(prior.kinds, current.kinds);
    if (!kind) return;
    MeasuredSeed before = measure_seed_as(scans.prior(), found.nodule, KnownNodule{*kind, std::nullopt});
    MeasuredSeed after = measure_seed_as(scans.current(), there, KnownNodule{*kind, std::nullopt});
    if (*kind != AttenuationClass::solid) {
        const KnownNodule known{*kind, 0.5 * (before.body_hu + after.body_hu)};
        before = measure_seed_as(scans.prior(), found.nodule, known);
        after = measure_seed_as(scans.current(), there, known);
    }
    if (!is_measured(before.measurement) || !is_measured(after.measurement)) return;
    found.prior = std::move(before.measurement);
    found.current = std::move(after.measurement);
}

}  // namespace

double probability_of_same(const FollowEvidence& e)
{
    const auto chance = [](double x) { return 1 / (1 + std::exp(-x)); };
    // Seen from the registration's error, and from how far a centre moves when the outline is drawn anew.
    const double tolerated = e.sd_mm + 0.3 + 0.15 * e.radius_mm;
    // Near its estimate the registration's error is as of a normal distribution; far off, where the estimate itself is
    // wrong, it is not.
    const auto strangeness = [](double off) { return off < 2 ? 0.5 * off * off : std::min(2 * off - 2, 8.0); };
    const double shifted = e.alike.shift_length_mm / tolerated;
    const double by_looks = chance(
        -8.5 + 14 * std::max(0.0, e.alike.correlation) * std::clamp(e.alike.present, 0.0, 1.0) - strangeness(shifted));
    if (!e.measured) return by_looks;
    // What is a vessel or a scar in place of a nodule is smaller and has lost mass; growth speaks against little.
    const double off = e.off_mm / tolerated;
    const double mass = std::log(std::clamp(e.there.present, 0.05, 5.0));
    const double volume = std::clamp(e.log_volume_ratio, -2.5, 2.5);
    const double by_outline = chance(5.5 - strangeness(off) - (mass < 0 ? -3.2 * mass : 1.0 * mass) -
                                     (volume < 0 ? -2.1 * volume : 0.7 * volume) - (e.same_attenuation ? 0.0 : 1.2) -
                                     4.0 * std::max(0.0, 0.6 - e.there.correlation));
    return std::max(by_looks, by_outline);
}

FoundNodule find_nodule(const RegisteredCts& scans, const Seed& nodule, std::span<const Seed> candidates)
{
    const CtVolume& prior = scans.prior().loaded().volume;
    const CtVolume& current = scans.current().loaded().volume;
    FoundNodule found;
    found.nodule = nodule;
    const MeasuredSeed on_prior = measure_seed_as(scans.prior(), nodule, std::nullopt);
    found.prior = on_prior.measurement;
    found.center_mm = nodule.position_mm;
    found.radius_mm = unmeasured_radius_mm;
    if (is_measured(found.prior)) {
        const double radius = radius_mm(found.prior);
        const Vector3& center = found.prior.values.shape->center_mm;
        // A click lies in the inner part of its nodule; an outline centred elsewhere is that of a vessel beside it.
        found.prior_trusted = off_beyond_slices(prior, difference(center, nodule.position_mm)) <
                              std::max(0.35 * radius + 0.6, radius - 1.5);
        if (found.prior_trusted) {
            found.center_mm = center;
            found.radius_mm = radius;
        }
    }
    found.prediction = scans.registration().predict(found.center_mm);
    found.place_mm = found.prediction.position_mm;
    found.in_image = value_at(current, found.place_mm).has_value();
    if (!found.in_image) return found;

    const Patch patch = patch_of(prior, scans.registration(), found.center_mm, found.radius_mm,
                                 found.prior_trusted ? found.prior.mask : NoduleMask{}, is_on_pleura(found.prior));
    const double sd = found.prediction.sd_mm;
    const double reach = std::clamp(3 * sd, least_reach_mm, most_reach_mm);
    const Likeness best = most_alike(current, patch, reach, sd);
    found.near_edge = ends_within(current, found.place_mm, reach + found.radius_mm);

    std::vector<Vector3> places = {sum(found.prediction.position_mm, best.shift_mm)};
    const Vector3& predicted = found.prediction.position_mm;
    places.push_back(predicted);
    const double aside = std::max(0.8, 0.4 * found.radius_mm);
    for (std::size_t a = 0; a < 3; ++a) {
        for (const double side : {-aside, aside}) {
            Vector3 place = places.front();
            place[a] += side;
            places.push_back(place);
        }
    }
    for (const Seed& candidate : candidates) {
        const double off = length(difference(candidate.position_mm, predicted));
        if (off < reach + found.radius_mm + 2) places.push_back(candidate.position_mm);
    }
    Seed seed_there;
    MeasuredSeed on_current;
    for (const Vector3& place : places) {
        const Seed seed{nodule.nodule_id, place};
        const MeasuredSeed tried = measure_seed_as(scans.current(), seed, std::nullopt);
        const SeedMeasurement& measured = tried.measurement;
        const FollowEvidence evidence = evidence_for(scans, found, patch, best, measured);
        const double probability = probability_of_same(evidence);
        const double better = is_measured(measured) ? 0.02 : 0;  // of two equal ones, the measured
        if (found.current && probability + better <= found.probability + (is_measured(*found.current) ? 0.02 : 0))
            continue;
        found.evidence = evidence;
        found.probability = probability;
        found.outline_elsewhere = is_elsewhere(measured, sum(predicted, best.shift_mm), found.radius_mm);
        // Without an outline on the prior scan, an outline on the current one is no nearer to the truth than the looks.
        found.place_mm = !found.prior_trusted && best.correlation > clearly_alike
                             ? sum(predicted, best.shift_mm)
                             : place_of(measured, sum(predicted, best.shift_mm), best, found.radius_mm);
        seed_there = seed;
        on_current = tried;
        found.current = measured;
        if (is_measured(*found.current) && !found.outline_elsewhere && probability > good_enough) break;
    }
    if (found.probability > 0.5 && found.prior_trusted && is_measured(*found.current))
        measure_as_one(scans, on_prior, on_current, seed_there, found);
    return found;
}

}  // namespace nodtrack::imaging
