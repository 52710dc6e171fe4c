#pragma once

#include "nodtrack/assess/timeline.hpp"
#include "parameters.hpp"

namespace nodtrack::assess {

/// The patient as seen on the day: seen scans in order, the index scan, and the history of each judged nodule, with its
/// states. Source: decision table, section 1.
Timeline build_timeline(const PatientRecord& record, Date as_of, const Parameters& parameters);

/// Works out comparisons, states, stability and therapy response of a nodule whose rows and history are set.
void judge_growth(NoduleTimeline& nodule, const Timeline& timeline, const PatientRecord& record,
                  const Parameters& parameters);

inline const Scan& scan_at(const PatientRecord& record, const Timeline& timeline, std::uint32_t rank)
{
    return record.scans[timeline.scans[rank]];
}

inline bool is_measurement(const Findings& findings)
{
    return (findings.status == Status::present || findings.status == Status::newly_seen) && findings.long_axis;
}

/// Therapies and events of the record that are seen on the as-of day.
inline bool is_seen(const Therapy& therapy, Date as_of)
{
    return therapy.start_date <= as_of;
}
inline bool is_seen(const NoduleEvent& event, Date as_of)
{
    return event.date <= as_of;
}

}  // namespace nodtrack::assess
