#include "nodtrack/tracker/image_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nodtrack::tracker {
namespace {

using imaging::MaskMeasurement;

// What a difference in how scans are made does to a volume is not settled in the sources; these are of the size that
// studies with phantoms tell of, stated as sd of ln(volume), and only ever widen an interval.
constexpr double kernel_sd = 0.05;
constexpr double contrast_sd = 0.03;
constexpr double slice_sd = 0.10;
constexpr double inspiration_sd = 0.05;

constexpr double same_slice_mm = 0.05;
constexpr double same_lung_share = 0.15;  // of aerated volume, between two breaths held in

Length length_of(double mm)
{
    return Length::from_thousandths(std::llround(mm * 1000.0));
}

Volume volume_of(double mm3)
{
    return Volume::from_thousandths(std::llround(mm3 * 1000.0));
}

/// Slices overlap or leave gaps: the header's thickness is what blurs, where it is known.
double slice_mm(const imaging::Ct& ct)
{
    const double spacing = ct.axial_spacing_mm();
    return std::max(spacing, ct.facts().slice_thickness_mm.value_or(spacing));
}

std::optional<Date> date_of(const imaging::Ct& ct)
{
    const std::string& text = ct.facts().scan_date;
    if (text.size() != 8) return std::nullopt;
    return Date::parse(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2));
}

void compare_dates(Comparability& scans, const imaging::Ct& prior, const imaging::Ct& current)
{
    const auto before = date_of(prior);
    const auto after = date_of(current);
    scans.prior_date = Date::from_days(0);
    scans.current_date = Date::from_days(1);
    if (!before || !after) return;
    if (*before < *after) {
        scans.prior_date = *before;
        scans.current_date = *after;
    } else if (*after < *before) {
        scans.flags.emplace_back(
            "dates_reversed: the header of the prior scan has the later date; changes are told from "
            "the scan given first to the one given second");
    }
}

double half_width(double middle, double edge)
{
    return std::abs(std::log(middle / edge));
}

assess::GrowthState state_of(growth::Change change)
{
    switch (change) {
        case growth::Change::decreased:
            return assess::GrowthState::decreased;
        case growth::Change::possible_growth:
            return assess::GrowthState::possible_growth;
        case growth::Change::unequivocal_growth:
            return assess::GrowthState::unequivocal_growth;
        case growth::Change::stable:
            break;
    }
    return assess::GrowthState::stable;
}

bool is_hard_to_compare(const Comparability& scans, const growth::Limits& limits)
{
    return scans.added_volume_sd > 0 || std::max(scans.prior_slice, scans.current_slice) > limits.volume_slice_at_most;
}

growth::SizeReading reading_of(const MaskMeasurement& measurement, Date date, Length slice)
{
    return {.date = date,
            .long_axis = length_of(measurement.shape->long_axis_mm),
            .short_axis = length_of(measurement.shape->short_axis_mm),
            .volume = volume_of(measurement.shape->volume_mm3),
            .volume_method = measurement.shape->volume_method,
            .slice_thickness = slice};
}

}  // namespace

