#pragma once

#include <array>
#include <nodtrack/assess/catalogue.hpp>
#include <nodtrack/growth/comparison.hpp>
#include <nodtrack/imaging/follow.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nodtrack::tracker {

/// What two scans have, or have not, in common, as far as sizes measured on both depend on it. Each flag begins with
/// a code: `slice_thickness_differs`, `thick_slices`, `kernel_differs`, `kernel_not_known`, `contrast_differs`,
/// `lung_volume_differs`, `dates_reversed`, `patient_ids_differ`.
struct Comparability {
    std::vector<std::string> flags;
    /// Relative standard deviation that the differences add to a volume change.
    double added_volume_sd = 0;
    double covered_lung_share = 1;  ///< of the prior scan's lungs, on the current scan
    bool covers_lungs = true;       ///< all of them, but for what breath moves
    Length prior_slice;
    Length current_slice;
    Date prior_date;
    Date current_date;
};

/// Compares how two scans were made. Where a scan has no date, they are taken as a day apart: growth states depend
/// on the order alone.
Comparability comparability_of(const imaging::RegisteredCts& scans, const growth::Limits& limits);

/// How a nodule has changed from one scan to the next.
struct ImageChange {
    std::optional<double> volume_change_percent;
    std::optional<std::array<double, 2>> change_ci95_percent;
    std::optional<assess::GrowthState> growth_state;
    std::vector<std::string> flags;
};

/// The change of a followed nodule; empty unless it was found and measured on both scans. The interval follows from
/// those of both volumes, and is wider where the scans are hard to compare; the growth state is `growth::compare`'s,
/// which leaves volumes out where slices are thick. Between scans made differently or of thick slices its limits do not
/// hold: there growth is told only where that interval leaves no room for none, and the kind is the same; else the
/// state is stable, flagged `change_within_error`.
ImageChange change_of(const imaging::FollowedNodule& nodule, const Comparability& scans, const growth::Limits& limits);

}  // namespace nodtrack::tracker
