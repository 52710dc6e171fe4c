#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/assess/timeline.hpp"
#include "nodtrack/policy/policy.hpp"

namespace nodtrack::assess {

/// What the reader of an assessment should know besides class and action. The words are the `code` of a flag.
enum class FlagCode : std::uint8_t {
    straddles_cut_off,
    methods_disagree,
    outlying_prior,
    reported_new_with_earlier_rows,
    short_axis_unknown,
    priors_missing,
    attenuation_unknown,
    calcification_unknown,
    side_unknown,
    suv_at_cut_off,
    negative_pet_does_not_reassure,
    confirmed_by_pathology,
    not_a_nodule_reopened,
    iv_contrast_unknown,
    iv_contrast_given,
    slice_thickness_unknown,
    grade_unknown,
    histology_unknown,
    tissue_unknown,
    primary_site_unknown,
    known_lung_metastases_unknown,
    resection_date_unknown,
    curative_treatment_unknown,
    follow_up_status_unknown,
    reading_not_complete,
    treatment_without_nodule,
    thoracic_radiotherapy,
    metastasectomy_without_resected_status,
    criteria_extrapolated,
    adjacent_pathway,
    overdue,
    stands_since,
    unanswered_alarm,
    day_sizes_differ,
    judged_by_size_bound,
    confirmed_implausible,
    fragments_summed,
    fragment_of_nodule,
    merged_nodules,
    schedule_profile_not_in_policy,
    count
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(FlagCode::count)> flag_code_words = {
    "straddles_cut_off",
    "methods_disagree",
    "outlying_prior",
    "reported_new_with_earlier_rows",
    "short_axis_unknown",
    "priors_missing",
    "attenuation_unknown",
    "calcification_unknown",
    "side_unknown",
    "suv_at_cut_off",
    "negative_pet_does_not_reassure",
    "confirmed_by_pathology",
    "not_a_nodule_reopened",
    "iv_contrast_unknown",
    "iv_contrast_given",
    "slice_thickness_unknown",
    "grade_unknown",
    "histology_unknown",
    "tissue_unknown",
    "primary_site_unknown",
    "known_lung_metastases_unknown",
    "resection_date_unknown",
    "curative_treatment_unknown",
    "follow_up_status_unknown",
    "reading_not_complete",
    "treatment_without_nodule",
    "thoracic_radiotherapy",
    "metastasectomy_without_resected_status",
    "criteria_extrapolated",
    "adjacent_pathway",
    "overdue",
    "stands_since",
    "unanswered_alarm",
    "day_sizes_differ",
    "judged_by_size_bound",
    "confirmed_implausible",
    "fragments_summed",
    "fragment_of_nodule",
    "merged_nodules",
    "schedule_profile_not_in_policy"};

struct Flag {
    FlagCode code = FlagCode::straddles_cut_off;
    std::optional<std::uint32_t> nodule;  ///< position in `PatientRecord::nodule_ids`; absent: the patient
    std::string text;
};

struct NoduleAssessment {
    std::uint32_t nodule = 0;  ///< position in `PatientRecord::nodule_ids`
    GrowthState growth_state = GrowthState::not_reported;
    policy::NoduleClass nodule_class = policy::NoduleClass::unclassifiable;
    std::uint32_t rule = 0;                   ///< nodule rule that gave the class
    std::optional<std::uint32_t> adjustment;  ///< adjustment listed with it
    std::optional<Length> long_axis;
    std::optional<double> vdt_days;
    int stable_months = 0;
    bool countable = false;
};

struct Recommendation {
    policy::Action action = policy::Action::continue_surveillance;
    std::uint32_t rule = 0;  ///< the recommendation rule that decided
    std::optional<Date> due_date;
    std::optional<Date> safety_net_ct_date;
    std::vector<policy::Action> options;
};

/// What is asked for beside the answer. Source: decision table, section 2, Also.
struct AlsoAsked {
    std::uint32_t rule = 0;  ///< the recommendation rule
    policy::Action action = policy::Action::data_required;
    std::optional<Date> due_date;

    bool operator==(const AlsoAsked&) const = default;
};

/// What the table says of the patient at one examination.
struct Conclusion {
    policy::PatientClass patient_class = policy::PatientClass::no_nodule;
    std::uint32_t countable = 0;
    Recommendation recommendation;
    std::vector<std::uint32_t> patient_rules;  ///< that hold, in order
};

struct Assessment;

/// An answer of an earlier examination, or its date, that stands. Source: decision table, section 4b.
struct StandingAnswer {
    Date since;                                   ///< date of the examination that it came from
    std::string index_scan_id;                    ///< of that examination
    bool date_alone = false;                      ///< the answer is the table's own; only its date came from there
    std::vector<std::uint32_t> not_looked_at;     ///< positions in `PatientRecord::nodule_ids`: what it waits for
    Conclusion own;                               ///< the table's own answer at the index scan
    std::shared_ptr<const Assessment> came_from;  ///< the judgement of that examination; absent for a date alone
};

/// An alarm of an earlier examination that was looked at again, followed by a quieter answer, and never answered; or
/// one that would be the answer, had nobody said of a nodule that it is none.
struct UnansweredAlarm {
    Date since;  ///< date of its examination
    policy::Action action = policy::Action::tumour_board;
    std::uint32_t rule = 0;
    std::optional<Date> due_date;
    std::optional<std::uint32_t> not_a_nodule{};  ///< position of the nodule that was said to be none
    std::optional<Date> said_on{};                ///< when that was said
};

/// The surveillance schedule as it stands for this patient.
struct Schedule {
    std::optional<Date> surveillance_start;
    bool after_metastasectomy = false;
    bool low_grade = false;
    std::uint32_t profile = 0;
    int months_since_start = 0;
    int interval_months = 0;
    bool profile_is_unknown = false;  ///< the record names one that the policy has not: the shortest intervals count
};

/// One rule looked at: what it said, and about which nodule.
struct TrailEntry {
    enum class List : std::uint8_t { nodule_rule, adjustment, patient_rule, recommendation };
    List list = List::nodule_rule;
    policy::Truth verdict = policy::Truth::no;  ///< yes: fired; no: refused; unknown: refused for want of data
    std::uint32_t rule = 0;
    std::optional<std::uint32_t> nodule;     ///< position in `Assessment::nodules`
    bool with_state_without_growth = false;  ///< judged with the state the nodule would have without growth
};

enum class Detail : std::uint8_t { none, fired, all };

/// The judgement of one patient on one day, and all it rests on.
struct Assessment {
    Timeline timeline;
    policy::PatientClass patient_class = policy::PatientClass::no_nodule;
    policy::PatientClass ungated_class = policy::PatientClass::no_nodule;
    std::uint32_t countable = 0;
    Recommendation recommendation;
    Schedule schedule;
    std::vector<std::uint32_t> patient_rules;  ///< that hold, in order
    std::vector<AlsoAsked> also;
    std::optional<StandingAnswer> standing;   ///< where the answer, or its date, is that of an earlier examination
    std::vector<UnansweredAlarm> unanswered;  ///< oldest first
    bool answered = false;                    ///< people, or what they did since, answered it (section 4b)
    std::vector<NoduleAssessment> nodules;    ///< by nodule id; in step with `timeline.nodules`
    std::vector<Flag> flags;
    std::vector<TrailEntry> trail;                ///< empty for `Detail::none`
    std::vector<policy::FactValue> nodule_facts;  ///< `nodule_fact_count` values a nodule
    std::array<policy::FactValue, patient_fact_count> patient_facts;
};

}  // namespace nodtrack::assess
