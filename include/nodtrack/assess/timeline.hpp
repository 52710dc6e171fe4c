#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nodtrack/assess/catalogue.hpp"
#include "nodtrack/domain/record.hpp"
#include "nodtrack/growth/comparison.hpp"

namespace nodtrack::assess {

/// A row of a nodule on a seen scan: the scan's place in `Timeline::scans`, and the measurement's in the record.
struct NoduleRow {
    std::uint32_t rank = 0;
    std::uint32_t measurement = 0;
    bool of_examination = false;  ///< it is the nodule's row of its examination: what states and sizes go by
    bool before_index = false;    ///< dated before the index scan
};

/// The diagnostic CTs of one day. Source: decision table, section 1, Scans.
struct Examination {
    Date date;
    std::uint32_t preferred = 0;  ///< rank of its preferred scan, which names it
};

/// The index scan's measurement held against one earlier measurement.
struct PriorComparison {
    std::uint32_t row = 0;    ///< position in `NoduleTimeline::rows`
    bool comparable = false;  ///< old enough to be a comparable prior; else a younger measurement
    growth::Comparison comparison;
};

/// A size that is added to a row's: of a fragment of the nodule, or of a nodule that merged into it.
struct AddedSize {
    std::uint32_t row = 0;          ///< position in `NoduleTimeline::rows`
    std::uint32_t measurement = 0;  ///< position in the record
};

/// One nodule through time, as far as it is judged at the index scan.
struct NoduleTimeline {
    std::uint32_t nodule = 0;                        ///< position in `PatientRecord::nodule_ids`
    std::vector<NoduleRow> rows;                     ///< all rows on seen scans, oldest first
    std::optional<std::uint32_t> index_measurement;  ///< its row of the index examination
    std::optional<Length> size;                ///< long axis at the index scan, or the lower bound that serves for it
    std::uint32_t history_from_rank = 0;       ///< history: rows of examinations from this rank to before the index
    std::vector<PriorComparison> comparisons;  ///< oldest prior first

    GrowthState state = GrowthState::not_reported;
    GrowthState history_state = GrowthState::not_reported;
    std::optional<GrowthState> state_without_growth;        ///< "otherwise state": NEW or NO_PRIOR, beside growth
    std::optional<AttenuationClass> last_said_attenuation;  ///< at the index scan, else by the newest row that says it
    std::optional<Shape> last_said_shape;
    std::optional<Calcification> last_said_calcification;
    std::optional<Side> side;     ///< by the newest row that says it, else by the newest lobe
    std::optional<Length> creep;  ///< change of the long axis against the oldest comparable prior, where that is old
    bool only_rows_after_index = false;
    bool avid_since_resolved = false;            ///< an SUVmax above the cut-off since it was reported resolved
    bool suv_in_last_year = false;               ///< an SUVmax in the year before the index scan, or later
    std::optional<Date> pathology_malignant_on;  ///< the newest
    bool outlying_prior = false;                 ///< one prior alone said unequivocal growth: measure again
    bool reported_new_with_earlier_rows = false;
    bool accepted = false;
    bool pathology_malignant = false;
    bool pathology_benign = false;  ///< and nothing ended that since
    bool not_a_nodule_reopened = false;
    bool recently_first_seen = false;
    std::optional<double> doubling_time_days;
    std::optional<std::uint32_t> doubling_time_comparison;  ///< position in `comparisons`
    std::optional<Date> stable_since;                       ///< start of the stable run, therapy left aside
    int stable_months = 0;
    int stable_run_months = 0;
    bool responded_to_therapy = false;
    bool systemic_therapy_since_first_measurement = false;
    std::optional<NoduleRow> suv_row;

    /// Sizes that count with rows, where the nodule split or others merged into it. A row that stands for nodules of
    /// other ids alone is that of the largest of them.
    std::vector<AddedSize> added_sizes;
    std::vector<std::uint32_t>
        fragments;  ///< positions in `PatientRecord::nodule_ids`, where it is judged by their sum
    std::vector<std::uint32_t> merged_in;      ///< that merged into it, where it is held against their sum
    std::optional<std::uint32_t> fragment_of;  ///< the nodule that it split from
    bool sum_is_complete = true;               ///< else the sum is a lower bound: a fragment was not measured
    std::optional<Date> kin_since;             ///< the first day of a split or merge that counts
};

/// A patient as seen on the as-of day: nothing dated after it.
struct Timeline {
    Date as_of;
    std::vector<std::uint32_t> scans;         ///< positions in `PatientRecord::scans`, by date, then scan id
    std::vector<Examination> examinations;    ///< oldest first
    std::optional<std::uint32_t> index_rank;  ///< preferred scan of the newest examination
    bool calcifying_primary = false;          ///< by the policy's definition
    std::vector<NoduleTimeline> nodules;      ///< judged nodules, by nodule id
    std::uint32_t not_judged = 0;             ///< nodules of the record that are not judged any more
    /// Nodules that split, judged by the sum of their fragments; those of them that have a row at the index scan stand
    /// in `nodules` by their own size too, and the worse counts.
    std::vector<NoduleTimeline> by_sum;
};

}  // namespace nodtrack::assess
