#pragma once

#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/domain/vocabulary.hpp"
#include "nodtrack/growth/comparison.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::assess {

/// The numbers and lists that fact functions use, taken from the policy file and checked once.
struct Parameters {
    growth::Limits limits;
    int comparable_prior_min_days = 0;
    int younger_prior_min_days = 0;
    int outlier_min_priors = 0;
    /// Of the comparable priors, in thousandths, that must show growth for it to be believed; 0: one is enough.
    std::int64_t growth_support_permille = 0;
    int creep_prior_min_months = 0;
    int suv_repeat_days = 0;  ///< a SUVmax this many days before the index scan or later bars another PET/CT
    int new_observation_days = 0;
    Length complete_reading_slice_at_most;
    int suv_window_days = 0;
    Suv suv_cut_off;
    Length not_a_nodule_ends_at;
    std::optional<Length> not_a_nodule_ends_by_growth;
    std::optional<Length> day_sizes_differ_above;  ///< two sizes of one day that differ by more are flagged
    std::vector<Length> straddle_cut_offs;
    Length straddle_within;
    int count_band_many_from = 0;
    Symptoms urgent_symptoms;
    Symptoms spine_symptoms;
    Symptoms local_recurrence_symptoms;
    OtherFindings board_findings;    ///< what the criteria for nodules do not cover and goes to people
    bool fragments_by_sum = true;    ///< of a nodule that split
    bool merged_against_sum = true;  ///< of a nodule that others merged into
    /// Positions in `Policy::profiles` of the record's schedule profiles.
    std::vector<std::uint32_t> profiles;
    /// Definitions the judgement itself needs.
    std::uint32_t countable = 0;
    std::optional<std::uint32_t> calcifying_primary;
};

/// Code bad_input, with one line per parameter that is missing or of another unit or form.
Result<Parameters> parameters_of(const policy::Policy& policy);

}  // namespace nodtrack::assess
