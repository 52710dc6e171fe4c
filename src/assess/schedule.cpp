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
    const ScheduleProfile asked = schedule.after_metastasectomy
                                      ? ScheduleProfile::default_profile
                                      : patient.schedule_profile.value_or(ScheduleProfile::default_profile);
    schedule.profile = parameters.profiles[static_cast<std::size_t>(asked)];
    const policy::ScheduleProfile& profile = policy.profiles[schedule.profile];
    schedule.low_grade = patient.grade == Grade::low && !schedule.after_metastasectomy;
    schedule.interval_months = profile.unknown_start_months;
    if (!timeline.index_rank) return schedule;

    const Date index_date = index_date_of(record, timeline);
    if (schedule.after_metastasectomy) {
        schedule.surveillance_start = operated_on;
    } else if (patient.resection_date && *patient.resection_date <= timeline.as_of) {
        schedule.surveillance_start = patient.resection_date;
    }
    if (!schedule.surveillance_start) return schedule;
    schedule.months_since_start = whole_months_between(*schedule.surveillance_start, index_date);
    schedule.interval_months =
        interval(schedule.low_grade ? profile.low_grade : profile.high_or_unknown_grade, schedule.months_since_start);
    return schedule;
}

}  // namespace nodtrack::assess
