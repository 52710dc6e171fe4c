#include "schedule.hpp"

#include <algorithm>

#include "build_timeline.hpp"

namespace nodtrack::assess {
namespace {

std::optional<Date> newest_metastasectomy(const PatientRecord& record, const Timeline& timeline)
{
    std::optional<Date> newest;
    for (const Therapy& therapy : record.therapies) {
        if (therapy.kind != TherapyKind::metastasectomy || !is_seen(therapy, timeline.as_of)) continue;
        newest = std::max(newest.value_or(therapy.start_date), therapy.start_date);
    }
    return newest;
}

int interval(const std::vector<policy::IntervalBand>& bands, int months)
{
    for (const policy::IntervalBand& band : bands) {
        if (!band.below_months || months < *band.below_months) return band.interval_months;
    }
    return bands.back().interval_months;
}

/// The schedule by one profile of the policy.
Schedule with_intervals_of(Schedule schedule, std::uint32_t place, const PatientRecord& record,
                           const Timeline& timeline, const policy::Policy& policy)
{
    const policy::ScheduleProfile& profile = policy.profiles[place];
    schedule.profile = place;
    schedule.interval_months = profile.unknown_start_months;
    if (!timeline.index_rank) return schedule;

    const Date index_date = index_date_of(record, timeline);
    const auto& resected_on = record.patient.resection_date;
    if (schedule.after_metastasectomy) {
        schedule.surveillance_start = newest_metastasectomy(record, timeline);
    } else if (resected_on && *resected_on <= timeline.as_of) {
        schedule.surveillance_start = resected_on;
    }
    if (!schedule.surveillance_start) return schedule;
    schedule.months_since_start = whole_months_between(*schedule.surveillance_start, index_date);
    schedule.interval_months =
        interval(schedule.low_grade ? profile.low_grade : profile.high_or_unknown_grade, schedule.months_since_start);
    return schedule;
}

/// The record names a profile of another policy: what it asked for is not known here, and must not be taken for less.
Schedule with_shortest_intervals(const Schedule& schedule, const PatientRecord& record, const Timeline& timeline,
                                 const policy::Policy& policy)
{
    Schedule shortest = with_intervals_of(schedule, schedule.profile, record, timeline, policy);
    for (std::uint32_t place = 0; place < policy.profiles.size(); ++place) {
        const Schedule other = with_intervals_of(schedule, place, record, timeline, policy);
        if (other.interval_months < shortest.interval_months) shortest = other;
    }
    shortest.profile_is_unknown = true;
    return shortest;
}

}  // namespace

Schedule schedule_of(const PatientRecord& record, const Timeline& timeline, const policy::Policy& policy,
                     const Parameters& parameters)
{
    Schedule schedule;
    const Patient& patient = record.patient;
    // What was resected counts from its resection, by the high-grade schedule, and never by a thinner profile: the
    // trial of such profiles enrolled nobody with metastases (S3-005, O-66).
    const auto operated_on = newest_metastasectomy(record, timeline);
    schedule.after_metastasectomy =
        patient.known_lung_metastases == KnownLungMetastases::resected || operated_on.has_value();
    schedule.low_grade = patient.grade == Grade::low && !schedule.after_metastasectomy;
    schedule.profile = parameters.profiles[static_cast<std::size_t>(ScheduleProfile::default_profile)];
    if (!patient.schedule_profile.empty() && !schedule.after_metastasectomy) {
        const auto named = std::ranges::find(policy.profiles, patient.schedule_profile, &policy::ScheduleProfile::name);
        if (named == policy.profiles.end()) return with_shortest_intervals(schedule, record, timeline, policy);
        schedule.profile = static_cast<std::uint32_t>(named - policy.profiles.begin());
    }
    return with_intervals_of(schedule, schedule.profile, record, timeline, policy);
}

}  // namespace nodtrack::assess