Comparability comparability_of(const imaging::RegisteredCts& scans, const growth::Limits& limits)
{
    Comparability answer;
    const imaging::ScanFacts& prior = scans.prior().facts();
    const imaging::ScanFacts& current = scans.current().facts();
    double variance = 0;
    const auto differs = [&](double sd, std::string flag) {
        variance += sd * sd;
        answer.flags.push_back(std::move(flag));
    };
    compare_dates(answer, scans.prior(), scans.current());

    const double before = slice_mm(scans.prior());
    const double after = slice_mm(scans.current());
    answer.prior_slice = length_of(before);
    answer.current_slice = length_of(after);
    if (std::abs(before - after) > same_slice_mm)
        differs(slice_sd, fmt::format("slice_thickness_differs: {:.2f} and {:.2f} mm", before, after));
    const Length thickest = std::max(answer.prior_slice, answer.current_slice);
    if (thickest > limits.volume_slice_at_most)
        answer.flags.push_back(
            fmt::format("thick_slices: {:.2f} mm; volumes serve for growth only up to {:.2f} mm, so diameters decide",
                        thickest.in_units(), limits.volume_slice_at_most.in_units()));
    if (prior.kernel != current.kernel && !prior.kernel.empty() && !current.kernel.empty()) {
        differs(kernel_sd, "kernel_differs: " + prior.kernel + " and " + current.kernel);
    } else if (prior.kernel.empty() != current.kernel.empty()) {
        differs(kernel_sd, "kernel_not_known: one of the scans does not say with which kernel it was made");
    }
    const bool contrast_before = prior.iv_contrast == IvContrast::given;
    if (contrast_before != (current.iv_contrast == IvContrast::given))
        differs(contrast_sd, std::string("contrast_differs: IV contrast is noted on the ") +
                                 (contrast_before ? "prior" : "current") + " scan only");
    if (!prior.patient_code.empty() && !current.patient_code.empty() && prior.patient_code != current.patient_code)
        answer.flags.emplace_back(
            "patient_ids_differ: the headers of both scans bear different Patient IDs; make sure that they are of one "
            "patient");
    const double lungs = scans.lung_volume_ratio();
    if (std::abs(std::log(lungs)) > std::log(1 + same_lung_share))
        differs(inspiration_sd,
                fmt::format("lung_volume_differs: {:+.0f} % of aerated lung; breathed in to another depth, "
                            "or lung was lost",
                            100 * (lungs - 1)));
    answer.covered_lung_share = scans.covered_lung_share();
    answer.covers_lungs = scans.covers_lungs();
    if (!answer.covers_lungs)
        answer.flags.push_back(
            fmt::format("covers_part: {:.0f} % of the lungs that the prior CT shows lie on the current one",
                        100 * answer.covered_lung_share));
    if (!scans.agree())
        answer.flags.push_back(
            fmt::format("registration_doubtful: {:.0f} % of what is to be seen in the prior lungs is found again; make "
                        "sure that both "
                        "CTs are of one patient and show the same part of the chest",
                        100 * scans.agreement()));
    answer.added_volume_sd = std::sqrt(variance);
    return answer;
}

ImageChange change_of(const imaging::FollowedNodule& nodule, const Comparability& scans, const growth::Limits& limits)
{
    ImageChange change;
    const bool found = nodule.status == imaging::FollowStatus::found && nodule.current && nodule.current->shape &&
                       nodule.prior.shape && !nodule.is_outline_doubtful;
    if (!found) return change;
    const auto& prior = *nodule.prior.shape;
    const auto& current = *nodule.current->shape;
    const double ratio = current.volume_mm3 / prior.volume_mm3;
    const double added = 1.96 * scans.added_volume_sd;
    const auto before = prior.repeated_volume_ci95_mm3.value_or(prior.volume_ci95_mm3);
    const auto now = current.repeated_volume_ci95_mm3.value_or(current.volume_ci95_mm3);
    const double down =
        std::hypot(half_width(current.volume_mm3, now[0]), half_width(prior.volume_mm3, before[1]), added);
    const double up =
        std::hypot(half_width(current.volume_mm3, now[1]), half_width(prior.volume_mm3, before[0]), added);
    change.volume_change_percent = 100 * (ratio - 1);
    change.change_ci95_percent = {100 * (ratio * std::exp(-down) - 1), 100 * (ratio * std::exp(up) - 1)};

    const auto comparison =
        growth::compare(reading_of(nodule.prior, scans.prior_date, scans.prior_slice),
                        reading_of(*nodule.current, scans.current_date, scans.current_slice), limits);
    change.growth_state = state_of(comparison.change);
    const bool other_kind = nodule.prior.density && nodule.current->density &&
                            nodule.prior.density->attenuation != nodule.current->density->attenuation;
    if (is_hard_to_compare(scans, limits) && comparison.is_growth() &&
        ((*change.change_ci95_percent)[0] <= 0 || other_kind)) {
        change.growth_state = assess::GrowthState::stable;
        change.flags.emplace_back(
            "change_within_error: the scans were made differently or have thick slices, and what seems growth may be "
            "that; compare with a scan made alike");
    } else if (comparison.methods_disagree) {
        change.flags.emplace_back("methods_disagree: by diameter it has grown, by volume it has not; measure again");
    }
    if (other_kind)
        change.flags.emplace_back("attenuation_differs: the nodule's class is another one than on the prior scan");
    return change;
}

}  // namespace nodtrack::tracker
